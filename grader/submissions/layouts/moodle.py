"""Moodle: ``FULL NAME_NUMBER_assignsubmission_PLUGIN[_]``, a folder for each plugin or in front of each file's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.submissions.layouts.entries import Entry, Layout

if TYPE_CHECKING:
    from grader.submissions.files import Folder

# A group's submission has the group's name, and its number only if there is one.
_NAME = re.compile(r"(?P<who>.+?)_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_(?P<file>.*))?", re.DOTALL)
_ONLINE = "a text typed into Moodle, no file"


def read_moodle(top: Folder) -> Layout | None:
    """Read a folder of folders or files as Moodle names them; None if there is none of them."""
    entries = []
    for name in (*top.folders, *top.works, *top.others):
        found = _NAME.fullmatch(name)
        if found is None:
            continue
        is_folder = name in top.folders
        file = None if is_folder else found["file"] or name
        note = _ONLINE if found["plugin"] == "onlinetext" else None
        entries.append(Entry(found["who"], name, file, note=note))
    return Layout("what Moodle gives", tuple(entries)) if entries else None
