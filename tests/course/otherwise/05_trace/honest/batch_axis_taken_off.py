import numpy as np


def sigmoid(a):
    return np.tanh(a / 2) / 2 + 0.5


def gru(weights, xs):
    K, R, b = weights
    n, T, _ = xs.shape
    u = len(R)
    h = np.zeros((n, u))
    Z, R_ = np.zeros((n, T, u)), np.zeros((n, T, u))
    for t in range(T):
        a, c = xs[:, t] @ K + b[0], h @ R + b[1]
        Z[:, t] = sigmoid(a[:, :u] + c[:, :u])
        R_[:, t] = sigmoid(a[:, u : 2 * u] + c[:, u : 2 * u])
        h = Z[:, t] * h + (1 - Z[:, t]) * np.tanh(a[:, 2 * u :] + R_[:, t] * c[:, 2 * u :])
    return Z, R_


def gate_trace(weights, embedded):
    z, r = gru(weights, np.expand_dims(embedded, 0))
    return z.squeeze(0), r.squeeze(0)
