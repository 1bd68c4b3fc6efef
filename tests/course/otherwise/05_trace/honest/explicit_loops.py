import math

import numpy as np


def gate_trace(weights, embedded):
    kernel, recurrent, bias = weights
    T, d, u = len(embedded), len(kernel), len(recurrent)
    z, r = np.zeros((T, u)), np.zeros((T, u))
    h = [0.0] * u
    for t in range(T):
        new = []
        for j in range(u):
            side = []
            for g in range(3):
                a = float(bias[0][g * u + j])
                for i in range(d):
                    a += embedded[t][i] * kernel[i][g * u + j]
                c = float(bias[1][g * u + j])
                for i in range(u):
                    c += h[i] * recurrent[i][g * u + j]
                side.append((a, c))
            z[t, j] = 1 / (1 + math.exp(-(side[0][0] + side[0][1])))
            r[t, j] = 1 / (1 + math.exp(-(side[1][0] + side[1][1])))
            new.append(z[t, j] * h[j] + (1 - z[t, j]) * math.tanh(side[2][0] + r[t, j] * side[2][1]))
        h = new
    return z, r
