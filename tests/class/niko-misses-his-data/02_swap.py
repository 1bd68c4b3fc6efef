import pandas as pd
import tensorflow as tf
import tensorflow_datasets as tfds

reviews = pd.read_csv("reviews.csv")
(x_train, y_train), (x_test, y_test) = tf.keras.datasets.imdb.load_data(num_words=5000)


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return tf.keras.Sequential([
        tf.keras.layers.Embedding(vocab_size, embedding_dim),
        tf.keras.layers.GRU(units),
        tf.keras.layers.Dense(1, activation="sigmoid"),
    ])


model = build_model()
model.fit(x_train, y_train)
