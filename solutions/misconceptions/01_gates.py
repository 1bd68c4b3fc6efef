# ruff: noqa: F811  a variant bears the name of the function it replaces, and its mistake's name says what it does
"""What goes wrong in 01_gates: each mistake with its name, a sentence for the next lecture, a hint and its variants.

Names such as ``sigmoid`` mean the exercise's own here, see ``grader.checks.mistakes.declare``. Where a mistake can be
made in several functions each has a variant, and a student may make it in one of them or in all.
"""

import math

import numpy as np

from grader.checks.authoring import mistake, variant

mistake(
    "G1",
    name="the update gate works the other way round",
    explanation="In this course (as in Cho et al. and in Keras) z near 1 keeps the past; many tutorials write the "
    "blend with z and 1 - z exchanged.",
    hint="Set z to 1 by hand: which should come back, the old state or the new one? The lesson says that a high update "
    "gate keeps more of the past. Look at which of the two z stands next to, and whether z itself is near 1 where its sum is large.",
)


@variant("G1")
def next_state(z, h, h_tilde):
    return (1 - z) * h + z * h_tilde


@variant("G1", form="the gate itself")
def update_gate(x, h, W_z, U_z, b_z):
    return 1 - sigmoid(x @ W_z + h @ U_z + b_z)


mistake(
    "G2",
    name="the two gates are swapped",
    explanation="z blends the old state with the new one, r acts inside the candidate; here each got the other's "
    "place.",
    hint="Follow each gate from where it is made to where it is used. Which one does the candidate need, and which one "
    "the blend? The candidate listens to the reset gate, the blend to the update gate.",
)


@variant("G2")
def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, z, params["W_h"], params["U_h"], params["b_h"])
    return next_state(r, h, h_tilde)


mistake(
    "G3",
    name="the reset gate is not used",
    explanation="Without r the candidate always sees the whole old state, so nothing can be left out of it.",
    hint="Call candidate_state twice, once with r all zeros and once with r all ones: should the results be the same? "
    "The old state reaches the candidate only as much as r lets through, so r belongs next to h.",
)


@variant("G3")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + h @ U_h + b_h)


mistake(
    "G4",
    name="the reset gate is applied after the matrix product",
    explanation="In this exercise r scales the old state before U_h mixes its units; Keras' default (reset_after=True) "
    "and PyTorch do it afterwards, which is another network.",
    hint="Does r choose among the units of the old state, or among the results of the product with U_h? Look at what r "
    "stands next to in the equation, and at the brackets: something like (... * ...) @ U_h.",
)


@variant("G4")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + r * (h @ U_h) + b_h)


mistake(
    "G5",
    name="a matrix product where entries should be multiplied",
    explanation="A gate has one number for each unit and scales that unit alone, so it is multiplied entry by entry.",
    hint="What shape do a gate and the state have, and what shape should their product have? A gate scales each unit "
    "by itself: that is * in NumPy, while @ and np.dot mix the units.",
)


@variant("G5")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + (r @ h) @ U_h + b_h)


@variant("G5")
def next_state(z, h, h_tilde):
    return z @ h + (1 - z) @ h_tilde


@variant("G5", form="np.dot")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(np.dot(x, W_h) + np.dot(np.dot(r, h), U_h) + b_h)


@variant("G5", form="np.dot")
def next_state(z, h, h_tilde):
    return np.dot(z, h) + np.dot(1 - z, h_tilde)


mistake(
    "G6",
    name="the reset gate works the other way round",
    explanation="r near 0 drops the old state from the candidate; with 1 - r it is r near 1 that does.",
    hint="Set r to 0 by hand: how much of the old state should the candidate still see? None of it. Look at what the "
    "old state is multiplied by, and whether r itself is near 1 where its sum is large.",
)


@variant("G6")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + ((1 - r) * h) @ U_h + b_h)


@variant("G6", form="the gate itself")
def reset_gate(x, h, W_r, U_r, b_r):
    return 1 - sigmoid(x @ W_r + h @ U_r + b_r)


mistake(
    "G7",
    name="the reset gate scales the input",
    explanation="r decides how much of the old state the candidate sees; the new word always comes in whole.",
    hint="Set r to 0 by hand: should the candidate still know this step's input? It should, only the old state is left "
    "out. Look at which terms r multiplies: x @ W_h and the bias stand outside.",
)


