from tensorflow.keras.layers import *
from tensorflow.keras.models import *


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    ids = Input((max_len,), dtype="int32")
    x = Embedding(vocab_size, embedding_dim)(ids)
    x = GRU(units)(x)
    x = Dense(1)(x)
    return Model(inputs=ids, outputs=Activation("sigmoid")(x))
