import numpy as np


def gate_trace(weights, embedded):
    kernel, recurrent_kernel, bias = weights
    bias = bias[0]
    u = recurrent_kernel.shape[0]
    inputs = np.einsum("td,dk->tk", embedded, kernel) + bias
    h = np.zeros(u)
    z_all = np.zeros((len(embedded), u))
    r_all = np.zeros((len(embedded), u))
    for t in range(len(embedded)):
        inner = np.einsum("u,uk->k", h, recurrent_kernel)
        z_all[t] = 1 / (1 + np.exp(-(inputs[t, :u] + inner[:u])))
        r_all[t] = 1 / (1 + np.exp(-(inputs[t, u : 2 * u] + inner[u : 2 * u])))
        h_hat = np.tanh(inputs[t, 2 * u :] + r_all[t] * inner[2 * u :])
        h = z_all[t] * h + (1 - z_all[t]) * h_hat
    return z_all, r_all
