import numpy
from numpy import dot, matmul, add, multiply, subtract, tanh, exp


def sigmoid(a):
    clipped = numpy.clip(a, -700, 700)
    return 1 / add(1, exp(-clipped))


def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(add(add(dot(x, W_z), dot(h, U_z)), b_z))


def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(add(add(matmul(x, W_r), matmul(h, U_r)), b_r))


def candidate_state(x, h, r, W_h, U_h, b_h):
    return tanh(add(add(dot(x, W_h), dot(multiply(r, h), U_h)), b_h))


def next_state(z, h, h_tilde):
    return add(multiply(z, h), multiply(subtract(1, z), h_tilde))


def gru_step(x, h, params):
    return next_state(
        update_gate(x, h, params.get("W_z"), params.get("U_z"), params.get("b_z")),
        h,
        candidate_state(
            x,
            h,
            reset_gate(x, h, params.get("W_r"), params.get("U_r"), params.get("b_r")),
            params.get("W_h"),
            params.get("U_h"),
            params.get("b_h"),
        ),
    )


def gru_forward(xs, h0, params):
    every = []
    t = 0
    while t < xs.shape[1]:
        h0 = gru_step(xs[:, t], h0, params)
        every.append(h0)
        t += 1
    return numpy.dstack(every).transpose(0, 2, 1)
