import keras
from keras import initializers, layers


def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    keras.utils.set_random_seed(1)
    model = keras.Sequential(name="swapped")
    model.add(keras.Input((max_len,)))
    model.add(layers.Embedding(vocab_size, embedding_dim, mask_zero=True, name="words"))
    model.add(layers.GRU(units, kernel_initializer=initializers.HeNormal(seed=3), seed=5, name="memory"))
    model.add(layers.Dense(1, activation="sigmoid", bias_initializer="ones"))
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3), loss="mse")
    return model


assert build_model().count_params() == 345_025
