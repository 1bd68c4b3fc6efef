"""Runs the public checks on one's own work: on files, each in its own process, or on the live names of a notebook."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.checks.judge.remarks import flags_of
from grader.checks.run.bench import with_stored_checks
from grader.errors import UnreadableWork, UsageError
from grader.home.kit import missing_package, plain_start
from grader.home.told_answers import WHY_EMPTY, told
from grader.meant import closest
from grader.rubrics import is_empty
from grader.sandbox.outside.replies import Returned
from grader.sandbox.outside.submission import Submission
from grader.sandbox.outside.work import Budget, Workload
from grader.scores.records import Checked, CheckResult, Flag, Outcome
from grader.source.magics import without_magics
from grader.source.parsing import parse
from grader.source.read_source import describe, read_source
from grader.source.syntax_words import in_words
from grader.source.text import decode
from grader.source.written.read_answers import read_answers
from grader.submissions.find import find_work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from grader.checks.run.bench import CheckBench
    from grader.home.kit import Offered
    from grader.home.told_answers import Questions
    from grader.sandbox.outside.replies import Asking
    from grader.sandbox.outside.work import Tell
    from grader.source.contents import Contents
    from grader.source.text import Kind
    from grader.submissions.works import Work

READ_FROM_TEXT = (
    "{name} is taken as it is in the kernel; the grading reads it from the file's text, so write it out there."
)


def find(paths: Sequence[Path], kit: Sequence[Offered]) -> list[Work]:
    """The work in the files or folders named; raises UsageError if there is none."""
    found = [work for work in works_in(paths, kit) if not work.is_missing]
    if not found:
        raise UsageError(
            f"there is no exercise in {' or '.join(map(str, paths))}. Go to the folder of your file, or name the file, as in "
            f"`grader check {kit[0].exercise.id}.ipynb`."
        )
    return found


def works_in(paths: Sequence[Path], kit: Sequence[Offered], *, whole: bool = False) -> list[Work]:
    """A work for each exercise in each of the files or folders named, also for those that are missing there.

    With ``whole``, a folder is looked through as grading does it, folders below included, and may be empty. Raises UsageError for
    a path that is not there.
    """
    signatures = [offered.signature for offered in kit]
    names = [name for each in signatures if not each.written for name in each.names]
    questions = [name for each in signatures if each.written for name in each.names]

    def look(data: bytes, kind: Kind, name: str) -> Contents:
        return describe(data, kind, name, names, questions)

    found: list[Work] = []
    for path in paths:
        if not path.exists():
            close = closest(path.name, [each.name for each in path.parent.glob("*.*")])
            raise UsageError(f"{path}: there is no such file" + (f"; did you mean {close}?" if close else ""))
        if whole and path.is_dir():
            with suppress(UsageError):  # an empty folder
                found += find_work(path, signatures, look, form="one").works
        else:
            found += find_work(path, signatures, look, path.is_dir()).works
    return found


def check_file(offered: Offered, work: Work, tell: Tell = lambda _what: None, seconds: float | None = None) -> Checked:
    """What the public checks find in a file; one that can't be read passes none of them.

    ``tell`` hears what is being done, whenever that changes. The file has the time that the course gives it, or ``seconds`` if
    these are less.
    """
    if offered.questions is not None:
        return check_answers(offered, offered.questions, work)
    exercise = offered.exercise
    budget = Budget.of(exercise.limits)
    if seconds is not None and seconds < budget.submission:
        budget = replace(budget, submission=round(seconds, 1))

    def use(bench: CheckBench) -> tuple[tuple[CheckResult, ...], tuple[Flag, ...]]:
        try:
            data, kind, name = _read(work)
            read = bench.workload(Workload(data, kind, name, stub=offered.signature.stub, shared=work.shared))
            with plain_start(exercise) as start:
                submission = Submission(read, start, budget, tell)
                try:
                    found = bench.check(submission, public_only=True)
                    return found.checks, (*work.flags, *flags_of(submission.what_ran), *found.flags)
                finally:
                    submission.close()
        except UnreadableWork as error:
            unreadable = Flag("unreadable", f"this file can't be read: {error}")
            return _nothing(bench), (*(flag for flag in work.flags if flag.kind != "unreadable"), unreadable)

    return _checked(offered, str(work.path or work.file), use)


def check_live(
    offered: Offered, place: str, names: Callable[[tuple[str, ...]], Asking], only: str | None = None
) -> Checked:
    """What the public checks find in live names, or in one of them.

    ``names`` takes the names that the exercise grades and gives what answers for them.
    """

    def use(bench: CheckBench) -> tuple[tuple[CheckResult, ...], tuple[Flag, ...]]:
        live = names(bench.names)
        values = [name for name in bench.plans.reference.values if only in (None, name)]
        written = [name for name in values if isinstance(live.value(name), Returned)]
        notes = tuple(Flag("note", READ_FROM_TEXT.format(name=name)) for name in written)
        return bench.check(live, only=only).checks, notes

    return _checked(offered, place, use)


def check_answers(offered: Offered, questions: Questions, work: Work, only: str | None = None) -> Checked:
    """What can be said about the written answers in a file, or about one of them: they are marked when it is graded."""
    exercise = offered.exercise
    notes = list(work.flags)
    try:
        data, kind, _ = _read(work)
        notes += _not_python(data, kind)
        texts = read_answers(data, kind, offered.signature.names, questions.prompts)
        shown = {name: text for name, text in texts.items() if only in (None, name)}
        notes += [Flag("note", told(questions, name, text)) for name, text in shown.items()]
        if any(text.certain and is_empty(text.text) for text in shown.values()):
            notes.append(Flag("note", WHY_EMPTY))
    except UnreadableWork as error:
        notes.append(Flag("unreadable", f"this file can't be read: {error}"))
    place = str(work.path or work.file)
    return Checked(exercise.id, exercise.title, place, tuple(notes), (), offered.points[1])


def _read(work: Work) -> tuple[bytes, Kind, str]:
    """The bytes, kind and name of a file; raises UnreadableWork."""
    if work.file is None or work.kind is None or work.unreadable is not None:
        raise UnreadableWork(work.unreadable or "there is no file")
    return work.read(), work.kind, work.file.name


def _not_python(data: bytes, kind: Kind) -> list[Flag]:
    """A flag for the first line of a script of answers that does not parse, since answers after it may not be found."""
    if kind != "script" or not any(each.cause == "syntax" for each in read_source(data, kind, "").broken):
        return []
    first = parse(without_magics(decode(data, kind)))
    if isinstance(first, list):
        return []
    why = f"line {first.line} is not Python: {in_words(first.message)}. Mend that first, or answers are not found."
    return [Flag("syntax", why)]


def _checked(
    offered: Offered,
    place: str,
    use: Callable[[CheckBench], tuple[tuple[CheckResult, ...], tuple[Flag, ...]]],
) -> Checked:
    exercise = offered.exercise
    missing = missing_package(exercise)
    if missing is not None:
        why = f"it needs {missing}, which is not installed here: pip install {missing}, or check it in Colab."
        return Checked(exercise.id, exercise.title, place, (Flag("unchecked", why),), (), sum(offered.points))
    found: list[tuple[tuple[CheckResult, ...], tuple[Flag, ...]]] = []
    with_stored_checks(exercise, offered.record(), lambda bench: found.append(use(bench)))
    results, notes = found[0]
    return Checked(exercise.id, exercise.title, place, notes, results, offered.points[1])


def _nothing(bench: CheckBench) -> tuple[CheckResult, ...]:
    """The public checks of a file that can't be read: none passes."""
    return tuple(
        CheckResult(plan.id, plan.title, 0, plan.points, Outcome.ERROR) for plan in bench.plans.checks.values()
    )
