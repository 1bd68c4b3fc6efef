import numpy as np

sigmoid = lambda a: np.exp(np.minimum(a, 0)) / (1 + np.exp(-np.abs(a)))


def update_gate(x, h, W_z, U_z, b_z):
    s = x @ W_z + h @ U_z + b_z
    return np.exp(np.minimum(s, 0)) / (1 + np.exp(-np.abs(s)))


def reset_gate(x, h, W_r, U_r, b_r):
    s = x @ W_r + h @ U_r + b_r
    return np.exp(np.minimum(s, 0)) / (1 + np.exp(-np.abs(s)))


def candidate_state(x, h, r, W_h, U_h, b_h):
    s = x @ W_h + (r * h) @ U_h + b_h
    return np.tanh(s)


def next_state(z, h, h_tilde):
    return z * h + (1 - z) * h_tilde


def gru_step(x, h, params):
    W_z, U_z, b_z = params["W_z"], params["U_z"], params["b_z"]
    W_r, U_r, b_r = params["W_r"], params["U_r"], params["b_r"]
    W_h, U_h, b_h = params["W_h"], params["U_h"], params["b_h"]
    z = 1 / (1 + np.exp(-(x @ W_z + h @ U_z + b_z)))
    r = 1 / (1 + np.exp(-(x @ W_r + h @ U_r + b_r)))
    return z * h + (1 - z) * np.tanh(x @ W_h + (r * h) @ U_h + b_h)


def gru_forward(xs, h0, params):
    W_z, U_z, b_z = params["W_z"], params["U_z"], params["b_z"]
    W_r, U_r, b_r = params["W_r"], params["U_r"], params["b_r"]
    W_h, U_h, b_h = params["W_h"], params["U_h"], params["b_h"]
    out = []
    h = h0
    for t in range(xs.shape[1]):
        x = xs[:, t]
        z = 1 / (1 + np.exp(-(x @ W_z + h @ U_z + b_z)))
        r = 1 / (1 + np.exp(-(x @ W_r + h @ U_r + b_r)))
        h = z * h + (1 - z) * np.tanh(x @ W_h + (r * h) @ U_h + b_h)
        out.append(h)
    return np.stack(out, axis=1)
