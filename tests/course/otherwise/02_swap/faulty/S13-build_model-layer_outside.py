from tensorflow.keras import Sequential, layers

recurrent = layers.GRU(64)


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return Sequential([layers.Embedding(vocab_size, embedding_dim), recurrent, layers.Dense(1, activation="sigmoid")])
