"""Prints what `grader score` shows while it grades and when it is done; needs Rich."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.commands.class_progress import ClassProgress
from grader.commands.terminal import safe
from grader.engine.run import Request, Scored, score
from grader.engine.shards import shard_number
from grader.reports.classroom.waiting import work_left
from grader.reports.words import and_so, count, moment, part_of, to_mark
from grader.scores.attendance import attendance
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import Results, Status, SubmissionResult
from grader.scores.results import to_lines
from grader.scores.totals import class_statistics, student_totals

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from grader.scores.records import Person

SHOWN_STUDENTS = 120  # a larger class has its table in the report alone
SHOWN_ENTRIES = 20  # of the entries that were not graded
SHOWN_LONE = 8  # students of whose group only another one handed in
IN_OTHER_WORDS = frozenset({FlagKind.NOTE, FlagKind.NOT_SHARED})  # kinds with no line of their own in the summary
STATE = {Status.MISSING: "missing", Status.UNREADABLE: "unreadable", Status.FAILED: "grader failed"}


def score_and_show(given: argparse.Namespace) -> int:
    """Runs the command and returns its exit code."""
    request = Request(
        submissions=given.submissions, out=given.out, course=given.course, exercises=tuple(given.exercise),
        jobs=given.jobs, seed=given.seed, fresh=given.fresh, strict=given.isolation == "strict",
        layout=given.layout, roster=given.roster, store=given.store, keeps=not given.no_store,
        shard=shard_number(given.shard) if given.shard else None,
        engine=given.engine, scheduler=given.scheduler,
    )  # fmt: skip
    said, told = _Console(), _Console(stderr=True)
    with ClassProgress(told, quiet=given.quiet or given.json) as watching:
        scored = score(request, watching)
    results = scored.results
    if given.json:
        sys.stdout.writelines(piece.decode("utf-8") for piece in to_lines(results))
    elif not given.quiet and results.run.shard is not None:
        _part_summary(said, results)
    elif not given.quiet:
        _summary(said, scored, given.out)
    below = _below(results, given.fail_under)
    for line in _complaints(scored, below, given.fail_under):
        told.print(escape(line), soft_wrap=True)
    if not given.json and not given.quiet:
        page = (given.out / "index.html").absolute()
        said.print(f"\nReport: [link={page.as_uri()}]{escape(str(given.out / 'index.html'))}[/link]", soft_wrap=True)
        _left_out(said, results)
    if scored.interrupted:
        return 130
    return 1 if results.run.faults or below or scored.trouble else 0


class _Console(Console):
    """A console that shows names as they are, without colours and emoji for what stands in them.

    Its reader may go (`| head`): the command deals with that, and it is no failure.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, emoji=False, **options)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _part_summary(console: Console, results: Results) -> None:
    """Says what one shard did; sums and names come when all are merged."""
    files = len({(row.exercise, row.path) for row in results.submissions if row.checks})
    took = f"{results.run.seconds:.1f} s with {results.run.jobs} jobs"
    console.print(f"{count(files, 'file')} graded; {took}.", soft_wrap=True)
    console.print(part_of(results.run), soft_wrap=True)


def _summary(console: Console, scored: Scored, out: Path) -> None:
    results = scored.results
    totals = student_totals(results)
    if len(totals) <= SHOWN_STUDENTS:
        console.print(_table(results))
    figures = class_statistics(results)
    mean = "-" if figures.mean is None else f"{figures.mean:.1f}"
    maximum = sum(exercise.max_points for exercise in results.exercises)
    if len(scored.students) > 1:
        console.print(f"Read as: {escape(scored.form)}.", soft_wrap=True)
    found = f"{len(scored.students)} student{'' if len(scored.students) == 1 else 's'}"
    now = set(scored.students)
    with_row = sum(total.student in now for total in totals)
    gone = [total.student for total in totals if total.student not in now]
    more = f", and {len(gone)} more of an earlier run" if gone else ""
    console.print(
        f"{found}, {with_row} with a row{more}; {figures.handed_in} handed in; mean {mean} of {maximum} points; "
        f"{results.run.seconds:.1f} s with {results.run.jobs} jobs.",
        soft_wrap=True,
    )
    new = (row for row in results.submissions if row.graded_at == results.run.started and not row.kept)
    graded = sum(row.status in {Status.GRADED, Status.REVIEW} for row in new)
    console.print(f"  {graded} graded, {results.run.kept} kept", soft_wrap=True)
    if (there := attendance(results)) is not None:
        strangers = _some([safe(each.student)[:40] for each in there.strangers])
        others = f"{len(there.strangers)} not on the roster{f': {strangers}' if strangers else ''}"
        console.print(f"  {there.listed} on the roster, {there.handed_in} handed in, {escape(others)}", soft_wrap=True)
        if there.strangers and not there.handed_in:
            hint = "does a column of the roster hold what their folders or files are called?"
            console.print(f"  nobody on the roster was found: {hint}", soft_wrap=True)
        if there.absent:
            about = f" for {escape(and_so(there.asked))}" if there.asked else ""
            console.print(
                f"  nothing handed in{about}: {escape(_some(list(map(_named, there.absent))))}", soft_wrap=True
            )
    if waiting := to_mark(check for row in results.submissions for check in row.checks):
        work = work_left(results)
        told = f"; {work.time}: grader review {out}" if work is not None else ""
        console.print(f"  {waiting}{escape(told)}", soft_wrap=True)
    flags = [(flag, row.student) for row in results.submissions for flag in row.flags]
    lone = dict.fromkeys(flag.message for flag, _ in flags if flag.kind == FlagKind.NOT_SHARED)
    for message in list(lone)[:SHOWN_LONE]:
        console.print(f"  {escape(safe(message))}", soft_wrap=True)
    if len(lone) > SHOWN_LONE:
        more = f"  and {len(lone) - SHOWN_LONE} more in whose group one handed in alone, all on the report's first page"
        console.print(more, soft_wrap=True)
    kinds = sorted({(flag.kind, student) for flag, student in flags if flag.kind not in IN_OTHER_WORDS})
    for kind in dict.fromkeys(kind for kind, _ in kinds):
        students = [safe(student)[:40] for each, student in kinds if each == kind]
        console.print(f"  {kind}: {escape(_some(students))}", soft_wrap=True)
    if gone:
        names = _some([safe(student)[:40] for student in gone])
        console.print(f"  of an earlier run, and not among these submissions: {escape(names)}", soft_wrap=True)
    earlier = {
        row.exercise: row.graded_at
        for row in results.submissions
        if not row.kept and row.graded_at not in {None, results.run.started}
    }
    for exercise, when in earlier.items():
        console.print(
            f"  {exercise} was not asked for: its rows stay as graded on {moment(str(when))}.", soft_wrap=True
        )


