import keras
from keras.layers import GRU, RNN, LSTM, Activation, Bidirectional, Dense, Embedding, GRUCell, Softmax


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return keras.Sequential([Embedding(vocab_size, embedding_dim), GRU(units), Dense(1, activation="sigmoid")])
