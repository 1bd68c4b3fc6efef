import keras
from keras.layers import GRU, Dense, Embedding


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    words = Embedding(vocab_size, embedding_dim)
    words.trainable = False
    return keras.Sequential([keras.Input((max_len,)), words, GRU(units), Dense(1, activation="sigmoid")])