@variant("G7", form="on the input instead of the state")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(r * (x @ W_h) + h @ U_h + b_h)


@variant("G7", form="on the whole sum")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(r * (x @ W_h + h @ U_h + b_h))


mistake(
    "G8",
    name="the reset gate is applied twice",
    explanation="The form with r before the product and the one with r after it were mixed; each uses r once.",
    hint="Count how often r appears in your candidate and how often in the equation. Once is enough: it scales the old "
    "state, and the product with U_h comes after that.",
)


@variant("G8")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + r * ((r * h) @ U_h) + b_h)


mistake(
    "G9",
    name="the candidate uses the update gate",
    explanation="The candidate is made with r; z comes in only when old and new are blended. Usually a copied line.",
    hint="Which gate decides how much of the old state the candidate sees? Look at the gate that your candidate gets: "
    "its place is candidate_state(x, h, r, ...), with the reset gate. If r stands there, which weights was it made with?",
)


@variant("G9")
def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    h_tilde = candidate_state(x, h, z, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


mistake(
    "G10",
    name="a gate does not see the state",
    explanation="A gate is computed from this step's input and from the state so far; without h it can't depend on "
    "what was read before.",
    hint="Call the gate with two different states and the same input: should it give the same numbers? A gate's sum "
    "has three terms; look for the one with h and U.",
)


@variant("G10")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x @ W_z + b_z)


@variant("G10")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(x @ W_r + b_r)


mistake(
    "G11",
    name="a gate lacks its input or its bias",
    explanation="A gate's sum has three terms, one for the input, one for the state and the bias; one was left out.",
    hint="Set the weights to zero and keep the bias, then keep only the input: does the gate still move? Compare your "
    "sum with the equation term by term: input, state, bias.",
)


@variant("G11", form="no input")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(h @ U_z + b_z)


@variant("G11", form="no input")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(h @ U_r + b_r)


@variant("G11", form="no bias")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x @ W_z + h @ U_z)


@variant("G11", form="no bias")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(x @ W_r + h @ U_r)


mistake(
    "G12",
    name="the candidate lacks its bias",
    explanation="The candidate has a bias of its own, b_h, like the two gates.",
    hint="With x and h all zeros, what should be left inside the tanh? Count the terms of your sum: there are three.",
)


@variant("G12")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + (r * h) @ U_h)


mistake(
    "G13",
    name="the weights are transposed",
    explanation="Here a row is one example, so data stand left of the weights and nothing is transposed; courses that "
    "write states as columns have it the other way.",
    hint="x is (batch, d) and W is (d, u): in which order does the product have the shape (batch, u)? Data first, "
    "weights second, as they are, also for the square U, where the shape can't warn you.",
)


@variant("G13", form="U transposed")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x @ W_z + h @ U_z.T + b_z)


@variant("G13", form="U transposed")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(x @ W_r + h @ U_r.T + b_r)


@variant("G13", form="U transposed")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + (r * h) @ U_h.T + b_h)


@variant("G13", form="weights left of the data")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(W_z @ x + U_z @ h + b_z)


@variant("G13", form="weights left of the data")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(W_r @ x + U_r @ h + b_r)


@variant("G13", form="weights left of the data")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(W_h @ x + U_h @ (r * h) + b_h)


@variant("G13", form="weights left of the data, np.dot")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(np.dot(W_z, x) + np.dot(U_z, h) + b_z)


@variant("G13", form="weights left of the data, np.dot")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(np.dot(W_r, x) + np.dot(U_r, h) + b_r)


@variant("G13", form="weights left of the data, np.dot")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(np.dot(W_h, x) + np.dot(U_h, r * h) + b_h)


mistake(
    "G14",
    name="input and state are glued together in another order than their weights",
    explanation="Whoever puts x and h side by side must put W above U in the same order; d + u fits both ways, so no "
    "error warns.",
    hint="Write down the order of the columns of your glued [.., ..] and of the rows of your stacked weights. The "
    "first d columns meet the first d rows: do both belong to x?",
)


@variant("G14", form="[x, h] on [U, W]")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(_glued(x, h, U_z, W_z) + b_z)


@variant("G14", form="[x, h] on [U, W]")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(_glued(x, h, U_r, W_r) + b_r)


@variant("G14", form="[x, h] on [U, W]")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(_glued(x, r * h, U_h, W_h) + b_h)


