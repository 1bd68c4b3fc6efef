import numpy as np


def gate_trace(weights, embedded):
    W, U, b = [np.hsplit(w, 3) for w in weights]
    h, gates = np.zeros(U[0].shape[0]), [[], []]
    for x in embedded:
        for k in (0, 1):
            gates[k].append(1 / (1 + np.exp(-(x @ W[k] + b[k][0] + h @ U[k] + b[k][1]))))
        z, r = gates[0][-1], gates[1][-1]
        h = z * h + (1 - z) * np.tanh(x @ W[2] + b[2][0] + r * (h @ U[2] + b[2][1]))
    return [np.array(g) for g in gates]
