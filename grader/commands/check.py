"""``grader check``: the public checks on a student's own files, with hints; in a CI job, of the whole course."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.commands.arguments import path

if TYPE_CHECKING:
    import argparse

    from grader.ci.public_run import PublicRun
    from grader.commands.arguments import Subparsers
    from grader.home.kit import Offered
    from grader.scores.records import Checked
    from grader.submissions.works import Work

CI = ("plain", "classic", "classroom50", "gitlab")  # modules of grader.ci
JUNIT = {"gitlab": Path("junit.xml")}  # where a CI system looks for it, unless a name is given


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    check = commands.add_parser("check", help="run the public checks on your own files", allow_abbrev=False)
    check.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: every exercise in this folder")
    check.add_argument("--ci", choices=CI, help="check the whole course and show it as this CI system does")
    check.add_argument("--junit", type=path, metavar="FILE", help="check the whole course and write it as JUnit XML")
    check.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Checks the files (or those in this folder) and prints what was found; exit code 0 if all public checks pass.

    Each exercise is shown as soon as it is checked: one about Keras takes some ten seconds. For a CI job the whole course is
    checked, and shown at the end.
    """
    from grader.home.strays import adopting

    with adopting():
        if given.ci or given.junit:
            if given.junit is not None:
                _refuse_to_replace(given.junit)  # before the checks: they take a minute
            return _whole(given.ci, given.files, given.junit or JUNIT.get(given.ci))
        return _each(given.files)


def _each(files: list[Path]) -> int:
    """Checks each of the files and shows it at once."""
    from dataclasses import replace  # with its imports it takes longer than all of `grader --help`

    from grader.commands.terminal import safe
    from grader.home.check_work import find
    from grader.home.kit import nearest_kit
    from grader.reports.checked import all_right, last_line

    kit = nearest_kit()
    offered = {each.exercise.id: each for each in kit}
    rows: list[Checked] = []
    for work in find(_places(files), kit):
        row = _watched(offered[work.exercise], work)
        rows.append(replace(row, place=safe(row.place)))
        _print(rows[-1])
    print(f"\n{last_line(rows)}")
    return 0 if all_right(rows) else 1


def _whole(ci: str | None, files: list[Path], junit: Path | None) -> int:
    """Checks the whole course, shows it as a CI system does, or in the terminal, and writes JUnit if ``junit`` names a file."""
    from importlib import import_module

    from grader.commands.stopping import Stopping
    from grader.home.kit import nearest_course
    from grader.home.strays import end_strays
    from grader.home.whole_course import public_run

    course, kit = nearest_course()
    with Stopping() as stopping:
        found = public_run(course, kit, _places(files), _watched, stopping.is_told)
        stopping.over()
        end_strays()  # before anything is written that they could write over
        code = int(import_module(f"grader.ci.{ci}").show(found, os.environ, sys.stdout)) if ci else _shown(found)
        if junit is not None:
            _write_junit(found, junit)
    return code


def _places(files: list[Path]) -> list[Path]:
    return list(dict.fromkeys(file.absolute() for file in files)) or [Path.cwd()]


def _watched(offered: Offered, work: Work, seconds: float | None = None) -> Checked:
    """Checks one file, and says meanwhile what is being done."""
    from grader.commands.progress import Doing
    from grader.home.check_work import check_file

    with Doing(work.path or work.exercise) as doing:
        return check_file(offered, work, doing.tell, seconds)


def _print(row: Checked) -> None:
    from grader.commands.terminal import columns, harmless, has_colour
    from grader.reports.checked import row_as_text

    print(harmless(row_as_text(row, columns(), colour=has_colour(sys.stdout))), flush=True)


def _shown(found: PublicRun) -> int:
    """Prints a whole course in the terminal and gives the exit code."""
    from grader.reports.checked import all_right, last_line

    for row in found.rows:
        _print(row)
    print(f"\n{last_line(found.rows)}")
    return 0 if all_right(found.rows) else 1


def _refuse_to_replace(file: Path) -> None:
    """Raises OutputError if something is there that is neither empty nor JUnit XML, as a student's own work."""
    from grader.errors import OutputError
    from grader.reports.junit import is_junit

    if file.is_dir():
        raise OutputError(f"{file} is a folder: name a file")
    try:
        if file.exists() and not is_junit(file):
            raise OutputError(f"{file} is there already and is no JUnit XML: name another file")
    except OSError as error:
        raise OutputError(f"{file} is there already and can't be read ({error.strerror}): name another file") from None


def _write_junit(found: PublicRun, file: Path) -> None:
    from grader.reports.junit import Suite, junit_text
    from grader.scores.atomic import replace_file

    suites = [
        Suite(
            row.exercise, row.title, row.results, row.place if (row.exercise, row.results[0].id) in found.spots else ""
        )
        for row in found.rows
        if row.results
    ]
    replace_file(file, junit_text(suites, found.course))
