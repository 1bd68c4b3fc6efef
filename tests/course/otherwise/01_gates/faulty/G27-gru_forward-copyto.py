import numpy as np


def sigmoid(a):
    e = np.exp(-np.abs(a))
    return np.where(np.asarray(a) >= 0, 1, e) / (1 + e)


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x @ W_z + h @ U_z + b_z)


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(x @ W_r + h @ U_r + b_r)


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
    buffer = h0.copy()
    states = [None] * xs.shape[1]
    for t in range(xs.shape[1]):
        np.copyto(buffer, gru_step(xs[:, t], buffer, params))
        states[t] = buffer
    return np.stack(states, axis=1)
