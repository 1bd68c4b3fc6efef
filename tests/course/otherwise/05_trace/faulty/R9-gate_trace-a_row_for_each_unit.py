import numpy as np

def step(x, h, weights):
    K, R, b = weights
    a, c = x @ K + b[0], h @ R + b[1]
    u = len(R)
    z = 1 / (1 + np.exp(-(a[:u] + c[:u])))
    r = 1 / (1 + np.exp(-(a[u : 2 * u] + c[u : 2 * u])))
    return z, r, z * h + (1 - z) * np.tanh(a[2 * u :] + r * c[2 * u :])


def gate_trace(weights, embedded):
    h = np.zeros(len(weights[1]))
    z, r = np.empty((len(h), len(embedded))), np.empty((len(h), len(embedded)))
    for t, word in enumerate(embedded):
        z[:, t], r[:, t], h = step(word, h, weights)
    return z, r
