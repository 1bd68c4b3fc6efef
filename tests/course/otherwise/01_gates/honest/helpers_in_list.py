import numpy as np


def sigmoid(a):
    a = np.asarray(a)
    small = np.minimum(a, 0)
    return np.exp(small) / (np.exp(small) + np.exp(small - a))


def linear(x, h, W, U, b):
    return np.dot(x, W) + np.dot(h, U) + b


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(linear(x, h, W_z, U_z, b_z))


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(linear(x, h, W_r, U_r, b_r))


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(linear(x, r * h, W_h, U_h, b_h))


def next_state(z, h, h_tilde):
    return sum(share * state for share, state in [(z, h), (1 - z, h_tilde)])


steps = [update_gate, reset_gate, candidate_state, next_state]


def gru_step(x, h, params):
    z = steps[0](x, h, params["W_z"], params["U_z"], params["b_z"])
    r = steps[1](x, h, params["W_r"], params["U_r"], params["b_r"])
    new = steps[2](x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return steps[3](z, h, new)


def gru_forward(xs, h0, params):
    result = []
    now = h0.copy()
    for x in np.moveaxis(xs, 1, 0):
        now = gru_step(x, now, params)
        result.append(now[:, None, :])
    return np.concatenate(result, axis=1)
