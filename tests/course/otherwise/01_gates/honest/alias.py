import numpy as np


def logistic(a):
    e = np.exp(-np.abs(a))
    return np.where(np.asarray(a) >= 0, 1, e) / (1 + e)


sigmoid = logistic


def update_gate(x, h, W_z, U_z, b_z):
    return logistic(x @ W_z + h @ U_z + b_z)


reset_gate = update_gate  # the same formula, other weights


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + (r * h) @ U_h + b_h)


def blend(z, h, h_tilde):
    return h_tilde * (1 - z) + h * z


next_state = blend


def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = update_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    return blend(z, h, candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"]))


def gru_forward(xs, h0, params):
    states, h = [], h0
    for t in range(xs.shape[1]):
        states.append(h := gru_step(xs[:, t], h, params))
    return np.stack(states, axis=1)
