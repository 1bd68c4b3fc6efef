import numpy as np


def sigmoid(a):
    return np.reciprocal(1 + np.exp(-np.abs(a))) * np.exp(np.minimum(a, 0))


def product(rows, matrix):
    return (rows[:, :, None] * matrix[None]).sum(axis=1)


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(product(x, W_z) + product(h, U_z) + b_z)


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(product(x, W_r) + product(h, U_r) + b_r)


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(product(x, W_h) + product(r * h, U_h) + b_h)


def next_state(z, h, h_tilde):
    return np.sum([z * h, (1 - z) * h_tilde], axis=0)


def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


def gru_forward(xs, h0, params):
    h = np.repeat(h0[:, None], xs.shape[1], axis=1)
    for t in range(xs.shape[1]):
        h[:, t] = gru_step(xs[:, t], h0 if t == 0 else h[:, t - 1], params)
    return h
