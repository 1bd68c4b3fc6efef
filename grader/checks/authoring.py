"""The author's one door: all that the files under ``solutions/`` import of the grader."""

from __future__ import annotations

import numpy as np

from grader.checks.compare.answers import Answer, difference
from grader.checks.compare.looks import WHOLE, Aspect, GapKind, Look
from grader.checks.compare.tables import Between
from grader.checks.failures import NotDone, NotRight, StudentStopped
from grader.checks.mistakes.declare import mistake, variant
from grader.checks.models.live import ScriptedClock, TinyModel, clock_of
from grader.checks.models.seen import Training

__all__ = [
    "Answer",
    "Between",
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
    """The answer, or the part of it that is looked at, has the wanted type, shape and numbers; raises NotRight."""
    found = difference(got.value, want, look)
    if found is not None:
        raise NotRight(got, found.expected, found.got, look=look, about=found.about)


def no_overflow(got: Answer) -> None:
    """The call raised no overflow warning; raises NotRight."""
    if "overflow" in got.warned:
        kinds = " and ".join(sorted(got.warned))
        raise NotRight(got, "no overflow warning", f"the right numbers, with RuntimeWarning: {kinds}", Aspect.WARNINGS)


def inputs_kept(got: Answer) -> None:
    """The call left its inputs as they were; raises NotRight."""
    if got.changed:
        raise NotRight(got, "inputs left as they were", "an input that was changed in place", Aspect.INPUTS)


def same_dtype(got: Answer, want: Answer) -> None:
    """The answer is of the wanted dtype; raises NotRight."""
    wanted, given = np.asarray(want.value).dtype, getattr(got.value, "dtype", None)
    if given != wanted:
        raise NotRight(got, f"dtype {wanted}", f"dtype {given}", Aspect.DTYPE)


def whole(got: Answer, want: Answer) -> None:
    """The answer is this very whole number, as an int or a float; raises NotRight."""
    same(got, want, EXACT)


def trained(got: Answer, want: Answer) -> None:
    """The models were trained on as many rows as wanted; raises NotRight."""
    rows, wanted = [[rows for rows, _ in answer.counts] for answer in (got, want)]
    if rows != wanted:
        raise NotRight(got, _epochs(got, wanted), _epochs(got, rows), Aspect.ROWS)


def timed(got: Answer, epochs: int) -> None:
    """The clock was read at the start and the end of so many epochs in a row, with no compiling between; raises NotRight."""
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
