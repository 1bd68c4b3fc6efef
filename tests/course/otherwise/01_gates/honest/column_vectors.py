# I learnt it with column vectors, so everything is turned once at the start and back at the end.
import numpy as np


def sigmoid(a):
    e = np.exp(-np.abs(a))
    return np.where(np.asarray(a) >= 0, 1, e) / (1 + e)


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(W_z.T @ x.T + U_z.T @ h.T + b_z.reshape(-1, 1)).T


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(W_r.T @ x.T + U_r.T @ h.T + b_r.reshape(-1, 1)).T


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(W_h.T @ x.T + U_h.T @ (r.T * h.T) + b_h[:, None]).T


def next_state(z, h, h_tilde):
    return (z.T * h.T + (1 - z.T) * h_tilde.T).T


def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


def gru_forward(xs, h0, params):
    xs = xs.transpose(1, 0, 2)
    hs = []
    h = h0
    for x in xs:
        h = gru_step(x, h, params)
        hs.append(h)
    return np.stack(hs).transpose(1, 0, 2)
