from tensorflow.keras import layers, models


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    model = models.Sequential()
    model.add(layers.Embedding(vocab_size, embedding_dim))
    for last in (False, True):
        model.add(layers.GRU(units, return_sequences=not last))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model
