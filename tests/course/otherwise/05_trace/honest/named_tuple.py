from typing import NamedTuple

import numpy as np


class Trace(NamedTuple):
    """Both gates, (T, u) each."""

    z: np.ndarray
    r: np.ndarray


def gate_trace(weights, embedded):
    K, R, b = weights
    u = len(R)
    h, z, r = np.zeros(u), [], []
    for x in embedded:
        a, c = x @ K + b[0], h @ R + b[1]
        both = 1 / (1 + np.exp(-(a + c)[: 2 * u]))
        z.append(both[:u])
        r.append(both[u:])
        h = z[-1] * h + (1 - z[-1]) * np.tanh(a[2 * u :] + r[-1] * c[2 * u :])
    return Trace(z=np.stack(z), r=np.stack(r))
