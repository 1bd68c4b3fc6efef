import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return keras.Sequential([
        keras.Input((max_len,)),
        layers.Embedding(vocab_size, embedding_dim),
        layers.GRU(units),
        layers.Dense(1, activation="sigmoid"),
    ])


# try it on random words, from 1 to 5000
words = np.random.default_rng(0).integers(1, 5001, size=(40, 50))
words[0, 0] = 5000
print(build_model()(words).shape)
