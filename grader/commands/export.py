"""``grader export``: marks in the form of a learning platform or a tool, into the platform's own file where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.commands.arguments import path
from grader.errors import OutputError, UsageError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from grader.commands.arguments import Subparsers
    from grader.exports.export_marks import Template

FORMATS = ("canvas", "moodle", "brightspace", "gradescope", "classroom50", "junit", "csv", "xlsx", "answers")
EXAMPLE = """example:
  grader export reports/latest --format canvas --template grades.csv                     says what it would do
  grader export reports/latest --format canvas --template grades.csv --write filled.csv  writes it"""


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    import argparse

    export = commands.add_parser(
        "export",
        help="marks for Canvas, Moodle and others",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    export.add_argument("folder", type=path, metavar="RUN", help="a folder that `grader score --out` wrote")
    export.add_argument(
        "--format", choices=FORMATS, required=True, help="for whom: " + ", ".join(FORMATS), metavar="NAME"
    )
    export.add_argument(
        "--template",
        type=path,
        metavar="FILE",
        help="the file that the platform itself exported, of which one column is filled; for gradescope the students' package",
    )
    export.add_argument(
        "--column", metavar="TITLE", help="the column that takes the marks (default: the course's name)"
    )
    export.add_argument("--write", type=path, metavar="FILE", help="write the file; without it nothing is written")
    export.add_argument(
        "--pending",
        choices=("settled", "suggested"),
        help="what to send while points wait for a person: the settled points, or those with the suggestions",
    )
    export.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Says who is matched, and writes if told to; exit code 1 if somebody graded is not in the file."""
    from grader.commands.terminal import harmless
    from grader.scores.atomic import replace_file

    try:
        from grader.exports.export_marks import prepare
        from grader.exports.replacing import refuse_to_replace
        from grader.exports.run_results import refuse_to_overwrite, run_folder, run_results
    except ModuleNotFoundError as error:
        raise UsageError(
            f"exporting needs {error.name}, which is not installed here: `make score` installs it."
        ) from None

    folder = run_folder(given.folder)
    results = run_results(folder)
    template = _template(given.template)
    if given.write is not None:
        refuse_to_overwrite(given.write, folder, given.template)
    can_review = "review" in given.known_commands
    prepared = prepare(results, given.format, template, given.column, given.pending, can_review=can_review)
    if given.write is not None:
        refuse_to_replace(given.write, prepared.data)
        if not prepared.refused:  # before anything is printed: `| head` closes the pipe, which must not stop the file
            replace_file(given.write, prepared.data)
    for line in prepared.told:
        print(harmless(line))
    if prepared.refused:
        raise OutputError(prepared.refused)
    if given.write is None:
        print("Nothing was written; --write FILE writes it.")
    else:
        print(f"Written: {given.write}")
    return 1 if prepared.lost else 0


def _template(file: Path | None) -> Template | None:
    from grader.exports.export_marks import Template

    if file is None:
        return None
    try:
        return Template(str(file), file.read_bytes())
    except OSError as error:
        raise UsageError(f"--template {file} can't be read ({error.strerror}).") from None
