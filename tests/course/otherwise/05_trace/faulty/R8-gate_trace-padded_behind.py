import numpy as np

def step(x, h, weights):
    K, R, b = weights
    a, c = x @ K + b[0], h @ R + b[1]
    u = len(R)
    z = 1 / (1 + np.exp(-(a[:u] + c[:u])))
    r = 1 / (1 + np.exp(-(a[u : 2 * u] + c[u : 2 * u])))
    return z, r, z * h + (1 - z) * np.tanh(a[2 * u :] + r * c[2 * u :])


def gate_trace(weights, embedded):
    x = np.zeros((50, embedded.shape[1]))
    x[: embedded.shape[0]] = embedded
    h = np.zeros(len(weights[1]))
    zs, rs = [], []
    for word in x:
        z, r, h = step(word, h, weights)
        zs.append(z), rs.append(r)
    return np.stack(zs), np.stack(rs)
