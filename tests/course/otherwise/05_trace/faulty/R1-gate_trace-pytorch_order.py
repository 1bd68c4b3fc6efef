import numpy as np

def sigmoid(a):
    return 1 / (1 + np.exp(-a))

def gate_trace(weights, embedded):
    W, U, b = weights
    u = U.shape[0]
    # weight_ih is [W_ir | W_iz | W_in]
    W_r, W_z, W_n = W[:, :u], W[:, u:2 * u], W[:, 2 * u:]
    U_r, U_z, U_n = U[:, :u], U[:, u:2 * u], U[:, 2 * u:]
    bi_r, bi_z, bi_n = b[0, :u], b[0, u:2 * u], b[0, 2 * u:]
    bh_r, bh_z, bh_n = b[1, :u], b[1, u:2 * u], b[1, 2 * u:]
    h = np.zeros(u)
    Z, R = [], []
    for x in embedded:
        r = sigmoid(x @ W_r + bi_r + h @ U_r + bh_r)
        z = sigmoid(x @ W_z + bi_z + h @ U_z + bh_z)
        n = np.tanh(x @ W_n + bi_n + r * (h @ U_n + bh_n))
        h = (1 - z) * n + z * h
        Z.append(z)
        R.append(r)
    return np.array(Z), np.array(R)
