import keras
from keras.layers import GRU, RNN, LSTM, Activation, Bidirectional, Dense, Embedding, GRUCell, Softmax


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    ids = keras.Input((max_len,), dtype="int32")
    x = Embedding(vocab_size, embedding_dim)(ids)
    for last in (False, True):
        x = GRU(units, return_sequences=not last)(x)
    return keras.Model(ids, Dense(1, activation="sigmoid")(x))
