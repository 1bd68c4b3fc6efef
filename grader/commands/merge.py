"""``grader merge``: the parts of a class that was graded in shards, as one run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.commands.arguments import need_a_posix_system, path
from grader.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from grader.commands.arguments import Subparsers


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    merge = commands.add_parser(
        "merge",
        help="bring the parts of a class that was graded in shards together",
        allow_abbrev=False,
        epilog="example: grader merge reports/latest parts/*",
    )
    merge.add_argument("out", type=path, metavar="OUT", help="where the reports of the whole class go")
    merge.add_argument(
        "parts",
        type=path,
        nargs="+",
        metavar="PART",
        help="a folder that `grader score --shard I/N --out` wrote; all of them",
    )
    merge.add_argument(
        "--with-failed",
        action="store_true",
        help="merge also if the grader itself failed on some work, whose points stay open; exit 1 then",
    )
    merge.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Writes the run's files and says who is in it; exit code 1 if the grader itself failed on something."""
    need_a_posix_system()
    from grader.commands.terminal import safe

    try:
        from grader.engine.merge_parts import merge_parts
        from grader.reports.words import count, to_mark
        from grader.scores.totals import class_statistics
    except ModuleNotFoundError as error:
        raise UsageError(f"this needs {error.name}, which is not installed here: `make score` installs it.") from None

    merged = merge_parts(given.out, given.parts, with_failed=given.with_failed)
    for line in (*merged.told, *(f"the grader itself failed: {fault}" for fault in merged.results.run.faults)):
        print(f"grader: {safe(line, 4_000)}", file=sys.stderr)
    figures = class_statistics(merged.results)
    mean = "-" if figures.mean is None else f"{figures.mean:.1f}"
    print(
        f"{count(len(given.parts), 'part')}, {count(figures.students, 'student')}, {figures.handed_in:,} handed in; "
        f"mean {mean} of {figures.max_points} points."
    )
    if waiting := to_mark(check for row in merged.results.submissions for check in row.checks):
        print(f"  {waiting}")
    print(f"Report: {given.out / 'index.html'}")
    return 1 if merged.results.run.faults else 0
