import keras
from keras.layers import GRU, RNN, LSTM, Activation, Bidirectional, Dense, Embedding, GRUCell, Softmax


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    ids = keras.Input((max_len,), dtype="int32")
    x = Embedding(vocab_size, embedding_dim)(ids)
    model = keras.Model(ids, Dense(1, activation=None)(GRU(units)(x)))
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    return model
