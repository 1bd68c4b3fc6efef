import numpy as np


def sigmoid(a):
    """Works on its own copy, part by part."""
    a = np.asarray(a)
    out = np.empty(a.shape, dtype=np.result_type(a.dtype, np.float32))
    mask = a >= 0
    out[mask] = 1 / (1 + np.exp(-a[mask]))
    e = np.exp(a[~mask])
    out[~mask] = e / (1 + e)
    return out


def update_gate(x, h, W_z, U_z, b_z):
    a = x @ W_z
    a += h @ U_z
    a += b_z
    return sigmoid(a)


def reset_gate(x, h, W_r, U_r, b_r):
    a = x @ W_r
    a += h @ U_r
    a += b_r
    return sigmoid(a)


def candidate_state(x, h, r, W_h, U_h, b_h):
    kept = h.copy()
    kept *= r
    a = x @ W_h
    a += kept @ U_h
    a += b_h
    np.tanh(a, out=a)
    return a


def next_state(z, h, h_tilde):
    new = np.empty_like(h_tilde)
    np.multiply(z, h, out=new)
    new += (1 - z) * h_tilde
    return new


def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


def gru_forward(xs, h0, params):
    batch, T, d = xs.shape
    out = np.empty((batch, T, h0.shape[1]), dtype=xs.dtype)
    h = h0.copy()
    for t in range(T):
        h[:] = gru_step(xs[:, t], h, params)
        out[:, t, :] = h
    return out
