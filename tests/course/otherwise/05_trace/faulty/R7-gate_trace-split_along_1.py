import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gate_trace(weights, embedded):
    kernel, recurrent_kernel, bias = weights
    W_z, W_r, W_h = np.split(kernel, 3, axis=1)
    U_z, U_r, U_h = np.split(recurrent_kernel, 3, axis=1)
    b_z, b_r, b_h = np.split(bias, 3, axis=1)
    h = np.zeros(U_z.shape[0])
    z_list, r_list = [], []
    for x in embedded:
        z = sigmoid(np.dot(x, W_z) + np.dot(h, U_z) + b_z)
        r = sigmoid(np.dot(x, W_r) + np.dot(h, U_r) + b_r)
        h_hat = np.tanh(np.dot(x, W_h) + r * np.dot(h, U_h) + b_h)
        h = z * h + (1 - z) * h_hat
        z_list.append(z)
        r_list.append(r)
    return np.array(z_list), np.array(r_list)
