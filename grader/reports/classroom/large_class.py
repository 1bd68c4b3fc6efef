"""The class page of a large class: figures and the first of each list on it, whole lists on pages of their own."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

from grader.reports.classroom.class_view import Row
from grader.reports.classroom.tasks import Link, ToDo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.reports.classroom.class_view import ClassView, Column, MistakeView

_Item = TypeVar("_Item")
LISTS = "class-pages"  # the folder of these pages, beside the class page
MOST_WHOLE = 500  # students of a class that has all on one page
# How many of a list the class page shows, and how many a page of its own.
SHOWN_ROWS = ROWS_EACH = 500
SHOWN_LINES, LINES_EACH = 100, 1_000
ANSWERS_EACH = 500
SHOWN_NAMES, NAMES_EACH = 50, 4_000
# Bytes of a list, about, after which a page ends before that, so that long texts or many exercises make no page over 1 MB.
MOST_BYTES = 800_000
SHOWN_BYTES = 400_000  # of the table on the class page, which has the other lists beside it
SHOWN_LINE_BYTES = 80_000  # of each of those
_TEXT, _CELL = 30, 170  # bytes of the tags around a text, and of a field of the table with all that it can hold


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page with a piece of a list: the first and last of it in words, and its place beside the class page."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where all of a list is of which the class page shows the first: so many as ``shown``."""

    title: str
    shown: int
    total: int
    pages: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page with a piece of a list; ``kind`` says what its items are: rows, tasks, lapsed, answers or names.

    ``columns``, ``mean``, ``max_points`` and ``missing`` are those of the class page, for a piece of its large table.
    """

    href: str
    kind: str
    items: tuple[object, ...]
    number: int
    shelf: Shelf
    course: str
    started: str
    when: str
    columns: tuple[Column, ...]
    mean: str
    max_points: int
    missing: bool

    @property
    def title(self) -> str:
        """What the list is called."""
        return self.shelf.title


def in_pages(view: ClassView) -> tuple[ClassView, tuple[ListPage, ...]]:
    """Return the class page, and the pages with what is too long for it; there are none for a small class."""
    if view.students <= MOST_WHOLE:
        return view, ()
    shelves: dict[str, Shelf] = {}
    pages: list[ListPage] = []

    def first(
        name: str,
        title: str,
        kind: str,
        items: Sequence[_Item],
        shown: int,
        each: int,
        most: int = SHOWN_LINE_BYTES,
    ) -> tuple[_Item, ...]:
        """What the class page shows of a list; if that is not all, the whole list gets pages."""
        top = next(_cut(items, shown, most), ()) if shown else ()
        if len(items) > len(top):
            made = _pages(view, name, title, kind, list(_cut(items, each, MOST_BYTES)), len(top))
            pages.extend(made)
            shelves[name] = made[0].shelf
        return top

    def lines(name: str, title: str, tasks: Sequence[ToDo]) -> tuple[ToDo, ...]:
        return first(name, title, "tasks", tasks, SHOWN_LINES, LINES_EACH)

    rows = first("students", "Students and exercises", "rows", view.rows, SHOWN_ROWS, ROWS_EACH, SHOWN_BYTES)
    tasks = lines("tasks", "Needs a person", view.tasks)
    flags = lines("notes", "Notes", view.flags)
    decisions = lines("decisions", "Marks changed by a person", view.decisions)
    lapsed = first("lapsed", "Decisions that no longer hold", "lapsed", view.lapsed, SHOWN_LINES, LINES_EACH)
    broken = lines("failed", "The grader itself failed", view.broken)
    answers = first("answers", "Written answers", "answers", view.answers, 0, ANSWERS_EACH)
    entries = [Link(entry, "") for entry in view.unplaced]
    unplaced = first("not-graded", "Not graded", "names", entries, SHOWN_LINES, NAMES_EACH)
    roster = view.roster
    if roster is not None:
        absent = first("absent", "Handed in nothing", "names", roster.absent, SHOWN_LINES, NAMES_EACH)
        strangers = [ToDo(link, "", "not on the roster", why) for link, why in roster.strangers]
        told = lines("not-listed", "Not on the roster", strangers)
        roster = replace(roster, absent=absent, strangers=tuple((each.student, each.message) for each in told))

    def named(mistake: MistakeView) -> MistakeView:
        shown = first(
            mistake.list_name, f"{mistake.name} ({mistake.id})", "names", mistake.students, SHOWN_NAMES, NAMES_EACH
        )
        return replace(mistake, students=shown)

    mistakes = tuple(map(named, view.mistakes))
    front = replace(
        view,
        rows=rows,
        tasks=tasks,
        flags=flags,
        decisions=decisions,
        lapsed=lapsed,
        broken=broken,
        answers=answers,
        unplaced=tuple(each.name for each in unplaced),
        roster=roster,
        mistakes=mistakes,
        faults=_some(view.faults),
        shelves=shelves,
    )
    return front, tuple(pages)


def _some(faults: tuple[str, ...]) -> tuple[str, ...]:
    left = len(faults) - SHOWN_LINES
    return faults if left <= 0 else (*faults[:SHOWN_LINES], f"and {left:,} more, all of them in results.json")


def _cut(items: Sequence[_Item], each: int, most: int) -> Iterator[tuple[_Item, ...]]:
    """Yields the pieces of a list in order: so many items each, or fewer, but one, if these would be more bytes."""
    piece: list[_Item] = []
    held = 0
    for item in items:
        heavy = _weight(item)
        if piece and (len(piece) == each or held + heavy > most):
            yield tuple(piece)
            piece, held = [], 0
        piece.append(item)
        held += heavy
    if piece:
        yield tuple(piece)


def _weight(item: object) -> int:
    """About how many bytes a page needs for an item: its texts as they are written there, and the tags around each."""
    if isinstance(item, Row):
        return _weight(item.student) + _CELL * (len(item.cells) + 1)
    if isinstance(item, tuple):
        return sum(map(_weight, item))
    if is_dataclass(item):
        return sum(_weight(getattr(item, field.name)) for field in fields(item))
    return _TEXT + len(escape(str(item)).encode("utf-8", "replace"))


def _pages(
    view: ClassView, name: str, title: str, kind: str, pieces: Sequence[tuple[object, ...]], shown: int
) -> tuple[ListPage, ...]:
    starts = [0, *accumulate(map(len, pieces))]
    links = tuple(
        PageLink(_label(kind, piece, before + 1), f"{LISTS}/{name}-{number}.html")
        for number, (piece, before) in enumerate(zip(pieces, starts[:-1], strict=True), start=1)
    )
    shelf = Shelf(title, shown, starts[-1], links)
    return tuple(
        ListPage(
            href=link.href,
            kind=kind,
            items=piece,
            number=number,
            shelf=shelf,
            course=view.course,
            started=view.started,
            when=view.when,
            columns=view.columns,
            mean=view.mean,
            max_points=view.max_points,
            missing=view.missing,
        )
        for number, (link, piece) in enumerate(zip(links, pieces, strict=True), start=1)
    )


def _label(kind: str, piece: Sequence[object], start: int) -> str:
    """The first and the last of a piece: by student where these are in order, else by number."""
    first, last = (_name(item) for item in (piece[0], piece[-1]))
    if kind == "answers" or not first:
        return f"{start:,} to {start + len(piece) - 1:,}"
    return first if first == last else f"{first} to {last}"


def _name(item: object) -> str:
    link = item if isinstance(item, Link) else getattr(item, "student", None)
    return link.name if isinstance(link, Link) else ""
