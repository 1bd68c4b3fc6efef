"""``grader return``: each student's page, packed so that a learning platform gives it to that student."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.commands.arguments import path
from grader.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from grader.commands.arguments import Subparsers

EXAMPLE = """example:
  grader return reports/latest --to moodle                      says which page would go to whom
  grader return reports/latest --to moodle --write pages.zip    packs them"""


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    import argparse

    returning = commands.add_parser(
        "return",
        help="each student's page, for Moodle or Canvas",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    returning.add_argument("folder", type=path, metavar="RUN", help="a folder that `grader score --out` wrote")
    returning.add_argument(
        "--to",
        choices=("moodle", "canvas", "folder"),
        required=True,
        help="moodle or canvas: a zip with the pages under the names that came from there; folder: a folder for each student",
    )
    returning.add_argument(
        "--write", type=path, metavar="FILE", help="write the zip, or the new folder; without it nothing is written"
    )
    returning.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Says where each page goes, and packs them if told to; exit code 1 if somebody who handed in gets none this way."""
    from grader.commands.terminal import harmless

    try:
        from grader.exports.pack_pages import as_zip, pack_pages
        from grader.exports.replacing import refuse_a_folder_that_is_full, refuse_to_replace
        from grader.exports.run_results import refuse_to_overwrite, run_folder, run_results
    except ModuleNotFoundError as error:
        raise UsageError(f"this needs {error.name}, which is not installed here: `make score` installs it.") from None
    from grader.scores.atomic import make_whole_folder, replace_file

    folder = run_folder(given.folder)
    results = run_results(folder)
    if given.write is not None:
        refuse_to_overwrite(given.write, folder)
    packed = pack_pages(results, folder, given.to)
    # before anything is printed: `| head` closes the pipe, which must not stop the pages
    if given.write is not None and given.to == "folder":
        refuse_a_folder_that_is_full(given.write)
        make_whole_folder(given.write, packed.pages)
    elif given.write is not None:
        packed_up = as_zip(packed.pages)
        refuse_to_replace(given.write, packed_up)
        replace_file(given.write, packed_up)
    for line in packed.told:
        print(harmless(line))
    if given.write is None:
        print("Nothing was written; --write FILE writes it.")
    else:
        print(f"Written: {given.write}")
    return 1 if packed.lost else 0
