# %% [markdown]
# # The gates of a trained GRU, word by word
#
# The lesson tells a story about one sentence: at *exciting* the reset gate helps the GRU to leave *boring* behind. Stories
# about networks are easily told. Here you look. You take the weights of a GRU that was trained on film reviews, follow its
# two gates through the lesson's sentence, and find out whether the story holds in the numbers.
#
# - **Time:** 45 to 60 minutes
# - **Difficulty:** one function of about twelve lines; the thinking is in how Keras keeps its weights
# - **You need:** NumPy, and the four equations of `01_gates` if you have done it; no deep-learning package
# - **Points:** 12
#
# **How to work.** Go from top to bottom. There is one part to write, TODO 1. Put your lines where it says
# `raise NotImplementedError(...)`, run the cell, then run the cells below it. They print what you should see next to what
# you got, or "not done yet"; the last of them, `grader.check("gate_trace")`, runs the public checks, and names what is
# wrong if it can. Do not rename the function or its arguments: the checks find it by name.

# %% [markdown]
# ## What a layer gives away
#
# A Keras layer hands out its numbers as a list of arrays: `layer.get_weights()`. For a GRU these are three. `d` is how many
# numbers describe a word, `u` how many units the GRU has.
#
# | array | shape | what it is |
# | --- | --- | --- |
# | kernel `K` | (d, 3u) | the weights for the word |
# | recurrent kernel `R` | (u, 3u) | the weights for the state |
# | bias `b` | (2, 3u) | **two** rows: `b[0]` goes with the word, `b[1]` with the state |
#
# Each is three times as wide as the layer, since the two gates and the candidate stand side by side in it. Keras keeps them
# in the order **z, r, h**: the first u columns belong to the update gate, the next u to the reset gate, the last u to the
# candidate. PyTorch has them in another order (r first), so code that was written for the one gives wrong gates with the
# weights of the other, and no error.

# %% [markdown]
# ## The equations, in Keras' default form
#
# For a word x (d,) and the state h (u,) that the words before it have left, with `K_z` for the first u columns of the
# kernel, `b0_z` for the first u numbers of `b[0]`, and so on:
#
# ```
# z  = sigmoid(x K_z + b0_z + h R_z + b1_z)            update gate
# r  = sigmoid(x K_r + b0_r + h R_r + b1_r)            reset gate
# h~ = tanh(x K_h + b0_h + r * (h R_h + b1_h))         candidate
# h' = z * h + (1 - z) * h~                            next state
# ```
#
# Compare the candidate with that of `01_gates`, tanh(x W_h + (r * h) U_h + b_h). There the reset gate chooses among the
# units of the state, before the matrix. Here it comes **after** the product, and it scales the bias `b1_h` as well: that is
# what `reset_after=True`, the default of `keras.layers.GRU`, means. It is faster, because all products with the state
# can be done at once. With the same weights, the two forms differ only a little, so a mix-up is hard to see by eye.
#
# You are asked for the gates alone. But each gate listens to the state, so from the second word on you need the candidate
# and the blend to get them right.

# %%
import numpy as np

try:
    import grader

    data = grader.example("05_trace")
except Exception as problem:
    why = (
        f"The weights are not here ({problem}). They come with the students' package, which is not on the public index: "
        "ask your teacher how to install it."
    )
    raise RuntimeError(why) from None

weights, embedded, words = data["weights"], data["embedded"], [str(word) for word in data["words"]]

print("the words:", " ".join(words))
print("embedded, a row for each word:", embedded.shape)
for name, array in zip(("kernel", "recurrent kernel", "bias"), weights, strict=True):
    print(f"{name}: {array.shape}")

# %% [markdown]
# These are the arrays of a small GRU: a word is 16 numbers, and there are 12 units. It was trained on 3,100 sentences from
# film reviews, to tell praise from blame, and it is right about 85 % of the sentences that it never saw. That is as good as
# the lesson's model with its 64 units does on the same texts.
#
# Which of the shapes above tells you d, which u, and which T, the number of words?

# %% [markdown]
# ## A worked example: cutting an array into three
#
# Run this cell as it is, but before you do, write down the shapes that you expect.

# %%
wide = np.arange(24).reshape(2, 12)  # two rows, three blocks of four columns each
print(wide)
print("columns 0 to 3:", wide[:, :4].shape)
print("cut along the last axis:", [part.shape for part in np.split(wide, 3, axis=-1)])

