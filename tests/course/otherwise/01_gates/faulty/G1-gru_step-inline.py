import numpy as np


def sigmoid(v):
    """logistic function"""
    t = np.exp(-abs(v))
    return np.where(v < 0, t / (1 + t), 1 / (1 + t))


def affine(x, h, W, U, b):
    return np.dot(x, W) + np.dot(h, U) + b


def update_gate(x, h, W, U, b):
    return sigmoid(affine(x, h, W, U, b))


def reset_gate(x, h, W, U, b):
    return sigmoid(affine(x, h, W, U, b))


def candidate_state(x, h, reset, W, U, b):
    return np.tanh(affine(x, reset * h, W, U, b))


def next_state(update, old, new):
    return new + update * (old - new)


def gru_step(x_t, h_prev, p):
    z = sigmoid(np.dot(x_t, p["W_z"]) + np.dot(h_prev, p["U_z"]) + p["b_z"])
    r = sigmoid(np.dot(x_t, p["W_r"]) + np.dot(h_prev, p["U_r"]) + p["b_r"])
    cand = np.tanh(np.dot(x_t, p["W_h"]) + np.dot(r * h_prev, p["U_h"]) + p["b_h"])
    return h_prev + z * (cand - h_prev)


def gru_forward(xs, h0, params):
    out = np.empty((xs.shape[0], xs.shape[1], h0.shape[1]), dtype=xs.dtype)
    for t in range(xs.shape[1]):
        h0 = gru_step(xs[:, t], h0, params)
        out[:, t] = h0
    return out
