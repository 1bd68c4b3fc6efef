"""``grader release``: makes what students get from what instructors keep."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.commands.arguments import add_course

if TYPE_CHECKING:
    import argparse

    from grader.commands.arguments import Subparsers
    from grader.course.course_toml import Course


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    release = commands.add_parser("release", help="make exercises/ from solutions/", allow_abbrev=False)
    release.add_argument("--check", action="store_true", help="change nothing; exit 1 if something disagrees")
    release.add_argument("--wheel", action="store_true", help="make the students' package, in dist/ beside the course")
    release.add_argument("--solutions", type=Path, metavar="OUT", help="write the solutions to OUT as .py and .ipynb")
    add_course(release)
    release.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Writes or compares; exit code 1 if ``--check`` finds that something disagrees."""
    from grader.course.course_toml import find_course, load_course
    from grader.release.write_exercises import release, release_solutions, strays

    loaded = load_course(given.course or find_course(Path.cwd()))
    if given.solutions is not None:
        for name in release_solutions(loaded, given.solutions):
            print(given.solutions / name)
        return 0
    dist = loaded.folder.parent / "dist"
    if given.wheel:
        from grader.release.wheel import make_wheel  # making the stubs needs neither NumPy nor pytest

        print(make_wheel(loaded, dist))
        return 0
    out = loaded.folder.parent / "exercises"
    if given.check:
        return _check(loaded, out, dist)
    for name in release(loaded, out):
        print(out / name)
    for name in strays(loaded, out):
        _say(f"{out / name} is of no exercise in course.toml; delete it, or put the exercise back.")
    return 0


def _check(course: Course, out: Path, dist: Path) -> int:
    """Says what disagrees, a line each."""
    from grader.engine.versions import missing_packages
    from grader.release.agreement import disagreements
    from grader.release.write_exercises import release, strays

    if told := missing_packages(course, course.exercises):
        _say(told)
    found = 0
    different = release(course, out, check=True)
    if different:
        found += 1
        _say(f"exercises/ is not what solutions/ makes: {', '.join(different)}. Run `grader release`.")
    for name in strays(course, out):
        found += 1
        _say(f"{out / name} is of no exercise in course.toml; delete it, or put the exercise back.")
    for line in disagreements(course, dist, _say):
        found += 1
        _say(line)
    return 1 if found else 0


def _say(line: str) -> None:
    print(f"grader: {line}", file=sys.stderr)
