# %% [markdown]
# # A GRU in seven functions
#
# The lesson says what a GRU's two gates are for. Here you build the cell yourself, in NumPy, one equation at a time.
# When you are done, your seven functions give the same numbers as `keras.layers.GRU(reset_after=False)` with the same
# weights, and no part of that layer is a black box any more.
#
# - **Time:** 60 to 90 minutes
# - **Difficulty:** each function is one to six lines; the thinking is in the shapes
# - **You need:** NumPy, and the lesson's sections on the two gates; no deep-learning package
# - **Points:** 30
#
# **How to work.** Go from top to bottom. Each function has a number, TODO 1 to TODO 7. Put your lines where it says
# `raise NotImplementedError(...)`, run the cell, then run the cell below it. That one prints what you should see next
# to what you got, or "not done yet". Do not rename the functions or their arguments: the checks find them by name.

# %% [markdown]
# ## The idea
#
# A recurrent network reads a sentence one word at a time. It keeps a *state*: a row of numbers that stands for what it
# has read so far. At every word it must settle two things, and a GRU has one gate for each.
#
# - The **update gate** `z` settles how much of the old state is kept. ("Update Gate (Memory Retention)" in the lesson.)
# - The **reset gate** `r` settles how much of the old state is looked at while a new one is proposed; near 0 means that
#   the past is ignored there. ("Reset Gate (Forgetting Irrelevant Context)" in the lesson.)
#
# A gate is not one number for the whole word, and it is not a switch. It is a row of numbers between 0 and 1, one for
# every unit, and it is worked out anew at each step from the word and the state.

# %% [markdown]
# ## The four equations
#
# ```
# z  = sigmoid(x W_z + h U_z + b_z)         update gate
# r  = sigmoid(x W_r + h U_r + b_r)         reset gate
# h~ = tanh(x W_h + (r * h) U_h + b_h)      candidate: the proposal for a new state
# h' = z * h + (1 - z) * h~                 next state: a blend of old and new
# ```
#
# Two names side by side, as in `x W_z`, are a matrix product. The sign `*` multiplies entry by entry.
#
# | symbol | shape | what it is |
# | --- | --- | --- |
# | `x` | (batch, d) | this step's input, such as the vectors of one word from each sentence in the batch |
# | `h` | (batch, u) | the state so far |
# | `W_z`, `W_r`, `W_h` | (d, u) | weights for the input |
# | `U_z`, `U_r`, `U_h` | (u, u) | weights for the state |
# | `b_z`, `b_r`, `b_h` | (u,) | biases, added to every row |
#
# `d` is how many numbers describe a word, `u` how many units the GRU has, and `T`, further down, how many steps there
# are. In the examples the batch is 3, T is 5, d is 4 and u is 6: never twice the same, so a mixed-up shape shows.

# %% [markdown]
# ## Which way round is z?
#
# In this course **a high z keeps the past**. The lesson says so ("If the update gate value is high, the GRU keeps more
# past context"), and Keras and PyTorch compute it so. Many textbooks, and much of the code on the web, have it the
# other way: there a high z takes the new state. Both are good GRUs, since training finds its weights either way, but
# their numbers differ.
#
# Try it by hand. The old state is 10, the candidate is 20, and z is 0.9. Here the next state is 11, close to the old
# one. In those other books it is 19. When you copy a formula, look at this first.

# %%
import numpy as np

# %% [markdown]
# ## A worked example: the two kinds of product
#
# Run this cell as it is: it shows nearly all the NumPy that you need. Before you run it, read it, and write down the
# three shapes and the two products that you expect.

# %%
rng = np.random.default_rng(1)
words = rng.normal(size=(3, 4))  # batch 3, d 4
weights = rng.normal(size=(4, 6))  # d 4, u 6
bias = rng.normal(size=6)  # u 6

print("words @ weights         has shape", (words @ weights).shape)
print("words @ weights + bias  has shape", (words @ weights + bias).shape, "(the bias is added to each row)")
print("np.tanh of that         has shape", np.tanh(words @ weights + bias).shape)

left, right = np.array([1.0, 0.5, 0.0]), np.array([4.0, 4.0, 4.0])
print("left * right is", left * right, "- entry by entry, as a gate works")
print("left @ right is", left @ right, "- one sum over all entries, as weights work")


# %% [markdown]
# Two small tools for the cells below. There is nothing to do here: run the cell and read on.


# %%
def show(label, work):
    """Print what a piece of work gives, or that a part of it is not done yet."""
    try:
        print(f"{label}: {work()}")
    except NotImplementedError as missing:
        print(f"not done yet: {missing}")


