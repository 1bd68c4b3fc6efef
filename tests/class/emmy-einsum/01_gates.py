"""Einstein notation everywhere: b batch, d input, u and v units."""
from numpy import einsum, empty_like, exp, tanh, asarray, result_type
import numpy as np


def sigmoid(a):
    a = asarray(a)
    if a.dtype.kind != "f":
        a = a.astype(float)
    out = empty_like(a)
    up = a >= 0
    out[up] = 1 / (1 + exp(-a[up]))
    ea = exp(a[~up])
    out[~up] = ea / (1 + ea)
    return out


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(einsum("bd,du->bu", x, W_z) + einsum("bv,vu->bu", h, U_z) + b_z)


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(einsum("bd,du->bu", x, W_r) + einsum("bv,vu->bu", h, U_r) + b_r)


def candidate_state(x, h, r, W_h, U_h, b_h):
    return tanh(einsum("bd,du->bu", x, W_h) + einsum("bv,bv,vu->bu", r, h, U_h) + b_h)


def next_state(z, h, h_tilde):
    return einsum("bu,bu->bu", z, h) + einsum("bu,bu->bu", 1 - z, h_tilde)


def gru_step(x, h, params):
    names = lambda g: (params["W_" + g], params["U_" + g], params["b_" + g])
    z = update_gate(x, h, *names("z"))
    r = reset_gate(x, h, *names("r"))
    return next_state(z, h, candidate_state(x, h, r, *names("h")))


def gru_forward(xs, h0, params):
    out = np.zeros(xs.shape[:2] + h0.shape[1:], dtype=result_type(xs, h0))
    h = h0
    for t, x in enumerate(xs.swapaxes(0, 1)):
        out[:, t] = h = gru_step(x, h, params)
    return out
