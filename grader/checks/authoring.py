"""The author's one door: all that the files under ``solutions/`` import of the grader.

A check is a pytest function. Its fixtures are given, not imported:

student      the submission: ``student.half(6.0)`` calls its function and gives an `Answer`; ``student.MEASURED`` is what it
             wrote down
expected     the solution, asked in the same words; what it answers is never in a check's own text
rng          a NumPy generator: other numbers for each item and each run, the same for all students of a run
shared_rng   the same for all items, so that those which draw alike and ask alike share one training
models       looks at Keras models: ``models.look(answer, ids)`` gives what a call's model is (`Seen`), ``models.of_solution``
             that of the solution, ``models.difference(seen)`` why it is not what its layers are,
             ``models.runs(seen)`` fails if it raised for these ids, ``models.trained(seen, training)`` how it
             does when it is trained (`Training`)
note         ``note("...")`` tells the student something that costs nothing
shown        ``shown("other_check")`` gives the pairs (answer, wanted) of a check that passed; this one counts only then

Its markers are ``points(2)``, ``hint("...")``, ``parts("sigmoid")``, ``composes`` and ``needs("other_check")``. In the examples
below the submission is right in ``half`` and wrong in the rest.
"""

from __future__ import annotations

import numpy as np

from grader.checks.compare.answers import Answer, difference
from grader.checks.compare.looks import WHOLE, Aspect, GapKind, Look
from grader.checks.compare.tables import Between
from grader.checks.failures import NotDone, NotRight, StudentStopped
from grader.checks.mistakes.declare import mistake, variant
from grader.checks.models.live import ScriptedClock, TinyModel, clock_of
from grader.checks.models.seen import Training
from grader.checks.plan.followed import Follow

__all__ = [
    "Answer",
    "Between",
    "Follow",
    "GapKind",
    "Look",
    "NotDone",
    "NotRight",
    "ScriptedClock",
    "StudentStopped",
    "TinyModel",
    "Training",
    "inputs_kept",
    "mistake",
    "no_overflow",
    "same",
    "same_dtype",
    "timed",
    "trained",
    "variant",
    "whole",
]
EXACT = Look(exact=True)


def same(got: Answer, want: Answer, look: Look = WHOLE) -> None:
    """The answer, or the part of it that is looked at, has the wanted type, shape and numbers.

    got      the submission's answer
    want     the solution's, to the same arguments
    look     what counts of it, and how exactly (`Look`); by default all of it, to 1e-6, in float32 to 1e-5
    raises   NotRight, with which the check fails and says what was expected and what came

    >>> same(student.half(6.0), expected.half(6.0))
    >>> same(student.third(6.0), expected.third(6.0))
    Traceback (most recent call last):
    NotRight: expected 2, got 3
    >>> same(student.halves(4.0, 6.0), expected.halves(4.0, 6.0), Look(part=1, of=2, name="the second half"))
    Traceback (most recent call last):
    NotRight: expected the second half: 3, got the second half: 6
    """
    found = difference(got.value, want, look)
    if found is not None:
        raise NotRight(got, found.expected, found.got, look=look, about=found.about)


def no_overflow(got: Answer) -> None:
    """The call raised no overflow warning, whatever it gave: `same` looks at the numbers.

    got      the submission's answer
    raises   NotRight

    >>> answer = student.sigmoid(np.array([-1000.0]))
    >>> same(answer, expected.sigmoid(np.array([-1000.0])))
    >>> no_overflow(answer)
    Traceback (most recent call last):
    NotRight: expected no overflow warning, got the right numbers, with RuntimeWarning: overflow
    """
    if "overflow" in got.warned:
        kinds = " and ".join(sorted(got.warned))
        raise NotRight(got, "no overflow warning", f"the right numbers, with RuntimeWarning: {kinds}", Aspect.WARNINGS)


def inputs_kept(got: Answer) -> None:
    """The call left its inputs as they were.

    got      the submission's answer
    raises   NotRight

    >>> inputs_kept(student.half(np.ones(3)))
    >>> inputs_kept(student.double(np.ones(3)))
    Traceback (most recent call last):
    NotRight: expected inputs left as they were, got an input that was changed in place
    """
    if got.changed:
        raise NotRight(got, "inputs left as they were", "an input that was changed in place", Aspect.INPUTS)