def random_params(d, u, seed=0):
    """Draw the nine arrays of a GRU at random, in a dict under the names of the equations."""
    draw = np.random.default_rng(seed)
    shapes = {"W": (d, u), "U": (u, u), "b": (u,)}
    return {f"{kind}_{gate}": draw.normal(scale=0.6, size=shapes[kind]) for gate in "zrh" for kind in "WUb"}


show("the nine arrays", lambda: ", ".join(random_params(4, 6)))

# %% [markdown]
# `lambda: ...` wraps work that is to be done later. That is how `show` can catch a part which is not done yet.


# %% [markdown]
# ## TODO 1: sigmoid
#
# Both gates end in this function. The formula is short, but as it stands it breaks for numbers far below zero. What is
# `np.exp(1000)`? Try it.


# %%
def sigmoid(a):
    """Squash any number into the range from 0 to 1, which is what makes a gate a gate.

        sigmoid(a) = 1 / (1 + exp(-a))

    a        a number, or an array of any shape
    returns  the same shape; for a float32 array a float32 array

    sigmoid(0) is 0.5, sigmoid(2) is 0.8808, and sigmoid(a) + sigmoid(-a) is 1 for every a.
    The formula as written overflows for a = -1000, and NumPy warns. Yours must be right there, without a warning.
    """
    # TODO 1 (two to four lines): exp of a negative number never overflows. Which exp do you need for a < 0?
    e = np.exp(-np.abs(a))
    return np.where(a >= 0, 1, e) / (1 + e)


# %%
show("sigmoid(0),     expected 0.5   ", lambda: sigmoid(0))
show("sigmoid(2),     expected 0.8808", lambda: np.round(sigmoid(2), 4))
show("sigmoid(-1000), expected 0.0   ", lambda: sigmoid(-1000.0))
show("an array, expected [0, 0.1192, 0.5, 0.8808, 1]", lambda: np.round(sigmoid(np.array([-1000, -2, 0, 2, 1000])), 4))

# %% [markdown]
# Numbers right, but a `RuntimeWarning`?
#
# <details><summary>A hint</summary>
#
# Which of your calls of `exp` gets a large positive number? Look at every one. `np.where(condition, A, B)` works out
# both A and B in full and only then picks, so the branch that is not picked can still overflow. Now write
# sigmoid(-2) with exp(-2), and sigmoid(2) with exp(-2) as well. What do the two have in common, and where do they
# differ?
#
# </details>


# %% [markdown]
# ## TODO 2: the update gate
#
# Before you write: with all weights and biases zero, what is every entry of z, whatever the word?


# %%
def update_gate(x, h, W_z, U_z, b_z):
    """How much of the old state to keep: one number between 0 and 1 for every unit.

        z = sigmoid(x W_z + h U_z + b_z)

    x    (batch, d)     this step's input        W_z  (d, u)
    h    (batch, u)     the state so far         U_z  (u, u)
    b_z  (u,)                                    returns z (batch, u)

    With every weight zero and b_z = 2, each entry is 0.8808.
    In this course a z near 1 KEEPS the past, as in Keras; some books write it the other way round.
    """
    # TODO 2 (one line): a matrix product is @ in NumPy, and sigmoid is there from TODO 1.
    return sigmoid(x @ W_z + h @ U_z + b_z)


# %%
some_x, some_h = rng.normal(size=(3, 4)), rng.normal(size=(3, 6))  # batch 3, d 4, u 6
some = random_params(4, 6)
zero = {name: np.zeros_like(array) for name, array in some.items()}
two = np.full(6, 2.0)

show("shape, expected (3, 6)     ", lambda: update_gate(some_x, some_h, some["W_z"], some["U_z"], some["b_z"]).shape)
show("b_z = 2, expected 0.8808   ", lambda: update_gate(some_x, some_h, zero["W_z"], zero["U_z"], two)[0].round(4))
show("all zero, as you predicted?", lambda: update_gate(some_x, some_h, zero["W_z"], zero["U_z"], zero["b_z"])[0])


# %% [markdown]
# ## TODO 3: the reset gate
#
# The same form, with weights of its own. What makes it another gate is only where its answer is used (TODO 4).


