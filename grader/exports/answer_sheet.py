"""The written answers as a table for those who mark in a spreadsheet, and the decisions that come back in it."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.exports.export_words import Export, count, named
from grader.reports import harmless
from grader.reports.gradebook import cell
from grader.scores.decisions import apart_from_rubric, digest_for
from grader.scores.records import Adjustment, Outcome, as_written
from grader.scores.results import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from grader.scores.records import CheckResult, Results, SubmissionResult

COLUMNS = (
    "id", "student", "exercise", "check", "question", "max_points", "suggested_points", "answer", "points", "comment",
    "digest",
)  # fmt: skip
NEEDED = ("id", "points", "digest")  # without which nothing can come back
LONGEST = 30_000  # characters of an answer; a spreadsheet holds 32,767 in a cell and puts the rest into cells below
_WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0+)?")
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with a row, by the ``line`` of the file in which it begins, from 1."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class MarkedSheet:
    """What came back: the decisions that are new, the slips, and the number of rows with a comment but no points."""

    decisions: tuple[Adjustment, ...]
    slips: tuple[Slip, ...]
    unmarked: int


def answer_sheet(results: Results) -> Export:
    """Return the table of all answers that wait for a person or that one has settled, equal answers side by side.

    It is UTF-8 with the mark that Excel asks for, and no cell of it is a formula.
    """
    written = io.StringIO(newline="")
    rows = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC)
    rows.writerow(COLUMNS)
    place = {exercise.id: at for at, exercise in enumerate(results.exercises)}
    found = sorted(
        _answers(results),
        key=lambda each: (
            place.get(each[0].exercise, len(place)),
            each[2],
            _text(each[1]),
            as_written(each[0].student),
        ),
    )
    for row, check, _ in found:
        decided = check.adjusted
        told: tuple[str | int, ...] = (
            row_id(row, check), row.student, row.exercise, check.id, check.title, check.max_points,
            "" if check.suggested_points is None else check.suggested_points, _shown(check),
            "" if decided is None else decided.points, _own_comment(check), digest_for(row, check),
        )  # fmt: skip
        rows.writerow([cell(each) if isinstance(each, str) else each for each in told])
    waiting = sum(check.waits for _, check, _ in found)
    told_lines = (
        f"{count(len(found), 'answer')}, of which {waiting} {'waits' if waiting == 1 else 'wait'} for a person. Fill in the "
        f"column points (and comment, if you like), save it as CSV, and give it to `grader adjust RUN --from FILE`.",
    )
    return Export(b"\xef\xbb\xbf" + written.getvalue().encode(), told_lines)


def row_id(row: SubmissionResult, check: CheckResult) -> str:
    """Return what stands for one student's answer in the table: a text that no spreadsheet takes for a number or a date."""
    which = "\0".join((as_written(row.student), row.exercise, check.id))
    return f"answer-{hashlib.sha256(which.encode()).hexdigest()[:16]}"


def marked_sheet(
    results: Results, titles: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], by: str, when: str, because: str
) -> MarkedSheet:
    """Return what a marked table says: ``rows`` are its lines, from 1, and its cells, as many as there are ``titles``.

    A row whose points and comment are as they stand, or without points, decides nothing. ``because`` is the reason where a row
    has no comment. A row that names somebody else than its id does is a slip: its columns were sorted apart.
    """
    known = {row_id(row, check): (row, check) for row, check, _ in _answers(results)}
    forms = {title: {_form(text(*each)) for each in known.values()} for title, text in _TOLD.items()}
    at = {title.strip().casefold(): place for place, title in enumerate(titles)}
    made: list[Adjustment] = []
    slips: list[Slip] = []
    seen: dict[str, _Said] = {}
    unmarked = 0
    for line, cells in rows:
        told = {title: cells[place].strip() for title, place in at.items()}
        which = known.get(told["id"])
        said = _Said(line, told["points"], told.get("comment", ""))
        if not said.points:
            unmarked += which is not None and bool(said.comment) and not _is_standing(said.comment, which[1])
            continue
        if which is None:
            slips.append(Slip(line, f"no answer has the id {named(told['id'])!r}; export the file again"))
            continue
        row, check = which
        slip, points = _points(said.points, check.max_points)
        earlier = seen.setdefault(told["id"], said)
        if torn := _torn(told, row, check, forms):
            slip = torn
        elif told["digest"] != digest_for(row, check):
            slip = "this is another answer now than in the file; export it again"
        elif not slip and (earlier.points, earlier.comment) != (said.points, said.comment):
            slip = f"line {earlier.line} says something else about the same answer"
        if slip:
            slips.append(Slip(line, f"{named(row.student)}, {row.exercise}/{check.id}: {slip}"))
        elif earlier is said and _is_new(check, points, said.comment):
            made.append(_decision(row, check, points, said.comment, by, when, because))
    return MarkedSheet(tuple(made), tuple(slips), unmarked)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says."""

    line: int
    points: str
    comment: str


def _answers(results: Results) -> list[tuple[SubmissionResult, CheckResult, int]]:
    """The checks that only a person settles, each with its row and its place among the row's checks."""
    return [
        (row, check, at)
        for row in in_order(results).submissions
        for at, check in enumerate(row.checks)
        if check.outcome is Outcome.REVIEW
    ]


