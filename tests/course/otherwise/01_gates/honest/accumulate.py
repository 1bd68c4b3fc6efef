from functools import partial, reduce
from itertools import accumulate
from operator import matmul, mul

import numpy as np


def sigmoid(a):
    e = np.exp(-np.abs(a))
    return np.where(np.asarray(a) >= 0, 1, e) / (1 + e)


def total(*terms):
    return reduce(np.add, terms)


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(total(matmul(x, W_z), matmul(h, U_z), b_z))


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(total(matmul(x, W_r), matmul(h, U_r), b_r))


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(total(matmul(x, W_h), matmul(mul(r, h), U_h), b_h))


def next_state(z, h, h_tilde):
    return total(mul(z, h), mul(1 - z, h_tilde))


def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


def gru_forward(xs, h0, params):
    step = lambda h, x: partial(gru_step, params=params)(x, h)
    return np.stack(list(accumulate(xs.swapaxes(0, 1), step, initial=h0))[1:], axis=1)
