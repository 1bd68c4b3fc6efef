import numpy as np


def gate_trace(weights, embedded):
    K, R = (w.reshape(len(w), 3, -1) for w in weights[:2])
    b = weights[2].reshape(2, 3, -1)
    h, trace = np.zeros(R.shape[-1]), []
    for x in embedded:
        a = np.einsum("d,dgu->gu", x, K) + b[0]
        z, r = 1 / (1 + np.exp(-(a + np.einsum("v,vgu->gu", h, R) + b[1])))[:2]
        n = np.tanh(a[2] + b[1, 2] + np.einsum("v,v,vu->u", r, h, R[:, 2]))
        h = z * h + n - z * n
        trace.append(np.stack([z, r]))
    return np.stack(trace, axis=1)
