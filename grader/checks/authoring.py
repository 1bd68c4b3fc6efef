"""What a check may ask of an answer; imported by the files under ``solutions/checks/``."""

from __future__ import annotations

import numpy as np

from grader.checks.answers import Answer, difference
from grader.checks.looks import WHOLE, Look

__all__ = ["Look", "NotRight", "inputs_kept", "no_overflow", "same", "same_dtype"]


class NotRight(AssertionError):
    """An answer that is not as wanted: what was expected and what came, in words.

    ``aspect`` says which side of the answer was looked at: value, warnings, inputs or dtype; ``look`` which part of the value.
    """

    def __init__(self, answer: Answer, expected: str, got: str, aspect: str, look: Look = WHOLE) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.answer = answer
        self.expected = expected
        self.got = got
        self.aspect = aspect
        self.look = look


def same(got: Answer, want: Answer, look: Look = WHOLE) -> None:
    """The answer, or the part of it that is looked at, has the wanted type, shape and numbers; raises NotRight."""
    words = difference(got.value, want, look)
    if words is not None:
        raise NotRight(got, *words, "value", look)


def no_overflow(got: Answer) -> None:
    """The call raised no overflow warning; raises NotRight."""
    if "overflow" in got.warned:
        kinds = " and ".join(sorted(got.warned))
        raise NotRight(got, "no overflow warning", f"the right numbers, with RuntimeWarning: {kinds}", "warnings")


def inputs_kept(got: Answer) -> None:
    """The call left its inputs as they were; raises NotRight."""
    if got.changed:
        raise NotRight(got, "inputs left as they were", "an input that was changed in place", "inputs")


def same_dtype(got: Answer, want: Answer) -> None:
    """The answer is of the wanted dtype; raises NotRight."""
    wanted, given = np.asarray(want.value).dtype, getattr(got.value, "dtype", None)
    if given != wanted:
        raise NotRight(got, f"dtype {wanted}", f"dtype {given}", "dtype")
