"""What is kept of wrong work that no known mistake explains, so that equal wrong work of a class can be found afterwards."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_SOURCE = 4_000  # characters of a function's source


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """What a function gave in one case of a check, as little of it as tells two wrong functions apart.

    ``form`` is everything about it that is not a number: kinds and shapes, a digest of a text, or what was raised. ``numbers``
    are some of its numbers and some sums over all of them, in decimals with spaces between; they are equal to another answer's if
    they differ by no more than ``tolerance`` times the larger of them, or of 1.
    """

    form: str
    numbers: str
    tolerance: float


@dataclass(frozen=True, slots=True)
class WrongWork:
    """A function of a submission that is wrong in a way that no known mistake explains.

    ``checks`` are those that it fails, ``cases`` what it gave in each of their cases, and ``asked`` a digest of what it was
    asked: answers to other questions can't be compared. If nothing but exceptions tells it from right work, ``raised`` is the
    first of them and ``place`` the innermost graded function in which that arose. ``own``: the fault is its own, and not one of
    a function that it calls. ``source`` is the function as the file defines it, without docstring and comments; empty if the
    fault is not its own, or the text very long.
    """

    function: str
    checks: tuple[str, ...]
    asked: str
    cases: tuple[CaseAnswer, ...]
    raised: str = ""
    place: str = ""
    own: bool = True
    source: str = ""
