"""What flows from the checks to the reports: frozen records, one for each thing that results.json holds."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Outcome(enum.StrEnum):
    """How a check ended; worst first."""

    BLOCKED = "blocked"
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    ERROR = "error"
    FAILED = "failed"
    TODO = "todo"
    REVIEW = "review"
    PASSED = "passed"


class Status(enum.StrEnum):
    """What became of one student's file for one exercise."""

    GRADED = "graded"
    REVIEW = "review"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Misconception:
    """A known mistake, as named in a report."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Gap:
    """The call, what it should give and what it gave, in words."""

    called: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """An idea found in a free-text answer, with the words that show it."""

    idea: str
    quote: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found out about one submission.

    ``cause`` is the same for all checks that the same thing stopped, and is read by nobody; ``needs`` is the id of the check
    for whose sake alone this one does not pass. ``unjudged``: nothing can be said of its function yet.
    """

    id: str
    title: str
    points: int
    max_points: int
    outcome: Outcome
    hidden: bool = False
    message: str = ""
    hint: str = ""
    misconception: Misconception | None = None
    seconds: float = 0.0
    gap: Gap | None = None
    counterexample: Gap | None = None
    suggested_points: int | None = None
    evidence: tuple[Evidence, ...] = ()
    cause: str = ""
    needs: str | None = None
    unjudged: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """Something about a submission that a person should know; it costs nothing by itself."""

    kind: str
    message: str
    check: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What the public checks of one exercise found in one's own work; ``place`` is the file, or the notebook's names.

    ``hidden_points`` are decided when it is graded. Without ``results`` it could not be looked at, and ``notes`` say why.
    """

    exercise: str
    title: str
    place: str
    notes: tuple[Flag, ...]
    results: tuple[CheckResult, ...]
    hidden_points: int


@dataclass(frozen=True, slots=True)
class CellResult:
    """What did not run to its end: a statement of a script (``index`` None) or the cell at ``index`` (from 0)."""

    index: int | None
    line: int
    outcome: Outcome
    message: str


UNGRADED = "ungraded"  # the kind of a flag that says why nobody has graded a row yet


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """One student's work on one exercise, graded; ``graded_at`` is the start of the run that did it (ISO 8601, UTC)."""

    student: str
    exercise: str
    path: str | None
    page: str
    sha256: str | None
    status: Status
    points: int
    pending_points: int
    max_points: int
    seconds: float
    flags: tuple[Flag, ...] = ()
    cells: tuple[CellResult, ...] = ()
    output: str = ""
    checks: tuple[CheckResult, ...] = ()
    graded_at: str | None = None
    submitted_at: str | None = None

    @property
    def is_ungraded(self) -> bool:
        """Whether it only has not been graded yet; otherwise `Status.FAILED` is the grader's own fault."""
        return self.status is Status.FAILED and any(flag.kind == UNGRADED for flag in self.flags)


@dataclass(frozen=True, slots=True)
class ExerciseRecord:
    """One exercise of the course, as the reports name it."""

    id: str
    title: str
    max_points: int


@dataclass(frozen=True, slots=True)
class Isolation:
    """Which protections held in a run."""

    backend: str
    protections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The facts of one run. ``started`` is ISO 8601 in UTC, ``seconds`` the run's wall time."""

    started: str
    seconds: float
    seed: int
    versions: dict[str, str]
    isolation: Isolation
    engine: str
    jobs: int
    course: str = ""
    contact: str = ""
    unplaced: tuple[str, ...] = ()
    faults: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class KnownMistake:
    """A misconception as the course explains it to the teacher, for the class page."""

    id: str
    name: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Results:
    """A whole run: what results.json holds."""

    run: RunRecord
    exercises: tuple[ExerciseRecord, ...]
    submissions: tuple[SubmissionResult, ...]
    schema_version: int = 1
    misconceptions: tuple[KnownMistake, ...] = ()
