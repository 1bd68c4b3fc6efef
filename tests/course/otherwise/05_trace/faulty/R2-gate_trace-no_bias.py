import numpy as np
from math import exp, tanh


def gate_trace(weights, embedded):
    K, R, _ = weights
    units = len(R)
    h = [0.0] * units
    zs, rs = [], []
    for x in embedded:
        a = [sum(x[i] * K[i, k] for i in range(len(x))) for k in range(3 * units)]
        c = [sum(h[i] * R[i, k] for i in range(units)) for k in range(3 * units)]
        z = [1 / (1 + exp(-a[k] - c[k])) for k in range(units)]
        r = [1 / (1 + exp(-a[units + k] - c[units + k])) for k in range(units)]
        n = [tanh(a[2 * units + k] + r[k] * c[2 * units + k]) for k in range(units)]
        h = [z[k] * h[k] + (1 - z[k]) * n[k] for k in range(units)]
        zs.append(z)
        rs.append(r)
    return np.array(zs), np.array(rs)
