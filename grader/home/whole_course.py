"""The public checks of a whole course on one's own work, for a CI job: complete, whatever is there and however it ends.

All exercises together take at most eight minutes, and some seconds for what no file can draw out, so a job's step needs a limit
of ten. A runner that cancels a job tells only the step's shell, so the command should take the shell's place there (``exec``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.ci.public_run import PublicRun, Spot
from grader.errors import GraderError, UnreadableWork, WorkerFault
from grader.home.check_work import works_in
from grader.home.defined_at import lines_of
from grader.home.kit import missing_package, public_checks
from grader.home.lies_deeper import lies_deeper
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import Checked, CheckResult, Flag, Outcome
from grader.source.read_source import describe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from grader.home.kit import Offered
    from grader.submissions.works import Work

Check = Callable[["Offered", "Work", float], Checked]
"""Checks one file in at most so many seconds, as `check_file` does."""

WHOLE_SECONDS = 480.0  # for all exercises together: jobs of GitHub Classroom are ended after ten minutes
LEAST_SECONDS = 1.0  # an exercise with less is not begun
NO_FILE = "no file"  # stands where a row names its file
_UNREAD = {FlagKind.UNREADABLE, FlagKind.UNCHECKED}
ABSENT = "No file was handed in for this exercise: it is looked for as {ident}.ipynb or {ident}.py."
SPENT = "Not checked: the exercises before it took the {minutes:g} minutes that the whole course may take."
STOPPED = "Not checked to its end: the job was cancelled or ran out of time."
FAULT = "The grader itself failed on this exercise, which is not your fault; tell your teacher: {why}"


def public_run(
    course: str,
    kit: Sequence[Offered],
    paths: Sequence[Path],
    check: Check,
    is_stopped: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = time.monotonic,
) -> PublicRun:
    """Checks each exercise of a course by the files in ``paths``, and lists the checks of those that could not be checked.

    After a KeyboardInterrupt the rest is listed as timed out; ``is_stopped`` says whether there was one, if something on the way
    has swallowed it. Raises UsageError for a file that is not there, and CourseError for an author's slip.
    """
    until = clock() + WHOLE_SECONDS
    listed = {offered.exercise.id: public_checks(offered.exercise) for offered in kit}
    rows: dict[str, Checked] = {}
    spots: dict[tuple[str, str], Spot] = {}
    works: dict[str, Work] = {}
    try:
        for work in works_in(paths, kit, whole=True):
            if work.exercise not in works or works[work.exercise].is_missing:
                works[work.exercise] = work
        for offered in kit:
            ident = offered.exercise.id
            found = works.get(ident)
            try:
                row = _row(offered, found, listed[ident], check, until - clock())
            except Exception as error:
                if is_stopped():
                    raise KeyboardInterrupt from None
                row = _nothing(offered, found, listed[ident], Outcome.ERROR, FAULT.format(why=_told(error)))
            rows[ident] = _complete(offered, row, listed[ident])
    except KeyboardInterrupt:
        pass  # whoever asked to stop waits for what there is
    deeper = _deeper(paths, kit, works)
    for offered in kit:
        ident = offered.exercise.id
        if ident not in rows:
            rows[ident] = _nothing(offered, works.get(ident), listed[ident], Outcome.TIMEOUT, STOPPED)
        if ident in deeper:
            rows[ident] = replace(rows[ident], notes=(*rows[ident].notes, Flag(FlagKind.NOTE, deeper[ident])))
        spots |= _spots(offered, works.get(ident), listed[ident])
    return PublicRun(course, tuple(rows[offered.exercise.id] for offered in kit), spots)


def _deeper(paths: Sequence[Path], kit: Sequence[Offered], works: Mapping[str, Work]) -> dict[str, str]:
    """Where work on an exercise seems to lie of which nothing was found where it is looked for, or the stub alone."""
    bare = []
    for offered in kit:
        work = works.get(offered.exercise.id)
        if work is None or work.is_missing or not is_begun(offered, work):
            bare.append(offered.exercise.id)
    return lies_deeper([path for path in paths if path.is_dir()], bare)


def _row(offered: Offered, work: Work | None, listed: Sequence[CheckResult], check: Check, left: float) -> Checked:
    if work is None or work.is_missing:
        return _nothing(offered, work, listed, Outcome.TODO, ABSENT.format(ident=offered.exercise.id))
    if missing_package(offered.exercise) is not None and not is_begun(offered, work):
        told = "Nothing is done yet in this file."
        return _nothing(offered, work, listed, Outcome.TODO, told)
    if left < LEAST_SECONDS:
        return _nothing(offered, work, listed, Outcome.TIMEOUT, SPENT.format(minutes=WHOLE_SECONDS / 60))
    return check(offered, work, left)


def _nothing(offered: Offered, work: Work | None, listed: Sequence[CheckResult], outcome: Outcome, why: str) -> Checked:
    """An exercise of which nothing was found out, with all of its checks; the words of why say what they have in common."""
    exercise = offered.exercise
    # Of a repository that holds a course, what fits no exercise is its README and the like.
    flags = tuple(flag for flag in (work.flags if work else ()) if flag.kind != FlagKind.UNRECOGNISED)
    if outcome is not Outcome.TODO:
        flags = (*flags, Flag(FlagKind.UNCHECKED, why))
    elif not listed:  # else the checks say what is to be done
        flags = (*flags, Flag(FlagKind.NOTE, why))
    place = NO_FILE if work is None or work.file is None else str(work.path or work.file)
    results = tuple(replace(each, outcome=outcome, message=why) for each in listed)
    return Checked(exercise.id, exercise.title, place, flags, results, offered.points[1])


def _complete(offered: Offered, row: Checked, listed: Sequence[CheckResult]) -> Checked:
    """The row with each of its public checks, in their order: those that were not run say why."""
    found = {result.id: result for result in row.results}
    why = next((flag.message for flag in row.notes if flag.kind in _UNREAD), "")
    results = (found.get(each.id, replace(each, outcome=Outcome.ERROR)) for each in listed)
    told = (each if each.passes or each.message else replace(each, message=why) for each in results)
    return replace(row, results=tuple(told), hidden_points=offered.points[1])


def is_begun(offered: Offered, work: Work) -> bool:
    """Whether a file holds anything that the stub does not; what can't be read may."""
    if work.file is None or work.kind is None:
        return True
    try:
        contents = describe(work.read(), work.kind, work.file.name, offered.signature.names, ())
    except (UnreadableWork, WorkerFault):
        return True
    return contents.unreadable is not None or offered.signature.has_work(contents)


def _spots(offered: Offered, work: Work | None, listed: Sequence[CheckResult]) -> dict[tuple[str, str], Spot]:
    """Where what each check is about stands in a file: its function's line, or the first if it is not there."""
    if work is None or work.file is None or work.kind is None:
        return {}
    names = offered.signature.names
    try:
        lines = lines_of(work.read(), work.kind, names)
    except WorkerFault:
        lines = {}
    file = str(work.file)
    found = {}
    for each in listed:
        name = max((name for name in names if f"{each.id}_".startswith(f"{name}_")), key=len, default="")
        found[offered.exercise.id, each.id] = Spot(file, lines.get(name, 1))
    return found


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, GraderError) else f"{type(error).__name__}: {error}"
