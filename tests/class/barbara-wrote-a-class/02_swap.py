import keras


class Classifier(keras.Model):
    def __init__(self, vocab_size, embedding_dim, units):
        super().__init__()
        self.embedding = keras.layers.Embedding(vocab_size, embedding_dim)
        self.gru = keras.layers.GRU(units)
        self.head = keras.layers.Dense(1, activation="sigmoid")

    def call(self, ids):
        return self.head(self.gru(self.embedding(ids)))


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return Classifier(vocab_size, embedding_dim, units)
