"""``grader what-if``: whose total would move if a check did not count or an exercise weighed otherwise; nothing is written."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from grader.commands.arguments import path
from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.commands.arguments import Subparsers
    from grader.scores.check_names import CheckName
    from grader.scores.records import Results
    from grader.scores.supposed import Reached, SupposedTotal

EXAMPLE = """example:
  grader what-if reports/latest --void CHECK --weight EXERCISE=40"""


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    supposing = commands.add_parser(
        "what-if",
        help="whose total would move, without grading",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    supposing.add_argument("folder", type=path, metavar="RUN", help="a folder that `grader score --out` wrote")
    supposing.add_argument(
        "--void",
        action="append",
        default=[],
        metavar="CHECK",
        help="everybody has the points of this check; may be repeated",
    )
    supposing.add_argument(
        "--weight",
        action="append",
        default=[],
        type=_weight,
        metavar="ID=POINTS",
        help="this exercise gives POINTS in all; may be repeated",
    )
    supposing.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Prints a line for each total that would move, and how many would."""
    from grader.commands.terminal import safe
    from grader.reports.words import WAITING
    from grader.scores.read_run import read_run
    from grader.scores.supposed import supposed_totals

    if not given.void and not given.weight:
        raise UsageError("say what to suppose: --void CHECK, --weight ID=POINTS, or both.")
    results = read_run(given.folder)
    weights = _weights(results, given.weight)
    totals = supposed_totals(results, _void(results, given.void), weights)
    moved = [each for each in totals if each.now != each.then]
    if moved:
        wide = max(len(safe(each.student, 40)) for each in moved)
        for each in moved:
            print(f"{safe(each.student, 40):{wide}}  {_told(each.now)} -> {_told(each.then)}")
    print(_counts(totals, moved))
    if any(reached.pending for each in moved for reached in (each.now, each.then)):
        print(f"{WAITING} Up and down count them as none, so settle them first if you can.")
    if weights:
        print("An exercise's points are scaled and rounded to whole points for each student, half a point up.")
    print("Nothing was changed.")
    return 0


def _told(reached: Reached) -> str:
    waiting = f" +{reached.pending}?" if reached.pending else ""
    return f"{reached.points} of {reached.most}{waiting}"


def _counts(totals: Sequence[SupposedTotal], moved: Sequence[SupposedTotal]) -> str:
    """How many totals would move, up and down by their share of the points, since there may be more or fewer of these."""
    if not moved:
        return f"No total of {len(totals):,} would move."
    signs = [each.then.share - each.now.share for each in moved]
    up, down = sum(sign > 0 for sign in signs), sum(sign < 0 for sign in signs)
    same = f", {len(moved) - up - down:,} to the same share" if len(moved) > up + down else ""
    by_share = " by their share of all points" if any(each.now.most != each.then.most for each in moved) else ""
    return f"{len(moved):,} of {len(totals):,} totals would move: {up:,} up and {down:,} down{by_share}{same}."


def _weight(text: str) -> tuple[str, int]:
    exercise, _, points = text.rpartition("=")
    if not exercise or not (points.isascii() and points.isdecimal() and 0 < len(points) < 7):
        raise argparse.ArgumentTypeError(f"{text} is not of the form ID=POINTS with whole points")
    return exercise, int(points)


def _weights(results: Results, given: Sequence[tuple[str, int]]) -> Mapping[str, int]:
    from grader.meant import did_you_mean

    known = [exercise.id for exercise in results.exercises]
    weights: dict[str, int] = {}
    for exercise, points in given:
        if exercise in weights:
            raise UsageError(
                f"--weight names {exercise} twice, with {weights[exercise]} and {points} points: name it once."
            )
        weights[exercise] = points
        if exercise not in known:
            meant = did_you_mean(exercise, known, f"the run has {', '.join(known)}.")
            raise UsageError(f"--weight {exercise}={points}: there is no such exercise; {meant}")
    return weights


def _void(results: Results, names: Sequence[str]) -> Sequence[CheckName]:
    from grader.scores.check_names import NoSuchCheck, checks_of, find_check

    known = checks_of(results.submissions)
    try:
        return [find_check(name, known) for name in names]
    except NoSuchCheck as error:
        raise UsageError(f"--void: {error}") from None
