import numpy as np

sigmoid = lambda a: 0.5 * (np.tanh(0.5 * np.asarray(a)) + 1)


def _gate(x, h, W, U, b):
    return sigmoid(x @ W + h @ U + b)


update_gate = reset_gate = _gate
candidate_state = lambda x, h, r, W_h, U_h, b_h: np.tanh(x @ W_h + r * h @ U_h + b_h)
next_state = lambda z, h, h_tilde: z * h + (1 - z) * h_tilde


def gru_step(x, h, params):
    def w(g):
        return [params[k + "_" + g] for k in "WUb"]

    z, r = update_gate(x, h, *w("z")), reset_gate(x, h, *w("r"))
    return next_state(z, h, candidate_state(x, h, r, *w("h")))


def gru_forward(xs, h0, params):
    import itertools

    steps = (xs[:, t] for t in range(xs.shape[1]))
    states = itertools.accumulate(steps, lambda h, x: gru_step(x, h, params), initial=h0)
    return np.stack(list(states)[1:], axis=1)
