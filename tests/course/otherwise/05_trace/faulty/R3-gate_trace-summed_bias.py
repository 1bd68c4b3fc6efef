import numpy as np


def gate_trace(weights, embedded):
    W, U, b = weights
    b = b[0] + b[1]
    u = U.shape[0]
    h = np.zeros(u)
    gates = np.empty((2, len(embedded), u))
    for t, x in enumerate(embedded):
        gates[0, t] = 1 / (1 + np.exp(-(x @ W[:, :u] + h @ U[:, :u] + b[:u])))
        gates[1, t] = 1 / (1 + np.exp(-(x @ W[:, u : 2 * u] + h @ U[:, u : 2 * u] + b[u : 2 * u])))
        hh = np.tanh(x @ W[:, 2 * u :] + b[2 * u :] + gates[1, t] * (h @ U[:, 2 * u :]))
        h = gates[0, t] * h + (1 - gates[0, t]) * hh
    return gates
