"""``grader release``: makes what students get from what instructors keep."""

from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from grader.commands.arguments import add_course, path, positive
from grader.commands.terminal import safe
from grader.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from grader.commands.arguments import Subparsers
    from grader.course.course_toml import Course

MOST_JOBS = 256  # of one matrix in a workflow, says GitHub
# What goes to others as a whole folder, by the name of its option.
TEMPLATES = ("github", "gitlab", "classroom50", "grading")


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    release = commands.add_parser(
        "release",
        help="make exercises/ from solutions/",
        allow_abbrev=False,
        epilog="example: grader release --github ~/gru-template",
    )
    release.add_argument("--check", action="store_true", help="change nothing; exit 1 if something disagrees")
    release.add_argument("--wheel", action="store_true", help="make the students' package, in dist/ beside the course")
    for option, told in (
        ("--solutions", "write the solutions to OUT as .py and .ipynb"),
        ("--github", "write the whole template of a student's repository on GitHub to OUT"),
        ("--gitlab", "the same for GitLab"),
        ("--classroom50", "write the bundle of a Classroom 50 autograder to OUT"),
        ("--grading", "write the teacher's private grading repository to OUT"),
    ):
        release.add_argument(option, type=path, metavar="OUT", help=told)
    release.add_argument("--classic", action="store_true", help="with --github: add GitHub Classroom's reporter")
    release.add_argument(
        "--shards",
        type=positive,
        default=1,
        metavar="N",
        help="with --grading: grade in N jobs at once, for a large class",
    )
    add_course(release)
    release.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Writes or compares; exit code 1 if ``--check`` finds that something disagrees."""
    from grader.course.course_toml import find_course, load_course

    if given.classic and given.github is None:
        raise UsageError("--classic adds steps to what --github OUT writes: name it as well.")
    if given.shards > 1 and given.grading is None:
        raise UsageError("--shards is for the workflow that --grading OUT writes: name it as well.")
    if given.shards > MOST_JOBS:
        raise UsageError(f"--shards {given.shards}: a workflow has at most {MOST_JOBS} such jobs; name fewer.")
    loaded = load_course(given.course or find_course(Path.cwd()))
    dist = loaded.folder.parent / "dist"
    outs = {name: out for name in (*TEMPLATES, "solutions") if (out := getattr(given, name)) is not None}
    _refuse_places(outs, loaded)
    if given.wheel or outs:
        for file in _named(given, loaded, dist):
            print(file)
        return 0
    return _check(loaded, dist) if given.check else _stubs(loaded)


def _refuse_places(outs: Mapping[str, Path], course: Course) -> None:
    """Raises UsageError, before anything is written, for a template in the course's own folder or two in one folder."""
    own = course.folder.parent
    # A course need not have its own folder: `~/solutions` leaves the rest of the home to others.
    closed = [own] if (own / "exercises").is_dir() else [course.folder, own / "exercises", own / "dist"]
    for name in TEMPLATES:
        if name in outs and any(outs[name].resolve().is_relative_to(each.resolve()) for each in closed):
            raise UsageError(
                f"{outs[name]} lies in the course's own folder, which students must not get: name a folder outside."
            )
    for (name, out), (other, second) in combinations(outs.items(), 2):
        one, two = out.resolve(), second.resolve()
        if one.is_relative_to(two) or two.is_relative_to(one):
            raise UsageError(f"--{name} {out} and --{other} {second} share a folder: write each into its own folder.")


def _named(given: argparse.Namespace, course: Course, dist: Path) -> Iterator[Path]:
    """Writes what the options name, one after the other, and yields the files; each module comes with its option."""
    if given.solutions is not None:
        from grader.release.write_exercises import release_solutions

        yield from (given.solutions / name for name in release_solutions(course, given.solutions))
    if given.wheel:
        from grader.release.wheel import make_wheel  # making the stubs needs neither NumPy nor pytest

        yield make_wheel(course, dist)
    if given.github is not None:
        from grader.release.student_repository import write_github

        yield from write_github(course, given.github, given.classic, _tell)
    if given.gitlab is not None:
        from grader.release.student_repository import write_gitlab

        yield from write_gitlab(course, given.gitlab, _tell)
    if given.classroom50 is not None:
        from grader.release.classroom50_bundle import write_classroom50

        yield from write_classroom50(course, given.classroom50, _tell)
    if given.grading is not None:
        from grader.release.grading_repository import write_grading

        yield from write_grading(course, given.grading, _tell, given.shards)


def _stubs(course: Course) -> int:
    """Makes exercises/ beside the course."""
    from grader.release.write_exercises import release, strays

    out = course.folder.parent / "exercises"
    for name in release(course, out):
        print(out / name)
    for name in strays(course, out):
        _say(f"{out / name} is of no exercise in course.toml; delete it, or put the exercise back.")
    return 0


def _check(course: Course, dist: Path) -> int:
    """Says what disagrees, a line each."""
    from grader.engine.versions import missing_packages
    from grader.release.agreement import disagreements
    from grader.release.write_exercises import release, strays

    if told := missing_packages(course, course.exercises):
        _say(told)
    found = 0
    out = course.folder.parent / "exercises"
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


def _tell(line: str) -> None:
    """Says a line with names of files that others put into a template."""
    _say(safe(line))
