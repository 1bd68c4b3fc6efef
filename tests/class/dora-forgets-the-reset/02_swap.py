import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self, vocab_size, embedding_dim, units):
        super().__init__()
        self.parts = [
            tf.keras.layers.Embedding(vocab_size, embedding_dim),
            tf.keras.layers.GRU(units, return_sequences=True),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]

    def call(self, x):
        for part in self.parts:
            x = part(x)
        return x


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return Net(vocab_size, embedding_dim, units)
