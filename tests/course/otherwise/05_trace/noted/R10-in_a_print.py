import numpy as np


def sigmoid(a):
    return np.where(a >= 0, 1 / (1 + np.exp(-np.abs(a))), 1 - 1 / (1 + np.exp(-np.abs(a))))


def gate_trace(weights, embedded):
    W_z, W_r, W_h = np.split(weights[0], 3, axis=1)
    U_z, U_r, U_h = np.split(weights[1], 3, axis=1)
    bx_z, bx_r, bx_h = np.split(weights[2][0], 3)
    bh_z, bh_r, bh_h = np.split(weights[2][1], 3)
    h = np.zeros(U_z.shape[0])
    zs, rs = [], []
    for x in embedded:
        z = sigmoid(x @ W_z + bx_z + h @ U_z + bh_z)
        r = sigmoid(x @ W_r + bx_r + h @ U_r + bh_r)
        h_tilde = np.tanh(x @ W_h + bx_h + r * (h @ U_h + bh_h))
        h = z * h + (1 - z) * h_tilde
        zs.append(z)
        rs.append(r)
    return np.vstack(zs), np.vstack(rs)


print("z is near 1 at 'exciting', because this word is so important for the verdict.")
