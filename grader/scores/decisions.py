"""decisions.jsonl beside the results: what people decided, a line each, only ever appended to.

A decision counts from the moment at which `append_decisions` returns: then it is on disk. A line that was cut short, by a
killed process or a full disk, was never said to be saved; it is named when it is read, and no later line merges with it.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from grader.errors import UsageError
from grader.scores.atomic import writing
from grader.scores.records import SURROGATE, Adjustment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from grader.scores.records import CheckResult, SubmissionResult

DECISIONS = "decisions.jsonl"
_BY_RUBRIC = "By the rubric: "  # begins the line of a reason that names rubric items
_LONGEST = 100  # characters of a reason for which a line can't be used


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    """A line of decisions.jsonl that holds no decision, by its ``number`` from 1, and why."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """All decisions of a run in the order of the file, and the lines that hold none."""

    adjustments: tuple[Adjustment, ...] = ()
    unreadable: tuple[UnreadableLine, ...] = ()


class _Line(msgspec.Struct):
    """A line as JSON; fields that are not known here are passed over."""

    exercise: str
    check: str
    points: int | None
    by: str
    when: str
    why: str
    digest: str
    student: str | None = None
    students: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    comment: str = ""
    was: int | None = None


def read_decisions(run: Path) -> Decisions:
    """Return what ``run/decisions.jsonl`` holds; a line about several students gives a decision for each of them.

    There are none if the file is not there. Raises UsageError, in one line, if it can't be read.
    """
    path = run / DECISIONS
    return decisions_in(path) if os.path.lexists(path) else Decisions()


def decisions_in(path: Path) -> Decisions:
    """Return what a file like decisions.jsonl holds, wherever it is; raises UsageError, in one line, if it can't be read."""
    try:
        data = _content(path)
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror or error}).") from None
    found: list[Adjustment] = []
    unreadable: list[UnreadableLine] = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            try:
                found += _decisions(line)
            except (ValueError, RecursionError) as error:
                unreadable.append(UnreadableLine(number, _why(line, error)))
    return Decisions(tuple(found), tuple(unreadable))


def append_decisions(run: Path, decisions: Sequence[Adjustment]) -> None:
    """Add decisions to ``run/decisions.jsonl``, all or none; once this returns, they are on disk.

    Any number of processes and threads may do so at once. Decisions one after the other that differ in the student alone
    become one line. Raises OutputError, in one line, if they can't be written: then none of them counts.
    """
    if not decisions:
        return
    data = "".join(f"{line}\n" for line in _lines(decisions)).encode()
    path = run / DECISIONS
    with writing(path), _held(path) as descriptor:
        end = os.fstat(descriptor).st_size
        if end and os.pread(descriptor, 1, end - 1) != b"\n":
            data = b"\n" + data  # the last line was cut short
        try:
            written = os.write(descriptor, data)
            while written < len(data):
                written += os.write(descriptor, data[written:])
            os.fsync(descriptor)
        except OSError:
            with suppress(OSError):  # what was not said to be saved must not count, and nobody else has written since
                os.ftruncate(descriptor, end)
            raise
        if not end:
            _sync_folder(run)


def digest_for(row: SubmissionResult, check: CheckResult) -> str:
    """Return the digest that a decision about a check carries: the written answer's sha256, or else the file's."""
    if check.answer is not None:
        return check.answer.sha256
    return row.sha256 or ""


def rubric_reason(items: Sequence[str]) -> str:
    """Return the line that tells a student by which rubric items an answer was settled; "" for none."""
    return f"{_BY_RUBRIC}{'; '.join(items)}." if items else ""


def apart_from_rubric(reason: str) -> tuple[str, str]:
    """Return the line of a reason that names rubric items ("" if none does), and what a person wrote besides."""
    first, _, rest = reason.partition("\n")
    return (first, rest) if first.startswith(_BY_RUBRIC) else ("", reason)


def moment_now() -> str:
    """Return the current time as a decision's ``when``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def made_to_count(new: Iterable[Adjustment], earlier: Iterable[Adjustment]) -> tuple[Adjustment, ...]:
    """Return the ``new`` decisions, none of them before an ``earlier`` one about the same student and check.

    Two machines' clocks may differ, and whatever is appended later is to count: of two with one time the later line does.
    """
    made = tuple(new)
    wanted = {each.place for each in made}
    latest: dict[tuple[str, str, str], Adjustment] = {}
    for each in earlier:
        place = each.place
        if place in wanted and (place not in latest or latest[place].moment < each.moment):
            latest[place] = each
    return tuple(
        replace(each, when=last.when) if (last := latest.get(each.place)) and last.moment > each.moment else each
        for each in made
    )


def _lines(decisions: Sequence[Adjustment]) -> Iterator[str]:
    """The JSON of each line."""
    together: list[Adjustment] = []
    for each in decisions:
        if together and replace(each, student="") != replace(together[0], student=""):
            yield _line(together)
            together = []
        together.append(each)
    yield _line(together)


def _line(together: Sequence[Adjustment]) -> str:
    first = together[0]
    students: dict[str, object] = {"students": [each.student for each in together]}
    told: dict[str, object] = {
        **(students if len(together) > 1 else {"student": first.student}),
        "exercise": first.exercise,
        "check": first.check,
        "points": first.points,
        "by": first.by,
        "when": first.when,
        "why": first.why,
        "digest": first.digest,
    }
    if first.items:
        told["items"] = list(first.items)
    if first.comment:
        told["comment"] = first.comment
    if first.was is not None:
        told["was"] = first.was
    # JSON can't hold a lone surrogate; it becomes an escape in the text, as in results.json.
    return SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", json.dumps(told, ensure_ascii=False))


def _decisions(line: bytes) -> list[Adjustment]:
    """The decisions of one line; raises ValueError."""
    told = msgspec.json.decode(line, type=_Line)
    students = told.students if told.student is None else (told.student,)
    if not students:
        raise ValueError("it names no student")
    return [
        Adjustment(
            student=student,
            exercise=told.exercise,
            check=told.check,
            points=told.points,
            by=told.by,
            when=told.when,
            why=told.why,
            digest=told.digest,
            items=told.items,
            comment=told.comment,
            was=told.was,
        )
        for student in students
    ]


def _why(line: bytes, error: Exception) -> str:
    if line.lstrip().startswith(b"{") and not line.rstrip().endswith(b"}"):
        return "it was cut short, so it was never said to be saved"
    return " ".join(str(error).replace("`", "").split())[:_LONGEST] or type(error).__name__


def _content(path: Path) -> bytes:
    """The file's bytes, read while nobody appends to it."""
    with path.open("rb") as file:
        with suppress(ImportError, OSError):  # no locks here, so nobody else holds one either
            import fcntl

            fcntl.flock(file, fcntl.LOCK_SH)
        return file.read()


@contextmanager
def _held(path: Path) -> Iterator[int]:
    """The file, made if it is not there, open for appending by this thread alone; raises OSError."""
    import fcntl  # not on Windows, where nothing is scored

    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_at(path, descriptor):
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether the open file still is the one at ``path``: an editor that saves puts another one there."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
