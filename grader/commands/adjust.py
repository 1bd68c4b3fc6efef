"""``grader adjust``: a person's word on any check, or a spreadsheet of them; the results and pages follow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.commands.arguments import decider, need_a_posix_system, path
from grader.errors import GraderError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from grader.commands.arguments import Subparsers
    from grader.exports.answer_sheet import Slip
    from grader.scores.records import Adjustment, CheckResult, Results

EXAMPLE = """examples:
  grader adjust reports/latest ada CHECK 2 --because "the shapes are right"
  grader adjust reports/latest ada CHECK open            takes it back
  grader export reports/latest --format answers --write answers.csv
  grader adjust reports/latest --from answers.csv        what was marked in a spreadsheet"""
SLIPS_SHOWN = 20


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    import argparse

    adjust = commands.add_parser(
        "adjust",
        help="change the points of a check, with a reason",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    adjust.add_argument("folder", type=path, metavar="RUN", help="a folder that `grader score --out` wrote")
    adjust.add_argument("student", nargs="?", metavar="STUDENT", help="the student's id, as on the class page")
    adjust.add_argument(
        "check",
        nargs="?",
        metavar="CHECK",
        help="the check's id, or EXERCISE/id if several exercises have one of that id",
    )
    adjust.add_argument(
        "points", nargs="?", metavar="POINTS", help="from 0 to the check's points, or open to take back"
    )
    adjust.add_argument("--because", metavar="TEXT", default="", help="the reason, which the student reads")
    adjust.add_argument("--by", metavar="NAME", help="who decides (default: your login name)")
    adjust.add_argument(
        "--from",
        dest="sheet",
        type=path,
        metavar="FILE",
        help="the CSV file that `export --format answers` wrote, filled in",
    )
    adjust.add_argument(
        "--course",
        type=path,
        metavar="DIR",
        help="the folder with course.toml, to apply its void checks and rubric too (default: they stay as they are)",
    )
    adjust.any_order = True
    adjust.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Keeps the decisions, and writes the results, gradebook and pages that follow from them."""
    from grader.scores.decisions import append_decisions, made_to_count, read_decisions
    from grader.scores.read_run import read_run

    need_a_posix_system()
    results = read_run(given.folder)
    earlier = read_decisions(given.folder).adjustments
    words = [given.student, given.check, given.points]
    if given.sheet is not None:
        if any(word is not None for word in words):
            raise UsageError("--from takes the students and points from its file; leave STUDENT, CHECK and POINTS out.")
        decisions: Sequence[Adjustment] = _from_sheet(results, given)
    elif None in words:
        raise UsageError("name STUDENT, CHECK and POINTS, or a file with --from (see `grader adjust --help`).")
    else:
        decisions = (_decision(results, given),)
        if _is_open(results, earlier, decisions[0]):
            print("Nobody has decided about it, so there is nothing to take back.")
            return 0
    if not decisions:
        print("Nothing is new in it, so nothing was changed.")
        return 0
    append_decisions(given.folder, made_to_count(decisions, earlier))
    try:
        return _show(given.folder, given.course, results, decisions)
    except GraderError:
        print(
            f"grader: the decisions are kept; `grader report {given.folder}` puts them into the results.",
            file=sys.stderr,
        )
        raise


def _show(folder: Path, course: Path | None, before: Results, decisions: Sequence[Adjustment]) -> int:
    """Prints what became of each decision, and gives exit code 1 if one of them does not count."""
    from grader.commands.rendered import rendering
    from grader.commands.terminal import safe
    from grader.scores.records import BY_COURSE, as_written
    from grader.scores.totals import student_totals

    made = rendering(folder, course)
    for line in made.news:
        print(line)
    about = {each.place for each in decisions}
    old, new = _checks(before, about), _checks(made.results, about)
    totals = {total.student: total for total in student_totals(made.results)}
    lost: list[str] = []
    for at, each in enumerate(decisions):
        name = f"{safe(each.student)}, {each.exercise}/{each.check}"
        was, now = old[each.place], new.get(each.place)
        by_course = now is not None and now.adjusted is not None and now.adjusted.by == BY_COURSE
        if now is None or not (by_course or _is_as_asked(now, each)):
            lost.append(name)
        if now is None or at >= SLIPS_SHOWN:
            continue
        total = totals[as_written(each.student)]
        stands = "open" if now.waits else f"{now.points} of {now.max_points}"
        stood = "open" if was.waits else str(was.points)
        print(f"{name}: {stands} (was {stood}); total {total.points} of {total.max_points}")
        if by_course:
            print("  The course says that this check does not count; until it does, everybody has its points.")
    if len(decisions) > SLIPS_SHOWN:
        print(f"and {len(decisions) - SLIPS_SHOWN} more")
    for name in lost[:SLIPS_SHOWN]:
        print(
            f"grader: {name}: the decision is kept, and does not count: `grader report {folder}` says why.",
            file=sys.stderr,
        )
    return 1 if lost else 0


def _checks(results: Results, places: Collection[tuple[str, str, str]]) -> dict[tuple[str, str, str], CheckResult]:
    """The checks at these places: as many as there are decisions, however large the class is."""
    from grader.scores.records import as_written
    from grader.scores.row_heads import heads_of

    rows = {place[:2] for place in places}
    found = {}
    for at, head in enumerate(heads_of(results.submissions)):
        if (student := as_written(head.student), head.exercise) in rows:
            for check in results.submissions[at].checks:
                if (place := (student, head.exercise, check.id)) in places:
                    found[place] = check
    return found


