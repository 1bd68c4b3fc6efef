import numpy as np


def walk(weights, embedded):
    K, R, b = weights
    h = np.zeros(len(R))
    for x in embedded:
        (xz, xr, xh), (hz, hr, hh) = (np.split(v, 3) for v in (x @ K + b[0], h @ R + b[1]))
        z, r = 1 / (1 + np.exp(-xz - hz)), 1 / (1 + np.exp(-xr - hr))
        yield z, r
        h = z * h + (1 - z) * np.tanh(xh + r * hh)


def gate_trace(weights, embedded):
    return tuple(np.stack(rows) for rows in zip(*walk(weights, embedded)))
