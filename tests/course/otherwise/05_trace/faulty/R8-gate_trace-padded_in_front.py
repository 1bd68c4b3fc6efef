import numpy as np

MAX_LEN = 50

def step(x, h, weights):
    K, R, b = weights
    a, c = x @ K + b[0], h @ R + b[1]
    u = len(R)
    z = 1 / (1 + np.exp(-(a[:u] + c[:u])))
    r = 1 / (1 + np.exp(-(a[u : 2 * u] + c[u : 2 * u])))
    return z, r, z * h + (1 - z) * np.tanh(a[2 * u :] + r * c[2 * u :])


def gate_trace(weights, embedded):
    x = np.pad(embedded, ((MAX_LEN - len(embedded), 0), (0, 0)))
    h = np.zeros(len(weights[1]))
    z, r = np.zeros((MAX_LEN, len(h))), np.zeros((MAX_LEN, len(h)))
    for t in range(MAX_LEN):
        z[t], r[t], h = step(x[t], h, weights)
    return z, r
