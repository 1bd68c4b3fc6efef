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
ANSWERS["gates_in_your_own_words"] = """
TODO: three to six sentences on the update gate and the reset gate.
"""

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
ANSWERS["lstm_versus_gru"] = """
TODO: four to eight sentences: states and gates, the size with a number, a case for each.
"""

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
ANSWERS["why_faster"] = """
TODO: about two sentences: what there is fewer of, and what follows from it.
"""

# %% [markdown]
# ## memory_gate
#
# **Which GRU gate controls memory retention? (1 point)** The name of the gate is enough.

# %%
# TODO 4 (one to three words): the name of the gate.
ANSWERS["memory_gate"] = "TODO: the name of the gate."

# %% [markdown]
# ## simpler_model
#
# **Which model is simpler: LSTM or GRU? (1 point)** The name of the model is enough.

# %%
# TODO 5 (one word): the name of the model.
ANSWERS["simpler_model"] = "TODO: the name of the model."

# %% [markdown]
# ## long_term
#
# **Do GRUs still handle long-term dependencies? (2 points)** Yes or no, and by what, or within which limits?
#
# One point is for the answer and one for a reason: which part of a GRU lets it keep something over many steps, or how
# well does it do that beside other models? One or two sentences.

# %%
# TODO 6 (one or two sentences): yes or no, and by what.
ANSWERS["long_term"] = """
TODO: one or two sentences: yes or no, and by what.
"""