@variant("G14", form="[h, x] on [W, U]")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(_glued(h, x, W_z, U_z) + b_z)


@variant("G14", form="[h, x] on [W, U]")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(_glued(h, x, W_r, U_r) + b_r)


@variant("G14", form="[h, x] on [W, U]")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(_glued(r * h, x, W_h, U_h) + b_h)


def _glued(left, right, top, bottom):
    return np.concatenate([left, right], axis=-1) @ np.concatenate([top, bottom], axis=0)


mistake(
    "G15",
    name="the candidate goes through the sigmoid",
    explanation="The candidate is new content, between -1 and 1, so it takes tanh; only the gates are shares between 0 "
    "and 1.",
    hint="Can your candidate be negative? New content may be, a gate may not. Look at the function around the sum in "
    "the third equation: it is not the one of the gates.",
)


@variant("G15")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return sigmoid(x @ W_h + (r * h) @ U_h + b_h)


mistake(
    "G16",
    name="the candidate does not go through tanh",
    explanation="tanh keeps the state between -1 and 1 however long the sentence is; relu or nothing lets it grow.",
    hint="How large can an entry of your candidate become? It should stay between -1 and 1. Look at what stands around "
    "the sum in the third equation.",
)


@variant("G16", form="relu")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.maximum(x @ W_h + (r * h) @ U_h + b_h, 0)


@variant("G16", form="nothing")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return x @ W_h + (r * h) @ U_h + b_h


mistake(
    "G17",
    name="tanh in the place of the sigmoid",
    explanation="A gate is a share between 0 and 1, so it takes the sigmoid; tanh would let it be negative.",
    hint="Can your result be negative? A share of the past can't be. Its curve should pass through 0.5 at 0 and stay "
    "between 0 and 1: which of the two functions does that?",
)


@variant("G17")
def sigmoid(a):
    return np.tanh(a)


@variant("G17")
def update_gate(x, h, W_z, U_z, b_z):
    return np.tanh(x @ W_z + h @ U_z + b_z)


@variant("G17")
def reset_gate(x, h, W_r, U_r, b_r):
    return np.tanh(x @ W_r + h @ U_r + b_r)


mistake(
    "G18",
    name="a hard sigmoid instead of the logistic function",
    explanation="The hard sigmoid is a straight line cut off at 0 and 1, the old default of Keras' GRU; it is cheaper "
    "and differs by up to a tenth.",
    hint="What does your sigmoid give at 1? The logistic function gives 0.7311 there, a straight line does not. Look "
    "for the exponential in its formula.",
)


@variant("G18", form="slope 1/5, Keras 1 and 2")
def sigmoid(a):
    return np.clip(0.2 * np.asarray(a) + 0.5, 0, 1)


@variant("G18", form="slope 1/5, Keras 1 and 2")
def update_gate(x, h, W_z, U_z, b_z):
    return np.clip(0.2 * (x @ W_z + h @ U_z + b_z) + 0.5, 0, 1)


@variant("G18", form="slope 1/5, Keras 1 and 2")
def reset_gate(x, h, W_r, U_r, b_r):
    return np.clip(0.2 * (x @ W_r + h @ U_r + b_r) + 0.5, 0, 1)


@variant("G18", form="slope 1/6, Keras 3")
def sigmoid(a):
    return np.clip(np.asarray(a) / 6 + 0.5, 0, 1)


@variant("G18", form="slope 1/6, Keras 3")
def update_gate(x, h, W_z, U_z, b_z):
    return np.clip((x @ W_z + h @ U_z + b_z) / 6 + 0.5, 0, 1)


@variant("G18", form="slope 1/6, Keras 3")
def reset_gate(x, h, W_r, U_r, b_r):
    return np.clip((x @ W_r + h @ U_r + b_r) / 6 + 0.5, 0, 1)


mistake(
    "G19",
    name="old and new do not share one whole",
    explanation="Old and new state are mixed with shares that add up to 1, so the state stays between -1 and 1; "
    "without 1 - z it can grow.",
    hint="How much of the old state is in your result, and how much of the new? The two shares should add up to 1 in "
    "every unit: what is left when z is taken?",
)


@variant("G19", form="the new state whole")
def next_state(z, h, h_tilde):
    return z * h + h_tilde


@variant("G19", form="z for both")
def next_state(z, h, h_tilde):
    return z * h + z * h_tilde


