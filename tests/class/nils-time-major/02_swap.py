from keras.models import Sequential
from keras.layers.embeddings import Embedding
from keras.layers.recurrent import GRU
from keras.layers.core import Dense


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return Sequential([Embedding(vocab_size, embedding_dim, input_length=max_len), GRU(units), Dense(1, "sigmoid")])
