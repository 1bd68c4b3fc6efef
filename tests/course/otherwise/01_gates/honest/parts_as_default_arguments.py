import numpy as np


def sigmoid(a, exp=np.exp):
    e = exp(-np.abs(a))
    return np.where(np.asarray(a) >= 0, 1, e) / (1 + e)


def update_gate(x, h, W_z, U_z, b_z, sigma=sigmoid):
    return sigma(x @ W_z + h @ U_z + b_z)


def reset_gate(x, h, W_r, U_r, b_r, sigma=sigmoid):
    return sigma(x @ W_r + h @ U_r + b_r)


def candidate_state(x, h, r, W_h, U_h, b_h, f=np.tanh):
    return f(x @ W_h + np.multiply(r, h) @ U_h + b_h)


def next_state(z, h, h_tilde):
    return np.add(np.multiply(z, h), np.multiply(np.subtract(1, z), h_tilde))


def gru_step(x, h, params, gates=(update_gate, reset_gate), candidate=candidate_state, blend=next_state):
    z, r = [g(x, h, params[f"W_{n}"], params[f"U_{n}"], params[f"b_{n}"]) for g, n in zip(gates, "zr")]
    return blend(z, h, candidate(x, h, r, params["W_h"], params["U_h"], params["b_h"]))


def gru_forward(xs, h0, params, step=gru_step):
    out = np.zeros_like(xs, shape=(*xs.shape[:2], h0.shape[1]))
    for t in range(xs.shape[1]):
        h0 = out[:, t] = step(xs[:, t], h0, params)
    return out