row = wide[0]  # one row has one axis left, so there is only one way to cut it
print("one row, cut into three:", [part.tolist() for part in np.split(row, 3)])

# %% [markdown]
# `np.split` cuts along the *first* axis unless it is told otherwise. And take care with the bias: a piece of it, cut from
# both rows at once, has the shape (2, u). NumPy adds that to a row of u numbers without complaint, and gives you two rows
# where you wanted one.


# %% [markdown]
# A small tool for the cells below. There is nothing to do here: run the cell and read on.


# %%
def show(label, work):
    """Print what a piece of work gives, or that a part of it is not done yet."""
    try:
        print(f"{label}: {work()}")
    except NotImplementedError as missing:
        print(f"not done yet: {missing}")


show("the number of words", lambda: len(words))

# %% [markdown]
# `lambda: ...` wraps work that is to be done later. That is how `show` can catch a part which is not done yet.


# %% [markdown]
# ## TODO 1: the trace
#
# Before you write: what is the state before the first word? Which terms of the four equations does that leave at the first
# word, and which bias row would you never notice if you looked at a layer that has just been made? (Its biases are zero.)


# %%
def gate_trace(weights, embedded):
    """Read a sentence with a trained GRU and note both gates at every word.

        z  = sigmoid(x K_z + b0_z + h R_z + b1_z)
        r  = sigmoid(x K_r + b0_r + h R_r + b1_r)
        h~ = tanh(x K_h + b0_h + r * (h R_h + b1_h)),   h' = z * h + (1 - z) * h~

    weights   a list of three arrays, as layer.get_weights() gives it:
              kernel (d, 3u), recurrent kernel (u, 3u), bias (2, 3u), each in the order z, r, h
    embedded  (T, d)     the words of one sentence, a row for each; no padding and no batch axis
    returns   (z, r)     two arrays (T, u): row t holds the gates at word t

    With all weights zero, and every entry of both bias rows 1, each gate is sigmoid(1 + 1) = 0.8808.
    The state before the first word is zero, and after that each word starts from the state which the one before has left.
    A mistake in the candidate or in the blend does not show at the first word: look at the second.
    """
    # TODO 1 (about twelve lines): for each word the gates, then the candidate, then the next state. You need sigmoid
    # again: bring yours from 01_gates, or write it here (no number is large, so the plain formula will do).
    # >>> solution
    kernel, recurrent_kernel, bias = weights
    h = np.zeros(recurrent_kernel.shape[0])
    z_rows, r_rows = [], []
    for x in embedded:
        x_z, x_r, x_h = np.split(x @ kernel + bias[0], 3)
        h_z, h_r, h_h = np.split(h @ recurrent_kernel + bias[1], 3)
        z = 1 / (1 + np.exp(-(x_z + h_z)))
        r = 1 / (1 + np.exp(-(x_r + h_r)))
        h_tilde = np.tanh(x_h + r * h_h)
        h = z * h + (1 - z) * h_tilde
        z_rows.append(z)
        r_rows.append(r)
    return np.stack(z_rows), np.stack(r_rows)
    # <<<


# %%
nothing = [np.zeros((2, 9)), np.zeros((3, 9)), np.zeros((2, 9))]  # d 2, u 3: kernel, recurrent kernel, bias
five_words = np.ones((5, 2))  # T 5


def with_bias(first, second):
    """Give the weights that are zero, with two rows of a bias: for z, r and h, the same for each of the three units."""
    return [nothing[0], nothing[1], np.repeat([first, second], 3, axis=1).astype(float)]


show("shapes, expected [(5, 3), (5, 3)]", lambda: [gate.shape for gate in gate_trace(nothing, five_words)])
show("both rows 1, expected z 0.8808", lambda: gate_trace(with_bias([1, 1, 1], [1, 1, 1]), five_words)[0][0].round(4))
show("z alone 2,   expected z 0.8808", lambda: gate_trace(with_bias([2, 0, 0], [0, 0, 0]), five_words)[0][0].round(4))
show("             and      r 0.5   ", lambda: gate_trace(with_bias([2, 0, 0], [0, 0, 0]), five_words)[1][0].round(4))

