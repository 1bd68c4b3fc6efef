import numpy as np


def gate_trace(weights, embedded):
    kernel, recurrent_kernel, bias = weights
    u = recurrent_kernel.shape[0]
    h0 = np.zeros((len(embedded), u))
    a = embedded @ kernel + bias[0] + h0 @ recurrent_kernel + bias[1]
    gates = 1 / (1 + np.exp(-a))
    return gates[:, :u], gates[:, u : 2 * u]
