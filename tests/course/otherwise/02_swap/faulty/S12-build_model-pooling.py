from keras import Input, Sequential, layers


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return Sequential([
        Input((max_len,), dtype="int32"),
        layers.Embedding(vocab_size, embedding_dim),
        layers.GlobalAveragePooling1D(),
        layers.Dense(units, activation="tanh"),
        layers.Dense(1, activation="sigmoid"),
    ])
