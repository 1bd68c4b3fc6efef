"""``grader review``: a local web page to settle the answers that wait for a person."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.commands.arguments import decider, need_a_posix_system, path
from grader.errors import GraderError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from grader.commands.arguments import Subparsers
    from grader.review.desk import Desk
    from grader.review.merge_decisions import Disagreement
    from grader.scores.records import Adjustment, Results

NEEDED = "`make score` in a clone of the course installs it, or pip install -e '.[review]'"
EXAMPLE = """examples:
  grader review reports/latest                            prints the page's address; Ctrl-C ends it
  grader review reports/latest --as anna --share 1/2      the first, third, ... question
  grader review reports/latest --merge anna.jsonl         takes over what anna decided elsewhere"""
NO_COURSE = (
    "No course of this run was found in or above the folder you are in, so there are no rubric items to tick (digits give "
    "points) and no questions to read: start again with --course DIR, the folder with course.toml."
)
SHOWN = 50  # conflicts
LINES_SHOWN = 3  # of a file, of those that hold no decision


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    import argparse

    review = commands.add_parser(
        "review",
        help="settle the answers that wait for a person, in a browser",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    review.add_argument("folder", type=path, metavar="RUN", help="a folder that `grader score --out` wrote")
    review.add_argument(
        "--as", dest="person", metavar="NAME", help="who decides, as students read it (default: your login)"
    )
    review.add_argument(
        "--share", metavar="I/N", help="only every N-th question, from the I-th on: 2/3 is the second of three people's"
    )
    review.add_argument(
        "--merge",
        type=path,
        nargs="+",
        metavar="FILE",
        help="take over the decisions.jsonl of other people, list where two people differ, and end",
    )
    review.add_argument(
        "--course",
        type=path,
        metavar="DIR",
        help="the folder with course.toml, to apply its void checks too (default: the nearest, for its rubric alone)",
    )
    review.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Serves the page, and writes results and pages when it ends; with --merge exit code 1 if two people differ."""
    from grader.scores.read_run import read_run

    need_a_posix_system()
    results = read_run(given.folder)
    if given.merge:
        if beside := [name for name, value in (("--share", given.share), ("--as", given.person)) if value]:
            raise UsageError(f"{beside[0]} is for the page, and --merge shows none: each decision keeps its person.")
        return _merge(given.folder, results, given.merge, given.course)
    try:
        from grader.review.serve_review import serve
    except ModuleNotFoundError as error:
        raise UsageError(f"the review page needs {error.name}, which is not installed here: {NEEDED}.") from None
    from grader.review.answer_groups import questions_of
    from grader.review.desk import Desk
    from grader.review.items_again import course_of_run, work_out_again
    from grader.review.marking_guide import guides_of
    from grader.review.shares import share_of

    share = share_of(given.share) if given.share else None
    asked = questions_of(results)
    if not asked:
        print("No answer waits for a person, and none did.")
        return 0
    if share is not None and not share.of(asked):
        there_are = "there is only 1 question" if len(asked) == 1 else f"there are only {len(asked)} questions"
        raise UsageError(f"--share {given.share}: {there_are} to share.")
    person = decider(given.person, "--as")
    course = course_of_run(results, given.course)
    notices = work_out_again(given.folder, course)
    if course is None:
        notices += (NO_COURSE,)
    desk = Desk(given.folder, lambda: read_run(given.folder), person, guides_of(course), share)
    for line in notices:
        _say(line)
    _say("Open this address in a browser on this machine; Ctrl-C here ends the review.")
    serve(desk, notices, lambda address: print(address, flush=True))
    return _end(given.folder, given.course, desk)


