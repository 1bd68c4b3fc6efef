# ruff: noqa: F811  a variant bears the name of the function it replaces, and its mistake's name says what it does
"""What goes wrong in 05_trace: each mistake with its name, a sentence for the next lecture, a hint and its variants.

R10 is a matter of reading, which no number shows: it is recognised by what a student writes, and costs nothing.
"""

import numpy as np

from grader.checks.misconceptions import mistake, variant

# A sentence with one of these words may say the contrary, or ask; one with these may have understood: both are left alone.
DENIED = (
    r"\b(?:not|no|never|nor|nothing|neither|cannot|without|hardly|barely|little|less|false|wrong|mistake|myth|contrary"
    r"|opposite|story|lesson|claims?|would|could|might|may|if|whether|unless|\w+n['\u2019]t)\b|\?"
)
UNDERSTOOD = (
    r"\b(?:past|memory|state|keep\w*|kept|remember\w*|earlier|previous|before|old|unchanged|low\w*|small\w*|falls?|drops?"
    r"|dips?)\b"
)
GATE = r"\b(?:z|z_t|update[ -]gates?)\b"
HIGH = r"\b(?:high|higher|highest|large|larger|largest|peaks?|spikes?|(?:near|close to) (?:1|one))\b"
SO = (
    r"(?:\b(?:so|means?|because|since|therefore|thus|hence|as|shows?|indicates?|suggests?|tells?|thinks?|considers?|treats?"
    r"|marks?|signals?)\b|=)"
)
MATTERS = r"\b(?:important|importance|significant|relevant|key word|matters|pays? (?:\w+ )?attention|focus(?:es)?)\b"
PLAINLY = rf"^(?!.*(?:{DENIED}|{UNDERSTOOD}))(?=.*\b(?:exciting|words?)\b)"

mistake(
    "R1",
    name="the update gate and the reset gate have changed places",
    explanation="Keras keeps the three blocks in the order z, r, h, PyTorch in the order r, z, h; and here the answer is "
    "(z, r), z first.",
    hint="Give z alone a large bias, as in the cell below your function: in which of your two arrays does it show? Look at "
    "which u columns you take for which gate, and at the order in which you give them back.",
)


@variant("R1", form="the blocks are taken in PyTorch's order")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        r, z = (_sigmoid(x @ K[g] + b[0][g] + h @ R[g] + b[1][g]) for g in "zr")
        return z, r, z * h + (1 - z) * _candidate(x, h, r, K, R, b)

    return _walk(weights, embedded, step)


@variant("R1", form="given back as (r, z)")
def gate_trace(weights, embedded):
    z, r = _walk(weights, embedded, _right)
    return r, z


mistake(
    "R2",
    name="a row of the bias is left out",
    explanation="With reset_after=True, its default, a Keras GRU has two rows of bias, one for the word and one for the "
    "state; in a fresh layer both are zero, so nobody misses one.",
    hint="How many rows does the bias have, and how many of them do you use, in the gates and in the candidate? One goes with "
    "the word, the other with the state.",
)


@variant("R2", form="only the word's")
def gate_trace(weights, embedded):
    return _walk(_with(weights[2] * [[1], [0]], weights), embedded, _right)


@variant("R2", form="only the state's")
def gate_trace(weights, embedded):
    return _walk(_with(weights[2] * [[0], [1]], weights), embedded, _right)


@variant("R2", form="none at all")
def gate_trace(weights, embedded):
    return _walk(_with(weights[2] * 0, weights), embedded, _right)


@variant("R2", form="only the state's, outside of the reset")
def gate_trace(weights, embedded):
    return _walk(_with(weights[2][::-1] * [[1], [0]], weights), embedded, _right)


@variant("R2", form="the candidate without the state's")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = _gates(x, h, K, R, b)
        return z, r, z * h + (1 - z) * np.tanh(x @ K["h"] + b[0]["h"] + r * (h @ R["h"]))

    return _walk(weights, embedded, step)


@variant("R2", form="the candidate without the word's")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = _gates(x, h, K, R, b)
        return z, r, z * h + (1 - z) * np.tanh(x @ K["h"] + r * (h @ R["h"] + b[1]["h"]))

    return _walk(weights, embedded, step)


