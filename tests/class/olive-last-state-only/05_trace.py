import numpy as np

def step(x, h, weights):
    K, R, b = weights
    a, c = x @ K + b[0], h @ R + b[1]
    u = len(R)
    z = 1 / (1 + np.exp(-(a[:u] + c[:u])))
    r = 1 / (1 + np.exp(-(a[u : 2 * u] + c[u : 2 * u])))
    return z, r, z * h + (1 - z) * np.tanh(a[2 * u :] + r * c[2 * u :])


def gate_trace(weights, embedded):
    h = np.zeros(len(weights[1]))
    z_means, r_means = [], []
    for word in embedded:
        z, r, h = step(word, h, weights)
        z_means.append(sum(z) / len(z))
        r_means.append(sum(r) / len(r))
    return np.array(z_means), np.array(r_means)