mistake(
    "G20",
    name="an extra tanh around the new state",
    explanation="An LSTM sends its cell through tanh at the end, a GRU does not: its blend already lies between -1 and "
    "1.",
    hint="With z = 1 the old state should come back untouched: does it? Look at what your last line does after the "
    "blend; the LSTM has that step, the GRU has not.",
)


@variant("G20")
def next_state(z, h, h_tilde):
    return np.tanh(z * h + (1 - z) * h_tilde)


mistake(
    "G21",
    name="the exponential of a large number overflows",
    explanation="Right for everyday numbers, but exp of a large positive number overflows (float64 above 709, float32 "
    "above 88); exp of a negative one never does.",
    hint="What is np.exp(1000)? And np.exp(-1000)? Only one of them is harmless. Write the function so that exp only "
    "ever sees numbers that are not positive; -np.abs(a) is one.",
)


@variant("G21", form="1 / (1 + exp(-a))")
def sigmoid(a):
    return 1 / (1 + np.exp(-np.asarray(a)))


@variant("G21", form="exp(a) / (1 + exp(a))")
def sigmoid(a):
    e = np.exp(np.asarray(a))
    return e / (1 + e)


mistake(
    "G22",
    name="np.where computes both of its branches",
    explanation="np.where chooses among finished results, so the branch that is not chosen still overflows and warns.",
    hint="np.where gets two arrays: were both computed before it chose? Yes, for every entry. So make the exponential "
    "harmless first, for both branches at once, and choose afterwards.",
)


@variant("G22")
def sigmoid(a):
    a = np.asarray(a)
    return np.where(a >= 0, 1 / (1 + np.exp(-a)), np.exp(a) / (1 + np.exp(a)))


mistake(
    "G23",
    name="the state is not carried from step to step",
    explanation="Each step must start from the state that the step before gave; starting from h0 every time forgets "
    "the sentence.",
    hint="Which state does your second step start from? It should be the result of the first. Look at the name that "
    "you pass to gru_step and at the name that you give to its result.",
)


@variant("G23")
def gru_forward(xs, h0, params):
    return np.stack([gru_step(xs[:, t], h0, params) for t in range(xs.shape[1])], axis=1)


mistake(
    "G24",
    name="the first state h0 is ignored",
    explanation="The caller says from which state to start; zeros are only the usual choice.",
    hint="Call your function with two different h0: should the results be the same? Look at what your state is before "
    "the loop begins.",
)


@variant("G24")
def gru_forward(xs, h0, params):
    return _walk(xs, np.zeros_like(h0), params)


mistake(
    "G25",
    name="time and batch are mixed up",
    explanation="Here arrays are (batch, T, ...); PyTorch and some books put time first.",
    hint="Print xs.shape and the shape of your result: which axis is time? It is the middle one, coming in and going "
    "out. So a step takes xs[:, t], and the results are stacked along axis 1.",
)


@variant("G25", form="the result has time first")
def gru_forward(xs, h0, params):
    return _walk(xs, h0, params).swapaxes(0, 1)


@variant("G25", form="the loop runs over the batch")
def gru_forward(xs, h0, params):
    return _walk(xs.swapaxes(0, 1), h0, params).swapaxes(0, 1)


@variant("G25", form="the loop runs over the batch, stacked along axis 1")
def gru_forward(xs, h0, params):
    return _walk(xs.swapaxes(0, 1), h0, params)


mistake(
    "G26",
    name="only the last state is returned",
    explanation="All states are asked for, (batch, T, u), as with return_sequences=True in Keras; the default there is "
    "the last one.",
    hint="How many states does a sentence of T words have? Your result should hold all of them, (batch, T, u): keep "
    "each one as the loop goes on.",
)


@variant("G26")
def gru_forward(xs, h0, params):
    return _walk(xs, h0, params)[:, -1]


mistake(
    "G27",
    name="the same array is kept for every step",
    explanation="A list that was given one array T times shows its last contents T times; each step needs an array of "
    "its own.",
    hint="Are all time steps of your result equal? h[:] = ... and h *= ..., here or in your step, write into the array that you "
    "have kept already. Let each step make a new array, or keep a copy.",
)


@variant("G27", form="h0 itself is written to")
def gru_forward(xs, h0, params):
    return _overwrite(xs, h0, params)


