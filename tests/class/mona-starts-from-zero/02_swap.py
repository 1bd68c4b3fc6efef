from tensorflow.keras import layers, models


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return models.Sequential([
        layers.Embedding(vocab_size, embedding_dim),
        layers.GRU(units),
        layers.Dense(2, activation="softmax"),
    ])
