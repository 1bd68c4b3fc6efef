import numpy as np

sigmoid = lambda a: np.where(np.asarray(a) < 0, np.exp(-np.abs(a)), 1) / (1 + np.exp(-np.abs(a)))
update_gate = lambda x, h, W_z, U_z, b_z: sigmoid(x @ W_z + h @ U_z + b_z)
reset_gate = lambda x, h, W_r, U_r, b_r: sigmoid(x @ W_r + h @ U_r + b_r)
candidate_state = lambda x, h, r, W_h, U_h, b_h: np.tanh(x @ W_h + (r * h) @ U_h + b_h)
next_state = lambda z, h, h_tilde: z * h + (1 - z) * h_tilde
gru_step = lambda x, h, p: next_state(
    update_gate(x, h, p["W_z"], p["U_z"], p["b_z"]),
    h,
    candidate_state(x, h, reset_gate(x, h, p["W_r"], p["U_r"], p["b_r"]), p["W_h"], p["U_h"], p["b_h"]),
)
gru_forward = lambda xs, h, p: np.stack([h := gru_step(xs[:, t], h, p) for t in range(xs.shape[1])], axis=1)
