from tensorflow.keras import Sequential
from tensorflow.keras.layers import GRU, Dense


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return Sequential([GRU(units), Dense(1, "sigmoid")])
