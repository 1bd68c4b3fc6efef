# %% [markdown]
# # From LSTM to GRU: one layer changes
#
# The lesson's homework says: "Replace LSTM with GRU in Lesson 33 code". Here is that code, the text classifier of the earlier
# lesson, and it works. You swap its recurrent layer, and you find out what else that changes, and what it does not.
#
# - **Time:** 30 to 45 minutes
# - **Difficulty:** one line to write; the thinking is in the shapes, the states and the padding
# - **You need:** TensorFlow 2.18 or later, with its Keras 3 (Colab has it)
# - **Points:** 15
#
# **How to work.** Go from top to bottom. There is one part to change, TODO 1. The notebook runs as it is, with the LSTM:
# go through it once that way, make your change, and run it again. `grader.check(...)` runs the public checks, and names what
# is wrong if it can. Where it asks you to predict something, write your guess down first. Do not rename the function or its
# arguments: the checks find it by name.

# %% [markdown]
# ## The model, layer by layer
#
# | layer | what it does | comes in | goes out |
# | --- | --- | --- | --- |
# | `Embedding(5000, 64)` | looks up a row of 64 numbers for each word id | (batch, 50) | ? |
# | `LSTM(64)` | reads the rows one after the other and keeps a state of 64 numbers | ? | ? |
# | `Dense(1, activation="sigmoid")` | makes one number between 0 and 1 of the last state: blame or praise | ? | ? |
#
# **Predict before you run.** A batch of 3 sentences goes in, each of 50 word ids. Which shape comes out of each layer? Fill
# in the question marks. One of the axes goes away on the way: at which layer, and why there?

# %%
import re
from collections import Counter

import numpy as np
from tensorflow.keras import Input, utils
from tensorflow.keras.layers import GRU, LSTM, Dense, Embedding
from tensorflow.keras.models import Sequential

try:
    import grader

    assert grader.check  # on the public index another package has this name
except (ImportError, AttributeError):  # all else runs without it
    from types import SimpleNamespace

    grader = SimpleNamespace(check=lambda *names: None)
    print("The students' package is not installed here, so nothing is checked: ask your teacher how to install it.")

# %% [markdown]
# ## TODO 1: the swap
#
# Change the one line that TODO 1 speaks of. "Keep everything else" is meant word for word: the same embedding, the same
# number of units, the same head, and the new layer with its arguments as they are by default.
#
# The earlier lesson has no `Input`, but an `input_length=50` in its `Embedding`. Keras 3 has done away with that argument,
# and an `Input` takes its place: it tells the model what comes in, so that the layers can make their weights at once.


# %%
def build_model(vocab_size=5000, embedding_dim=64, units=64, max_len=50):
    """Build a text classifier: word ids go in, one number between 0 and 1 comes out.

    vocab_size     how many different word ids there are: 0 to vocab_size - 1
    embedding_dim  how many numbers stand for a word
    units          how many numbers the recurrent layer keeps as its state
    max_len        how many word ids a sentence has
    returns        the model: (batch, max_len) goes in, (batch, 1) comes out

    With a GRU the model has 345,025 parameters, with the LSTM 353,089. It need not be compiled.
    Use the arguments, not their values: the checks build models of other sizes as well.
    """
    model = Sequential()
    model.add(Input(shape=(max_len,), dtype="int32"))
    model.add(Embedding(input_dim=vocab_size, output_dim=embedding_dim))
    # TODO 1 (one line): put a GRU in the LSTM's place. Nothing is added beside it, and nothing else changes.
    # >>> solution
    # stub: model.add(LSTM(units))
    model.add(GRU(units))
    # <<<
    model.add(Dense(1, activation="sigmoid"))
    return model


# %%
model = build_model()
kinds = [type(layer).__name__ for layer in model.layers]

if "LSTM" in kinds:
    print("not done yet: 02_swap, TODO 1: build_model (the LSTM is still there)")
print("layers, expected Embedding, GRU, Dense:", ", ".join(kinds))
print("parameters, expected 345,025          :", f"{model.count_params():,}")

