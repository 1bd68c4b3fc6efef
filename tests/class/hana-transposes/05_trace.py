import numpy as np


def gate_trace(weights, embedded):
    K, R, b = (np.asarray(w).T for w in weights)
    u = R.shape[1]
    h = np.zeros((u, 1))
    both = np.empty((2 * u, len(embedded)), order="F")
    for t in range(len(embedded)):
        a, c = K @ embedded[t][:, None] + b[:, :1], R @ h + b[:, 1:]
        both[:, t] = (1 / (1 + np.exp(-(a + c)[: 2 * u])))[:, 0]
        z, r = both[:u, [t]], both[u:, [t]]
        h = z * h + (1 - z) * np.tanh(a[2 * u :] + r * c[2 * u :])
    return both[:u].T, both[u:].T
