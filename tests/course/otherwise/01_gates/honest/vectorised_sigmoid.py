import math

import numpy as np


def _one(v):
    return 1 / (1 + math.exp(-v)) if v > 0 else math.exp(v) / (1 + math.exp(v))


sigmoid = np.vectorize(_one, otypes=[float])


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x @ W_z + h @ U_z + b_z).astype(x.dtype)


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(x @ W_r + h @ U_r + b_r).astype(x.dtype)


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + (r * h) @ U_h + b_h)


def next_state(z, h, h_tilde):
    return z * h + (1 - z) * h_tilde


def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


def gru_forward(xs, h0, params):
    hs = []
    for t in range(xs.shape[1]):
        h0 = gru_step(xs[:, t], h0, params)
        hs += [h0]
    return np.swapaxes(hs, 0, 1)
