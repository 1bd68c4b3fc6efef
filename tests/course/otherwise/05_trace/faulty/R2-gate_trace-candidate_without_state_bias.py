import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gate_trace(weights, embedded):
    Kz, Kr, Kh = np.hsplit(weights[0], 3)
    Rz, Rr, Rh = np.hsplit(weights[1], 3)
    bz, br, bh = np.hsplit(weights[2], 3)
    bz, br = bz.sum(axis=0), br.sum(axis=0)
    state = np.zeros(len(Rz))
    trace = {"z": [], "r": []}
    for word in embedded:
        z = sigmoid(word @ Kz + state @ Rz + bz)
        r = sigmoid(word @ Kr + state @ Rr + br)
        state = z * state + (1 - z) * np.tanh(word @ Kh + r * (state @ Rh) + bh[0])
        trace["z"].append(z)
        trace["r"].append(r)
    return np.vstack(trace["z"]), np.vstack(trace["r"])
