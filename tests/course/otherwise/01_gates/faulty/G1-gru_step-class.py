import numpy as np

class GRUCell:
    def __init__(self, params):
        self.p = params

    def linear(self, name, x, h):
        return x @ self.p["W_" + name] + h @ self.p["U_" + name] + self.p["b_" + name]

    def forward(self, x, h_prev):
        z = sigmoid(self.linear("z", x, h_prev))
        r = sigmoid(self.linear("r", x, h_prev))
        h_bar = np.tanh(self.linear("h", x, r * h_prev))
        return z * h_bar + (1 - z) * h_prev


def sigmoid(a):
    e = np.exp(-np.abs(a))
    return np.where(np.asarray(a) >= 0, 1, e) / (1 + e)


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x @ W_z + h @ U_z + b_z)


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(x @ W_r + h @ U_r + b_r)


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + (r * h) @ U_h + b_h)


def next_state(z, h, h_tilde):
    return z * h + (1 - z) * h_tilde


def gru_step(x, h, params):
    return GRUCell(params).forward(x, h)


def gru_forward(xs, h0, params):
    h = h0
    states = []
    for t in range(xs.shape[1]):
        h = gru_step(xs[:, t], h, params)
        states.append(h)
    return np.stack(states, axis=1)
