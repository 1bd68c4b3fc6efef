import numpy as np

# One product for both gates: W = [W_z W_r], U = [U_z U_r], b = [b_z b_r]


def sigmoid(a):
    return 0.5 + 0.5 * np.tanh(a / 2)


def _linear(v, w):
    return v @ w


def update_gate(x, h, W_z, U_z, b_z):
    xh = np.concatenate([x, h], axis=1)
    return sigmoid(_linear(xh, np.concatenate([W_z, U_z], axis=0)) + b_z)


def reset_gate(x, h, W_r, U_r, b_r):
    return update_gate(x, h, W_r, U_r, b_r)  # same formula, other weights


def candidate_state(x, h, r, W_h, U_h, b_h):
    xh = np.hstack((x, r * h))
    return np.tanh(_linear(xh, np.vstack((W_h, U_h))) + b_h)


def next_state(z, h, h_tilde):
    return z * h + (1 - z) * h_tilde


def gru_step(x, h, params):
    u = h.shape[-1]
    W = np.concatenate((params["W_z"], params["W_r"]), axis=1)
    U = np.concatenate((params["U_z"], params["U_r"]), axis=1)
    b = np.concatenate((params["b_z"], params["b_r"]))
    both = sigmoid(x @ W + h @ U + b)
    z, r = both[:, :u], both[:, u:]
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


def gru_forward(xs, h0, params):
    states = []
    for t in range(xs.shape[1]):
        h0 = gru_step(xs[:, t], h0, params)  # the name moves on, the array of the caller stays
        states.append(h0[:, None])
    return np.concatenate(states, axis=1)
