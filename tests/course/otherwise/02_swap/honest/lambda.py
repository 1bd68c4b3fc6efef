import keras
from keras.layers import GRU, RNN, LSTM, Activation, Bidirectional, Dense, Embedding, GRUCell, Softmax

build_model = lambda vocab_size=5000, embedding_dim=64, units=64, max_len=50: keras.Sequential(
    [keras.Input((max_len,)), Embedding(vocab_size, embedding_dim), GRU(units), Dense(1, activation="sigmoid")]
)
