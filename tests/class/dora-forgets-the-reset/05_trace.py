import numpy as np


def sigmoid(a):
    e = np.exp(-np.abs(a))
    return np.where(a >= 0, 1, e) / (1 + e)


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x @ W_z + h @ U_z + b_z)


reset_gate = update_gate


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + (r * h) @ U_h + b_h)


def next_state(z, h, h_tilde):
    return z * h + (1 - z) * h_tilde


def gate_trace(weights, embedded):
    kernel, recurrent, bias = weights
    W_z, W_r, W_h = np.split(kernel, 3, axis=1)
    U_z, U_r, U_h = np.split(recurrent, 3, axis=1)
    b_z, b_r, b_h = np.split(bias.sum(axis=0), 3)
    h = np.zeros((1, U_z.shape[0]))
    zs, rs = [], []
    for x in embedded[:, None]:
        z = update_gate(x, h, W_z, U_z, b_z)
        r = reset_gate(x, h, W_r, U_r, b_r)
        h = next_state(z, h, candidate_state(x, h, r, W_h, U_h, b_h))
        zs.append(z)
        rs.append(r)
    return np.concatenate(zs), np.concatenate(rs)
