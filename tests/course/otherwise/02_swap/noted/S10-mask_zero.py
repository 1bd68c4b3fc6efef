from tensorflow import keras
from tensorflow.keras import layers


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    model = keras.Sequential()
    model.add(keras.Input(shape=(max_len,)))
    model.add(layers.Embedding(vocab_size, embedding_dim, mask_zero=True))  # the texts are padded in front
    model.add(layers.GRU(units))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model
