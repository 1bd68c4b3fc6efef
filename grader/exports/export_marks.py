"""One export: from a run's results, and perhaps a platform's own file, to the bytes of the file that goes there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.exports.answer_sheet import answer_sheet
from grader.exports.export_words import Export, count, joined
from grader.exports.fill_gradebook import fill_gradebook
from grader.exports.lms_table import SEPARATORS, read_table
from grader.exports.marks import marks
from grader.exports.to_brightspace import is_brightspace, new_brightspace_file, read_brightspace_gradebook
from grader.exports.to_canvas import SEPARATORS as CANVAS_SEPARATORS
from grader.exports.to_canvas import is_canvas, new_canvas_file, read_canvas_gradebook
from grader.exports.to_moodle import is_moodle, new_moodle_file, read_moodle_gradebook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.exports.gradebooks import Gradebook
    from grader.exports.lms_table import LmsTable
    from grader.exports.marks import Mark, Pending
    from grader.exports.platform_names import Platform
    from grader.scores.records import Results


@dataclass(frozen=True, slots=True)
class Template:
    """A file that the platform itself gave: its bytes, and what messages call it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Table:
    """A platform that takes a table: how its file is known, read and made."""

    label: str
    looks_so: Callable[[Sequence[str]], bool]
    read: Callable[[LmsTable, str | None, str], Gradebook]
    new: Callable[[Results, Sequence[Mark], str | None], Export]
    names: Platform | None = None
    separators: tuple[str, ...] = SEPARATORS
    needs: str = ""


_TABLES = {
    "canvas": _Table(
        "Canvas", is_canvas, read_canvas_gradebook, new_canvas_file, "canvas", CANVAS_SEPARATORS,
        "`Student` and `ID` first (or `LastName`, `FirstName` and `ID`), and `Section`",
    ),
    "moodle": _Table(
        "Moodle", is_moodle, read_moodle_gradebook, new_moodle_file, "moodle",
        needs="`Identifier`, or `Email address` and a name (in another language than English and German, name the column that "
        "takes the marks with --column)",
    ),
    "brightspace": _Table(
        "Brightspace", is_brightspace, read_brightspace_gradebook, new_brightspace_file,
        needs="`OrgDefinedId` or `End-of-Line Indicator`",
    ),
}  # fmt: skip
_SHOWN = 12  # titles that an error lists


def prepare(
    results: Results,
    format_: str,
    template: Template | None,
    column: str | None,
    pending: Pending | None,
    *,
    can_review: bool = False,
) -> Export:
    """Return what would be written in a format; raises UsageError, in one line, for whatever stands against it.

    ``can_review`` is whether there is a command `grader review`.
    """
    if format_ == "gradescope" and template is not None and column is None:
        from grader.exports.autograder_zip import public_autograder

        return public_autograder(template.name, template.data)  # no mark is in it, so none can wait
    if format_ == "answers":
        _refuse_options(format_, {"--template": template, "--column": column, "--pending": pending})
        return answer_sheet(results)  # what waits is what it is about
    found = marks(results, pending, can_review=can_review)
    if format_ in _TABLES:
        return _table(results, found, _TABLES[format_], template, column)
    if format_ == "classroom50":
        from grader.exports.to_classroom import new_scores, override_scores

        if template is None:
            return new_scores(results, found, column)
        return override_scores(results, found, template.data, template.name, column)
    _refuse_options(format_, {"--template": template, "--column": column})
    return _whole(results, found, format_, pending)


def _refuse_options(format_: str, options: Mapping[str, object]) -> None:
    for option, given in options.items():
        if given is not None:
            why = "all answers are in it" if option == "--pending" else "it does not fill a file"
            raise UsageError(f"--format {format_} takes no {option}: {why}.")


def _table(
    results: Results, found: Sequence[Mark], kind: _Table, template: Template | None, column: str | None
) -> Export:
    if template is None:
        return kind.new(results, found, column)
    table = read_table(template.data, template.name, kind.separators)
    if not kind.looks_so(table.header):
        for name, other in _TABLES.items():
            if other is not kind and other.looks_so(read_table(template.data, template.name, other.separators).header):
                raise UsageError(f"{template.name} looks like a file of {other.label}: use --format {name}.")
        if not (kind.names == "moodle" and column is not None):  # Moodle's titles are in the language of the site
            more = f" and {len(table.header) - _SHOWN} more" if len(table.header) > _SHOWN else ""
            raise UsageError(
                f"{template.name} is no gradebook that {kind.label} exported: it needs {kind.needs}; its columns are: "
                f"{joined(table.header[:_SHOWN])}{more}."
            )
    return fill_gradebook(results, found, kind.read(table, column, results.run.course), kind.names)


def _whole(results: Results, found: Sequence[Mark], format_: str, pending: Pending | None) -> Export:
    """What holds the whole class, whoever they are elsewhere."""
    if format_ == "gradescope":
        from grader.exports.to_gradescope import gradescope_zip

        return gradescope_zip(results, found, pending)
    if format_ == "junit":
        from grader.exports.to_junit import class_junit

        data = class_junit(results, pending).encode()
    elif format_ == "xlsx":
        from grader.exports.to_xlsx import workbook

        data = workbook(results, found, pending)
    else:
        from grader.exports.to_csv import check_table

        data = check_table(results, pending).encode()
    told = f"{format_} of {count(len(found), 'student')} in {count(len(results.exercises), 'exercise')}: {len(data):,} bytes."
    return Export(data, (told,))
