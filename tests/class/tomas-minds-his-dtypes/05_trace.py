import numpy as np


def gate_trace(weights, embedded):
    kernel, recurrent_kernel, bias = [np.asarray(w, dtype=np.float32) for w in weights]
    embedded = embedded.astype("float32")
    u = recurrent_kernel.shape[0]
    h = np.zeros(u, dtype=np.float32)
    z = np.zeros((len(embedded), u), dtype=np.float32)
    r = np.zeros_like(z)
    for t, x in enumerate(embedded):
        xi, hi = x @ kernel + bias[0], h @ recurrent_kernel + bias[1]
        z[t] = 1 / (1 + np.exp(-(xi[:u] + hi[:u])))
        r[t] = 1 / (1 + np.exp(-(xi[u : 2 * u] + hi[u : 2 * u])))
        h = z[t] * h + (1 - z[t]) * np.tanh(xi[2 * u :] + r[t] * hi[2 * u :])
    return z, r
