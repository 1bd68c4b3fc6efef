# ruff: noqa: F811  a variant bears the name of the function it replaces, and its mistake's name says what it does
"""What goes wrong in 05_trace: each mistake with its name, a sentence for the next lecture, a hint and its variants.

R10 is a matter of reading, which no number shows: it is recognised by what a student writes, and costs nothing.
"""

import math

import numpy as np

from grader.checks.authoring import mistake, variant

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

mistake(
    "R11",
    name="the gates do not go through the sigmoid",
    explanation="A gate is a share, so its sum has to be squashed into the range from 0 to 1; without that it can be anything.",
    hint="Print your first row: is every number of it between 0 and 1? What stands around the sum in the first two equations, and "
    "what stands around yours?",
)


@variant("R11")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = (x @ K[g] + b[0][g] + h @ R[g] + b[1][g] for g in "zr")
        return z, r, z * h + (1 - z) * _candidate(x, h, r, K, R, b)

    return _walk(weights, embedded, step)


mistake(
    "R12",
    name="the exponent has the wrong sign",
    explanation="exp(a) in the place of exp(-a) turns the curve round: each gate is one minus what it should be.",
    hint="With a large bias for z, should z come near 1 or near 0? Work out your sigmoid for a = 2 by hand: it should be 0.8808.",
)


@variant("R12")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = (1 - gate for gate in _gates(x, h, K, R, b))
        return z, r, z * h + (1 - z) * _candidate(x, h, r, K, R, b)

    return _walk(weights, embedded, step)


mistake(
    "R13",
    name="the brackets around 1 - z are missing",
    explanation="Without brackets the product comes first: 1 - z * h~ is not (1 - z) * h~.",
    hint="Your first word is right, so look at the blend. Put z = 1 into it, as it stands: what is left besides the old state? "
    "Python multiplies before it subtracts.",
)


@variant("R13")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = _gates(x, h, K, R, b)
        return z, r, z * h + 1 - z * _candidate(x, h, r, K, R, b)

    return _walk(weights, embedded, step)


mistake(
    "R14",
    name="the loop ends after the first word",
    explanation="A return that stands inside the loop ends the function in the first round.",
    hint="How many words does your loop read? Print something inside it. A function ends where it gives back its result, so look "
    "at how far that line is indented.",
)


@variant("R14", form="the rows so far")
def gate_trace(weights, embedded):
    return _walk(weights, embedded[:1], _right)


@variant("R14", form="the gates alone")
def gate_trace(weights, embedded):
    z, r = _walk(weights, embedded[:1], _right)
    return z[0], r[0]


mistake(
    "R15",
    name="only the last word's gates are given back",
    explanation="A trace has a row for every word; what is worked out in a round has to be kept before the next one.",
    hint="How many rows does your result have, and how many words the sentence? Keep the gates of each word in a list as the loop "
    "goes on, and make one array of it at the end.",
)


@variant("R15")
def gate_trace(weights, embedded):
    z, r = _walk(weights, embedded, _right)
    return z[-1], r[-1]


mistake(
    "R16",
    name="the candidate does not go through tanh",
    explanation="New content lies between -1 and 1, so it takes tanh; the sigmoid is for the gates.",
    hint="Your first word is right, so the gates are. Can your candidate be negative, and can it be larger than 1? It may be the "
    "one and not the other: look at what stands around the third sum.",
)


@variant("R16", form="the sigmoid")
def gate_trace(weights, embedded):
    return _walk(weights, embedded, _squashed_by(_sigmoid))


@variant("R16", form="nothing")
def gate_trace(weights, embedded):
    return _walk(weights, embedded, _squashed_by(lambda a: a))


@variant("R16", form="relu")
def gate_trace(weights, embedded):
    return _walk(weights, embedded, _squashed_by(lambda a: np.maximum(a, 0)))


mistake(
    "R17",
    name="the bias is added outside",
    explanation="The bias belongs to the sum that is squashed; added afterwards it pushes a gate out of its range.",
    hint="Can your gate be larger than 1? Nothing is added after the sigmoid in the equations. Look at where your bracket closes.",
)


@variant("R17")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = (_sigmoid(x @ K[g] + h @ R[g]) + b[0][g] + b[1][g] for g in "zr")
        return z, r, z * h + (1 - z) * _candidate(x, h, r, K, R, b)

    return _walk(weights, embedded, step)


