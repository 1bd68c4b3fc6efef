import numpy as np


def gate_trace(weights, embedded):
    W, U, B = weights
    u = U.shape[0]
    cut = [slice(0, u), slice(u, 2 * u), slice(2 * u, None)]
    h = np.zeros((1, u))
    Z, R = [], []
    for t in range(embedded.shape[0]):
        x = embedded[t : t + 1]
        z, r = (1 / (1 + np.exp(-(x @ W[:, c] + h @ U[:, c] + B[:, c]))) for c in cut[:2])
        n = np.tanh(x @ W[:, cut[2]] + B[:, cut[2]] + r * (h @ U[:, cut[2]]))
        h = n + z * (h - n)
        Z.append(z)
        R.append(r)
    return np.vstack(Z), np.vstack(R)