def _decision(
    row: SubmissionResult, check: CheckResult, points: int | None, comment: str, by: str, when: str, because: str
) -> Adjustment:
    """What a row decides. The rubric items that stand are the reason for their own points alone, and for no others."""
    standing = check.adjusted
    rubric, _ = apart_from_rubric(standing.why) if standing is not None else ("", "")
    if _is_standing(comment, check):  # an earlier export put the rubric's items there as well
        comment = _own_comment(check)
    stays = rubric if standing is not None and points == standing.points else ""
    why = "\n".join(filter(None, (stays, _unquoted(comment)))) or because
    was = None if check.waits else check.points
    return Adjustment(row.student, row.exercise, check.id, points, by, when, why, digest_for(row, check), was=was)


def _text(check: CheckResult) -> str:
    return "" if check.answer is None else check.answer.text


def _points(text: str, most: int) -> tuple[str, int | None]:
    """What is wrong with a cell's points, and what they are: None opens the answer again."""
    if text.casefold() == OPEN:
        return "", None
    whole = _WHOLE.fullmatch(text)
    if whole is None or int(whole[1]) > most:
        return f"{named(text)!r} is neither a whole number from 0 to {most} nor {OPEN!r}", None
    return "", int(whole[1])


def _is_new(check: CheckResult, points: int | None, comment: str) -> bool:
    """Whether a row says something else than what stands; an answer that waits is open already."""
    standing = check.adjusted
    if standing is None or points is None:
        return (standing is None) != (points is None)
    return standing.points != points or (bool(comment) and not _is_standing(comment, check))


def _is_standing(comment: str, check: CheckResult) -> bool:
    """Whether a comment is the one that was exported; a spreadsheet may have changed the ends of its lines."""
    standing = check.adjusted
    return standing is not None and comment.split() in (cell(standing.why).split(), cell(_own_comment(check)).split())


def _own_comment(check: CheckResult) -> str:
    """What a person wrote to the student, without the rubric items that belong to the points as they stand."""
    return "" if check.adjusted is None else apart_from_rubric(check.adjusted.why)[1]


def _shown(check: CheckResult) -> str:
    return harmless.block(_text(check), LONGEST)


# What a row tells besides its id, by the column's title.
_TOLD: dict[str, Callable[[SubmissionResult, CheckResult], str]] = {
    "student": lambda row, _: row.student,
    "exercise": lambda row, _: row.exercise,
    "check": lambda _, check: check.id,
    "answer": lambda _, check: _shown(check),
}


def _torn(told: Mapping[str, str], row: SubmissionResult, check: CheckResult, forms: Mapping[str, set[str]]) -> str:
    """What is wrong with a row that tells something else than its id; "" if nothing is.

    Columns may be gone and cells empty. A spreadsheet turns what holds a digit into numbers and dates of its own, and another
    encoding changes letters; and who marks may write into an answer. There only what is somebody else's tells that a row is torn.
    """
    for title, text in _TOLD.items():
        here, right = _form(told.get(title, "")), text(row, check)
        if not here or here == _form(right):
            continue
        may_change = title == "answer" or not right.isascii() or any(sign.isdecimal() for sign in right)
        if here in forms[title] or not may_change:
            says = "has another answer" if title == "answer" else f"says {named(_unquoted(told[title]))}"
            whose = f"{named(row.student)}'s" if title in ("student", "answer") else f"of {row.exercise}/{check.id}"
            return f"this id is {whose}, the row {says}; sort whole rows, or export it again"
    return ""


def _form(text: str) -> str:
    """A cell as it is compared: in one line, without the quote, without case, and a whole number without leading zeros."""
    plain = " ".join(_unquoted(cell(text.strip())).split()).casefold()
    return plain.lstrip("0") or "0" if plain.isdecimal() else plain


def _unquoted(text: str) -> str:
    """A text without the quote that was put before it so that no spreadsheet takes it for a formula."""
    return text[1:] if text.startswith("'") and cell(text[1:]) == text else text
