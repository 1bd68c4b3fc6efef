import numpy as np


def sigmoid(value):
    e = np.exp(-np.abs(value))
    return np.where(np.asarray(value) >= 0, 1, e) / (1 + e)


def update_gate(inp, state, weights, recurrent, bias=0.0):
    return sigmoid(value=inp @ weights + state @ recurrent + bias)


def reset_gate(inp, state, weights, recurrent, bias=0.0):
    return sigmoid(value=inp @ weights + state @ recurrent + bias)


def candidate_state(inp, state, forget, weights, recurrent, bias=0.0, activation=np.tanh):
    return activation(inp @ weights + (forget * state) @ recurrent + bias)


def next_state(keep, old, new):
    return keep * old + (1 - keep) * new


def gru_step(inp, state, p, return_gates=False):
    keep = update_gate(inp=inp, state=state, weights=p["W_z"], recurrent=p["U_z"], bias=p["b_z"])
    forget = reset_gate(bias=p["b_r"], recurrent=p["U_r"], weights=p["W_r"], state=state, inp=inp)
    new = candidate_state(inp, state, forget=forget, weights=p["W_h"], recurrent=p["U_h"], bias=p["b_h"])
    new_state = next_state(old=state, new=new, keep=keep)
    return (new_state, keep, forget) if return_gates else new_state


def gru_forward(sequence, first_state=None, p=None, *, verbose=False):
    state = first_state
    states = []
    for t in range(sequence.shape[1]):
        state = gru_step(p=p, inp=sequence[:, t], state=state)
        if verbose:
            print(t, state)
        states.append(state)
    return np.stack(states, axis=1)
