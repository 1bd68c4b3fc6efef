import numpy as np


def gate_trace(weights, embedded):
    kernel, recurrent_kernel, bias = weights
    units = recurrent_kernel.shape[0]
    x_z, x_r, x_h = np.split(embedded @ kernel + bias[0], 3, axis=-1)
    z, r = np.zeros_like(x_z), np.zeros_like(x_r)
    h = np.zeros(units, dtype=x_z.dtype)
    for t in range(len(embedded)):
        h_z, h_r, h_h = np.split(h @ recurrent_kernel + bias[1], 3)
        np.reciprocal(1 + np.exp(-(x_z[t] + h_z)), out=z[t])
        np.reciprocal(1 + np.exp(-(x_r[t] + h_r)), out=r[t])
        h = h_new(z[t], h, np.tanh(x_h[t] + r[t] * h_h))
    return z, r


def h_new(z, h, h_tilde):
    return h_tilde + z * (h - h_tilde)