# %%
grader.check("build_model")

# %% [markdown]
# <details><summary>A hint, if the number is another one</summary>
#
# 353,089: the LSTM is still there. 378,049: a GRU was added and the LSTM left in. 344,833: the GRU was told to use another
# form (`reset_after=False`); take the one it has by default. 370,049: it is wrapped in a `Bidirectional`, which is the next
# lesson's.
#
# </details>
#
# The next cell sends three sentences of random ids through your model, layer by layer. Compare with your table.

# %%
ids = np.random.default_rng(1).integers(0, 5000, size=(3, 50))  # batch 3, 50 words

value = ids
print("what comes in:", value.shape)
for layer in model.layers:
    value = layer(value)
    print(f"{type(layer).__name__:10} gives {tuple(value.shape)} and has {layer.count_params():,} parameters")

# %% [markdown]
# <details><summary>When you have compared</summary>
#
# The 50 goes away at the recurrent layer. It reads 50 words and gives back one state, the last. (`return_sequences=True` would
# make it give back all 50 states. Then the head makes 50 numbers for each sentence. The parameters are the same, so the number
# 345,025 alone would not tell you.)
#
# Where are the parameters? 320,000 of them are in the embedding, and the swap does not touch those.
#
# </details>
#
# **Predict before you run.** How many parameters has the model for sentences of 80 words, and how many with 32 units? Which of
# the two numbers did not change, and why?

# %%
print("80 words:", f"{build_model(max_len=80).count_params():,}")
print("32 units:", f"{build_model(units=32).count_params():,}")

# %% [markdown]
# ## Two states or one
#
# The lesson says: "GRUs combine the cell state and hidden state into a single state." With `return_state=True` a layer
# gives back its output, and after it each state that it would carry on to a next word.
#
# **Predict before you run.** How many arrays do you get from an LSTM, how many from a GRU, and which of them are equal?

# %%
rows = np.random.default_rng(2).normal(size=(3, 50, 64)).astype("float32")  # batch 3, 50 words, 64 numbers each

for layer in (LSTM(64, return_state=True), GRU(64, return_state=True)):
    output, *states = layer(rows)
    same = ["equal to the output" if np.array_equal(output, state) else "another array" for state in states]
    print(f"{type(layer).__name__:4} output {tuple(output.shape)}, states: {len(states)} ({', '.join(same)})")

# %% [markdown]
# <details><summary>When you have compared</summary>
#
# An LSTM carries two states from word to word: the hidden state, which is also its output, and the cell state, which no other
# layer sees. A GRU carries one, and it is its output. That is what "a single state" means. Code that takes a layer's states
# apart, as in `output, h, c = layer(...)`, has to change with the swap; yours does not use them, so one line was enough.
#
# </details>

# %% [markdown]
# ## From text to numbers
#
# A layer reads numbers, and all rows of a batch must be equally long. So each word gets an id, and short sentences are filled up
# with zeros to 50 ids: they are *padded*. The texts here are short phrases about products, praise (1) or blame (0).

# %%
try:
    import grader

    data = grader.example("02_swap")
    texts, labels, test_texts, test_labels = (data[name] for name in ("texts", "labels", "test_texts", "test_labels"))
    print(f"{len(texts)} texts to train on and {len(test_texts)} to test with, for example:")
    for text, label in zip(texts[:4], labels[:4, 0], strict=True):
        print(f"  {label:.0f}  {text}")
except Exception as problem:  # whatever it is, the parts above do not need the texts
    texts = []
    print(f"The texts are not here ({problem}), so the cells below have nothing to train on.")
    print(
        "Your build_model does not need them. They come with the students' package: ask your teacher how to install it."
    )


# %%
def words_of(text):
    """Cut a text into its words, in lower case."""
    return re.findall("[a-z0-9']+", text.lower())


counted = Counter(word for text in texts for word in words_of(text))
number = {word: place for place, (word, _) in enumerate(counted.most_common(4998), start=2)}