# %%
def reset_gate(x, h, W_r, U_r, b_r):
    """How much of the old state the candidate may look at: one number between 0 and 1 for every unit.

        r = sigmoid(x W_r + h U_r + b_r)

    x    (batch, d)     this step's input        W_r  (d, u)
    h    (batch, u)     the state so far         U_r  (u, u)
    b_r  (u,)                                    returns r (batch, u)

    With every weight zero and b_r = -2, each entry is 0.1192.
    The gate listens to the word AND to the state; a gate without h U_r still runs, and is wrong.
    """
    # TODO 3 (one line): as TODO 2, with the weights of r.
    return sigmoid(x @ W_r + h @ U_r + b_r)


# %%
show("shape, expected (3, 6)   ", lambda: reset_gate(some_x, some_h, some["W_r"], some["U_r"], some["b_r"]).shape)
show("b_r = -2, expected 0.1192", lambda: reset_gate(some_x, some_h, zero["W_r"], zero["U_r"], -two)[0].round(4))


# %% [markdown]
# ## TODO 4: the candidate state
#
# The candidate is what the next state would be if nothing of the old one were kept. Note where `r` stands in the
# equation: next to `h`, inside the brackets. First multiply, then use the matrix.
#
# Some layers, among them the default GRU of Keras, apply the reset after the matrix instead. The two forms differ
# only a little, often in the second digit, so a mix-up is hard to see by eye.


# %%
def candidate_state(x, h, r, W_h, U_h, b_h):
    """Propose a new state, made from the word and from as much of the past as r lets through.

        h~ = tanh(x W_h + (r * h) U_h + b_h)

    x    (batch, d)     this step's input        W_h  (d, u)
    h    (batch, u)     the state so far         U_h  (u, u)
    r    (batch, u)     the reset gate           b_h  (u,)
    returns h~ (batch, u), each entry between -1 and 1

    By hand, with one unit and x = 0, b_h = 0: for h = 2, r = 0.5 and U_h = 1 it is tanh(1) = 0.7616.
    r * h goes entry by entry and comes BEFORE the matrix: r * (h U_h) is another function.
    """
    # TODO 4 (one line): here it is tanh, not sigmoid, since a state may be negative.
    return np.tanh(x @ W_h + (r * h) @ U_h + b_h)


# %%
def your_candidate(r, h):
    """Give your candidate state for some word, with random weights."""
    return candidate_state(some_x, h, r, some["W_h"], some["U_h"], some["b_h"])


one = np.ones((1, 1))
show("by hand, expected 0.7616", lambda: candidate_state(0 * one, 2 * one, 0.5 * one, one, one, np.zeros(1)).round(4))
show("shape, expected (3, 6)  ", lambda: your_candidate(np.full((3, 6), 0.5), some_h).shape)

# %% [markdown]
# **Predict before you run.** Two limits make clear what a reset gate does.
#
# - With r = 0 everywhere, does the candidate still depend on the old state?
# - With r = 1 everywhere, which network from the earlier lessons has just this equation?
#
# The next cell makes the candidate for two quite different states, h and -h, and prints the largest difference.

# %%
shut, wide_open = np.zeros((3, 6)), np.ones((3, 6))
show("r = 0: difference", lambda: np.abs(your_candidate(shut, some_h) - your_candidate(shut, -some_h)).max())
show("r = 1: difference", lambda: np.abs(your_candidate(wide_open, some_h) - your_candidate(wide_open, -some_h)).max())

# %% [markdown]
# <details><summary>A hint, if the difference for r = 0 is not 0</summary>
#
# Print `r * h` for r = 0. What should it be, and where does it go from there? If there is a difference, the state
# still gets into your candidate by a way that does not pass through r. Read your line from left to right and put a
# finger on each h. The equation has just one. Is it inside the brackets, together with r, before the matrix?
#
# </details>
#
# <details><summary>When you have your two answers</summary>
#
# With r = 0 the candidate starts afresh, as if this word were the first. With r = 1 it is the simple RNN's equation.
# A GRU can do both, unit by unit, and anything between.
#
# </details>


# %% [markdown]
# ## TODO 5: the next state
#
# Now the update gate does its work: it blends the old state and the candidate, unit by unit. The two shares, z and
# 1 - z, always add up to 1.


# %%
def next_state(z, h, h_tilde):
    """Blend old and new: a share z of the old state, and the rest from the candidate.

        h' = z * h + (1 - z) * h~

    z        (batch, u)     the update gate
    h        (batch, u)     the state so far
    h_tilde  (batch, u)     the candidate state
    returns  h' (batch, u)

    With z = 0.9, h = 10 and h_tilde = 20 it is 11: most of the old state is kept.
    If you get 19, your z is the other way round.
    """
    # TODO 5 (one line): every product here goes entry by entry. Make a new array; do not change h.
    return z * h + (1 - z) * h_tilde


