from tensorflow import keras

PARTS = vars(keras.layers)


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return keras.Sequential([
        PARTS["InputLayer"](shape=(max_len,)),
        PARTS["Embedding"](vocab_size, embedding_dim, name="words"),
        PARTS["GRU"](units, name="memory"),
        PARTS["Dense"](1, activation="sigmoid", name="verdict"),
    ])
