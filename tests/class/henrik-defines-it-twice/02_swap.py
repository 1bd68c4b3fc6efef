from tensorflow.keras.layers import GRU, LSTM, Dense, Embedding
from tensorflow.keras.models import Sequential


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return Sequential([Embedding(vocab_size, embedding_dim), LSTM(units), Dense(1, activation="sigmoid")])


old = build_model()


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    model = Sequential([Embedding(vocab_size, embedding_dim), GRU(units), Dense(1, activation="sigmoid")])
    model.build(input_shape=(None, max_len))
    model.compile("adam", "binary_crossentropy", metrics=["acc"])
    return model
