import numpy as np


def sigmoid(a):
    return np.zeros_like(np.asarray(a, dtype=float))


def update_gate(x, h, W_z, U_z, b_z):
    return np.zeros_like(h)


def reset_gate(x, h, W_r, U_r, b_r):
    return np.zeros_like(h)


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.zeros_like(h)


def next_state(z, h, h_tilde):
    return np.zeros_like(h)


def gru_step(x, h, params):
    return np.zeros_like(h)


def gru_forward(xs, h0, params):
    return np.zeros((xs.shape[0], xs.shape[1], h0.shape[1]), dtype=xs.dtype)
