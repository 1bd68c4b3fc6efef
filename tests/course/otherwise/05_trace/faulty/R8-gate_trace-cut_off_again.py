import numpy as np

def step(x, h, weights):
    K, R, b = weights
    a, c = x @ K + b[0], h @ R + b[1]
    u = len(R)
    z = 1 / (1 + np.exp(-(a[:u] + c[:u])))
    r = 1 / (1 + np.exp(-(a[u : 2 * u] + c[u : 2 * u])))
    return z, r, z * h + (1 - z) * np.tanh(a[2 * u :] + r * c[2 * u :])


def gate_trace(weights, embedded):
    T = len(embedded)
    h = np.zeros(len(weights[1]))
    for _ in range(50 - T):  # the model was trained on 50 steps, padding first
        h = step(np.zeros(embedded.shape[1]), h, weights)[2]
    out = []
    for word in embedded:
        z, r, h = step(word, h, weights)
        out.append((z, r))
    z, r = zip(*out)
    return np.array(z), np.array(r)
