from tensorflow import keras


def build_model(v=5000, e=64, u=64, n=50):
    m = keras.models.Sequential([
        keras.layers.InputLayer(shape=(n,)),
        keras.layers.Embedding(v, e),
        keras.layers.GRU(u),
        keras.layers.Dense(1, activation=keras.activations.sigmoid),
    ])
    return m
