import numpy as np

class GRU:
    """Weights side by side in the order z, r, h, as in Keras."""

    def __init__(self, params):
        self.kernel = np.hstack([params["W_z"], params["W_r"], params["W_h"]])
        self.recurrent = np.hstack([params["U_z"], params["U_r"], params["U_h"]])
        self.bias = np.hstack([params["b_z"], params["b_r"]])
        self.units = params["b_z"].shape[0]

    def step(self, x, h):
        u = self.units
        a = x @ self.kernel
        gates = sigmoid(a[:, : 2 * u] + h @ self.recurrent[:, : 2 * u] + self.bias)
        z, r = gates[:, :u], gates[:, u:]
        new = np.tanh(a[:, 2 * u :] + (r * h) @ self.recurrent[:, 2 * u :])
        return z * h + (1 - z) * new


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
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


def gru_forward(xs, h0, params):
    gru = GRU(params)
    states = [h0]
    for t in range(xs.shape[1]):
        states.append(gru.step(xs[:, t], states[-1]))
    return np.stack(states[1:], axis=1)
