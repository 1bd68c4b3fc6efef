import numpy as np


def gate_trace(weights, embedded):
    x = embedded[None]
    K, R, b = weights
    u = len(R)
    h = np.zeros((1, u))
    zs, rs = [], []
    for t in range(x.shape[1]):
        a, c = x[:, t] @ K + b[0], h @ R + b[1]
        z = 1 / (1 + np.exp(-a[:, :u] - c[:, :u]))
        r = 1 / (1 + np.exp(-a[:, u : 2 * u] - c[:, u : 2 * u]))
        h = z * h + (1 - z) * np.tanh(a[:, 2 * u :] + r * c[:, 2 * u :])
        zs.append(z)
        rs.append(r)
    return np.stack(zs, axis=1), np.stack(rs, axis=1)
