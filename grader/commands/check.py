"""``grader check``: the public checks on a student's own files, with hints."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from grader.commands.arguments import Subparsers
    from grader.scores.records import Checked


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    check = commands.add_parser("check", help="run the public checks on your own files", allow_abbrev=False)
    check.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: every exercise in this folder")
    check.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Checks the files (or those in this folder) and prints what was found; exit code 0 if all public checks pass.

    Each exercise is shown as soon as it is checked: one about Keras takes some ten seconds.
    """
    from dataclasses import replace  # with its imports it takes longer than all of `grader --help`

    from grader.commands.progress import Doing
    from grader.commands.terminal import columns, harmless, has_colour, safe
    from grader.home.check_work import check_file, find
    from grader.home.kit import nearest_kit
    from grader.reports.checked import all_right, last_line, row_as_text

    kit = nearest_kit()
    offered = {each.exercise.id: each for each in kit}
    paths = list(dict.fromkeys(path.absolute() for path in given.files)) or [Path.cwd()]
    rows: list[Checked] = []
    width, colour = columns(), has_colour(sys.stdout)
    for work in find(paths, kit):
        with Doing(work.path or work.exercise) as doing:
            row = check_file(offered[work.exercise], work, doing.tell)
        rows.append(replace(row, place=safe(row.place)))
        print(harmless(row_as_text(rows[-1], width, colour=colour)), flush=True)
    print(f"\n{last_line(rows)}")
    return 0 if all_right(rows) else 1
