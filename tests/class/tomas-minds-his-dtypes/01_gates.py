from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def sigmoid(a: Floats | float) -> Floats:
    """Logistic function in the precision of its input."""
    a = np.asarray(a)
    if not np.issubdtype(a.dtype, np.floating):
        a = a.astype(np.float64)
    one = a.dtype.type(1)
    with np.errstate(over="ignore"):  # exp(-a) may be inf, and 1 / inf is the right 0
        return one / (one + np.exp(-a))


def update_gate(x: Floats, h: Floats, W_z: Floats, U_z: Floats, b_z: Floats) -> Floats:
    return sigmoid(x @ W_z + h @ U_z + b_z)


def reset_gate(x: Floats, h: Floats, W_r: Floats, U_r: Floats, b_r: Floats) -> Floats:
    return sigmoid(x @ W_r + h @ U_r + b_r)


def candidate_state(x: Floats, h: Floats, r: Floats, W_h: Floats, U_h: Floats, b_h: Floats) -> Floats:
    return np.tanh(x @ W_h + (r * h) @ U_h + b_h)


def next_state(z: Floats, h: Floats, h_tilde: Floats) -> Floats:
    one = z.dtype.type(1)
    return np.add(z * h, (one - z) * h_tilde, dtype=z.dtype)


def gru_step(x: Floats, h: Floats, params: dict[str, Floats]) -> Floats:
    x, h = x.copy(), h.copy()  # nobody's arrays but mine
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


def gru_forward(xs: Floats, h0: Floats, params: dict[str, Floats]) -> Floats:
    states = np.empty((xs.shape[1], *h0.shape), dtype=xs.dtype)
    h = h0
    for t in range(xs.shape[1]):
        states[t] = h = gru_step(np.ascontiguousarray(xs[:, t]), h, params)
    return states.transpose(1, 0, 2)  # a view, not contiguous
