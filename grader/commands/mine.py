"""``grader mine``: wrong work of a class that is equal in all cases and that no known mistake explains; and gives it a name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.commands.arguments import add_course, need_a_posix_system, path
from grader.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from grader.commands.arguments import Subparsers
    from grader.study.wrong_groups import WrongGroup

EXAMPLE = """examples:
  grader mine reports/latest
      lists the groups: how many students, the shortest source, the smallest case
  grader mine reports/latest --name share_left-3fa2c1 --id G47 --title "old and new are added" \\
      --explain "Why people come to think so." --hint "A question that leads there?"
      shows the source that would become a known mistake of the course, and the code to confirm it with
  ... the same with --read CODE
      tries the new mistake and writes it; the next `grader score` names it on every page

A known mistake is code of the course: it runs in the grader itself, where nothing is locked. So only a function that
computes with NumPy, by a list of what is allowed, can be taken from a submission, and only after you have read it."""
SHOWN = 5  # students of a group who are listed by their ids
NAMING = ("id", "title", "explain", "hint")


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    import argparse

    mine = commands.add_parser(
        "mine",
        help="mistakes that nobody has named: groups of equal wrong work",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    mine.add_argument("folder", type=path, metavar="RUN", help="a folder that `grader score --out` wrote")
    mine.add_argument("--exercise", metavar="ID", help="list the groups of this exercise only")
    mine.add_argument("--json", action="store_true", help="print the groups as JSON, with all students and sources")
    naming = mine.add_argument_group("to name a group")
    naming.add_argument("--name", metavar="GROUP", help="make this group a known mistake of the course")
    naming.add_argument("--id", metavar="ID", help="the new mistake's id, as G47")
    naming.add_argument(
        "--title", metavar="TEXT", help="what it is, in plain words that go on after “This looks like:”"
    )
    naming.add_argument("--explain", metavar="TEXT", help="why people come to think so, for the class page")
    naming.add_argument("--hint", metavar="TEXT", help="a question that leads there, without the answer")
    naming.add_argument("--read", metavar="CODE", help="the code shown below the source: you have read it")
    add_course(mine)
    mine.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Lists the groups, or makes one of them a known mistake of the course."""
    from grader.commands.terminal import harmless
    from grader.exports.run_results import run_results
    from grader.study.wrong_groups import keeps_nothing, wrong_groups

    results = run_results(given.folder)
    ids = [exercise.id for exercise in results.exercises]
    if given.exercise is not None and given.exercise not in ids:
        raise UsageError(f"{given.folder} has no exercise {given.exercise}; it has {', '.join(ids)}.")
    groups = [group for group in wrong_groups(results) if given.exercise in (None, group.exercise)]
    if given.name is not None:
        return _name(given, groups)
    if wanting := [f"--{option}" for option in (*NAMING, "read", "course") if getattr(given, option) is not None]:
        raise UsageError(f"{wanting[0]} needs --name GROUP, which `grader mine {given.folder}` lists.")
    if given.json:
        print(_as_json(groups))
        return 0
    if not groups and keeps_nothing(results):
        print(f"{given.folder} was made by a grader that kept nothing of wrong answers; `grader score` it again.")
        return 0
    for line in _listed(groups):
        print(harmless(line))
    return 0


def _name(given: argparse.Namespace, groups: Sequence[WrongGroup]) -> int:
    """Shows what would be written; with the right --read, tries it and writes it."""
    from grader.commands.terminal import harmless
    from grader.course.course_toml import choose_exercises, find_course, load_course
    from grader.dev.new_mistake import NewMistake, add_mistake, chosen_source, declaration, digest_of_source

    need_a_posix_system()
    group = next((group for group in groups if group.id == given.name), None)
    if group is None:
        raise UsageError(
            f"{given.folder} has no group {given.name[:80]!a}; `grader mine` lists them, and an id changes with its members."
        )
    if missing := [f"--{option}" for option in NAMING if getattr(given, option) is None]:
        raise UsageError(f"to name a group, give {', '.join(missing)} as well.")
    course = load_course(given.course or find_course(Path.cwd()))
    (exercise,) = choose_exercises(course, [group.exercise])
    source = chosen_source(exercise, group.function, group.sources)
    new = NewMistake(given.id, given.title, given.explain, given.hint, source)
    code = digest_of_source(source)
    if given.read is None:
        print(harmless(declaration(new)))
        print(f"Nothing was written. If you have read the function: the same command with --read {code}")
        return 0
    if given.read != code:
        raise UsageError(f"--read {given.read[:20]!a} is not the code of this source; without --read it is shown.")
    file = add_mistake(exercise, new)
    print(f"{new.id} was tried and written to {file}; the next `grader score` names it.")
    return 0


def _listed(groups: Sequence[WrongGroup]) -> Iterator[str]:
    """The groups, for a terminal."""
    from grader.commands.terminal import safe
    from grader.reports.harmless import clean

    if not groups:
        yield "No two students have the same wrong answers in a way that no known mistake explains."
        return
    many = f"{len(groups)} groups" if len(groups) > 1 else "One group"
    yield f"{many} of equal wrong work that no known mistake explains, the largest first:"
    for group in groups:
        points = f"{group.least}" if group.least == group.most else f"{group.least} to {group.most}"
        yield ""
        yield f"{group.id}   {group.exercise}: {len(group.students)} students, {points} of {group.max_points} points"
        others = len(group.students) - SHOWN
        more = f" and {others} more" if others > 0 else ""
        yield f"  students: {', '.join(map(safe, group.students[:SHOWN]))}{more}"
        if group.by_parts:
            yield f"  {len(group.by_parts)} of them by a function that {group.function} calls"
        yield f"  fails:    {', '.join(group.checks)}"
        if group.raised:
            place = "" if group.place == group.function else f", in {safe(group.place)}"
            yield f"  raises:   {safe(group.raised)}{place}"
        if group.case is not None:
            case = group.case
            yield f"  case:     {safe(' '.join(case.called.split()))}: expected {safe(case.expected)}, got {safe(case.got)}"
        if group.source:
            ways = f" (of {len(group.sources)} ways of writing it)" if len(group.sources) > 1 else ""
            yield f"  shortest source{ways}:"
            yield from (f"      {clean(line)[:200]}" for line in group.source.splitlines())
    yield ""
    yield "`grader mine RUN --name GROUP ...` makes a group a known mistake; `grader mine --help` shows how."


def _as_json(groups: Sequence[WrongGroup]) -> str:
    import json
    from dataclasses import asdict

    return json.dumps([asdict(group) for group in groups], indent=1)  # in ASCII: a student's id may be no UTF-8
