from tensorflow import keras
from tensorflow.keras import layers


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    return keras.Sequential([
        keras.Input((max_len,)),
        layers.Embedding(vocab_size, embedding_dim),
        layers.GRU(units),
        layers.Dense(1, activation="sigmoid"),
    ])


(x_train, y_train), (x_test, y_test) = keras.datasets.imdb.load_data(num_words=5000)
x_train = keras.utils.pad_sequences(x_train, maxlen=50)
model = build_model()
model.compile("adam", "binary_crossentropy", ["accuracy"])
model.fit(x_train, y_train, epochs=3)
