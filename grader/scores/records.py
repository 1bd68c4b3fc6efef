"""What flows from the checks to the reports: frozen records, one for each thing that results.json holds.

In one file because it is the format: who reads results.json finds all of it here, in the order of its nesting.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence  # noqa: TC003  as the types below
from dataclasses import dataclass, field
from datetime import UTC, datetime

from grader.scores.flag_kinds import FlagKind
from grader.scores.wrong_work import WrongWork  # noqa: TC001  msgspec reads the types of a record's fields

# The first files of this layout lack such a field: a file without it reads as if it held the default.
ADDED = {"added": True}
# The same, and results.json leaves it out wherever it has its default.
LEFT_OUT = {"added": True, "left out": True}
SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: what Python makes of a file name that is not UTF-8


def as_written(text: str) -> str:
    """Return a text (a student's id, say) as results.json holds it: a lone surrogate is written as an escape."""
    return SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


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


class KnownBy(enum.StrEnum):
    """By what a value is known to differ."""

    ITSELF = "itself"  # it was seen, and all before it are right
    RETURNED = "returned"  # the function gives it back, and what comes before it in the same step was not seen
    AFTER = "after"  # it was not seen, but what the next step makes of it
    RESULT = "result"  # all that was seen on the way is right, and what the function gives back is not


@dataclass(frozen=True, slots=True)
class FirstWrong:
    """Where a function first goes wrong in a small case drawn for this alone, and what would mend it.

    ``value`` is what differs first (z, state, ...) in the step ``at`` (from 1), which is called a ``step`` or a word; both are
    None if that can't be said. ``differing`` are the values that were seen to differ; with `KnownBy.AFTER`, in the step after
    ``at``. ``mend`` is the smallest set of the student's own functions with which mended the function is right: empty if that
    can't be said, and among them is the function itself if it is wrong with all others right.
    """

    function: str
    known_by: KnownBy
    step: str = "step"
    at: int | None = None
    value: str | None = None
    differing: tuple[str, ...] = ()
    mend: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """An idea found in a free-text answer, with the words that show it; ``start`` is where they begin in the answer's text."""

    idea: str
    quote: str
    start: int | None = field(default=None, metadata=LEFT_OUT)


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """What a student answered to a question, without the stub's prompt; a very long ``text`` is cut.

    ``sha256`` is that of the whole answer in UTF-8: it says whether a decision is still about this answer.
    """

    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A person's decision on one check of one student: its ``points``, or None to take an earlier decision back.

    ``when`` is ISO 8601, in UTC unless it says otherwise; ``digest`` the sha256 of the answer or the file that the person
    had before them. ``items`` are the ids of the rubric items that the person chose, ``comment`` is what they wrote to the
    student, and ``was`` what the check was worth before. Raises ValueError for a ``when`` that is no time, since it puts
    decisions in order.
    """

    student: str
    exercise: str
    check: str
    points: int | None
    by: str
    when: str
    why: str
    digest: str
    items: tuple[str, ...] = ()
    comment: str = ""
    was: int | None = None

    def __post_init__(self) -> None:
        _ = self.moment

    @property
    def reason(self) -> str:
        """Why it was decided so, and the comment if that says something else: what the student reads."""
        return "\n".join(dict.fromkeys(text for text in (self.why, self.comment) if text.strip()))

    @property
    def moment(self) -> datetime:
        """When it was decided."""
        at = datetime.fromisoformat(self.when)
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    @property
    def place(self) -> tuple[str, str, str]:
        """What it is about: the student as results.json has it, the exercise and the check."""
        return as_written(self.student), self.exercise, self.check


BY_COURSE = "the course"  # who decides that a check does not count


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person or the course decided on a check, and what the grader's own finding ``was`` worth."""

    points: int
    was: int
    by: str
    when: str
    why: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found out about one submission.

    ``outcome`` is the grader's own finding and stays when a person decides otherwise: then ``adjusted`` says so, and
    ``points`` are the decided ones, which may lie between 0 and ``max_points``. ``cause`` is a key, not meant to be read, that
    is the same for all checks that the same thing stopped; ``needs`` is the id of the check for whose sake alone this one does
    not pass. ``unjudged``: nothing can be said about its function yet. ``first``: where its function first goes wrong.
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
    answer: WrittenAnswer | None = field(default=None, metadata=LEFT_OUT)
    adjusted: Decided | None = field(default=None, metadata=LEFT_OUT)
    cause: str = field(default="", metadata=LEFT_OUT)
    needs: str | None = field(default=None, metadata=LEFT_OUT)
    unjudged: bool = field(default=False, metadata=LEFT_OUT)
    first: FirstWrong | None = field(default=None, metadata=LEFT_OUT)

    @property
    def waits(self) -> bool:
        """Whether its points are open until a person decides."""
        return self.outcome is Outcome.REVIEW and self.adjusted is None

    @property
    def passes(self) -> bool:
        """Whether it gives all of its points, by the grader's finding or by a person's decision."""
        return self.outcome is Outcome.PASSED if self.adjusted is None else self.points >= self.max_points

    @property
    def is_partial(self) -> bool:
        """Whether it gives some of its points and not all, which only a person decides."""
        return 0 < self.points < self.max_points


@dataclass(frozen=True, slots=True)
class Flag:
    """Something about a submission that a person should know, of a `FlagKind`; it costs nothing by itself."""

    kind: str
    message: str
    check: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What the public checks of one exercise found in one's own work; ``place`` is the file, or the notebook's names.

    ``hidden_points`` are decided when it is graded. Without ``results`` it could not be checked, and ``notes`` say why.
    """

    exercise: str
    title: str
    place: str
    notes: tuple[Flag, ...]
    results: tuple[CheckResult, ...]
    hidden_points: int


@dataclass(frozen=True, slots=True)
class CellResult:
    """A statement of a script (``index`` None) or the cell at ``index`` (from 0) that did not run to its end."""

    index: int | None
    line: int
    outcome: Outcome
    message: str


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """A function (or graded value) that a file itself defines; ``cell`` is its cell, from 0, and None in a script.

    ``text`` are its lines, cut if there are very many. ``grams`` are hashes of the runs of its syntax tree that the stub does
    not hold, as little-endian uint32, rising; ``spans`` has two bytes for each: the first and last line of the run, from 0
    within ``text``. A ``helper`` is not graded itself.
    """

    name: str
    cell: int | None
    line: int
    text: str
    grams: bytes
    spans: bytes
    helper: bool = False


@dataclass(frozen=True, slots=True)
class Graded:
    """What a bench found out about one file: its checks, what a person should know, what did not run, and what it printed.

    ``sources`` are the file's own functions, which are kept beside the results and not in them.
    ``wrong`` are the functions that are wrong in a way that no known mistake explains. It is not ``repeatable`` if a time limit
    or the end of a process had a part in it.
    """

    checks: tuple[CheckResult, ...]
    flags: tuple[Flag, ...] = ()
    cells: tuple[CellResult, ...] = ()
    output: str = ""
    sources: tuple[FunctionSource, ...] = ()
    wrong: tuple[WrongWork, ...] = ()
    repeatable: bool = True


UNGRADED, ELSEWHERE = FlagKind.UNGRADED, FlagKind.ELSEWHERE


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """One student's work on one exercise, graded; ``graded_at`` is the start of the run that did it (ISO 8601, UTC).

    One that is ``kept`` was not graded by this run but by an earlier one, and taken from the store; ``seconds`` is what it took
    then. ``repeatable`` is for the store alone: whether the same file is sure to give the same again.
    """

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
    graded_at: str | None = field(default=None, metadata=ADDED)
    submitted_at: str | None = field(default=None, metadata=LEFT_OUT)
    group: str | None = field(default=None, metadata=LEFT_OUT)
    wrong: tuple[WrongWork, ...] = field(default=(), metadata=LEFT_OUT)
    kept: bool = field(default=False, metadata=LEFT_OUT)
    repeatable: bool = field(default=True, metadata=LEFT_OUT)

    @property
    def is_ungraded(self) -> bool:
        """Whether it just has not been graded yet; otherwise `Status.FAILED` is the grader's own fault."""
        return failed_for(self, UNGRADED, ELSEWHERE)

    @property
    def is_elsewhere(self) -> bool:
        """Whether another shard of the run grades it."""
        return failed_for(self, ELSEWHERE)


def failed_for(row: SubmissionResult, *reasons: str) -> bool:
    """Whether a row has no result for one of these reasons, kinds of flags."""
    return row.status is Status.FAILED and any(flag.kind in reasons for flag in row.flags)


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
class NodeRecord:
    """One of several machines that graded: a worker's ``address``, its ``host``, how much it graded at once, and what held."""

    address: str
    host: str
    jobs: int
    isolation: Isolation


@dataclass(frozen=True, slots=True)
class NotListed:
    """A student among the submissions who is not on the roster, and ``why``."""

    student: str
    why: str


@dataclass(frozen=True, slots=True)
class VoidCheck:
    """A check that the course does not count, so that everybody has its points, and ``since`` when (ISO 8601, UTC)."""

    exercise: str
    check: str
    since: str


@dataclass(frozen=True, slots=True)
class Shard:
    """Which part of a class a run graded: number ``index`` of ``of``, from 1. The whole class has ``rows`` rows.

    ``class_digest``, ``course_digest`` and ``grader_digest`` are the sha256 of who handed in what in the whole class, of the
    course's files and of the grader's own: parts that differ in one of them are not of one run.
    """

    index: int
    of: int
    rows: int
    class_digest: str
    course_digest: str
    grader_digest: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The facts of one run. ``started`` is ISO 8601 in UTC, ``seconds`` the run's wall time.

    ``asked`` are the exercises that it was asked for; empty if it was for all of the course. ``kept`` counts the rows that were
    taken from the store. ``shard`` says which part of a class this is, if it is one. ``nodes`` are the machines of a cluster
    that graded: then ``isolation`` is what held on all of them.
    """

    started: str
    seconds: float
    seed: int
    versions: dict[str, str]
    isolation: Isolation
    engine: str
    jobs: int
    course: str = field(default="", metadata=ADDED)
    contact: str = field(default="", metadata=ADDED)
    unplaced: tuple[str, ...] = field(default=(), metadata=ADDED)
    faults: tuple[str, ...] = field(default=(), metadata=ADDED)
    not_listed: tuple[NotListed, ...] = field(default=(), metadata=LEFT_OUT)
    void: tuple[VoidCheck, ...] = field(default=(), metadata=LEFT_OUT)
    asked: tuple[str, ...] = field(default=(), metadata=LEFT_OUT)
    kept: int = field(default=0, metadata=LEFT_OUT)
    shard: Shard | None = field(default=None, metadata=LEFT_OUT)
    nodes: tuple[NodeRecord, ...] = field(default=(), metadata=LEFT_OUT)


@dataclass(frozen=True, slots=True)
class KnownMistake:
    """A misconception as the course explains it to the teacher, for the class page."""

    id: str
    name: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Person:
    """Someone on the class's roster: the ``student`` id of the rows, and how other systems know the same person.

    ``github`` is a login there, ``lms_id`` whatever the learning platform calls a person by, ``group`` the group that hands in
    together; each is empty if the roster does not say it.
    """

    student: str
    name: str = ""
    email: str = ""
    github: str = ""
    lms_id: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """A whole run: what results.json holds. The rows of a large class are unpacked as they are asked for (`packed_rows`)."""

    run: RunRecord
    exercises: tuple[ExerciseRecord, ...]
    submissions: Sequence[SubmissionResult]
    schema_version: int = 1
    misconceptions: tuple[KnownMistake, ...] = ()
    roster: tuple[Person, ...] = ()