# %%
old, new = 10 * one, 20 * one
show("z = 0.9, expected 11", lambda: next_state(0.9 * one, old, new))

# %% [markdown]
# **Predict before you run.** What is the next state for z = 1, and what for z = 0? And one to think about: with z = 1,
# does it matter what the reset gate says?

# %%
show("z = 1", lambda: next_state(one, old, new))
show("z = 0", lambda: next_state(0 * one, old, new))

# %% [markdown]
# <details><summary>When you have your three answers</summary>
#
# z = 1 hands the old state on untouched, and then the reset gate does not matter: it acts on the candidate, and of the
# candidate nothing is taken. So r = 0 alone erases no memory. Keeping is the work of z.
#
# </details>


# %% [markdown]
# ## TODO 6: one whole step
#
# You have all the parts. A step takes one word for each sentence in the batch and gives the next state. The nine
# arrays come in a dict, `params`, under the names of the equations: `params["W_z"]`, `params["U_z"]` and so on.


# %%
def gru_step(x, h, params):
    """Read one word: both gates first, then the candidate, then the blend.

        z = update gate,  r = reset gate,  h~ = candidate state,  h' = z * h + (1 - z) * h~

    x       (batch, d)     this step's input
    h       (batch, u)     the state so far
    params  dict of arrays: W_z, W_r, W_h (d, u), U_z, U_r, U_h (u, u), b_z, b_r, b_h (u,)
    returns h' (batch, u)

    With all nine arrays zero but b_z = 2, the candidate is 0 and h' is 0.8808 * h.
    The caller still needs h and params as they were, so nothing may be changed in place (h *= z would do that).
    """
    # TODO 6 (four lines): call your functions from TODO 2 to TODO 5; mind which gate goes where.
    z = update_gate(x, h, params["W_z"], params["U_z"], params["b_z"])
    r = reset_gate(x, h, params["W_r"], params["U_r"], params["b_r"])
    h_tilde = candidate_state(x, h, r, params["W_h"], params["U_h"], params["b_h"])
    return next_state(z, h, h_tilde)


# %%
keeping = {**zero, "b_z": two}
show("h' / h, expected 0.8808", lambda: (gru_step(some_x, some_h, keeping) / some_h)[0].round(4))


# %% [markdown]
# ## TODO 7: the whole sentence
#
# One step after the other, each from the state that the one before has left. Keras calls this
# `return_sequences=True`: you give back the state after every word, not only the last.


# %%
def gru_forward(xs, h0, params):
    """Read a batch of sentences word by word and give the state after each word.

        h_1 = step(x_1, h_0),  h_2 = step(x_2, h_1),  ...  h_T = step(x_T, h_(T-1))

    xs      (batch, T, d)     the words: xs[:, t] is word number t of every sentence, (batch, d)
    h0      (batch, u)        the state before the first word; it need not be zero
    params  as for gru_step
    returns all states (batch, T, u), in float32 if everything that goes in is float32

    With all nine arrays zero but b_z = 2, and h0 = 1, each unit runs through 0.8808, 0.7758, 0.6833, 0.6019, 0.5301.
    The batch comes first and time second: for x in xs would walk over the sentences, not over the words.
    """
    # TODO 7 (about six lines): a loop over t; np.stack(list, axis=...) makes one array of many, and keeps their dtype.
    h = h0
    states = []
    for t in range(xs.shape[1]):
        h = gru_step(xs[:, t], h, params)
        states.append(h)
    return np.stack(states, axis=1)


# %%
some_xs, some_h0 = rng.normal(size=(3, 5, 4)), rng.normal(size=(3, 6))  # batch 3, T 5, d 4, u 6
ones = np.ones((3, 6))
single = {name: array.astype(np.float32) for name, array in some.items()}

show("shape, expected (3, 5, 6)", lambda: gru_forward(some_xs, some_h0, some).shape)
show("expected 0.8808 0.7758 0.6833 0.6019 0.5301", lambda: gru_forward(some_xs, ones, keeping)[0, :, 0].round(4))
show("expected float32", lambda: gru_forward(some_xs.astype(np.float32), some_h0.astype(np.float32), single).dtype)

# %% [markdown]
# <details><summary>A hint, if the numbers do not run down or the shape is off</summary>
#
# Does every row equal the first? Then each step starts from `h0` again; what should the second step start from? Does
# every row equal the last? Then your list may hold one and the same array five times over, and each step wrote into
# it. Is the shape (5, 3, 6)? Then the parts are right, but stacked along another axis than asked. Is the dtype
# float64? Look for an array that you made yourself: `np.zeros` gives float64 unless it is told otherwise.
#
# </details>

