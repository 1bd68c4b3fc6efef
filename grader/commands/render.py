"""``grader report``: writes a run's results, gradebook and pages again, as people have decided since; nothing is graded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.commands.arguments import need_a_posix_system, path

if TYPE_CHECKING:
    import argparse

    from grader.commands.arguments import Subparsers


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    report = commands.add_parser("report", help="write a run's report again, without grading", allow_abbrev=False)
    report.add_argument("folder", type=path, metavar="RUN", help="a folder that `grader score --out` wrote")
    report.add_argument(
        "--course",
        type=path,
        metavar="DIR",
        help="the folder with course.toml, for its void checks (default: the nearest)",
    )
    report.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Writes the files, and says what still waits."""
    from grader.commands.rendered import rendering
    from grader.reports.words import to_mark
    from grader.scores.records import BY_COURSE

    need_a_posix_system()
    made = rendering(given.folder, given.course, nearest=True)
    for line in (*made.news, *made.unheld):
        print(line)
    results = made.results
    decided = sum(
        check.adjusted is not None and check.adjusted.by != BY_COURSE
        for row in results.submissions
        for check in row.checks
    )
    waiting = to_mark(check for row in results.submissions for check in row.checks)
    print(f"{decided} {'mark is' if decided == 1 else 'marks are'} decided; {waiting or 'nothing waits for a person'}.")
    print(f"Report: {given.folder / 'index.html'}")
    return 0