mistake(
    "R3",
    name="both rows of the bias stand on the word's side",
    explanation="For the gates it is all one where a bias is added, but in the candidate the reset gate scales the state's "
    "side, its bias included.",
    hint="Your first word is right, so the gates have both rows. What exactly does r multiply in the candidate? Look at the "
    "brackets, and at which of the two rows stands inside them.",
)


@variant("R3")
def gate_trace(weights, embedded):
    return _walk(_with(weights[2].sum(axis=0) * [[1], [0]], weights), embedded, _right)


mistake(
    "R4",
    name="the reset gate comes before the matrix product",
    explanation="That is the candidate of 01_gates, Keras' reset_after=False; the default layer multiplies the state by its "
    "matrix first, and the numbers differ by a few hundredths at most.",
    hint="Your first word is right: there the state is zero, and both forms agree. Compare your candidate with the third "
    "equation: is it the state that r scales, or the product of the state with its matrix, bias and all?",
)


@variant("R4")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = _gates(x, h, K, R, b)
        return z, r, z * h + (1 - z) * np.tanh(x @ K["h"] + b[0]["h"] + (r * h) @ R["h"] + b[1]["h"])

    return _walk(weights, embedded, step)


mistake(
    "R5",
    name="the blend is the other way round",
    explanation="In this course (as in Cho et al. and in Keras) z near 1 keeps the past; many tutorials write the blend with "
    "z and 1 - z exchanged.",
    hint="Your first word is right, so look at what you hand on to the second. If z were 1, which should that be, the old "
    "state or the candidate? A high update gate keeps the past.",
)


@variant("R5")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = _gates(x, h, K, R, b)
        return z, r, (1 - z) * h + z * _candidate(x, h, r, K, R, b)

    return _walk(weights, embedded, step)


mistake(
    "R6",
    name="the state is not carried from word to word",
    explanation="A gate listens to the word and to the state that all words before have left; traced from a state of zeros, "
    "every word is the first one.",
    hint="Trace a sentence that says the same word twice: should both get the same gates? Look at where your state is set to "
    "zero, inside the loop or before it, and at the name that gets the new one.",
)


@variant("R6")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = _gates(x, h, K, R, b)
        return z, r, h

    return _walk(weights, embedded, step)


mistake(
    "R7",
    name="the bias is cut into pieces that still hold both of its rows",
    explanation="A third of the bias (2, 3u) is (2, u); added to a row of u numbers it makes two rows, and no error warns.",
    hint="Print the shape of the piece of bias that you add to one gate. It should be (u,), one number for each unit. Which "
    "row goes with the word, and which with the state? Take them apart before you cut.",
)


@variant("R7", form="the reset after the product")
def gate_trace(weights, embedded):
    return _walk(weights, embedded, _two_rows)


@variant("R7", form="the bias inside the reset")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = (_sigmoid(x @ K[g] + h @ R[g] + _both(b, g)) for g in "zr")
        return z, r, z * h + (1 - z) * np.tanh(x @ K["h"] + r * (h @ R["h"] + _both(b, "h")))

    return _walk(weights, embedded, step)


@variant("R7", form="the reset before the product")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = (_sigmoid(x @ K[g] + h @ R[g] + _both(b, g)) for g in "zr")
        return z, r, z * h + (1 - z) * np.tanh(x @ K["h"] + (r * h) @ R["h"] + _both(b, "h"))

    return _walk(weights, embedded, step)


@variant("R7", form="all rows stacked")
def gate_trace(weights, embedded):
    z, r = _walk(weights, embedded, _two_rows)
    return np.concatenate(z), np.concatenate(r)


@variant("R7", form="cut along the wrong axis")
def gate_trace(weights, embedded):
    z, r, _ = np.split(weights[2], 3)
    return z, r


mistake(
    "R8",
    name="padding is traced as well",
    explanation="To a GRU each padded step is a step: it moves the state, so the first word no longer starts from zero. Here "
    "the sentence comes without padding.",
    hint="How many rows does your result have, and how many words the sentence? embedded holds the words and nothing else, "
    "and the state before the first of them is zero: nothing needs to be added.",
)


@variant("R8", form="in front")
def gate_trace(weights, embedded):
    return _walk(weights, _padded(embedded, front=True), _right)


