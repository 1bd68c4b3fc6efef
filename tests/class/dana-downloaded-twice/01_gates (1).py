"""01_gates: a GRU step by step, with NumPy only."""

import numpy as np


def sigmoid(a):
    """The logistic function, between 0 and 1, of an array or a number.

        sigmoid(a) = 1 / (1 + exp(-a))

    sigmoid(0) is 0.5, sigmoid(2) is 0.8808. It must not overflow for |a| up to 1000.
    """
    # TODO 1 (two lines)
    # 1/(1+e^-a), written with tanh so that it can't overflow
    return 0.5 * (1 + np.tanh(0.5 * a))


def update_gate(x, h, W_z, U_z, b_z):
    """How much of the old state to keep, one number between 0 and 1 for every unit.

        z = sigmoid(x W_z + h U_z + b_z)

    x    (batch, d)     this step's input        W_z  (d, u)
    h    (batch, u)     the state so far         U_z  (u, u)
    b_z  (u,)                                    returns z (batch, u)

    In this course a z near 1 KEEPS the past, as Keras does.
    """
    # TODO 2 (one line)
    a = np.dot(x, W_z) + np.dot(h, U_z) + b_z
    return sigmoid(a)


def reset_gate(x, h, W_r, U_r, b_r):
    """How much of the old state the candidate may see, one number between 0 and 1 for every unit.

        r = sigmoid(x W_r + h U_r + b_r)

    Shapes as in update_gate.
    """
    # TODO 3 (one line)
    a = np.dot(x, W_r) + np.dot(h, U_r) + b_r
    return sigmoid(a)


def candidate_state(x, h, r, W_h, U_h, b_h):
    """What the new state would be if nothing of the past were kept.

        h~ = tanh(x W_h + (r * h) U_h + b_h)

    r (batch, u); the other shapes as before. Returns (batch, u).
    """
    # TODO 4 (one line)
    reset_h = r * h
    return np.tanh(np.dot(x, W_h) + np.dot(reset_h, U_h) + b_h)


def next_state(z, h, h_tilde):
    """The blend of past and candidate: z near 1 keeps the past.

        z * h + (1 - z) * h~

    All three are (batch, u), and so is the result.
    """
    # TODO 5 (one line)
    old = z * h
    new = (1.0 - z) * h_tilde
    return old + new


def gru_step(x, h, params):
    """One step: the next state (batch, u) from x (batch, d) and h (batch, u).

    params is a dict with W_z, U_z, b_z, W_r, U_r, b_r, W_h, U_h, b_h. Leave x and h as they are.
    """
    # TODO 6 (four lines)
    p = params
    z = update_gate(x, h, p["W_z"], p["U_z"], p["b_z"])
    r = reset_gate(x, h, p["W_r"], p["U_r"], p["b_r"])
    cand = candidate_state(x, h, r, p["W_h"], p["U_h"], p["b_h"])
    h_new = next_state(z, h, cand)
    return h_new


def gru_forward(xs, h0, params):
    """All states, (batch, T, u), for the inputs xs (batch, T, d) from the first state h0 (batch, u)."""
    # TODO 7 (about five lines)
    batch, T, d = xs.shape
    u = h0.shape[1]
    out = np.zeros((batch, T, u), dtype=h0.dtype)
    h = h0
    for t in range(T):
        h = gru_step(xs[:, t, :], h, params)
        out[:, t, :] = h
    return out
