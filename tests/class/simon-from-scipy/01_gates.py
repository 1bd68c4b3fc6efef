"""01_gates"""

import numpy as np
from scipy.special import expit as sigmoid


# sigmoid is scipy's expit, see above


def update_gate(x, h, W_z, U_z, b_z):
    """How much of the old state to keep, one number between 0 and 1 for every unit.

        z = sigmoid(x W_z + h U_z + b_z)

    x    (batch, d)     this step's input        W_z  (d, u)
    h    (batch, u)     the state so far         U_z  (u, u)
    b_z  (u,)                                    returns z (batch, u)

    In this course a z near 1 KEEPS the past, as Keras does.
    """
    # TODO 2 (one line)
    return sigmoid(x @ W_z + h @ U_z + b_z)


def reset_gate(x, h, W_r, U_r, b_r):
    """How much of the old state the candidate may see, one number between 0 and 1 for every unit.

        r = sigmoid(x W_r + h U_r + b_r)

    Shapes as in update_gate.
    """
    # TODO 3 (one line)
    return sigmoid(x @ W_r + h @ U_r + b_r)


def candidate_state(x, h, r, W_h, U_h, b_h):
    """What the new state would be if nothing of the past were kept.

        h~ = tanh(x W_h + (r * h) U_h + b_h)

    r (batch, u); the other shapes as before. Returns (batch, u).
    """
    # TODO 4 (one line)
    return np.tanh(x @ W_h + (r * h) @ U_h + b_h)


def next_state(z, h, h_tilde):
    """The blend of past and candidate: z near 1 keeps the past.

        z * h + (1 - z) * h~

    All three are (batch, u), and so is the result.
    """
    # TODO 5 (one line)
    return z * h + (1 - z) * h_tilde


def gru_step(x, h, params):
    """One step: the next state (batch, u) from x (batch, d) and h (batch, u).

    params is a dict with W_z, U_z, b_z, W_r, U_r, b_r, W_h, U_h, b_h. Leave x and h as they are.
    """
    # TODO 6 (four lines)
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


def gru_forward(xs, h0, params):
    """All states, (batch, T, u), for the inputs xs (batch, T, d) from the first state h0 (batch, u)."""
    # TODO 7 (about five lines)
    h = h0
    states = []
    for t in range(xs.shape[1]):
        h = gru_step(xs[:, t], h, params)
        states.append(h)
    return np.stack(states, axis=1)