def _end(folder: Path, course: Path | None, desk: Desk) -> int:
    """Renders the run as decided, and says what was decided and what still waits."""
    from grader.commands.rendered import rendering
    from grader.commands.terminal import safe
    from grader.reports.words import count
    from grader.review.how_far import progress_of
    from grader.review.pace import Pace
    from grader.review.start_views import agreed

    try:
        made = rendering(folder, course)
    except GraderError:
        _say(
            f"What was decided is kept in {folder / 'decisions.jsonl'}; `grader report {folder}` puts it into the results."
        )
        raise
    for line in (*made.news, *made.unheld):
        _say(line)
    _say(
        f"{count(desk.decided_here, 'answer')} settled as {safe(desk.person)}; results, gradebook and pages say so now."
    )
    for question in desk.questions:
        far = progress_of(desk, (question,), Pace())
        waits = far.answers - far.settled
        told = (
            "all settled"
            if not waits
            else f"{waits} of {count(far.answers, 'answer')} {'waits' if waits == 1 else 'wait'}"
        )
        agree, _ = agreed(desk, question)
        if agree is not None:
            kappa = "" if agree.kappa is None else f", quadratic weighted kappa {agree.kappa:.2f}"
            told += (
                f"; suggestions: {agree.percent} % the same of {agree.n}, "
                f"mean difference {agree.mean_difference:.2f} of {question.max_points}{kappa}"
            )
        _say(safe(f"{question.exercise}, {question.title}: {told}"))
    return 0


def _merge(folder: Path, results: Results, files: Sequence[Path], course: Path | None) -> int:
    """Takes over what others decided; whatever two people see differently stays as it is here, and is listed."""
    from grader.commands.rendered import rendering
    from grader.reports.words import count
    from grader.review.merge_decisions import keep_listed, listed_conflicts, merge
    from grader.scores.decisions import append_decisions, read_decisions

    read = [(file, *_decided_in(file, results)) for file in files]  # all of them before anything is written
    listed = listed_conflicts(folder)
    added = 0
    told: list[str] = []
    conflicts: list[tuple[Path, Disagreement]] = []
    for file, theirs, strangers in read:
        made = merge(read_decisions(folder).adjustments, theirs, listed)
        append_decisions(folder, made.added)
        added += len(made.added)
        conflicts += [(file, each) for each in made.conflicts]
        left_out = f"; {count(strangers, 'student')} of it not in this run, and left out" if strangers else ""
        told.append(
            f"{file}: {count(len(made.added), 'decision')} taken over, {made.known} known, "
            f"{len(made.conflicts)} in conflict{left_out}"
        )
    keep_listed(folder, [each for _, each in conflicts])
    told += [_conflict(file, each.ours, each.theirs) for file, each in conflicts[:SHOWN]]
    if len(conflicts) > SHOWN:
        told.append(f"and {len(conflicts) - SHOWN} more conflicts")
    try:
        if added:  # before anything is printed: `| head` closes the pipe, which must not stop the pages
            rendered = rendering(folder, course)
            told += [*rendered.news, *rendered.unheld]
    finally:
        print("\n".join(told))
    if conflicts:
        print(
            "What is here stays. Decide each anew, in `grader review` or with `grader adjust` (which takes the same points as "
            "well), and merge again to check."
        )
    return 1 if conflicts else 0


def _decided_in(file: Path, results: Results) -> tuple[Sequence[Adjustment], int]:
    """What a file decides about the students of a run, and of how many others; raises UsageError if that is nothing."""
    from grader.reports.words import count
    from grader.scores.decisions import decisions_in
    from grader.scores.records import as_written
    from grader.scores.row_heads import heads_of

    found = decisions_in(file)
    if not found.adjustments:
        raise UsageError(f"{file} holds no decision: name a decisions.jsonl of somebody who marked this run.")
    here = {as_written(row.student) for row in heads_of(results.submissions)}
    theirs = [each for each in found.adjustments if as_written(each.student) in here]
    strangers = {as_written(each.student) for each in found.adjustments} - here
    if not theirs:
        raise UsageError(f"{file} decides about {count(len(strangers), 'student')}, none of them in this run.")
    for line in found.unreadable[:LINES_SHOWN]:
        _say(f"{file}, line {line.number} holds no decision: {line.why}.")
    if len(found.unreadable) > LINES_SHOWN:
        _say(f"{file}: {count(len(found.unreadable) - LINES_SHOWN, 'more line')} without a decision.")
    return theirs, len(strangers)


def _conflict(file: Path, ours: Adjustment, theirs: Adjustment) -> str:
    from grader.commands.terminal import safe

    place = f"{ours.student}, {ours.exercise}/{ours.check}"
    return safe(f"{place}: {ours.points} by {ours.by}, {theirs.points} by {theirs.by} ({file})")


def _say(words: str) -> None:
    print(words, file=sys.stderr)
