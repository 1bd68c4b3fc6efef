"""Brightspace: a folder for each hand-in, ``USER-FOLDER - NAME - DATE``, or files with that and `` - `` in front."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from grader.submissions.layouts.entries import Entry, Layout, people_in

if TYPE_CHECKING:
    from grader.submissions.files import Folder

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DATE = (
    r"(?:(?P<month>[^\W\d_]{3,12})\.? (?P<day>[0-9]{1,2}),?|(?P<day2>[0-9]{1,2})\.? (?P<month2>[^\W\d_]{3,12})\.?,?) "
    r"(?P<year>[0-9]{4}),? (?P<hour>[0-9]{1,2}?)[:_.]?(?P<minute>[0-9]{2})(?: ?(?P<half>[AP])\.?M\.?)?"
)
_FOLDER = re.compile(rf"(?P<who>\S.*?) ?- (?P<when>{_DATE})", re.IGNORECASE | re.DOTALL)
_WHO = re.compile(r"(?P<number>[0-9]{1,20})-[0-9]+ - (?P<name>.+)", re.DOTALL)
_FILE = re.compile(rf"{_FOLDER.pattern} - (?P<file>.+)", re.IGNORECASE | re.DOTALL)


def read_brightspace(top: Folder) -> Layout | None:
    """Read a folder of dated folders or files as Brightspace names them; None if less than half are so named."""
    entries = []
    names = (*top.folders, *top.works, *top.others)
    for name in names:
        is_folder = name in top.folders
        found = (_FOLDER if is_folder else _FILE).fullmatch(name)
        if found:
            file = None if is_folder else found["file"]
            entries.append(Entry(found["who"], name, file, label=found["when"], handed_in=_moment(found)))
    own = frozenset({"index.html"})
    if 2 * len(entries) < len(set(names) - own) or not entries:
        return None
    return Layout("what Brightspace gives", tuple(entries), own, people=people_in(entries, _WHO))


def _moment(found: re.Match[str]) -> datetime | None:
    """The time in a name, in the platform's own time zone; None if the month is in no language that is known."""
    month = (found["month"] or found["month2"])[:3].lower()
    if month not in _MONTHS:
        return None
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"].lower() == "p")
    try:
        return datetime(
            int(found["year"]), _MONTHS.index(month) + 1, int(found["day"] or found["day2"]), hour, int(found["minute"])
        )
    except ValueError:
        return None
