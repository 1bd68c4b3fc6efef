import numpy as np

PARTS = {}


def part(f):
    PARTS[f.__name__] = f
    return f


@part
def sigmoid(a):
    e = np.exp(-np.abs(a))
    return np.where(np.greater_equal(a, 0), 1.0, e).astype(np.asarray(e).dtype) / (1 + e)


@part
def update_gate(x, h, W_z, U_z, b_z):
    return PARTS["sigmoid"](x @ W_z + h @ U_z + b_z)


@part
def reset_gate(x, h, W_r, U_r, b_r):
    return PARTS["sigmoid"](x @ W_r + h @ U_r + b_r)


@part
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + (r * h) @ U_h + b_h)


@part
def next_state(z, h, h_tilde):
    return z * h + (1 - z) * h_tilde


@part
def gru_step(x, h, params):
    z = PARTS["update_gate"](x, h, *(params[k + "_z"] for k in "WUb"))
    r = PARTS["reset_gate"](x, h, *(params[k + "_r"] for k in "WUb"))
    c = PARTS["candidate_state"](x, h, r, *(params[k + "_h"] for k in "WUb"))
    return PARTS["next_state"](z, h, c)


def gru_forward(xs, h0, params):
    states = [h0]
    for t in range(xs.shape[1]):
        states.append(PARTS["gru_step"](xs[:, t], states[-1], params))
    return np.stack(states[1:], axis=1)
