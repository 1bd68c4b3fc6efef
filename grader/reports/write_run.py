"""Writes all that a run leaves in its folder; equal results give equal bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.reports.classroom.class_view import class_view
from grader.reports.classroom.large_class import LISTS, in_pages
from grader.reports.gradebook import gradebook
from grader.reports.pages import GENERATOR, class_page, list_page, student_page
from grader.reports.standing_pages import StandingPages
from grader.reports.student.views import student_view
from grader.scores.atomic import UNFINISHED, make_folder, replace_file, replace_if_other, writing
from grader.scores.results import in_order, to_lines
from grader.scores.row_heads import heads_of
from grader.scores.totals import student_totals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from grader.scores.records import Results
    from grader.scores.settle import NotApplied

STUDENTS = "students"
_PAGE = re.compile(rf"{STUDENTS}/(?!\.)[^/\\\x00-\x1f]+\.html")
_HEAD = 2_000  # bytes of a page in which its generator is named


def write_results(results: Results, out: Path) -> None:
    """Write results.json and gradebook.csv under ``out``, each whole: they come first, since pages can be made from them.

    Raises ValueError if two students share a page or a page lies elsewhere, and OutputError if ``out`` can't be written.
    """
    ordered = in_order(results)
    _refuse_bad_pages((row.page, row.student) for row in heads_of(ordered.submissions))
    make_folder(out)
    replace_file(out / "results.json", to_lines(ordered))
    replace_file(out / "gradebook.csv", gradebook(ordered))


def write_pages(results: Results, out: Path, lapsed: Sequence[NotApplied] = ()) -> None:
    """Write the class page, its lists if the class is large, and the students' pages, each whole; remove what is left over.

    ``lapsed`` are decisions that do not hold, which the class page lists. A page that stands there already, made of the same,
    is left alone. Files that are not the grader's stay. Raises as `write_results` does.
    """
    ordered = in_order(results)
    _refuse_bad_pages((row.page, row.student) for row in heads_of(ordered.submissions))
    folder = out / STUDENTS
    make_folder(folder)
    totals = student_totals(ordered)
    standing = StandingPages(out, ordered)
    for total in totals:
        if not standing.stands(total):
            page = student_page(student_view(ordered, total))
            replace_if_other(out / total.page, page)
            standing.made(total, page)
    _remove_others(folder, {out / total.page for total in totals})
    view, lists = in_pages(class_view(ordered, lapsed))
    if lists:
        make_folder(out / LISTS)
    for each in lists:
        replace_if_other(out / each.href, list_page(each))
    replace_if_other(out / "index.html", class_page(view))
    _remove_others(out / LISTS, {out / each.href for each in lists})
    standing.keep()


def _remove_others(folder: Path, kept: Collection[Path]) -> None:
    """Remove the pages in a folder that a run wrote and that are not among these."""
    for file in sorted(folder.glob("*.html")):
        if file not in kept and not file.name.startswith(UNFINISHED) and is_own_page(file):
            with writing(file):
                file.unlink()


def _refuse_bad_pages(pages: Iterable[tuple[str, str]]) -> None:
    """Check where pages go: results.json may have been edited before it is rendered again."""
    owner: dict[str, str] = {}
    page_of: dict[str, str] = {}
    for page, student in pages:
        if not _PAGE.fullmatch(page):
            raise ValueError(f"the page of student {student!r} would be {page!r}, outside {STUDENTS}/")
        if page_of.setdefault(student, page) != page:
            raise ValueError(f"student {student!r} has two pages")
        # Some file systems do not tell cases apart.
        if owner.setdefault(page.casefold(), student) != student:
            raise ValueError(f"students {owner[page.casefold()]!r} and {student!r} share the page {page!r}")


def is_own_page(file: Path) -> bool:
    """Whether a file is a page that a run wrote."""
    if file.is_symlink() or not file.is_file():
        return False
    with file.open("rb") as page:
        return GENERATOR.encode() in page.read(_HEAD)
