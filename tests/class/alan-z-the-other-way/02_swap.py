import keras


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    words = keras.Input((max_len,))
    x = keras.layers.Embedding(vocab_size, embedding_dim)(words)
    x = keras.layers.GRU(units, reset_after=False)(x)  # as in the lesson's equations
    return keras.Model(words, keras.layers.Dense(1, activation="sigmoid")(x))
