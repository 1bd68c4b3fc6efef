"""``grader dev``: tells an author, before an exercise is handed out, whether it holds: a line for each thing that should."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from grader.commands.arguments import add_course, natural

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from grader.commands.arguments import Subparsers
    from grader.commands.progress import Doing
    from grader.course.course_toml import Course, Exercise
    from grader.dev.findings import Finding


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    dev = commands.add_parser(
        "dev", help="try out solutions, stubs, checks and known mistakes before handing them out", allow_abbrev=False
    )
    dev.add_argument("exercise", nargs="?", metavar="EXERCISE", help="try only this one (default: the whole course)")
    dev.add_argument(
        "--seeds",
        type=natural,
        default=0,
        metavar="N",
        help="also run all checks on the known mistakes, with inputs from N seeds; takes longer (default: 0)",
    )
    add_course(dev)
    dev.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Prints what holds, what is wrong (with the way out) and what could not be tried; exit code 1 if something is wrong."""
    from grader.course.course_toml import choose_exercises, find_course, load_course
    from grader.dev.examine import no_strays, package_agrees
    from grader.dev.findings import Standing

    course = load_course(given.course or find_course(Path.cwd()))
    chosen = choose_exercises(course, [given.exercise] if given.exercise is not None else [])
    out, dist = course.folder.parent / "exercises", course.folder.parent / "dist"
    standings: list[Standing] = []
    for exercise in chosen:
        print(f"{exercise.id}: {exercise.title}")
        standings += [finding.standing for finding in _shown(course, exercise, out, range(given.seeds))]
        print()
    print("The course")
    for finding in (*(() if given.exercise else (no_strays(course, out),)), package_agrees(course, dist)):
        standings.append(finding.standing)
        _print(finding)
    wrong = standings.count(Standing.BROKEN)
    rest = "what begins with -- was not tried" if Standing.UNTRIED in standings else "everything was tried"
    print(f"\n{f'{wrong} of these lines say NO' if wrong else 'Nothing is wrong'}; {rest}.")
    return 1 if wrong else 0


def _shown(course: Course, exercise: Exercise, out: Path, seeds: range) -> Iterator[Finding]:
    """Prints the findings as they come, and in between what is being done."""
    from grader.commands.progress import Doing
    from grader.dev.examine import examine

    doing: list[Doing] = []
    findings = examine(course, exercise, out, seeds, lambda what: doing[-1].tell(what))
    for _ in count():
        with Doing(exercise.id) as now:
            doing[:] = [now]
            finding = next(findings, None)
        if finding is None:
            return
        _print(finding)
        yield finding


def _print(finding: Finding) -> None:
    from grader.commands.terminal import harmless

    print(harmless(f"  {finding.standing.value}  {finding.text}"), flush=True)
