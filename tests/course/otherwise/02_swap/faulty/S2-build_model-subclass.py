import keras
from keras.layers import GRU, RNN, LSTM, Activation, Bidirectional, Dense, Embedding, GRUCell, Softmax


class Net(keras.Model):
    def __init__(self, words, size, units):
        super().__init__()
        self.embed, self.memory, self.head = Embedding(words, size), GRU(units, return_sequences=True), Dense(1, activation="sigmoid")

    def call(self, ids):
        return self.head(self.memory(self.embed(ids)))


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    net = Net(vocab_size, embedding_dim, units)
    net.build((None, max_len))
    return net
