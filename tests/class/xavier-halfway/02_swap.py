from tensorflow.keras import layers, models


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    model = models.Sequential()
    model.add(layers.Embedding(5000, 64))
    model.add(layers.GRU(64))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model