# %% [markdown]
# ## A question to think about: why not all steps at once?
#
# (Not graded.) A computer has many cores, and T words lie ready from the start. Could the T steps run side by side?
#
# **Predict before you run.** The next cell changes one word of every sentence and asks which of the five states
# change. Write down your answer for each case: only the first word changed; only the third; only the last.


# %%
def changed_states(word):
    """Change one word (counted from 1) and list, step by step, whether the state after it has changed."""
    other_xs = some_xs.copy()
    other_xs[:, word - 1] += 1.0
    differs = gru_forward(other_xs, some_h0, some) != gru_forward(some_xs, some_h0, some)
    return " ".join("changed" if differs[:, t].any() else "same" for t in range(5))


show("first word changed", lambda: changed_states(1))
show("third word changed", lambda: changed_states(3))
show("last word changed ", lambda: changed_states(5))

# %% [markdown]
# What does that tell you about the order in which the states can be computed? Put it into a sentence of your own.
# Then go one step further: look at the equations again and find the parts that need no state at all. Those could be
# done for all words at once.
#
# <details><summary>When you have your sentence</summary>
#
# Each state needs the one before it, so step t has to wait for step t - 1: in this loop there is nothing to run side by
# side over T. The products x W_z, x W_r and x W_h need only words; fast code does them for the whole sentence in one
# go. The products with h have to wait. The lesson says the same under "Limitations of GRUs", and it is one reason why
# transformers, which have no such loop, took over.
#
# </details>

# %% [markdown]
# ## Look at your gates
#
# On the left: the update gate of one sentence, a row for each unit and a column for each word. The weights are random,
# so the pattern means nothing. But see how the gate differs from unit to unit and from word to word, and how it is
# hardly ever just 0 or 1.
#
# On the right: how long a state lives. All weights are zero and the words too; only the bias of the update gate is
# set, so z is the same at each step. **Predict first:** which of the three curves fades the slowest?
#
# (The cell's first line means: draw when a person runs this, not when a program only reads the file.)

# %%
if __name__ == "__main__":
    try:
        after = gru_forward(some_xs, some_h0, some)[0]  # the first sentence: the state after each word
        before = np.vstack([some_h0[:1], after[:-1]])  # and the state that each step started from
        gate = update_gate(some_xs[0], before, some["W_z"], some["U_z"], some["b_z"])
        silence, start = np.zeros((1, 20, 4)), np.ones((1, 6))
        fading = {b: gru_forward(silence, start, {**zero, "b_z": np.full(6, b)})[0, :, 0] for b in (4.0, 2.0, 0.0)}

        import matplotlib.pyplot as plt

        figure, (left_plot, right_plot) = plt.subplots(1, 2, figsize=(11, 3.5), layout="constrained")
        image = left_plot.imshow(gate.T, vmin=0, vmax=1, cmap="viridis", aspect="auto")
        left_plot.set(title="update gate z", xlabel="word", ylabel="unit", xticks=range(5), xticklabels=range(1, 6))
        figure.colorbar(image, ax=left_plot, label="0: take the new, 1: keep the old")
        for b, curve in fading.items():
            right_plot.plot(range(1, 21), curve, marker=".", label=f"b_z = {b:g}, z = {float(sigmoid(b)):.2f}")
        right_plot.set(
            title="what is left of the first state", xlabel="steps", ylabel="state", ylim=(0, 1), xticks=range(0, 21, 5)
        )
        right_plot.legend()
        plt.show()
    except NotImplementedError as missing:
        print(f"not done yet: {missing}")

# %% [markdown]
# ## Check your work
#
# Save the file. Then, in a terminal in its folder:
#
# ```
# grader check 01_gates.ipynb
# ```
#
# (or `grader check 01_gates.py`, if you work in the script). In Colab, download the notebook first: *File, Download,
# Download .ipynb*. You see every public check, with the call, what came back and what was expected. More checks, with
# other numbers, run when your work is graded.
#
# **If a number is off**, go through the usual traps and ask of each: could it be this one?
#
# - z the other way round, or z and r swapped
# - `@` where it should be `*`, or the other way round
# - the reset after the matrix product
# - a gate that forgets the state, the word or the bias
# - an exp that overflows
# - a state that is not carried on, or one array used for all steps
# - time and batch mixed up
# - float64 out for float32 in
#
# A fault in one part costs at most half of what builds on it, so hand in what you have.
