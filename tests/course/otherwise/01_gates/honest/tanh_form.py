import numpy as np


def sigmoid(a):
    """sigmoid and tanh are the same curve, shifted and scaled"""
    return 0.5 * (1 + np.tanh(a / 2))


def update_gate(x, h, W_z, U_z, b_z):
    return 0.5 + 0.5 * np.tanh(0.5 * (x @ W_z + h @ U_z + b_z))


def reset_gate(x, h, W_r, U_r, b_r):
    return 0.5 + 0.5 * np.tanh(0.5 * (x @ W_r + h @ U_r + b_r))


def candidate_state(x, h, r, W_h, U_h, b_h):
    # tanh the other way: 2 sigmoid(2a) - 1
    return 2 * sigmoid(2 * (x @ W_h + (h * r) @ U_h + b_h)) - 1


def next_state(z, h, h_tilde):
    return z * h + h_tilde - z * h_tilde


def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


def gru_forward(xs, h0, params):
    T = xs.shape[1]
    h = [h0] + [None] * T
    for t in range(1, T + 1):
        h[t] = gru_step(xs[:, t - 1], h[t - 1], params)
    return np.stack(h[1:], 1)
