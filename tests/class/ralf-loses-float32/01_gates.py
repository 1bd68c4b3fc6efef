"""01_gates: a GRU step by step, with NumPy only."""

import numpy as np


def sigmoid(a):
    # 1/(1+e^-a), written with tanh so that it can't overflow
    return 0.5 * (1 + np.tanh(0.5 * a))


def update_gate(x, h, W_z, U_z, b_z):
    a = np.dot(x, W_z) + np.dot(h, U_z) + b_z
    return sigmoid(a)


def reset_gate(x, h, W_r, U_r, b_r):
    a = np.dot(x, W_r) + np.dot(h, U_r) + b_r
    return sigmoid(a)


def candidate_state(x, h, r, W_h, U_h, b_h):
    reset_h = r * h
    return np.tanh(np.dot(x, W_h) + np.dot(reset_h, U_h) + b_h)


def next_state(z, h, h_tilde):
    old = z * h
    new = (1.0 - z) * h_tilde
    return old + new


def gru_step(x, h, params):
    p = params
    z = update_gate(x, h, p["W_z"], p["U_z"], p["b_z"])
    r = reset_gate(x, h, p["W_r"], p["U_r"], p["b_r"])
    cand = candidate_state(x, h, r, p["W_h"], p["U_h"], p["b_h"])
    h_new = next_state(z, h, cand)
    return h_new


def gru_forward(xs, h0, params):
    batch, T, d = xs.shape
    out = np.zeros((batch, T, h0.shape[1]))
    h = h0
    for t in range(T):
        h = gru_step(xs[:, t, :], h, params)
        out[:, t, :] = h
    return out
