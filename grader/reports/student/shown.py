"""What a student's page shows, as plain records for the template."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of a shown value, and whether it differs from what was expected."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class GapView:
    """A call with what was expected and what came back."""

    called: str
    expected: str
    got: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision on a check: who and when, why, and the ``points`` now and before."""

    said: str
    why: str
    points: str


@dataclass(frozen=True, slots=True)
class Folded:
    """A check that does not pass for the reason that its card gives."""

    anchor: str
    title: str
    hidden: bool
    lost: int
    hint: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A check that gave all its points, and what to know about it; ``answer`` is what the student wrote.

    ``first`` says where the whole first goes wrong, if the check was judged apart from faults in other functions.
    """

    title: str
    message: str
    decision: DecisionView | None = None
    answer: str = ""
    first: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One cause, told by one of the checks that do not pass for it; ``others`` are the rest of them.

    ``lost`` are the points of all of them. A hidden check has no message, gap or counterexample. ``decision`` is that of a
    person who gave ``points`` of ``max_points``; ``answer`` is what the student wrote. ``first`` says where the function first
    goes wrong and what to mend, ``mend`` the latter if it is one function.
    """

    anchor: str
    title: str
    sign: str
    word: str
    lost: int
    waiting: bool
    hidden: bool
    message: str
    gap: GapView | None
    counterexample: GapView | None
    mistake: str
    hint: str
    others: tuple[Folded, ...]
    points: int = 0
    max_points: int = 0
    decision: DecisionView | None = None
    answer: str = ""
    first: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class FlagView:
    """The flags of one kind in words: the first one's message, and those of the ``others``."""

    title: str
    message: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellView:
    """Statements or cells that stopped with the same message; ``others`` are the places of all but the first."""

    place: str
    word: str
    message: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A line of "What to do next": where it leads and what it would win."""

    anchor: str
    title: str
    detail: str
    points: int


@dataclass(frozen=True, slots=True)
class ExerciseView:
    """One exercise on a student's page.

    ``reason`` says why there is nothing to show, if so; ``unfinished`` are the parts not done yet; ``stopped`` counts the
    statements that did not run, which ``cells`` gathers by what they say.
    """

    anchor: str
    id: str
    title: str
    points: int
    pending: int
    max_points: int
    state: str
    kind: str
    reason: str
    flags: tuple[FlagView, ...]
    passed: tuple[Passed, ...]
    cards: tuple[Card, ...]
    unfinished: tuple[Card, ...]
    hidden_note: str
    cells: tuple[CellView, ...]
    stopped: int
    output: str
    path: str
    sha256: str
    command: str


@dataclass(frozen=True, slots=True)
class StudentView:
    """A student's whole page."""

    student: str
    course: str
    contact: str
    started: str
    when: str
    points: int
    pending: int
    max_points: int
    steps: tuple[Step, ...]
    exercises: tuple[ExerciseView, ...]
    versions: tuple[tuple[str, str], ...]
    isolation: str