def _is_as_asked(now: CheckResult, asked: Adjustment) -> bool:
    return now.adjusted is None if asked.points is None else now.adjusted is not None and now.points == asked.points


def _is_open(results: Results, earlier: Sequence[Adjustment], asked: Adjustment) -> bool:
    """Whether a decision would only take back what nobody has decided, here or in the results."""
    from grader.scores.records import BY_COURSE
    from grader.scores.settle import is_decided

    if asked.points is not None or is_decided(results, earlier, asked):
        return False
    return not any(
        check.adjusted is not None and check.adjusted.by != BY_COURSE
        for row in results.submissions
        if (row.student, row.exercise) == (asked.student, asked.exercise)
        for check in row.checks
        if check.id == asked.check
    )


def _decision(results: Results, given: argparse.Namespace) -> Adjustment:
    """The decision that the words of the command make; raises UsageError."""
    from grader.commands.terminal import safe
    from grader.exports.answer_sheet import OPEN
    from grader.scores.check_names import NoSuchCheck, checks_of, find_check
    from grader.scores.decisions import digest_for, moment_now
    from grader.scores.records import Adjustment

    student = _student(results, given)
    rows = [row for row in results.submissions if row.student == student]
    try:
        exercise, ident = find_check(given.check, checks_of(results.submissions))
    except NoSuchCheck as error:
        raise UsageError(str(error)) from None
    row = next((row for row in rows if row.exercise == exercise), None)
    check = None if row is None else next((each for each in row.checks if each.id == ident), None)
    if row is None or check is None:
        state = "has no row" if row is None else f"is {row.status}"
        raise UsageError(f"{safe(student)} {state} in {exercise}, so there is no {ident} to decide about.")
    points = None if given.points.casefold() == OPEN else _whole(given.points, check.max_points, ident)
    if not given.because.strip() and points is not None:
        raise UsageError('say why with --because "...": the student reads it on the page.')
    return Adjustment(
        student=student,
        exercise=exercise,
        check=ident,
        points=points,
        by=decider(given.by, "--by"),
        when=moment_now(),
        why=given.because,
        digest=digest_for(row, check),
        was=None if check.waits else check.points,
    )


def _student(results: Results, given: argparse.Namespace) -> str:
    """The id that was given, as it is or as pages and messages show it (a line break as ␊); raises UsageError."""
    from grader.commands.terminal import safe
    from grader.meant import did_you_mean
    from grader.reports import harmless
    from grader.scores.records import as_written
    from grader.scores.row_heads import heads_of

    known = {row.student: as_written(row.student) for row in heads_of(results.submissions)}
    same = [student for student, written in known.items() if written == as_written(given.student)]
    shown = [student for student in known if given.student in (harmless.name(student), safe(student))]
    if not same and len(shown) > 1:
        raise UsageError(f"several students are shown as {safe(given.student)}; write the id as results.json has it.")
    if same or shown:
        return (same or shown)[0]
    ids = {safe(written) for written in known.values()}
    meant = did_you_mean(safe(given.student), ids, "the class page lists them.")
    raise UsageError(f"there is no student {safe(given.student)} in {given.folder}; {meant}")


def _whole(text: str, most: int, check: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10) or int(text) > most:
        raise UsageError(f"POINTS is {text}; {check} takes a whole number from 0 to {most}, or open to take back.")
    return int(text)


def _from_sheet(results: Results, given: argparse.Namespace) -> Sequence[Adjustment]:
    """The decisions in a file that was filled in; raises UsageError, once every slip is told, if there is any."""
    from grader.commands.terminal import safe
    from grader.exports.answer_sheet import COLUMNS, NEEDED, marked_sheet
    from grader.scores.decisions import moment_now
    from grader.submissions.csv_rows import read_rows

    header, *rows = read_rows(given.sheet, lambda title: title.strip().casefold() in COLUMNS)
    titles = [title.strip().casefold() for title in header.cells]
    for name in NEEDED:
        if titles.count(name) != 1:
            many = "no column" if name not in titles else "more than one column"
            raise UsageError(f"{given.sheet}: there is {many} {name!r}; use the file of `export --format answers`.")
    because = given.because or "Marked in a table."
    found = marked_sheet(
        results, titles, [(row.line, row.cells) for row in rows], decider(given.by, "--by"), moment_now(), because
    )
    if found.slips:
        _tell(given.sheet, found.slips)
        rows_told = "1 row is" if len(found.slips) == 1 else f"{len(found.slips)} rows are"
        raise UsageError(
            f"nothing was applied, because {rows_told} not sound; mend {safe(str(given.sheet))} and try again."
        )
    if found.unmarked:
        told = "1 answer has a comment" if found.unmarked == 1 else f"{found.unmarked} answers have a comment"
        print(f"{told} but no points, so nothing is decided there.")
    return found.decisions


def _tell(sheet: Path, slips: Sequence[Slip]) -> None:
    from grader.commands.terminal import safe

    for slip in slips[:SLIPS_SHOWN]:
        print(safe(f"{sheet}, line {slip.line}: {slip.what}"), file=sys.stderr)
    if len(slips) > SLIPS_SHOWN:
        print(f"and {len(slips) - SLIPS_SHOWN} more", file=sys.stderr)
