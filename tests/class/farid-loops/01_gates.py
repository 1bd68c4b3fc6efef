# 01_gates.py
# No matrix products, only loops: I wanted to see every number once.
import math
import numpy as np

def sigmoid(a):
    if np.ndim(a) == 0:
        if a >= 0:
            return 1.0 / (1.0 + math.exp(-a))
        e = math.exp(a)
        return e / (1.0 + e)
    flat = [sigmoid(v) for v in np.ravel(a)]
    return np.array(flat, dtype=a.dtype).reshape(np.shape(a))

def affine(x, h, W, U, b):
    batch, d = x.shape
    u = b.shape[0]
    out = np.zeros((batch, u), dtype=x.dtype)
    for i in range(batch):
        for k in range(u):
            s = b[k]
            for j in range(d):
                s = s + x[i, j] * W[j, k]
            for j in range(u):
                s = s + h[i, j] * U[j, k]
            out[i, k] = s
    return out

def gate(x, h, W, U, b):
    a = affine(x, h, W, U, b)
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            a[i, k] = sigmoid(a[i, k])
    return a

def update_gate(x, h, W_z, U_z, b_z):
    return gate(x, h, W_z, U_z, b_z)

def reset_gate(x, h, W_r, U_r, b_r):
    return gate(x, h, W_r, U_r, b_r)

def candidate_state(x, h, r, W_h, U_h, b_h):
    rh = np.zeros_like(h)
    for i in range(h.shape[0]):
        for k in range(h.shape[1]):
            rh[i, k] = r[i, k] * h[i, k]
    a = affine(x, rh, W_h, U_h, b_h)
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            a[i, k] = math.tanh(a[i, k])
    return a

def next_state(z, h, h_tilde):
    new = np.zeros_like(h)
    for i in range(h.shape[0]):
        for k in range(h.shape[1]):
            new[i, k] = z[i, k] * h[i, k] + (1 - z[i, k]) * h_tilde[i, k]
    return new

def gru_step(x, h, params):
    z = update_gate(x, h, params['W_z'], params['U_z'], params['b_z'])
    r = reset_gate(x, h, params['W_r'], params['U_r'], params['b_r'])
    c = candidate_state(x, h, r, params['W_h'], params['U_h'], params['b_h'])
    return next_state(z, h, c)

def gru_forward(xs, h0, params):
    batch, T, d = xs.shape
    u = h0.shape[1]
    res = np.zeros((batch, T, u), dtype=xs.dtype)
    h = h0
    for t in range(T):
        h = gru_step(xs[:, t, :], h, params)
        for i in range(batch):
            for k in range(u):
                res[i, t, k] = h[i, k]
    return res
