import numpy as np


def sigmoid(a):
    e = np.exp(-np.abs(a))
    return np.where(np.asarray(a) >= 0, 1, e) / (1 + e)


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(np.hstack([x, h]) @ np.vstack([W_z, U_z]) + b_z)


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(np.hstack([x, h]) @ np.vstack([W_r, U_r]) + b_r)


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(np.hstack([x, r * h]) @ np.vstack([W_h, U_h]) + b_h)


def next_state(z, h, h_tilde):
    return z * h + (1 - z) * h_tilde


def gru_step(x, h, params):
    # both gates at once: one product, one sigmoid
    W = np.concatenate([params["W_z"], params["W_r"]], axis=1)
    U = np.concatenate([params["U_z"], params["U_r"]], axis=1)
    b = np.concatenate([params["b_z"], params["b_r"]])
    u = h.shape[1]
    zr = sigmoid(x @ W + h @ U + b)
    z, r = zr[:, :u], zr[:, u:]
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return z * h + (1 - z) * h_tilde


def gru_forward(xs, h0, params):
    u = h0.shape[1]
    W = np.concatenate([params["W_z"], params["W_r"], params["W_h"]], axis=1)
    b = np.concatenate([params["b_z"], params["b_r"], params["b_h"]])
    inputs = xs @ W + b  # (batch, T, 3u), all steps in one go
    out = np.empty(xs.shape[:2] + (u,), xs.dtype)
    h = h0
    for t in range(xs.shape[1]):
        a_z, a_r, a_h = np.split(inputs[:, t], 3, axis=1)
        z = sigmoid(a_z + h @ params["U_z"])
        r = sigmoid(a_r + h @ params["U_r"])
        h = z * h + (1 - z) * np.tanh(a_h + (r * h) @ params["U_h"])
        out[:, t] = h
    return out
