from tensorflow.keras import Sequential, layers


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return Sequential([
        layers.Embedding(vocab_size, embedding_dim),
        layers.Conv1D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling1D(2),
        layers.GRU(units),
        layers.Dense(1, activation="sigmoid"),
    ])
