import numpy as np


class Gate:
    def __init__(self, weights, number):
        u = weights[1].shape[0]
        part = slice(number * u, (number + 1) * u)
        self.W, self.U = weights[0][:, part], weights[1][:, part]
        self.bias = weights[2][0, part] + weights[2][1, part]

    def __call__(self, x, h):
        return 1 / (1 + np.exp(-(x.dot(self.W) + h.dot(self.U) + self.bias)))


def gate_trace(weights, embedded):
    update, reset, new = (Gate(weights, k) for k in range(3))
    h = np.zeros(new.U.shape[0])
    z, r = [], []
    for x in embedded:
        z.append(update(x, h))
        r.append(reset(x, h))
        proposal = np.tanh(x.dot(new.W) + new.bias + np.multiply(r[-1], h.dot(new.U)))
        h = np.multiply(z[-1], h) + np.multiply(1 - z[-1], proposal)
    return np.asarray(z), np.asarray(r)
