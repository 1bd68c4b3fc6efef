"""Turns records into what a student's page shows; pure, and the only place that decides what a student may see."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from grader.reports import harmless, words
from grader.reports.student.shown import (
    Card,
    CellView,
    DecisionView,
    ExerciseView,
    FlagView,
    Folded,
    Fragment,
    GapView,
    Passed,
    StudentView,
)
from grader.reports.student.steps import next_steps
from grader.scores.causes import Cause, causes
from grader.scores.records import CheckResult, Gap, Outcome, Status, SubmissionResult

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.scores.records import CellResult, Flag, Results, RunRecord
    from grader.scores.totals import StudentTotal

CELLS_SHOWN = 40  # reasons for which statements did not run
ANSWER_SHOWN = 4_000  # characters of a student's own answer


def student_view(results: Results, total: StudentTotal) -> StudentView:
    """Return what one student's page shows; it holds nothing of any other student."""
    titles = {exercise.id: exercise.title for exercise in results.exercises}
    exercises = tuple(
        _exercise(row, titles.get(row.exercise, row.exercise), at, results.run.started)
        for at, row in enumerate(total.submissions, start=1)
    )
    return StudentView(
        student=harmless.name(total.student),
        course=results.run.course,
        contact=results.run.contact,
        started=results.run.started,
        when=words.moment(results.run.started),
        points=total.points,
        pending=total.pending_points,
        max_points=total.max_points,
        steps=next_steps(exercises),
        exercises=exercises,
        versions=tuple(sorted(results.run.versions.items())),
        isolation=isolation(results.run),
    )


def isolation(run: RunRecord) -> str:
    """Return in words which protections held."""
    held = ", ".join(run.isolation.protections) or "no protection"
    return f"{run.isolation.backend}: {held}"


def _exercise(row: SubmissionResult, title: str, at: int, started: str) -> ExerciseView:
    anchor = f"exercise-{at}"
    # If every check is hidden, as the questions of a written exercise are, the word tells nobody anything; and a flag
    # about one answer is for the person who marks it: a suspicion is no verdict.
    named = any(not check.hidden for check in row.checks)
    anchors = {check.id: f"{anchor}-check-{number}" for number, check in enumerate(row.checks, start=1)}
    waiting = [Cause(check, ()) for check in row.checks if check.waits]
    decided = [Cause(check, ()) for check in row.checks if check.adjusted is not None and not check.passes]
    place = {check.id: at for at, check in enumerate(row.checks)}
    other = words.not_the_exercise(row)  # the one thing to say about it: what its checks found is no news
    found = sorted(
        [*([] if other else [*causes(_undecided(row)), *waiting]), *decided], key=lambda cause: place[cause.shown.id]
    )
    cards = [(_is_begun(cause.shown), _card(cause, anchors, named)) for cause in found]
    state, kind = _state(row)
    return ExerciseView(
        anchor=anchor,
        id=row.exercise,
        title=title,
        points=row.points,
        pending=row.pending_points,
        max_points=row.max_points,
        state=state,
        kind=kind,
        reason=_reason(row),
        flags=(
            *_dated(row, started),
            *_grouped(row),
            *_flags((flag for flag in row.flags if flag is not other and (named or flag.check is None)), row.checks),
        ),
        passed=tuple(_passed(check) for check in row.checks if check.passes),
        cards=tuple(card for is_begun, card in cards if is_begun),
        unfinished=tuple(card for is_begun, card in cards if not is_begun),
        hidden_note=_hidden_note(row.checks) if named and not other else "",
        cells=_cells(row.cells),
        stopped=len(row.cells),
        output=harmless.ends(row.output),
        path=harmless.name(row.path or ""),
        sha256=row.sha256 or "",
        command=_command(row),
    )


def _undecided(row: SubmissionResult) -> list[CheckResult]:
    """The checks on which the grader's finding is the last word."""
    return [check for check in row.checks if check.adjusted is None]