mistake(
    "R18",
    name="a matrix product where entries should be multiplied",
    explanation="A gate has one number for each unit and scales that unit alone, so it is multiplied entry by entry.",
    hint="What shape do a gate and the state have, and what shape should their product have? Print it. A gate scales each unit by "
    "itself: that is * in NumPy, while @ and np.dot make one sum of them.",
)


@variant("R18", form="in the candidate")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = _gates(x, h, K, R, b)
        return z, r, z * h + (1 - z) * np.tanh(x @ K["h"] + b[0]["h"] + r @ (h @ R["h"] + b[1]["h"]))

    return _walk(weights, embedded, step)


@variant("R18", form="in the blend")
def gate_trace(weights, embedded):
    def step(x, h, K, R, b):
        z, r = _gates(x, h, K, R, b)
        return z, r, z @ h + (1 - z) @ _candidate(x, h, r, K, R, b)

    return _walk(weights, embedded, step)


mistake(
    "R19",
    name="entries are multiplied where a matrix product belongs",
    explanation="* goes entry by entry, @ sums over a shared axis; weights are always applied with @, a gate always with *.",
    hint="A word is (d,) and its weights are (d, u): can they be multiplied entry by entry? Weights are applied with a matrix "
    "product, which NumPy writes @.",
)


@variant("R19", form="the whole kernel")
def gate_trace(weights, embedded):
    return embedded[0] * weights[0]


@variant("R19", form="the kernel cut into three")
def gate_trace(weights, embedded):
    return embedded[0] * np.split(weights[0], 3, axis=1)[0]


mistake(
    "R20",
    name="the weights stand left of the data",
    explanation="Here a row is one word, so data stand left of the weights; courses that write states as columns have it the "
    "other way.",
    hint="A word is (d,) and the kernel (d, 3u): in which order does the product have 3u numbers? Data first, weights second.",
)


@variant("R20", form="the whole kernel")
def gate_trace(weights, embedded):
    return weights[0] @ embedded[0]


@variant("R20", form="the kernel cut into three")
def gate_trace(weights, embedded):
    return np.split(weights[0], 3, axis=1)[0] @ embedded[0]


@variant("R20", form="the whole kernel, np.dot")
def gate_trace(weights, embedded):
    return np.dot(weights[0], embedded[0])


@variant("R20", form="the kernel cut into three, np.dot")
def gate_trace(weights, embedded):
    return np.dot(np.split(weights[0], 3, axis=1)[0], embedded[0])


mistake(
    "R21",
    name="a function of the module math is given an array",
    explanation="math.exp and math.tanh take one number; those of NumPy take a number or an array and work entry by entry.",
    hint="Which of the functions that you call comes from math? NumPy has one of the same name that works entry by entry.",
)


@variant("R21", form="as NumPy 2.4 says it")
def gate_trace(weights, embedded):
    return math.exp(weights[2][0])


@variant("R21", form="as an older NumPy says it")
def gate_trace(weights, embedded):
    raise TypeError("only length-1 arrays can be converted to Python scalars")


mistake(
    "R22",
    name="an if asks one question about a whole array",
    explanation="An array has no single answer to a >= 0, each entry has its own; np.where chooses entry by entry.",
    hint="Print a >= 0 for an array: how many answers are there? An if can take only one of them. No number is large here, so the "
    "plain formula of the sigmoid does without one.",
)


@variant("R22")
def gate_trace(weights, embedded):
    return weights[0] if weights[2][0] >= 0 else embedded


mistake(
    "R23",
    name="the result is rounded",
    explanation="Rounding is for printing; in a trace it throws away what tells one word from the next.",
    hint="How many decimals do your numbers have, and how many has a float? Round when you print, not in what the function gives.",
)


@variant("R23", form="to 2 decimals")
def gate_trace(weights, embedded):
    return tuple(np.round(gate, 2) for gate in _walk(weights, embedded, _right))


@variant("R23", form="to 3 decimals")
def gate_trace(weights, embedded):
    return tuple(np.round(gate, 3) for gate in _walk(weights, embedded, _right))


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


def _squashed_by(function):
    """A step whose candidate goes through another function than tanh."""

    def step(x, h, K, R, b):
        z, r = _gates(x, h, K, R, b)
        return z, r, z * h + (1 - z) * function(x @ K["h"] + b[0]["h"] + r * (h @ R["h"] + b[1]["h"]))

    return step


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
