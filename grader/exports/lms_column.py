"""Which column of a platform's file takes the marks: the one that was named, else the one titled as the course."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.exports.export_words import named
from grader.meant import closest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_NUMBERED = re.compile(r"(?P<title>.*)\s\((?P<id>[0-9]+)\)", re.DOTALL)
_SHOWN = 8  # titles that an error lists


def numbered(title: str) -> tuple[str, str]:
    """Return a title and the id behind it, as Canvas takes ``Title (123456)`` apart; the id is "" if there is none.

    Source: `title_and_id` in canvas-lms, app/models/abstract_assignment.rb.
    """
    found = _NUMBERED.fullmatch(title)
    return (found["title"], found["id"]) if found else (title, "")


def find_column(
    titles: Mapping[int, str],
    wanted: str | None,
    course: str,
    file: str,
    names: Callable[[str], Sequence[str]],
) -> int:
    """Return the column titled as ``wanted``, or as the course's name if nothing was asked for.

    ``titles`` are those of the columns that can take marks, ``names`` what a title may be called by. A whole title counts
    before a part of one. Raises UsageError, with close titles, if none or several of them fit.
    """
    title = _plain(wanted if wanted is not None else course)
    if not title:
        raise UsageError(f"the results name no course, so say which column of {file} is meant: --column TITLE.")
    fitting = [column for column, whole in titles.items() if _plain(whole) == title]
    if not fitting:
        fitting = [column for column, whole in titles.items() if title in map(_plain, names(_plain(whole)))]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        shown = ", ".join(named(titles[column]) for column in fitting)
        raise UsageError(
            f"{file} has {len(fitting)} columns called {named(title)!r} ({shown}); name one by its whole title or its id, "
            "as in --column '(123456)'."
        )
    raise UsageError(f"{file} has no column called {named(title)!r}; {_others(title, titles)}.")


def _others(title: str, titles: Mapping[int, str]) -> str:
    if not titles:
        return "it has no column at all that can take marks, so export it with the assignment"
    whole = list(titles.values())
    close = closest(title, [each for text in whole for each in {text, numbered(text)[0]}])
    first = [text for text in whole if close and close in (text, numbered(text)[0])]
    shown = [*first, *(text for text in whole if text not in first)][:_SHOWN]
    more = f" and {len(whole) - len(shown)} more" if len(whole) > len(shown) else ""
    return f"name one with --column TITLE: {', '.join(map(named, shown))}{more}"


def _plain(title: str) -> str:
    return unicodedata.normalize("NFC", title).strip()
