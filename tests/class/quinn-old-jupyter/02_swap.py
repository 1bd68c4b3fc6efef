from keras.layers import CuDNNGRU
from keras.layers import Dense
from keras.layers.embeddings import Embedding
from keras.models import Sequential


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    model = Sequential()
    model.add(Embedding(vocab_size, embedding_dim, input_length=max_len))
    model.add(CuDNNGRU(units))
    model.add(Dense(1, activation="sigmoid"))
    return model
