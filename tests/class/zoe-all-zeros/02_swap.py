import keras
from keras import layers


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    i = keras.Input((max_len,))
    o = layers.Dense(1)(layers.GRU(units)(layers.Embedding(vocab_size, embedding_dim)(i)))
    return keras.Model(i, layers.Activation("softmax")(o))