def same_dtype(got: Answer, want: Answer) -> None:
    """The answer is of the wanted dtype, whatever its numbers are.

    got      the submission's answer
    want     the solution's, to the same arguments
    raises   NotRight

    >>> a = np.ones(3, dtype="float32")
    >>> same_dtype(student.half(a), expected.half(a))
    >>> same_dtype(student.sigmoid(a), expected.sigmoid(a))
    Traceback (most recent call last):
    NotRight: expected dtype float32, got dtype float64
    """
    wanted, given = np.asarray(want.value).dtype, getattr(got.value, "dtype", None)
    if given != wanted:
        raise NotRight(got, f"dtype {wanted}", f"dtype {given}", Aspect.DTYPE)


def whole(got: Answer, want: Answer) -> None:
    """The answer is this very whole number, as an int or a float: in a count no digit may be off.

    got      the submission's answer
    want     the solution's, to the same arguments
    raises   NotRight

    >>> whole(student.count(1000, 1000), expected.count(1000, 1000))
    Traceback (most recent call last):
    NotRight: expected 1,001,000, got 1,000,000
    """
    same(got, want, EXACT)


def trained(got: Answer, want: Answer) -> None:
    """The models that were handed in were trained on as many rows as wanted, however the epochs were run.

    got      the submission's answer to a call that hands in a `TinyModel` and a `ScriptedClock`
    want     the solution's, to the same arguments
    raises   NotRight, which counts in epochs of the clock's rows

    >>> x, y = np.ones((64, 4)), np.ones((64, 1))
    >>> call = (TinyModel(4, ((1, "float32"),)), x, y), {"epochs": 3, "clock": ScriptedClock(64, ((2.0, 1.0),))}
    >>> trained(student.time_training(*call[0], **call[1]), expected.time_training(*call[0], **call[1]))
    Traceback (most recent call last):
    NotRight: expected training for 4 epochs in all, the warm-up included, got training for 3 epochs in all, the warm-up included
    """
    rows, wanted = [[rows for rows, _ in answer.counts] for answer in (got, want)]
    if rows != wanted:
        raise NotRight(got, _epochs(got, wanted), _epochs(got, rows), Aspect.ROWS)


def timed(got: Answer, epochs: int) -> None:
    """The clock was read at the start and the end of so many epochs in a row, with no compiling between.

    got      the submission's answer to a call that hands in a `TinyModel` and a `ScriptedClock`
    epochs   how many are to be timed, the warm-up left out
    raises   NotRight, which says after how many epochs the clock was read

    >>> x, y = np.ones((64, 4)), np.ones((64, 1))
    >>> model, clock = TinyModel(4, ((1, "float32"),)), ScriptedClock(64, ((2.0, 1.0),))
    >>> timed(expected.time_training(model, x, y, epochs=3, clock=clock), epochs=3)
    >>> timed(student.time_training(model, x, y, epochs=3, clock=clock), epochs=3)
    Traceback (most recent call last):
    NotRight: expected a reading at the start and the end of every epoch, got readings after 0, 3 epochs of training
    """
    clock = clock_of([list(got.call.args), dict(got.call.kwargs)])
    assert clock is not None, "timed() is for calls that hand in a ScriptedClock"
    if not got.readings:
        raise NotRight(got, "readings of the clock that was handed in", "none: that clock was never read", Aspect.CLOCK)
    compiled = {rows: compiles for ((rows, compiles),) in got.readings}
    whole = got.counts[0][0] if got.counts else 0
    # Without a warm-up, or with epochs of fewer rows, they are timed all the same: `trained` looks at those.
    for first, rows in ((1, clock.rows), (0, clock.rows), (1, whole // (epochs + 1)), (0, whole // epochs)):
        ends = [rows * (first + epoch) for epoch in range(epochs + 1)]
        if rows and all(end in compiled for end in ends):
            again = compiled[ends[-1]] - compiled[ends[0]]
            if again:
                raise NotRight(
                    got, "epochs and nothing else between the readings", f"compile, {again} times", Aspect.CLOCK
                )
            return
    places = ", ".join(f"{rows / clock.rows:.3g}" for rows in list(compiled)[:12])
    raise NotRight(
        got,
        "a reading at the start and the end of every epoch",
        f"readings after {places} epochs of training",
        Aspect.CLOCK,
    )


def _epochs(answer: Answer, rows: list[int]) -> str:
    """Rows that models were trained on, as epochs."""
    clock = clock_of([list(answer.call.args), dict(answer.call.kwargs)])
    each = [f"{count:,} rows" if clock is None else f"{count / clock.rows:.4g} epochs" for count in rows]
    return f"training for {' and '.join(each)} in all, the warm-up included"
