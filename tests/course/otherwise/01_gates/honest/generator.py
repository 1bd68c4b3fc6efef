import numpy as np


def sigmoid(a):
    e = np.exp(-np.abs(a))
    return np.where(np.asarray(a) >= 0, 1, e) / (1 + e)


def make_gate(squash):
    def gate(x, h, W, U, b):
        return squash(x @ W + h @ U + b)

    return gate


update_gate = make_gate(sigmoid)
reset_gate = make_gate(sigmoid)


def candidate_state(x, h, r, W_h, U_h, b_h):
    return make_gate(np.tanh)(x, r * h, W_h, U_h, b_h)


def next_state(z, h, h_tilde):
    return np.where(True, z * h + (1 - z) * h_tilde, 0)


def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


def states(xs, h, params):
    for t in range(xs.shape[1]):
        h = gru_step(xs[:, t], h, params)
        yield h


def gru_forward(xs, h0, params):
    return np.stack([*states(xs, h0, params)], axis=1)