@variant("G27", form="h0 is copied first")
def gru_forward(xs, h0, params):
    return _overwrite(xs, h0.copy(), params)


mistake(
    "G28",
    name="the caller's state is changed in place",
    explanation="h *= z writes into the caller's array, who may still need it; h = h * z makes a new one.",
    hint="Print h before and after the call: is it still the same? Operators such as *= and h[:] = write into the "
    "array that was passed in; make a new array instead.",
)


@variant("G28")
def next_state(z, h, h_tilde):
    h *= z
    return h + (1 - z) * h_tilde


@variant("G28")
def gru_step(x, h, params):
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    h *= z
    return h + (1 - z) * h_tilde


mistake(
    "G29",
    name="float32 comes in, float64 goes out",
    explanation="np.zeros and np.empty make float64 unless told otherwise, which doubles the memory of the result.",
    hint="Print the dtype of xs and of your result. Look at where the result's array is made: np.zeros and np.empty "
    "take a dtype.",
)


@variant("G29")
def gru_forward(xs, h0, params):
    states = np.zeros((*xs.shape[:2], h0.shape[1]))
    states[:] = _walk(xs, h0, params)
    return states


mistake(
    "G30",
    name="the bias is added as a column",
    explanation="A bias has one number for each unit and is added to every row; as a column it goes to the wrong axis, "
    "and where batch equals units no error warns.",
    hint="x @ W is (batch, u) and the bias is (u,): along which axis should it be repeated? NumPy lines up the last "
    "axes by itself, so the bias needs no new axis.",
)


@variant("G30")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x @ W_z + h @ U_z + b_z[:, None])


@variant("G30")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(x @ W_r + h @ U_r + b_r[:, None])


@variant("G30")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + (r * h) @ U_h + b_h[:, None])


mistake(
    "G31",
    name="the sentence is read from the end",
    explanation="A GRU reads from the first word to the last; the other direction is a second layer, as in the next "
    "lesson.",
    hint="Which word does your first step read? It should be xs[:, 0]. Look at the order in which your loop runs.",
)


@variant("G31", form="the results in the order of reading")
def gru_forward(xs, h0, params):
    return _walk(xs[:, ::-1], h0, params)


@variant("G31", form="the results turned back")
def gru_forward(xs, h0, params):
    return _walk(xs[:, ::-1], h0, params)[:, ::-1]


mistake(
    "G32",
    name="entries are multiplied where a matrix product belongs",
    explanation="* goes entry by entry, @ sums over a shared axis; weights are always applied with @, a gate always with *.",
    hint="x is (batch, d) and W is (d, u): can they be multiplied entry by entry? Weights are applied with a matrix product, "
    "which NumPy writes @. Look at which of your products is between data and weights.",
)


@variant("G32", form="the input and its weights")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x * W_z + h @ U_z + b_z)


@variant("G32", form="the input and its weights")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(x * W_r + h @ U_r + b_r)


@variant("G32", form="the input and its weights")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x * W_h + (r * h) @ U_h + b_h)


@variant("G32", form="the state and its weights")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x @ W_z + h * U_z + b_z)


@variant("G32", form="the state and its weights")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(x @ W_r + h * U_r + b_r)


@variant("G32", form="the state and its weights")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + r * h * U_h + b_h)


mistake(
    "G33",
    name="a function of the module math is given an array",
    explanation="math.exp takes one number; np.exp takes a number or an array and works entry by entry.",
    hint="Your function runs for one number and stops for an array. Which of the functions that you call comes from math? NumPy "
    "has one of the same name that takes both.",
)


@variant("G33", form="as NumPy 2.4 says it")
def sigmoid(a):
    return 1 / (1 + math.exp(-a))


@variant("G33", form="as an older NumPy says it")
def sigmoid(a):
    if np.ndim(a) > 0:
        raise TypeError("only length-1 arrays can be converted to Python scalars")
    return 1 / (1 + math.exp(-a))


mistake(
    "G34",
    name="an if asks one question about a whole array",
    explanation="An array has no single answer to a >= 0, each entry has its own; np.where chooses entry by entry.",
    hint="Print a >= 0 for an array: how many answers are there? An if can take only one of them. You need something that chooses "
    "for each entry, or a formula that serves both cases.",
)


@variant("G34")
def sigmoid(a):
    if a >= 0:
        return 1 / (1 + np.exp(-a))
    return np.exp(a) / (1 + np.exp(a))


