from tensorflow.keras.layers import GRU, LSTM, Dense, Embedding
from tensorflow.keras.models import Sequential


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    model = Sequential()
    model.add(Embedding(vocab_size, embedding_dim))
    model.add(LSTM(units, return_sequences=True))
    model.add(GRU(units))
    model.add(Dense(1, activation="sigmoid"))
    return model
