from tensorflow.keras import Sequential, layers


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    model = Sequential()
    model.add(layers.Embedding(vocab_size, embedding_dim))
    model.add(layers.GRU(embedding_dim))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model
