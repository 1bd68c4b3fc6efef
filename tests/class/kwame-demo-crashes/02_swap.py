import numpy as np
from keras.layers import GRU, Dense, Embedding
from keras.models import Sequential


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    model = Sequential()
    model.add(Embedding(vocab_size, embedding_dim, input_shape=(max_len,)))
    model.add(GRU(units, implementation=2, dropout=0.0))
    model.add(Dense(units=1, activation="sigmoid"))
    return model


model = build_model()
model.compile("adam", "binary_crossentropy")
model.predict(np.full((2, 50), 5000))  # one too many: ids go from 0 to 4999
