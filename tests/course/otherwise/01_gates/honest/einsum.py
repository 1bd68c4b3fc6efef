import numpy as np
from numpy import einsum


def sigmoid(a):
    # exp(-log(1 + exp(-a)))
    return np.exp(-np.logaddexp(0, -np.asarray(a)))


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(einsum("bd,du->bu", x, W_z) + einsum("bv,vu->bu", h, U_z) + b_z)


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(einsum("bd,du->bu", x, W_r) + einsum("bv,vu->bu", h, U_r) + b_r)


def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(einsum("bd,du->bu", x, W_h) + einsum("bv,bv,vu->bu", r, h, U_h) + b_h)


def next_state(z, h, h_tilde):
    return einsum("bu,bu->bu", z, h) + einsum("bu,bu->bu", 1 - z, h_tilde)


def gru_step(x, h, params):
    z, r = (
        gate(x, h, params["W_" + g], params["U_" + g], params["b_" + g])
        for gate, g in ((update_gate, "z"), (reset_gate, "r"))
    )
    return next_state(z, h, candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"]))


def gru_forward(xs, h0, params):
    h, hs = h0, []
    for x in einsum("btd->tbd", xs):
        h = gru_step(x, h, params)
        hs.append(h)
    return einsum("tbu->btu", np.array(hs))