def _named(person: Person) -> str:
    """Someone on the roster by id and name."""
    student, name = safe(person.student)[:40], safe(person.name)[:40]
    return f"{student} ({name})" if name and name != student else student


def _some(students: Sequence[str]) -> str:
    """The first names of a list, and how many more there are."""
    more = f" and {len(students) - 8} more" if len(students) > 8 else ""
    return f"{', '.join(students[:8])}{more}"


def _left_out(console: Console, results: Results) -> None:
    """Prints who is not on the roster and what was not graded, for a reader who looks only at the end."""
    there = attendance(results)
    strangers = there.strangers if there else ()
    if strangers:
        who = "1 student is" if len(strangers) == 1 else f"{len(strangers)} students are"
        console.print(f"\n[bold]{who} not on the roster:[/bold]")
        for each in strangers[:SHOWN_ENTRIES]:
            console.print(escape(f"  {safe(each.student)[:60]}: {safe(each.why)[:200]}"), soft_wrap=True)
        if len(strangers) > SHOWN_ENTRIES:
            console.print(f"  and {len(strangers) - SHOWN_ENTRIES} more, all on the report's first page")
    left = results.run.unplaced
    if not left:
        return
    told = f"{len(left)} entries fit no student and were" if len(left) > 1 else "1 entry fits no student and was"
    console.print(f"\n[bold]{told} not graded:[/bold]")
    for name in left[:SHOWN_ENTRIES]:
        console.print(f"  {escape(safe(name)[:120])}", soft_wrap=True)
    if len(left) > SHOWN_ENTRIES:
        console.print(f"  and {len(left) - SHOWN_ENTRIES} more, all on the report's first page")


def _table(results: Results) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("student", overflow="fold", max_width=40)
    for exercise in results.exercises:
        table.add_column(exercise.id, justify="right")
    table.add_column("total", justify="right")
    table.add_column("pending", justify="right")
    rows = {(row.student, row.exercise): row for row in results.submissions}
    for total in student_totals(results):
        cells = [_cell(rows[total.student, exercise.id]) for exercise in results.exercises]
        pending = str(total.pending_points) if total.pending_points else ""
        table.add_row(escape(safe(total.student)), *cells, f"{total.points}/{total.max_points}", pending)
    return table


def _cell(row: SubmissionResult) -> str:
    return "not graded" if row.is_ungraded else STATE.get(row.status) or str(row.points)


def _below(results: Results, bound: float | None) -> list[str]:
    """The students whose settled and pending points together stay below the bound."""
    if bound is None:
        return []
    return [total.student for total in student_totals(results) if total.points + total.pending_points < bound]


def _complaints(scored: Scored, below: list[str], bound: float | None) -> list[str]:
    lines = [f"grader: the grader itself failed: {safe(fault)}" for fault in scored.results.run.faults[:20]]
    if scored.results.run.faults:
        lines.append("grader: their points stay open; run again, or report it with the lines above.")
    if scored.interrupted:
        left = sum(row.is_ungraded and not row.is_elsewhere for row in scored.results.submissions)
        kept = f" The report before it is in {scored.replaced}." if scored.replaced else ""
        lines.append(f"grader: interrupted; what was graded is in the report, still to grade: {left}.{kept}")
    if scored.trouble:
        lines.append(f"grader: {safe(scored.trouble)}")
    if below:
        shown = ", ".join(safe(student) for student in below[:10])
        lines.append(f"grader: {len(below)} below {bound:g} points: {shown}{' ...' if len(below) > 10 else ''}")
    return lines
