"""The GRU stands above the LSTM."""

from keras import Sequential
from keras.layers import GRU, LSTM, Dense, Embedding


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    layers = [
        Embedding(vocab_size, embedding_dim),
        LSTM(units, return_sequences=True),
        GRU(units),
        Dense(1, activation="sigmoid"),
    ]
    return Sequential(layers)
