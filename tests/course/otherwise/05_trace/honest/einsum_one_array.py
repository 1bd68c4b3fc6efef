import numpy as np


def gate_trace(weights, embedded):
    K, R, b = (w.reshape(w.shape[0], 3, w.shape[1] // 3) for w in weights)
    x = np.einsum("td,dgu->gtu", embedded, K) + b[0][:, None]
    h = np.zeros(R.shape[0])
    gates = np.empty((2, *x.shape[1:]))
    for t in range(len(embedded)):
        c = np.einsum("v,vgu->gu", h, R) + b[1]
        gates[:, t] = 1 / (1 + np.exp(-x[:2, t] - c[:2]))
        z, r = gates[:, t]
        h = z * h + (1 - z) * np.tanh(x[2, t] + r * c[2])
    return gates
