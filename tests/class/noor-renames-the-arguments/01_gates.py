import numpy as np


def sigmoid(value):
    e = np.exp(-np.abs(value))
    return np.where(value >= 0, 1, e) / (1 + e)


def update_gate(inputs, state, kernel, recurrent, bias):
    return sigmoid(inputs @ kernel + state @ recurrent + bias)


def reset_gate(inputs, state, kernel, recurrent, bias):
    return sigmoid(inputs @ kernel + state @ recurrent + bias)


def candidate_state(inputs, state, reset, kernel, recurrent, bias):
    return np.tanh(inputs @ kernel + (reset * state) @ recurrent + bias)


def next_state(update, state, candidate):
    return update * state + (1 - update) * candidate


def gru_step(inputs, state, weights):
    z = update_gate(inputs=inputs, state=state, kernel=weights["W_z"], recurrent=weights["U_z"], bias=weights["b_z"])
    r = reset_gate(inputs=inputs, state=state, kernel=weights["W_r"], recurrent=weights["U_r"], bias=weights["b_r"])
    new = candidate_state(
        inputs, state, reset=r, bias=weights["b_h"], recurrent=weights["U_h"], kernel=weights["W_h"]
    )
    return next_state(candidate=new, state=state, update=z)


def gru_forward(sequence, initial, weights):
    state, states = initial, []
    for step in range(sequence.shape[1]):
        state = gru_step(inputs=sequence[:, step], state=state, weights=weights)
        states.append(state)
    return np.stack(states, 1)
