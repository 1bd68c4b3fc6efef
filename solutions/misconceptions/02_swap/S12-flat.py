"""The words are laid side by side, and no layer reads them in their order."""

from keras import Sequential
from keras.layers import Dense, Embedding, Flatten, Input


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    layers = [
        Input((max_len,)),
        Embedding(vocab_size, embedding_dim),
        Flatten(),
        Dense(1, activation="sigmoid"),
    ]
    return Sequential(layers)
