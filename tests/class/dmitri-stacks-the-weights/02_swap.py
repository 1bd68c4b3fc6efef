import keras
from keras.layers import RNN, Dense, Embedding, GRUCell


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    model = keras.Sequential([Embedding(vocab_size, embedding_dim), RNN(GRUCell(units)), Dense(1, activation="sigmoid")])
    model.build((None, max_len))
    return model
