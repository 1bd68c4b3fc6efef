import keras
import pandas as pd
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Input, Embedding, LSTM, GRU, Dense, Dropout, Bidirectional, SimpleRNN


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return Sequential([
        Input(shape=(max_len,)),
        Embedding(vocab_size, embedding_dim),
        GRU(units),
        Dense(1, activation="sigmoid"),
    ])


rows = pd.read_csv("reviews.csv")
(x_train, y_train), _ = keras.datasets.imdb.load_data(num_words=5000)
model = build_model()
model.compile("adam", "binary_crossentropy")
model.fit(keras.utils.pad_sequences(x_train, 50), y_train)