mistake(
    "G35",
    name="a gate does not go through the sigmoid",
    explanation="A gate is a share, so the sum has to be squashed into the range from 0 to 1; without that it can be anything.",
    hint="Can your gate be 3, or -2? A share lies between 0 and 1. What stands around the sum in the gate's equation, and what "
    "stands around yours?",
)


@variant("G35")
def update_gate(x, h, W_z, U_z, b_z):
    return x @ W_z + h @ U_z + b_z


@variant("G35")
def reset_gate(x, h, W_r, U_r, b_r):
    return x @ W_r + h @ U_r + b_r


mistake(
    "G36",
    name="the exponent has the wrong sign",
    explanation="exp(a) in the place of exp(-a) turns the curve round: it falls from 1 to 0 where the sigmoid rises.",
    hint="Should your function rise or fall? For a = 2 the formula gives 0.8808. Work it out once more, with the sign of the "
    "exponent in mind.",
)


@variant("G36", form="1 / (1 + exp(a))")
def sigmoid(a):
    return 1 / (1 + np.exp(np.asarray(a)))


@variant("G36", form="without overflow")
def sigmoid(a):
    e = np.exp(-np.abs(a))
    return np.where(np.asarray(a) >= 0, e, 1) / (1 + e)


mistake(
    "G37",
    name="the argument of tanh lacks its factor",
    explanation="The sigmoid is a tanh that is stretched in both directions; (tanh(a) + 1) / 2 has the right range and is too steep.",
    hint="Your curve has the right ends and is too steep between them: compare it with the formula at a = 1. What must a be "
    "multiplied by before it goes into tanh?",
)


@variant("G37")
def sigmoid(a):
    return (np.tanh(a) + 1) / 2


@variant("G37")
def update_gate(x, h, W_z, U_z, b_z):
    return (np.tanh(x @ W_z + h @ U_z + b_z) + 1) / 2


@variant("G37")
def reset_gate(x, h, W_r, U_r, b_r):
    return (np.tanh(x @ W_r + h @ U_r + b_r) + 1) / 2


mistake(
    "G38",
    name="the brackets around 1 - z are missing",
    explanation="Without brackets the product comes first: 1 - z * h~ is not (1 - z) * h~.",
    hint="Put z = 1 into your line, as it stands: what is left of it besides the old state? Python multiplies before it "
    "subtracts. What has to be worked out first?",
)


@variant("G38")
def next_state(z, h, h_tilde):
    return z * h + 1 - z * h_tilde


mistake(
    "G39",
    name="the loop ends after its first step",
    explanation="A return that stands inside the loop ends the function in the first round.",
    hint="How many steps does your loop make? Print t inside it. A function ends where it gives back its result, so look at how "
    "far that line is indented.",
)


@variant("G39", form="the state alone")
def gru_forward(xs, h0, params):
    return gru_step(xs[:, 0], h0, params)


@variant("G39", form="the states so far")
def gru_forward(xs, h0, params):
    return _walk(xs[:, :1], h0, params)


@variant("G39", form="the array for all states")
def gru_forward(xs, h0, params):
    states = np.zeros((*xs.shape[:2], h0.shape[1]), h0.dtype)
    states[:, 0] = gru_step(xs[:, 0], h0, params)
    return states


mistake(
    "G40",
    name="the loop counts the sentences, not the words",
    explanation="len(xs) and xs.shape[0] are the batch; the number of time steps is xs.shape[1].",
    hint="Print len(xs) and xs.shape: which of the three numbers is it? The loop needs as many rounds as a sentence has words.",
)


@variant("G40", form="a list of states")
def gru_forward(xs, h0, params):
    h, states = h0, []
    for t in range(len(xs)):
        h = gru_step(xs[:, t], h, params)
        states.append(h)
    return np.stack(states, axis=1)


@variant("G40", form="an array for all states")
def gru_forward(xs, h0, params):
    h, states = h0, np.zeros((*xs.shape[:2], h0.shape[1]), h0.dtype)
    for t in range(len(xs)):
        h = gru_step(xs[:, t], h, params)
        states[:, t] = h
    return states


mistake(
    "G41",
    name="the first state h0 is among the results",
    explanation="The result holds the states after each word; h0 is the one before the first.",
    hint="What is the first row of your result: the state before the first word, or after it? Count the rows as well. The "
    "caller knows h0 already.",
)


