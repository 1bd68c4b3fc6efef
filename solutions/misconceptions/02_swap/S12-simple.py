"""There is another recurrent layer, and no GRU."""

from keras import Sequential
from keras.layers import Dense, Embedding, SimpleRNN


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    layers = [
        Embedding(vocab_size, embedding_dim),
        SimpleRNN(units),
        Dense(1, activation="sigmoid"),
    ]
    return Sequential(layers)
