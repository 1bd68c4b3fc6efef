"""``grader diff``: whose marks changed between two runs, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.commands.arguments import path
from grader.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from grader.commands.arguments import Subparsers
    from grader.scores.changes import Change, ChangeReason, MarkedRow
    from grader.scores.records import Results

EXAMPLE = """examples:
  grader diff reports/latest                    against the run before, which is kept under history/
  grader diff reports/monday reports/friday     from monday to friday"""
_CHECKS_NAMED = 4  # of a reason
_WORDS = {
    "came": "not in the run before",
    "went": "no longer in the run",
    "handed in": "handed in since",
    "taken away": "the file is gone",
    "other file": "another file",
    "graded": "not graded before",
    "not graded": "not graded this time",
    "decided": "decided by a person",
    "undecided": "a decision no longer holds",
    "void": "does not count any more",
    "counts again": "counts again",
    "other checks": "the checks or their points are others",
    "other cases": "other cases were drawn",
    "other versions": "other versions of the grader or its packages",
    "otherwise": "the same file, graded otherwise",
}


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    import argparse

    diff = commands.add_parser(
        "diff",
        help="whose marks changed since another run, and why",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    diff.add_argument(
        "folder", type=path, metavar="RUN", help="a folder that `grader score --out` wrote; of two, the earlier run"
    )
    diff.add_argument(
        "other", type=path, nargs="?", metavar="RUN", help="a later run; without it, RUN against the one before"
    )
    diff.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Prints a line for each mark that changed, and how many changed for which reason."""
    from grader.commands.terminal import safe
    from grader.reports.words import WAITING, count, moment
    from grader.scores.changes import changes, reason_counts, students_of
    from grader.scores.read_run import read_run

    if given.other is None:
        now = read_run(given.folder)
        before = _run_before(given.folder, now)
    else:
        before, now = read_run(given.folder), read_run(given.other)
    found = changes(before, now)
    print(f"From the run of {safe(moment(before.run.started))} to that of {safe(moment(now.run.started))}:")
    for each in found:
        print(f"  {safe(each.student, 60)}, {safe(each.exercise, 60)}: {_marks(each)} ({_why(each)})")
    if not found:
        print("No mark changed.")
        return 0
    print(f"{count(len(found), 'mark')} of {count(students_of(found), 'student')} changed:")
    for kind, number in reason_counts(found):
        print(f"  {number:5,}  {_WORDS[kind]}")
    if any(marked is not None and marked.pending for each in found for marked in (each.before, each.now)):
        print(WAITING)
    return 0


def _marks(change: Change) -> str:
    return f"{_mark(change.before)} -> {_mark(change.now)}"


def _mark(marked: MarkedRow | None) -> str:
    if marked is None:
        return "none"
    waiting = f" +{marked.pending}?" if marked.pending else ""
    return f"{marked.points}{waiting} of {marked.most}"


def _why(change: Change) -> str:
    return "; ".join(map(_reason, change.reasons))


def _reason(reason: ChangeReason) -> str:
    from grader.commands.terminal import safe

    if not reason.checks:
        return _WORDS[reason.kind]
    more = f" and {len(reason.checks) - _CHECKS_NAMED} more" if len(reason.checks) > _CHECKS_NAMED else ""
    return f"{_WORDS[reason.kind]}: {', '.join(safe(check, 60) for check in reason.checks[:_CHECKS_NAMED])}{more}"


def _run_before(run: Path, now: Results) -> Results:
    """The last run of which the folder keeps the results; raises UsageError if there is none."""
    from grader.scores.read_run import read_run

    kept = []
    for folder in sorted(run.glob("history/*/")):
        try:
            results = read_run(folder)
        except UsageError:  # what was replaced may have been unreadable
            continue
        if results.run.started < now.run.started:
            kept.append(results)
    if not kept:
        raise UsageError(f"{run} keeps no run before this one; name two runs.")
    return max(kept, key=lambda results: results.run.started)
