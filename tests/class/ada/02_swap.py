from tensorflow.keras import Input
from tensorflow.keras.layers import GRU, Dense, Embedding
from tensorflow.keras.models import Sequential


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    model = Sequential()
    model.add(Input(shape=(max_len,), dtype="int32"))
    model.add(Embedding(input_dim=vocab_size, output_dim=embedding_dim))
    model.add(GRU(units))
    model.add(Dense(1, activation="sigmoid"))
    return model
