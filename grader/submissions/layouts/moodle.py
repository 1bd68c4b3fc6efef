"""Moodle: ``FULL NAME_NUMBER_assignsubmission_PLUGIN[_]``, a folder for each plugin or in front of each file's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.submissions.layouts.entries import Entry, Layout, people_in

if TYPE_CHECKING:
    from grader.submissions.files import Folder

# A group's submission has the group's name, and its number only if there is one.
_NAME = re.compile(r"(?P<who>.+?)_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_(?P<file>.*))?", re.DOTALL)
# The number is the participant's in this assignment alone.
_WHO = re.compile(r"(?P<name>.+)_(?P<number>[0-9]{1,20})", re.DOTALL)
_ONLINE = "a text typed into Moodle, no file"


def read_moodle(top: Folder) -> Layout | None:
    """Read a folder of folders or files as Moodle names them; None if most are named otherwise."""
    entries = []
    names = (*top.folders, *top.works, *top.others)
    for name in names:
        found = _NAME.fullmatch(name)
        if found is None:
            continue
        is_folder = name in top.folders
        file = None if is_folder else found["file"] or name
        note = _ONLINE if found["plugin"] == "onlinetext" else None
        entries.append(Entry(found["who"], name, file, note=note))
    folders = sum(entry.file is None for entry in entries)
    files = len(entries) - folders
    # Elsewhere a student can hand in a file of such a name; what a teacher keeps beside Moodle's folders is little.
    if 2 * folders >= max(1, len(top.folders)) or 2 * files > len(names) - folders:
        return Layout("what Moodle gives", tuple(entries), people=people_in(entries, _WHO))
    return None
