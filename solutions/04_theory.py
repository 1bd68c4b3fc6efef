# %% [markdown]
# # Six questions on gates, size and memory
#
# You have built a GRU, swapped one in and measured it. Here you say in words what you found out. That is harder than it
# sounds: a sentence shows at once whether an idea is clear.
#
# - **Time:** 30 to 45 minutes
# - **Difficulty:** four short texts, and two questions that a name answers
# - **You need:** the lesson; what you measured helps with the second and the third question
# - **Points:** 15
#
# **How to work.** In the notebook, double-click a cell that begins with TODO, write your answer in its place and run the
# cell. In the script, put your answer between the quotation marks in place of the TODO. Nothing in this file is run when
# it is graded: your text is read as it stands, so no f-strings and nothing put together by code. Leave the headings as
# they are, since your answers are found by them.
#
# **Before you hand it in.** Save the file and run the cell below this one. It shows how each of your answers is read, with
# questions to ask yourself about it. In a terminal, in the folder of the file, `grader check 04_theory.ipynb` (or
# `grader check 04_theory.py`) does the same.
#
# **How it is graded.** A person reads your four texts; the program only marks places in them and never gives a zero for
# words that it does not know. It settles the two short questions by itself where the answer is plain. No question has a
# trick in it, and length wins nothing. Write in English and in your own words: a sentence of the lesson shows that you
# found the place, not that you understood it.

# %%
try:
    import grader

    assert grader.check  # on the public index another package has this name
except (ImportError, AttributeError):  # all else runs without it
    from types import SimpleNamespace

    grader = SimpleNamespace(check=lambda *names: None)
    print("The students' package is not installed here, so nothing is checked: ask your teacher how to install it.")

grader.check("04_theory")

# %%
ANSWERS = {}

# %% [markdown]
# ## gates_in_your_own_words
#
# **The two gates (4 points).** Explain the update gate and the reset gate in your own words, as to somebody who knows
# simple RNNs but no GRU.
#
# A good answer says for each of the two gates what it decides, and at which moment of a step. For the update gate it
# says between which two things the choice is made, for the reset gate what it is that the gate has a say in. Helpful:
# what happens when a gate is near 0, and what when it is near 1? Three to six sentences; a comparison from daily life is
# welcome, if it fits.
#
# In this course a high z keeps the past. If your book has it the other way round, that is fine: write its formula down.

# %%
# TODO 1 (three to six sentences): for each gate, what it decides, and when.
# >>> solution
# stub: ANSWERS["gates_in_your_own_words"] = """
# stub: TODO: three to six sentences on the update gate and the reset gate.
# stub: """
ANSWERS["gates_in_your_own_words"] = (
    "The update gate z decides, unit by unit, how much of the old state is kept and how much is replaced by the new "
    "candidate. With z near 1 the past goes through almost unchanged; with z near 0 the candidate takes its place. "
    "The reset gate r has its say earlier, while the candidate is being made: it decides how much of the past that "
    "candidate may look at. With r near 0 the candidate ignores the past and starts afresh from the current word. "
    "Both are rows of numbers between 0 and 1, worked out anew at each step from the word and the state."
)
# <<<

# %% [markdown]
# ## lstm_versus_gru
#
# **LSTM and GRU compared (4 points).** Compare the two models, with examples.
#
# There is one point for each of these:
#
# - which states and which gates each of the two has;
# - how their sizes differ, with a number: parameters, bytes or a percentage, of a layer or of a whole model;
# - a task for which you would take the GRU, and why;
# - a task for which you would take the LSTM, and why.
#
# Four to eight sentences, or a list. If you measured, your own numbers are the best ones, whichever model came out ahead.

# %%
# TODO 2 (four to eight sentences): states and gates, the size with a number, a case for each.
# >>> solution
# stub: ANSWERS["lstm_versus_gru"] = """
# stub: TODO: four to eight sentences: states and gates, the size with a number, a case for each.
# stub: """
ANSWERS["lstm_versus_gru"] = (
    "An LSTM carries two states from step to step, a cell state and a hidden state, and has three gates: input, forget "
    "and output. A GRU has one state and two gates, update and reset. So the GRU layer is about a quarter smaller: "
    "24,960 parameters instead of 33,024 for 64 inputs and 64 units. In the lesson's whole model it is only 2.3 %, since "
    "most of that is the embedding. I would take a GRU for the sentiment of short reviews on a phone, where there is "
    "little training data and memory is tight. I would take an LSTM for translating long documents with a large corpus, "
    "where its separate memory can pay off."
)
# <<<

# %% [markdown]
# ## why_faster
#
# **Why are GRUs faster than LSTMs? (3 points)** The lesson says that they are. Give the reason.
#
# A good answer names what a GRU has fewer of, and says what follows from that for the work at each time step. Two
# sentences are enough. If your own measurement said otherwise, say so and try to say why: an honest answer loses
# nothing.

# %%
# TODO 3 (about two sentences): what there is fewer of, and what follows from it.
# >>> solution
# stub: ANSWERS["why_faster"] = """
# stub: TODO: about two sentences: what there is fewer of, and what follows from it.
# stub: """
ANSWERS["why_faster"] = (
    "A GRU has two gates instead of three and no separate cell state, so it has three sets of weights where an LSTM has "
    "four. That means fewer multiplications at each time step and fewer parameters to update. How much time that saves "
    "depends on the machine: on my CPU the GRU was no faster."
)
# <<<

# %% [markdown]
# ## memory_gate
#
# **Which GRU gate controls memory retention? (1 point)** The name of the gate is enough.

# %%
# TODO 4 (one to three words): the name of the gate.
# >>> solution
# stub: ANSWERS["memory_gate"] = "TODO: the name of the gate."
ANSWERS["memory_gate"] = "The update gate."
# <<<

# %% [markdown]
# ## simpler_model
#
# **Which model is simpler: LSTM or GRU? (1 point)** The name of the model is enough.

# %%
# TODO 5 (one word): the name of the model.
# >>> solution
# stub: ANSWERS["simpler_model"] = "TODO: the name of the model."
ANSWERS["simpler_model"] = "The GRU."
# <<<

# %% [markdown]
# ## long_term
#
# **Do GRUs still handle long-term dependencies? (2 points)** Yes or no, and by what, or within which limits?
#
# One point is for the answer and one for a reason: which part of a GRU lets it keep something over many steps, or how
# well does it do that beside other models? One or two sentences.

# %%
# TODO 6 (one or two sentences): yes or no, and by what.
# >>> solution
# stub: ANSWERS["long_term"] = """
# stub: TODO: one or two sentences: yes or no, and by what.
# stub: """
ANSWERS["long_term"] = (
    "Yes. Where the update gate stays near 1, the state is handed on from step to step nearly unchanged, so an early word "
    "can still count at the end. It fades all the same: after 50 steps with z = 0.9 half a percent is left, and on very "
    "long texts an LSTM can be a little stronger."
)
# <<<