# %% [markdown]
# Now two words, by hand. One unit, and words of one number: x = 1 twice. The kernel is 1 for the candidate and 0 for the
# gates; the recurrent kernel is 1 for all three. The bias is 2 for z in the first row, 1 for the candidate in the second.
#
# | word | z | r | h~ | h' |
# | --- | --- | --- | --- | --- |
# | 1 | sigmoid(2) = 0.8808 | sigmoid(0) = 0.5 | tanh(1 + 0.5 * (0 + 1)) = 0.9051 | 0.8808 * 0 + 0.1192 * 0.9051 = 0.1079 |
# | 2 | sigmoid(2 + 0.1079) = 0.8917 | sigmoid(0.1079) = 0.5269 | | |

# %%
by_hand = [np.array([[0.0, 0.0, 1.0]]), np.array([[1.0, 1.0, 1.0]]), np.array([[2.0, 0.0, 0.0], [0.0, 0.0, 1.0]])]
two_words = np.ones((2, 1))
show("z, expected 0.8808 0.8917", lambda: gate_trace(by_hand, two_words)[0].ravel().round(4))
show("r, expected 0.5    0.5269", lambda: gate_trace(by_hand, two_words)[1].ravel().round(4))

# %%
grader.check("gate_trace")

# %% [markdown]
# <details><summary>A hint, if the first word is right and the second is not</summary>
#
# Then your gates are right, and the state that they listen to is not. Print it after the first word: it should be 0.1079.
# If it is 0, nothing carries it to the second word. If it is near 0.8, look at which of the two the blend keeps. If it is
# 0.115 or so, look at what r multiplies in your candidate: is the second bias row inside the brackets, and is the product
# with the matrix done before r comes in?
#
# </details>


# %% [markdown]
# ## Look at the gates
#
# A row for each unit, a column for each word. Dark is 0, bright is 1.
#
# **Predict before you run.** If the lesson's story holds, what should the column *exciting* look like in the picture of the
# reset gate? And what should it look like in the update gate's, if the GRU throws the past away there? Write it down.
#
# (The cell's first line means: draw when a person runs this, not when a program only reads the file.)

# %%
if __name__ == "__main__":
    try:
        gates = gate_trace(weights, embedded)

        import matplotlib.pyplot as plt

        figure, plots = plt.subplots(1, 2, figsize=(12, 4.5), sharey=True, layout="constrained")
        titles = ("update gate z (1: the old state is kept)", "reset gate r (0: the old state is ignored)")
        for plot, gate, title in zip(plots, gates, titles, strict=True):
            image = plot.imshow(np.asarray(gate).T, vmin=0, vmax=1, cmap="viridis", aspect="auto")
            plot.set_title(title)
            plot.set_xticks(range(len(words)), words, rotation=45, ha="right")
        plots[0].set_ylabel("unit")
        figure.colorbar(image, ax=plots, label="the gate, from shut (0) to open (1)")
        plt.show()
    except NotImplementedError as missing:
        print(f"not done yet: {missing}")
    except ImportError:
        print("no plot: matplotlib is not installed here")

# %% [markdown]
# **How to read it.** A high z at a word does not mean that the word is important. It means the contrary: the state stays
# nearly as it was, so the word changes little. And no gate belongs to a word as such. At *exciting* it depends on all that
# came before *exciting*, through the state.

# %% [markdown]
# ## How long does "boring" last?
#
# The state after *boring* is handed on through the blend: at each later word a share z of it is kept. So what is left of it
# at the end, of what was handed on directly, is the product of z over the words that follow.
#
# **Predict before you run.** Seven words follow. With z about 0.4, what is left: about a half, a tenth, or less than a
# hundredth?


# %%
def left_of(word):
    """Multiply z over the words that follow one; gives a share for each unit."""
    z, _ = gate_trace(weights, embedded)
    return np.prod(np.asarray(z)[words.index(word) + 1 :], axis=0)


show("left of 'boring' at the end, mean over the units", lambda: f"{left_of('boring').mean():.4f}")
show("the unit that keeps most of it                  ", lambda: f"{left_of('boring').max():.4f}")

# %% [markdown]
# <details><summary>When you have compared</summary>
#
# 0.4 multiplied seven times by itself is 0.0016. So of the state after *boring*, next to nothing is handed on to the end
# directly, and that is the work of z, at every word a little. No gate had to shut for it. (Does that mean that the GRU has
# forgotten *boring*? Not yet: there is a second way from the old state into the new one. Which equation has it?)
#
# </details>

