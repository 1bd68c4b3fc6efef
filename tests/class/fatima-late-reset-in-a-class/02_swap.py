from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Input, Embedding, LSTM, GRU, Dense, Dropout, Bidirectional, SimpleRNN


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return Sequential([
        Input(shape=(max_len,)),
        Embedding(vocab_size, embedding_dim),
        GRU(units, reset_after=False),
        Dense(1, activation="sigmoid"),
    ])
