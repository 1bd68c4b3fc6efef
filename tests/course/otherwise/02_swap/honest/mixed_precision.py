import keras
from keras import layers

keras.mixed_precision.set_global_policy("mixed_bfloat16")


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    model = keras.Sequential(
        [
            keras.Input((max_len,), dtype="int32"),
            layers.Embedding(vocab_size, embedding_dim),
            layers.GRU(units),
            layers.Dense(1, activation="sigmoid", dtype="float32"),
        ]
    )
    return model
