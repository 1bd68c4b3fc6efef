"""``grader similarity``: which works of a class are more alike than the stub explains; a ranking, and no verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.commands.arguments import add_course, path, positive
from grader.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from grader.commands.arguments import Subparsers
    from grader.scores.kept_sources import WorkSource
    from grader.scores.records import Results
    from grader.study.similarity_view import ShownRanking

TOP = 20
EXAMPLE = """example:
  grader similarity reports/latest --write alike.html                    a page with the works side by side
  grader similarity reports/latest --previous reports/2025 --top 50      compares with last year's run as well"""


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    import argparse

    similarity = commands.add_parser(
        "similarity",
        help="work that is alike: a ranking, no verdict",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    similarity.add_argument("folder", type=path, metavar="RUN", help="a folder that `grader score --out` wrote")
    similarity.add_argument(
        "--previous",
        type=path,
        action="append",
        default=[],
        metavar="DIR",
        help="an earlier RUN to compare the class with, and not to be ranked itself; may be given more than once",
    )
    similarity.add_argument(
        "--exercise", action="append", default=[], metavar="ID", help="only this one; may be given more than once"
    )
    similarity.add_argument(
        "--top", type=positive, default=TOP, metavar="N", help=f"how many pairs of each exercise (default: {TOP})"
    )
    similarity.add_argument("--write", type=path, metavar="FILE", help="write a page with the works side by side")
    add_course(similarity)
    similarity.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Prints the rankings, and writes them as a page if told to; exit code 0 whatever they are."""
    from grader.commands.terminal import safe
    from grader.scores.atomic import replace_file

    try:
        from grader.exports.replacing import refuse_to_replace
        from grader.exports.run_results import refuse_to_overwrite
        from grader.study.similarity_page import similarity_page
        from grader.study.similarity_view import CAUTIONS
    except ModuleNotFoundError as error:
        raise UsageError(f"this needs {error.name}, which is not installed here: `make score` installs it.") from None

    if given.write is not None:
        refuse_to_overwrite(given.write, given.folder)
    results, sources = _read(given.folder)
    if given.write is not None:
        refuse_to_replace(given.write, similarity_page(results.run.course, ()).encode())
    for folder in given.previous:
        if folder.is_dir() and not (folder / "results.json").is_file():
            raise UsageError(
                f"--previous {folder} is no earlier run. If it holds submissions, grade them first (`grader score {folder} "
                "--out OTHER`), then name that folder."
            )
    earlier = [(str(folder), *_read(folder)) for folder in dict.fromkeys(given.previous)]
    chosen = _chosen(results, given.exercise)
    rankings = list(_rankings(results, sources, earlier, chosen, given))
    if given.write is not None:  # before anything is printed: `| head` closes the pipe, which must not stop the page
        replace_file(given.write, similarity_page(results.run.course, rankings))
    for caution in CAUTIONS:
        print(caution)
    for ranking in rankings:
        print()
        for line in _lines(ranking):
            print(safe(line))
    if not rankings:
        print("There is no work to compare.")
    if given.write is not None:
        print(f"\nWritten: {given.write}")
    return 0


def _read(folder: Path) -> tuple[Results, dict[tuple[str, str], WorkSource]]:
    """The results of a run, and what it kept of the functions; raises UsageError."""
    from grader.exports.run_results import run_results
    from grader.scores.kept_sources import SOURCES, read_sources

    results = run_results(folder)
    sources = read_sources(folder)
    if sources is None:
        raise UsageError(
            f"{folder} holds no {SOURCES}: an earlier version graded it. Run `grader score` again with this one."
        )
    return results, {(each.exercise, each.sha256): each for each in sources}


def _chosen(results: Results, wanted: Sequence[str]) -> list[str]:
    from grader.meant import did_you_mean

    known = [exercise.id for exercise in results.exercises]
    for name in wanted:
        if name not in known:
            others = f"the run has {', '.join(known)}"
            raise UsageError(f"--exercise {name} is not in this run; {did_you_mean(name, known, others)}")
    return [name for name in known if name in wanted or not wanted]


def _rankings(
    results: Results,
    sources: dict[tuple[str, str], WorkSource],
    earlier: Sequence[tuple[str, Results, dict[tuple[str, str], WorkSource]]],
    chosen: Sequence[str],
    given: argparse.Namespace,
) -> Iterator[ShownRanking]:
    from grader.study.similar_texts import rank_answers
    from grader.study.similar_work import rank_works, with_functions, works_of
    from grader.study.similarity_view import show_answers, show_works

    titles = {exercise.id: exercise.title for exercise in results.exercises}
    for exercise in chosen:
        works = works_of(results, exercise)
        others = [(works_of(of, exercise, run), kept) for run, of, kept in earlier]
        coded = with_functions(works, sources)
        if any(work.functions for work in coded):
            before = [work for theirs, kept in others for work in with_functions(theirs, kept)]
            yield show_works(rank_works(exercise, titles[exercise], coded, before, given.top))
        if any(check.answer is not None for work in works for check in work.row.checks):
            every = [*works, *(work for theirs, _ in others for work in theirs)]
            for found in rank_answers(every, _known(exercise, given.course), given.top):
                yield show_answers(found)


def _known(exercise: str, folder: Path | None) -> frozenset[int]:
    """What the stub and the lesson say themselves, if the course is here."""
    import sys

    from grader.course.course_toml import find_course, load_course
    from grader.course.master import read_master, stub_text
    from grader.rubrics import load_rubric
    from grader.study.similar_texts import known_runs

    try:
        course = load_course(folder or find_course(Path.cwd()))
    except UsageError:
        course = None
    found = next((each for each in course.exercises if each.id == exercise), None) if course is not None else None
    if found is None:
        print(
            f"grader: the course of {exercise} is not here, so words of its stub and its lesson count as the students' own; "
            "--course DIR names it.",
            file=sys.stderr,
        )
        return frozenset()
    lesson = load_rubric(found.rubric).lesson if found.rubric is not None else ""
    return known_runs([stub_text(read_master(found.master)), lesson])


def _lines(ranking: ShownRanking) -> Iterator[str]:
    """A ranking for the terminal: what was compared, how alike the class is, and three lines a pair at most."""
    yield f"{ranking.exercise}: {ranking.title}"
    yield f"  {ranking.compared}. {ranking.spread}."
    if ranking.pairs:
        yield f"  pairs by tenths from 0 to 1: {' '.join(f'{tenth.pairs:,}' for tenth in ranking.tenths)}"
    for at, pair in enumerate(ranking.pairs, 1):
        yield f"  {at:>3}  {pair.alike}, above {pair.above} of the pairs: {pair.one} | {pair.other}"
        if ranking.written and pair.same:
            yield f"       {pair.same}"
        elif not ranking.written:
            yield f"       the same but for names and layout: {pair.same}"
            yield f"       wrong alike: {pair.wrong}"
