import tensorflow as tf

layers = tf.keras.layers


def build_model(n=5000, size=64, cells=64, length=50):
    net = tf.keras.Sequential()
    net.add(layers.Embedding(n, size))
    net.add(layers.GRU(cells))
    net.add(layers.Dense(1))
    net.add(layers.Activation('sigmoid'))
    net.build((None, length))
    return net
