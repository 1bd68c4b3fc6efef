# I wanted to see every single number, so no matrix products here.
import math

import numpy as np


def sigmoid_one(v):
    if v >= 0:
        return 1.0 / (1.0 + math.exp(-v))
    e = math.exp(v)
    return e / (1.0 + e)


def sigmoid(a):
    a = np.asarray(a)
    out = np.empty(a.shape, dtype=a.dtype if a.dtype.kind == "f" else float)
    for index in np.ndindex(a.shape):
        out[index] = sigmoid_one(float(a[index]))
    return out


def weighted_sum(x, h, W, U, b):
    batch, d = x.shape
    units = U.shape[0]
    total = np.zeros((batch, units), dtype=x.dtype)
    for n in range(batch):
        for k in range(units):
            s = float(b[k])
            for i in range(d):
                s += float(x[n, i]) * float(W[i, k])
            for j in range(units):
                s += float(h[n, j]) * float(U[j, k])
            total[n, k] = s
    return total


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(weighted_sum(x, h, W_z, U_z, b_z))


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(weighted_sum(x, h, W_r, U_r, b_r))


def candidate_state(x, h, r, W_h, U_h, b_h):
    kept = np.empty_like(h)
    for n in range(h.shape[0]):
        for j in range(h.shape[1]):
            kept[n, j] = r[n, j] * h[n, j]
    return np.tanh(weighted_sum(x, kept, W_h, U_h, b_h))


def next_state(z, h, h_tilde):
    new = np.empty_like(h)
    for n in range(h.shape[0]):
        for j in range(h.shape[1]):
            new[n, j] = z[n, j] * h[n, j] + (1 - z[n, j]) * h_tilde[n, j]
    return new


def gru_step(x, h, params):
    p = params
    z = update_gate(x, h, p["W_z"], p["U_z"], p["b_z"])
    r = reset_gate(x, h, p["W_r"], p["U_r"], p["b_r"])
    return next_state(z, h, candidate_state(x, h, r, p["W_h"], p["U_h"], p["b_h"]))


def gru_forward(xs, h0, params):
    batch, steps, _ = xs.shape
    out = np.zeros((batch, steps, h0.shape[1]), dtype=xs.dtype)
    h = h0
    for t in range(steps):
        h = gru_step(xs[:, t], h, params)
        for n in range(batch):
            for k in range(h0.shape[1]):
                out[n, t, k] = h[n, k]
    return out