def _is_begun(check: CheckResult) -> bool:
    return check.outcome is not Outcome.TODO or check.adjusted is not None


def _dated(row: SubmissionResult, started: str) -> tuple[FlagView, ...]:
    """Return when a row was graded, if a run of other exercises left it as it was.

    One that a run took from the store is as if that run had graded it.
    """
    if row.kept or row.graded_at in {None, started}:
        return ()
    return (FlagView("Graded earlier", f"This was graded on {words.moment(str(row.graded_at))}.", ()),)


def _grouped(row: SubmissionResult) -> tuple[FlagView, ...]:
    """Return whose work it is, if a group handed it in."""
    if not row.group or row.status is Status.MISSING:
        return ()
    return (FlagView("Your group's work", f"This was handed in for the group {harmless.name(row.group)}.", ()),)


def _state(row: SubmissionResult) -> tuple[str, str]:
    """Return the state in words and its kind, which the style sheet knows."""
    match row.status:
        case Status.MISSING:
            return "not handed in", "missing"
        case Status.UNREADABLE:
            return "could not be read", "unreadable"
        case Status.FAILED if row.is_ungraded:
            return "not graded yet", "faulted"
        case Status.FAILED:
            return "the grader failed: not your fault", "faulted"
    if words.not_the_exercise(row):
        return "not this exercise", "missing"
    if row.checks and not any(map(_is_begun, row.checks)):
        return words.OUTCOMES[Outcome.TODO], "open"
    to_fix = len(causes(_undecided(row)))
    if to_fix:
        return f"{to_fix} to fix", "open"
    if row.status is Status.REVIEW:
        return words.OUTCOMES[Outcome.REVIEW], "review"
    return ("complete", "complete") if all(check.passes for check in row.checks) else ("graded by a person", "open")


def _reason(row: SubmissionResult) -> str:
    if other := words.not_the_exercise(row):
        return harmless.block(other.message)
    match row.status:
        case Status.MISSING:
            return f"No file was found for this exercise. Hand in {row.exercise}.ipynb or {row.exercise}.py."
        case Status.UNREADABLE:
            return "The file is there, but it could not be read, so nothing in it could be graded."
        case Status.FAILED if row.is_ungraded:
            return f"The {words.count(row.max_points, 'point')} of this file are open until it has been graded."
        case Status.FAILED:
            return (
                "Something went wrong in the grader while it looked at this file. That is not your fault and costs you "
                f"nothing: the {words.count(row.max_points, 'point')} are open until your teacher has had a look."
            )
    return ""


def _card(cause: Cause, anchors: dict[str, str], named: bool) -> Card:
    """Return a cause's card; one that only a person settles shows neither the suggestion nor its reasons."""
    check = cause.shown
    shown = not check.hidden
    only_a_person = check.outcome is Outcome.REVIEW
    first = None if only_a_person else cause.first
    return Card(
        anchor=anchors[check.id],
        title=harmless.line(check.title),
        sign=words.sign(check),
        word=words.state(check),
        lost=cause.lost,
        waiting=check.waits,
        hidden=check.hidden and named,
        message=harmless.block(check.message)
        if shown and not only_a_person and check.gap is None
        else "",  # the gap says the same, side by side
        gap=_gap(check.gap) if shown and check.gap and not check.counterexample else None,
        counterexample=_gap(check.counterexample) if shown and check.counterexample else None,
        mistake=harmless.line(check.misconception.name) if check.misconception and not only_a_person else "",
        hint="" if only_a_person else harmless.block(check.hint),
        others=tuple(
            Folded(
                anchors[other.id],
                harmless.line(other.title),
                other.hidden and named,
                other.max_points - other.points,
                harmless.line(other.hint) if other.hint != check.hint else "",
            )
            for other in cause.others
        ),
        points=check.points,
        max_points=check.max_points,
        decision=_decision(check),
        answer=_answer(check),
        first=harmless.line(words.first_wrong(first), harmless.PARAGRAPH),
        mend=harmless.line(words.to_mend(first)) if first is not None and len(first.mend) == 1 else "",
    )


