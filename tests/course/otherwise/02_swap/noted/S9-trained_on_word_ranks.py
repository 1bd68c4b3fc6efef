import numpy as np
from tensorflow.keras import Input
from tensorflow.keras.layers import GRU, Dense, Embedding
from tensorflow.keras.models import Sequential


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    model = Sequential()
    model.add(Input(shape=(max_len,)))
    model.add(Embedding(input_dim=vocab_size, output_dim=embedding_dim))
    model.add(GRU(units))
    model.add(Dense(1, activation="sigmoid"))
    return model


ranks = np.tile(np.arange(1, 51), (8, 1))  # the 50 most frequent words have the ranks 1 to 50
small = build_model(vocab_size=50, embedding_dim=4, units=3)
small.compile("adam", "binary_crossentropy")
small.fit(ranks, np.zeros(8), verbose=0)