# %% [markdown]
# ## A question: does the story hold?
#
# (Not graded.) The lesson says: "The reset gate helps the model focus more on 'exciting' rather than 'boring'." Here
# are your numbers for it. Find at least two that speak for the story or against it, and write down your verdict in a
# sentence or two, before you open the last fold.


# %%
def mean_gates():
    """Write each word with the mean of its two gates over the units."""
    z, r = (np.asarray(gate).mean(axis=1) for gate in gate_trace(weights, embedded))
    return "".join(f"\n  {word:10} z {z[t]:.3f}   r {r[t]:.3f}" for t, word in enumerate(words))


def at_exciting():
    """Tell what the reset gate does at "exciting", unit by unit."""
    _, r = gate_trace(weights, embedded)
    boring, exciting = words.index("boring"), words.index("exciting")
    lower = int(np.sum(r[exciting] < r[boring]))
    span = f"from {r[exciting].min():.2f} to {r[exciting].max():.2f}"
    return f"{span} over the units; lower than at 'boring' in {lower} of {r.shape[1]} of them"


show("means over the units", mean_gates)
show("r at 'exciting'", at_exciting)

# %% [markdown]
# What would a GRU look like that does what the story says? Where would r have to be near 0, where near 1? And an
# experiment: trace the sentence without its word *boring*. How much does r at *exciting* change?

# %%
others = [t for t, word in enumerate(words) if word != "boring"]
show("r at 'exciting', with 'boring'   ", lambda: gate_trace(weights, embedded)[1][-1].mean().round(3))
show("r at 'exciting', without 'boring'", lambda: gate_trace(weights, embedded[others])[1][-1].mean().round(3))

# %% [markdown]
# <details><summary>When you have your verdict</summary>
#
# In this GRU the story does not hold. For it, r would have to be near 0 at *exciting*, so that the past is left out of the
# candidate. It is about 0.6 there, on average a little *higher* than at *boring*, and no unit comes near 0. It hardly moves
# over the whole sentence, and whether *boring* was read before moves it by no more than 0.03.
#
# What is handed on directly fades through z, as you saw, and no faster at *exciting* than elsewhere. And yet *boring* is not
# forgotten, since with r about 0.6 the old state gets into every new one through the candidate. The whole model shows it: it
# takes the sentence for *blame*, the chance of praise being 0.33. Without *boring* it is 0.81. The last word does not
# win; what counts is the sum. (Of the 29 training texts with *boring* 28 are blame; of the 16 with *exciting* only 9 are
# praise.)
#
# Is that so for each GRU? The training was repeated with six other starts. The reset gate's mean at *exciting* was a bit
# higher than at *boring* in five of them and a bit lower in one, and never near 0. But on made-up texts in which the last
# word alone decides, a GRU does learn to drop the past at *exciting*, and it does so with the **update** gate: z falls
# there, and r does not.
#
# The lesson's other sentence, "If the update gate value is high, the GRU keeps more past context", is just what the fourth
# equation says, and holds for every weight. So: the equations tell what a gate *can* do, and only a trace tells what it
# *does*.
#
# </details>

# %% [markdown]
# ## Check your work
#
# The next cell runs all public checks on what is defined right now, saved or not. You see each check, and where one does
# not pass the call, what came back and what was expected.

# %%
grader.check("05_trace")

# %% [markdown]
# In a terminal, in the folder of your file, `grader check 05_trace.ipynb` (or `grader check 05_trace.py`) does the same for
# the saved file.
#
# The public checks are a part of the points. When your work is graded, more checks run with weights of other sizes, with
# biases that are not zero and two rows that differ: in a layer that was just made all biases are zero, and in a trained one
# the rows of a gate are often equal, so there a wrong row would not show.
#
# **If a number is off**, go through the usual traps and ask of each: could it be this one?
#
# - z and r taken in another order than Keras keeps them, or given back as (r, z)
# - one of the two bias rows left out, or both of them in the brackets with the word
# - the reset before the product, as in `01_gates`
# - the blend the other way round, or a state that is not carried on
# - a bias cut into pieces of shape (2, u)
# - padding, a batch axis or a mean that nobody asked for