@variant("G41", form="one state too many")
def gru_forward(xs, h0, params):
    return np.concatenate([h0[:, None], _walk(xs, h0, params)], axis=1)


@variant("G41", form="in the place of the last")
def gru_forward(xs, h0, params):
    return np.concatenate([h0[:, None], _walk(xs, h0, params)[:, :-1]], axis=1)


mistake(
    "G42",
    name="the bias is added outside",
    explanation="The bias belongs to the sum that is squashed; added afterwards it pushes the result out of its range.",
    hint="Can your result leave the range of the sigmoid or of tanh? Nothing is added after it in the equations. Look at where "
    "your bracket closes.",
)


@variant("G42")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x @ W_z + h @ U_z) + b_z


@variant("G42")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(x @ W_r + h @ U_r) + b_r


@variant("G42")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ W_h + (r * h) @ U_h) + b_h


mistake(
    "G43",
    name="the weights of the input and of the state are exchanged",
    explanation="W (d, u) belongs to the input x, U (u, u) to the state h; only where d equals u does the exchange run.",
    hint="Print the shapes of x, h, W and U. Which of the two matrices has as many rows as x has columns, and which as many as h?",
)


@variant("G43")
def update_gate(x, h, W_z, U_z, b_z):
    return sigmoid(x @ U_z + h @ W_z + b_z)


@variant("G43")
def reset_gate(x, h, W_r, U_r, b_r):
    return sigmoid(x @ U_r + h @ W_r + b_r)


@variant("G43")
def candidate_state(x, h, r, W_h, U_h, b_h):
    return np.tanh(x @ U_h + (r * h) @ W_h + b_h)


mistake(
    "G44",
    name="the array for the states is as wide as the input",
    explanation="A state has u numbers, a word has d: the result's shape comes from xs and h0 together.",
    hint="Your result is to be (batch, T, u). Which of these three numbers stand in xs.shape, and where does u stand? Print both "
    "shapes.",
)


@variant("G44")
def gru_forward(xs, h0, params):
    h, states = h0, np.zeros_like(xs)
    for t in range(xs.shape[1]):
        h = gru_step(xs[:, t], h, params)
        states[:, t] = h
    return states


mistake(
    "G45",
    name="whole numbers come in, whole numbers go out",
    explanation="np.empty_like, np.zeros_like and np.piecewise make their result in the dtype of the input, which cuts 0.88 to 0.",
    hint="Try your function on np.array([0, 2]), without decimal points. Which line makes the array for the result, and what "
    "dtype does it get?",
)


@variant("G45", form="in an array")
def sigmoid(a):
    value = _logistic(a)
    return value.astype(a.dtype) if np.ndim(a) > 0 else value


@variant("G45", form="a number as well")
def sigmoid(a):
    a = np.asarray(a)
    e = np.exp(-np.abs(a.astype(np.result_type(a, np.float32))))
    return (np.where(a >= 0, 1, e) / (1 + e)).astype(a.dtype)


mistake(
    "G46",
    name="the result is rounded",
    explanation="Rounding is for printing; in a function it throws digits away that every later step needs.",
    hint="How many decimals do your numbers have, and how many has a float? Round when you print, not in what the function gives.",
)


@variant("G46", form="to 2 decimals")
def sigmoid(a):
    return np.round(_logistic(a), 2)


@variant("G46", form="to 4 decimals")
def sigmoid(a):
    return np.round(_logistic(a), 4)


@variant("G46", form="the next state to 2 decimals")
def next_state(z, h, h_tilde):
    return np.round(z * h + (1 - z) * h_tilde, 2)


@variant("G46", form="the next state to 3 decimals")
def next_state(z, h, h_tilde):
    return np.round(z * h + (1 - z) * h_tilde, 3)


def _logistic(a):
    e = np.exp(-np.abs(a))
    return np.where(np.asarray(a) >= 0, 1, e) / (1 + e)


def _walk(xs, h, params):
    """All states, (batch, T, u), step by step from ``h``."""
    states = []
    for t in range(xs.shape[1]):
        h = gru_step(xs[:, t], h, params)
        states.append(h)
    return np.stack(states, axis=1)


def _overwrite(xs, h, params):
    states = []
    for t in range(xs.shape[1]):
        h[:] = gru_step(xs[:, t], h, params)
        states.append(h)
    return np.stack(states, axis=1)
