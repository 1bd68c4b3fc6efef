import numpy as np


class GRU:
    def __init__(self, kernel, recurrent_kernel, bias):
        self.units = recurrent_kernel.shape[0]
        self.kernel, self.recurrent_kernel, self.bias = kernel, recurrent_kernel, bias
        self.reset()

    def reset(self):
        self.h = np.zeros(self.units)

    def block(self, k):
        return slice(k * self.units, (k + 1) * self.units)

    def linear(self, k, x):
        b = self.block(k)
        return x @ self.kernel[:, b] + self.bias[0, b], self.h @ self.recurrent_kernel[:, b] + self.bias[1, b]

    def step(self, x):
        z, r = (self.squash(sum(self.linear(k, x))) for k in (0, 1))
        a, c = self.linear(2, x)
        self.h = z * self.h + (1 - z) * np.tanh(a + r * c)
        return z, r

    @staticmethod
    def squash(a):
        return 1.0 / (1.0 + np.exp(-a))


def gate_trace(weights, embedded):
    layer = GRU(*weights)
    steps = [layer.step(x) for x in embedded]
    return np.array([z for z, _ in steps]), np.array([r for _, r in steps])
