import numpy as np


def sigmoid(a):
    a = np.asarray(a)
    pos = 1 / (1 + np.exp(-np.maximum(a, 0)))
    e = np.exp(np.minimum(a, 0))
    return np.where(a >= 0, pos, e / (1 + e))


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(b_z + h @ U_z + x @ W_z)


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(b_r + h @ U_r + x @ W_r)


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(b_h + (h * r) @ U_h + x @ W_h)


def next_state(z, h, h_tilde):
    return h_tilde + z * (h - h_tilde)


def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


def gru_forward(xs, h0, params):
    out = np.empty((xs.shape[0], xs.shape[1], h0.shape[1]), dtype=xs.dtype)
    for t in range(xs.shape[1]):
        out[:, t] = gru_step(xs[:, t], out[:, t - 1] if t else h0, params)
    return out
