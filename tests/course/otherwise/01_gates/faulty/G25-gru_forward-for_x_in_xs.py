import numpy as np


def sigmoid(a):
    small = np.exp(-np.abs(a))
    return np.where(a < 0, small, 1.0) / (1.0 + small)


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(np.matmul(x, W_z) + np.matmul(h, U_z) + b_z)


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(np.matmul(x, W_r) + np.matmul(h, U_r) + b_r)


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(np.matmul(x, W_h) + np.matmul(r * h, U_h) + b_h)


def next_state(z, h, h_tilde):
    return h_tilde + z * (h - h_tilde)


def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    new = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, new)


def gru_forward(xs, h0, params):
    states = []
    h = h0
    for x in xs:
        h = gru_step(x, h, params)
        states.append(h)
    return np.array(states).transpose(1, 0, 2)
