import numpy as np


def gate_trace(weights, embedded):
    kernel, rec, bias = weights
    n = rec.shape[0]
    h = np.zeros(n)
    zs, rs = [], []
    for x in embedded:
        xs = x @ kernel + bias[0]
        hs = h @ rec + bias[1]
        zr = 1 / (1 + np.exp(-(xs[: 2 * n] + hs[: 2 * n])))
        z, r = zr[:n], zr[n:]
        cand = np.tanh(xs[2 * n :] + r * hs[2 * n :])
        h = h + z * (cand - h)
        zs.append(z)
        rs.append(r)
    return np.stack(zs), np.stack(rs)
