from keras import Input, Sequential, layers


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    recurrent = layers.GRU(units=units, activation="relu")
    return Sequential([Input((max_len,)), layers.Embedding(vocab_size, embedding_dim), recurrent, layers.Dense(1, "sigmoid")])
