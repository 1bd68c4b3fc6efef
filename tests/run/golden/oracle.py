"""01_gates in plain loops over Python numbers: slow, and independent of the course's solution and of NumPy."""

from __future__ import annotations

import math
from typing import Any

Matrix = list[list[float]]
Row = list[float]


def sigmoid(a: float) -> float:
    """Give the logistic function of one number."""
    if a < 0:
        return 1.0 - sigmoid(-a) if a > -30 else math.exp(a)
    return 1.0 / (1.0 + math.exp(-a))


def _sums(x: Matrix, h: Matrix, W: Matrix, U: Matrix, b: Row) -> Matrix:
    """Add up x W + h U + b, entry by entry."""
    return [
        [
            math.fsum(
                [row_x[i] * W[i][k] for i in range(len(row_x))]
                + [row_h[j] * U[j][k] for j in range(len(row_h))]
                + [b[k]]
            )
            for k in range(len(b))
        ]
        for row_x, row_h in zip(x, h, strict=True)
    ]


def update_gate(x: Matrix, h: Matrix, W_z: Matrix, U_z: Matrix, b_z: Row) -> Matrix:
    """Give the share of the past that is kept, (batch, u)."""
    return [[sigmoid(a) for a in row] for row in _sums(x, h, W_z, U_z, b_z)]


reset_gate = update_gate


def candidate_state(x: Matrix, h: Matrix, r: Matrix, W_h: Matrix, U_h: Matrix, b_h: Row) -> Matrix:
    """Propose a state, with the reset before the product, (batch, u)."""
    seen = [[r_k * h_k for r_k, h_k in zip(*rows, strict=True)] for rows in zip(r, h, strict=True)]
    return [[math.tanh(a) for a in row] for row in _sums(x, seen, W_h, U_h, b_h)]


def next_state(z: Matrix, h: Matrix, h_tilde: Matrix) -> Matrix:
    """Blend so that a high z keeps the past, (batch, u)."""
    return [
        [keep * old + (1.0 - keep) * new for keep, old, new in zip(*rows, strict=True)]
        for rows in zip(z, h, h_tilde, strict=True)
    ]


def gru_step(x: Matrix, h: Matrix, params: dict[str, Any]) -> Matrix:
    """Give the next state, (batch, u)."""
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    return next_state(z, h, candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"]))


def gru_forward(xs: list[Matrix], h0: Matrix, params: dict[str, Any]) -> list[Matrix]:
    """Give all states, (batch, T, u)."""
    states: list[Matrix] = [[] for _ in xs]
    h = h0
    for t in range(len(xs[0])):
        h = gru_step([sequence[t] for sequence in xs], h, params)
        for kept, row in zip(states, h, strict=True):
            kept.append(row)
    return states
