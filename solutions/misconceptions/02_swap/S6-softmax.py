"""The head shares out 1 among one unit."""

from keras import Sequential
from keras.layers import GRU, Dense, Embedding


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    layers = [
        Embedding(vocab_size, embedding_dim),
        GRU(units),
        Dense(1, activation="softmax"),
    ]
    return Sequential(layers)
