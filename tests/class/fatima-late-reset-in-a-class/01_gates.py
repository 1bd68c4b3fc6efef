import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0.0, -a))


class Cell:
    """one GRU cell, everything inside"""

    def __init__(self, params):
        self.__dict__.update(params)

    def gates(self, x, h):
        z = sigmoid(x @ self.W_z + h @ self.U_z + self.b_z)
        r = sigmoid(x @ self.W_r + h @ self.U_r + self.b_r)
        return z, r

    def candidate(self, x, h, r):
        memory = h @ self.U_h
        memory *= r
        return np.tanh(x @ self.W_h + memory + self.b_h)

    def __call__(self, x, h):
        z, r = self.gates(x, h)
        return z * h + (1 - z) * self.candidate(x, h, r)


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x @ W_z + h @ U_z + b_z)


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(x @ W_r + h @ U_r + b_r)


def candidate_state(x, h, r, W_h, U_h, b_h):
    return Cell({"W_h": W_h, "U_h": U_h, "b_h": b_h}).candidate(x, h, r)


def next_state(z, h, h_tilde):
    return z * h + (1 - z) * h_tilde


def gru_step(x, h, params):
    return Cell(params)(x, h)


def gru_forward(xs, h0, params):
    cell, h, states = Cell(params), h0, []
    for t in range(xs.shape[1]):
        h = cell(xs[:, t], h)
        states.append(h)
    return np.stack(states, axis=1)