def as_ids(some_texts, padding):
    """Turn texts into rows of 50 ids. The id 0 is padding, and 1 stands for every word that is not in the training texts."""
    numbered = [[number.get(word, 1) for word in words_of(text)] for text in some_texts]
    return utils.pad_sequences(numbered, maxlen=50, padding=padding, truncating="post")


for padding in ("pre", "post"):
    print(padding, as_ids(texts[:1], padding))

# %% [markdown]
# Both rows hold the same sentence. In the first the zeros come before the words, in the second after them.
#
# **Predict before you run.** For a person they say the same. To a recurrent layer each zero is one more word, and it gives back
# its *last* state. What has it read last in the one case, and what in the other? Which of the two will it learn from?

# %% [markdown]
# ## Train it
#
# The next cell trains your model twice from the start, on the same texts, padded in front and padded behind. After each epoch
# it prints how many of the test texts are judged rightly; half of them would be right by guessing. It takes about 20 seconds.
#
# (The cell's first line means: train when a person runs this, not when a program only reads the file.)


# %%
def accuracies(padding, epochs=6):
    """Train a new model on the texts and give the share of the test texts that it judges rightly, after each epoch."""
    utils.set_random_seed(7)
    new_model = build_model()
    new_model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    tested = (as_ids(test_texts, padding), test_labels)
    history = new_model.fit(
        as_ids(texts, padding), labels, batch_size=32, epochs=epochs, validation_data=tested, verbose=0
    )
    return history.history["val_accuracy"]


if __name__ == "__main__" and len(texts):
    for padding in ("pre", "post"):
        print(f"padding {padding:4}:", "  ".join(f"{accuracy:.2f}" for accuracy in accuracies(padding)))

# %% [markdown]
# <details><summary>When you have compared</summary>
#
# Padded in front, the model is right about four of five texts or more, with the LSTM as well as with the GRU. Padded behind, it
# stays at guessing. A phrase of eight words is followed by 42 zeros there, and at each of them the state drifts a little
# further away from what was read. The layer gives back what is left of it at the end, and that is next to nothing. So pad in
# front. (Or let the embedding mark its zeros, with `mask_zero=True`: then the recurrent layer passes over them.)
#
# </details>

# %% [markdown]
# ## A question to think about
#
# (Not graded.) You changed one line. Which of these changed with it: the shape that comes out of the layer, the number of
# states, the parameters of the embedding, of the recurrent layer, of the head, the accuracy? Which of them would a user
# of the finished model notice? What is left to be measured, size and speed, is the work of `03_measure`.
#
# <details><summary>When you have your answer</summary>
#
# The states, two before and one now, and the parameters of the recurrent layer, 33,024 before and 24,960 now. Nothing else,
# but for a digit of the accuracy that another seed would move as well. From outside both layers look the same: rows go in, the
# last state comes out. That is why the swap is so easy to try.
#
# </details>

# %% [markdown]
# ## Check your work
#
# The next cell runs all public checks on what is defined right now, saved or not. You see each check, and where one does
# not pass what was built and what was expected.

# %%
grader.check("02_swap")

# %% [markdown]
# In a terminal, in the folder of your file, `grader check 02_swap.ipynb` (or `grader check 02_swap.py`) does the same for
# the saved file.
#
# The public checks are a part of the points. When your work is graded, your model is trained anew, on texts padded in front.
#
# **If a check does not pass**, go through the usual traps and ask of each: could it be this one?
#
# - the LSTM still there, beside the GRU
# - `return_sequences=True` left over from somewhere, or an activation that was not asked for
# - a `softmax` on one unit, which gives 1.0 for every text
# - the head without its sigmoid
# - more than was asked for: a second GRU, a `Bidirectional`, dropout
# - a size written as a number where `build_model` has an argument for it
#
# **If your Keras code is older**, some names have gone. `CuDNNGRU` is now `GRU`, which uses the GPU by itself.
# `keras.layers.recurrent` and `keras.layers.embeddings` are now `keras.layers`, and `Adam(lr=0.001)` is
# `Adam(learning_rate=0.001)`. Take `input_length=50` out.
