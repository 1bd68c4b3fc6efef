from keras import Input, Sequential, layers


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    parts = [layers.Embedding(vocab_size, embedding_dim), layers.SimpleRNN(units), layers.Dense(1, "sigmoid")]
    return Sequential([Input((max_len,)), *parts])