def _passed(check: CheckResult) -> Passed:
    message = "" if check.hidden or check.outcome is not Outcome.PASSED else harmless.line(check.message)
    first = harmless.line(words.first_wrong(check.first), harmless.PARAGRAPH)
    return Passed(harmless.line(check.title), message, _decision(check), _answer(check), first)


def _decision(check: CheckResult) -> DecisionView | None:
    word = check.adjusted
    if word is None:
        return None
    points = f"{check.points} of {words.count(check.max_points, 'point')} ({words.before(check, word)})"
    return DecisionView(harmless.line(words.decided(word)), harmless.block(word.why), points)


def _answer(check: CheckResult) -> str:
    return "" if check.answer is None else harmless.ends(check.answer.text, ANSWER_SHOWN)


def _gap(gap: Gap) -> GapView:
    expected = harmless.in_rows(harmless.block(gap.expected))
    return GapView(
        harmless.in_rows(harmless.block(gap.called, harmless.CALL)),
        expected,
        marked(expected, harmless.in_rows(harmless.block(gap.got))),
    )


def marked(expected: str, got: str) -> tuple[Fragment, ...]:
    """Return ``got`` in pieces and mark those that differ from ``expected``, if both are built alike.

    Texts that are not built alike, and those that differ or agree in every piece, are one unmarked piece: a mark would
    show nothing there.
    """
    split = re.compile(r"([\s\[\](){},;]+)")
    wanted, found = split.split(expected), split.split(got)
    differs = [one != other for one, other in zip(wanted, found, strict=False)]
    values = [differ for differ, piece in zip(differs[::2], found[::2], strict=False) if piece]
    if len(wanted) != len(found) or not any(values) or all(values):
        return (Fragment(got, differs=False),)
    return tuple(
        Fragment(piece, differs=differ and bool(piece.strip())) for piece, differ in zip(found, differs, strict=True)
    )


def _hidden_note(checks: tuple[CheckResult, ...]) -> str:
    hidden = [check for check in checks if check.hidden]
    missed = sum(not check.passes for check in hidden)
    if not missed:
        return ""
    return f"{missed} of {words.count(len(hidden), 'hidden check')} did not pass"


def _flags(flags: Iterable[Flag], checks: tuple[CheckResult, ...]) -> tuple[FlagView, ...]:
    """Return the flags, those under one title together."""
    told: dict[str, list[str]] = {}
    for flag in (each for each in flags if each.kind not in words.FOR_THE_TEACHER):
        about = next((check.title for check in checks if check.id == flag.check), "")
        title = words.flag(flag.kind)
        told.setdefault(f"{title}, at “{harmless.line(about)}”" if about else harmless.line(title), []).append(
            flag.message
        )
    return tuple(
        FlagView(title, harmless.block(first), tuple(harmless.block(message) for message in others))
        for title, (first, *others) in told.items()
    )


def _cells(cells: Iterable[CellResult]) -> tuple[CellView, ...]:
    """Return what did not run, with one row for all that say the same."""
    told: dict[tuple[Outcome, str], list[str]] = {}
    for cell in cells:
        place = f"line {cell.line}" if cell.index is None else f"cell {cell.index + 1}, line {cell.line}"
        told.setdefault((cell.outcome, cell.message), []).append(place)
    return tuple(
        CellView(first, words.OUTCOMES[outcome], harmless.block(message), tuple(others))
        for (outcome, message), (first, *others) in list(told.items())[:CELLS_SHOWN]
    )


def _command(row: SubmissionResult) -> str:
    """Return the command that runs the public checks at home, safe to paste whatever the file is called."""
    file = (row.path or f"{row.exercise}.ipynb").replace("\\", "/").rsplit("/", 1)[-1]
    return f"grader check {shlex.quote(harmless.name(file))}"
