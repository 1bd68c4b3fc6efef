import keras
from keras import layers


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    i = keras.Input((max_len,))
    o = layers.Dense(1)(layers.GRU(units)(layers.Embedding(vocab_size, embedding_dim)(i)))
    model = keras.Model(i, o)
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    return model
