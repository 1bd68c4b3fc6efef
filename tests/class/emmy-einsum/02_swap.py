import tensorflow as tf


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    words = tf.keras.Input((max_len,), name="words")
    rows = tf.keras.layers.Embedding(vocab_size, embedding_dim, name="rows")(words)
    state = tf.keras.layers.GRU(units, name="state")(rows)
    praise = tf.keras.layers.Dense(1, activation="sigmoid", name="praise")(state)
    return tf.keras.Model(words, praise, name="classifier")