@variant("R8", form="in front, cut off again")
def gate_trace(weights, embedded):
    z, r = _walk(weights, _padded(embedded, front=True), _right)
    return z[-len(embedded) :], r[-len(embedded) :]


@variant("R8", form="behind")
def gate_trace(weights, embedded):
    return _walk(weights, _padded(embedded, front=False), _right)


mistake(
    "R9",
    name="the result is not one row of units for each word",
    explanation="A trace is (T, u): a gate has a number for every unit at every word. A batch axis that Keras wants, or a mean "
    "taken for the plot, does not belong in it.",
    hint="Print the shapes of your two arrays: each should be (T, u), as many rows as there are words and as many columns "
    "as units. Which axis is one too many, missing or in the other's place?",
)


@variant("R9", form="a batch axis in front")
def gate_trace(weights, embedded):
    return tuple(gate[None] for gate in _walk(weights, embedded, _right))


@variant("R9", form="a batch axis in the middle")
def gate_trace(weights, embedded):
    return tuple(gate[:, None] for gate in _walk(weights, embedded, _right))


@variant("R9", form="the mean of the units")
def gate_trace(weights, embedded):
    return tuple(gate.mean(axis=1) for gate in _walk(weights, embedded, _right))


@variant("R9", form="the units first")
def gate_trace(weights, embedded):
    return tuple(gate.T for gate in _walk(weights, embedded, _right))


mistake(
    "R10",
    said=(
        rf"{PLAINLY}.*{GATE}.{{0,60}}{HIGH}.{{0,80}}{SO}.{{0,80}}{MATTERS}",
        rf"{PLAINLY}.*{HIGH}.{{0,20}}{GATE}.{{0,80}}{SO}.{{0,80}}{MATTERS}",
        rf"{PLAINLY}.*{MATTERS}.{{0,40}}\b(?:because|since|as)\b.{{0,40}}{GATE}.{{0,40}}{HIGH}",
        rf"{PLAINLY}.*{MATTERS}.{{0,40}}\b(?:because|since|as)\b.{{0,40}}{HIGH}.{{0,20}}{GATE}",
        rf"{PLAINLY}.*\b(?:higher|larger)\b.{{0,20}}{GATE}.{{0,20}}\bmore important\b",
    ),
    name="a high z at a word is read as the importance of the word",
    explanation="High sounds like much. But a z near 1 keeps the state as it was, so a word at which z is high changes little.",
    hint="Put z = 1 into the equation of the next state: what is left of the word in it? Say then what a high z at a word tells "
    "of that word, and what a low one tells.",
)


def _walk(weights, embedded, step):
    """Both gates at every word; ``step`` gives them and the next state."""
    K, R = (dict(zip("zrh", np.split(array, 3, axis=1), strict=True)) for array in weights[:2])
    b = [dict(zip("zrh", np.split(row, 3), strict=True)) for row in weights[2]]
    h, trace = np.zeros(len(weights[1])), []
    for x in embedded:
        z, r, h = step(x, h, K, R, b)
        trace.append((z, r))
    return tuple(np.stack(gate) for gate in zip(*trace, strict=True))


def _right(x, h, K, R, b):
    z, r = _gates(x, h, K, R, b)
    return z, r, z * h + (1 - z) * _candidate(x, h, r, K, R, b)


def _gates(x, h, K, R, b):
    return [_sigmoid(x @ K[g] + b[0][g] + h @ R[g] + b[1][g]) for g in "zr"]


def _candidate(x, h, r, K, R, b):
    return np.tanh(x @ K["h"] + b[0]["h"] + r * (h @ R["h"] + b[1]["h"]))


def _two_rows(x, h, K, R, b):
    z, r = (_sigmoid(x @ K[g] + h @ R[g] + _both(b, g)) for g in "zr")
    return z, r, z * h + (1 - z) * np.tanh(x @ K["h"] + r * (h @ R["h"]) + _both(b, "h"))


def _both(b, gate):
    """The piece (2, u) of a bias that was cut with both of its rows."""
    return np.stack([b[0][gate], b[1][gate]])


def _with(bias, weights):
    """The weights with another bias."""
    return [weights[0], weights[1], bias]


def _padded(embedded, front, length=50):
    zeros = np.zeros((length - len(embedded), embedded.shape[1]))
    return np.concatenate([zeros, embedded] if front else [embedded, zeros])


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))
