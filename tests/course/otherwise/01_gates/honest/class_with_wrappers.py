import numpy as np


class GRUCell:
    """All the maths lives here; the functions below only call it."""

    def __init__(self, params):
        self.__dict__.update(params)

    @staticmethod
    def sigma(a):
        e = np.exp(-abs(a))
        return np.where(a >= 0, 1 / (1 + e), e / (1 + e))

    @classmethod
    def gate(cls, x, h, W, U, b):
        return cls.sigma(x @ W + h @ U + b)

    @staticmethod
    def candidate(x, h, r, W, U, b):
        return np.tanh(x @ W + (r * h) @ U + b)

    def __call__(self, x, h):
        z = self.gate(x, h, self.W_z, self.U_z, self.b_z)
        r = self.gate(x, h, self.W_r, self.U_r, self.b_r)
        c = self.candidate(x, h, r, self.W_h, self.U_h, self.b_h)
        return z * h + (1 - z) * c

    def run(self, xs, h):
        for t in range(xs.shape[1]):
            h = self(xs[:, t], h)
            yield h


def sigmoid(a):
    return GRUCell.sigma(a)


def update_gate(x, h, W_z, U_z, b_z):
    return GRUCell.gate(x, h, W_z, U_z, b_z)


def reset_gate(x, h, W_r, U_r, b_r):
    return GRUCell.gate(x, h, W_r, U_r, b_r)


def candidate_state(x, h, r, W_h, U_h, b_h):
    return GRUCell.candidate(x, h, r, W_h, U_h, b_h)


def next_state(z, h, h_tilde):
    return z * h + (1 - z) * h_tilde


def gru_step(x, h, params):
    return GRUCell(params)(x, h)


def gru_forward(xs, h0, params):
    return np.stack(list(GRUCell(params).run(xs, h0)), axis=1)
