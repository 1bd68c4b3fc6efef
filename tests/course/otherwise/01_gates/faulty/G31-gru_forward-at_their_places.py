import numpy as np


def sigmoid(v):
    """logistic function"""
    t = np.exp(-abs(v))
    return np.where(v < 0, t / (1 + t), 1 / (1 + t))


def affine(x, h, W, U, b):
    return np.dot(x, W) + np.dot(h, U) + b


def update_gate(x, h, W, U, b):
    return sigmoid(affine(x, h, W, U, b))


def reset_gate(x, h, W, U, b):
    return sigmoid(affine(x, h, W, U, b))


def candidate_state(x, h, reset, W, U, b):
    return np.tanh(affine(x, reset * h, W, U, b))


def next_state(update, old, new):
    return new + update * (old - new)


def gru_step(x_t, h_prev, p):
    update = update_gate(x_t, h_prev, p["W_z"], p["U_z"], p["b_z"])
    reset = reset_gate(x_t, h_prev, p["W_r"], p["U_r"], p["b_r"])
    new = candidate_state(x_t, h_prev, reset, p["W_h"], p["U_h"], p["b_h"])
    return next_state(update, h_prev, new)


def gru_forward(xs, h0, params):
    out = np.empty((xs.shape[0], xs.shape[1], h0.shape[1]), dtype=xs.dtype)
    t = xs.shape[1] - 1
    while t >= 0:
        h0 = gru_step(xs[:, t], h0, params)
        out[:, t] = h0
        t -= 1
    return out
