"""The GRU gives back the state after every word."""

from keras import Sequential
from keras.layers import GRU, Dense, Embedding


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    layers = [
        Embedding(vocab_size, embedding_dim),
        GRU(units, return_sequences=True),
        Dense(1, activation="sigmoid"),
    ]
    return Sequential(layers)
