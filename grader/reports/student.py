"""What a student's page shows, as plain records for the template."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a shown value, and whether it differs from what was expected."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class GapView:
    """A call with what was expected and what came."""

    called: str
    expected: str
    got: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One check that did not pass. Of a hidden one message, gap and counterexample are empty."""

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


@dataclass(frozen=True, slots=True)
class FlagView:
    """A flag in words."""

    title: str
    message: str


@dataclass(frozen=True, slots=True)
class CellView:
    """A statement or cell that did not run to its end."""

    place: str
    word: str
    message: str


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

    ``reason`` is why there is nothing to show, where so; ``unfinished`` are the checks of parts not done yet.
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
    passed: tuple[str, ...]
    cards: tuple[Card, ...]
    unfinished: tuple[Card, ...]
    hidden_note: str
    cells: tuple[CellView, ...]
    more_cells: int
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
