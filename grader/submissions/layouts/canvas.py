"""Canvas: flat files ``NAME[_LATE]_USER_UPLOAD_FILE``; a name or a group's may hold underscores and digits itself."""

from __future__ import annotations

import itertools
import math
import re
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from grader.submissions.layouts.entries import Entry, Layout, people_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.submissions.files import Folder

FORM = "what Canvas gives"
_UPLOAD = re.compile(r"(?=_(?P<user>[0-9]{1,20})_(?P<upload>[0-9]{1,20})_(?P<file>.+)$)", re.DOTALL)
_ANONYMOUS = re.compile(
    r"(?:(?P<before>LATE)_)?(?P<who>anon_[0-9A-Za-z]+)_(?:(?P<after>LATE)_)?(?P<upload>[0-9]{1,20})_(?P<file>.+)",
    re.IGNORECASE | re.DOTALL,
)
_ENTRY = re.compile(r"(?P<head>.+)_(?P<what>text|link)\.html", re.DOTALL)
# A group has its own name and the number of one of its members.
_WHO = re.compile(r"(?!anon_[0-9A-Za-z]+$)(?P<name>.+)_(?P<number>[0-9]{1,20})", re.IGNORECASE | re.DOTALL)
_HEAD = re.compile(r"(?:LATE_)?anon_[0-9A-Za-z]+(?:_LATE)?|.+_[0-9]{1,20}", re.IGNORECASE | re.DOTALL)
_LATE = re.compile(r"_LATE(?=_[0-9]+$)|^LATE_(?=anon_)|(?<=[0-9A-Za-z])_LATE$", re.IGNORECASE)
_MARK = "LATE"  # as Canvas writes it; a name that it puts before it is in small letters
_HINT = math.log(10)  # an upload's number that is ten times too small or large weighs as much as a right name
_WHAT = {"text": "a text typed into Canvas, no file", "link": "a link, no file"}


class _Reading(NamedTuple):
    """One way to take a name apart."""

    who: str
    upload: int
    file: str
    late: bool


def read_canvas(top: Folder, is_named: Callable[[str], bool]) -> Layout | None:
    """Read a folder of files as Canvas names them; None if most are named otherwise."""
    names = (*top.works, *top.others)
    readings = {name: ways for name in names if (ways := _readings(name))}
    typed = {name: found for name in top.others if (found := _ENTRY.fullmatch(name)) and _HEAD.fullmatch(found["head"])}
    told = len(readings.keys() | typed.keys())
    if told < len(top.folders) + 1 or 3 * told < 2 * len(names):
        return None
    chosen = _choose(readings, is_named)
    students = {reading.who for reading in chosen.values()}
    latest: dict[tuple[str, str], int] = {}
    for each in chosen.values():
        latest[each.who, each.file] = max(each.upload, latest.get((each.who, each.file), 0))
    entries = []
    for name in names:
        head = _LATE.sub("", typed[name]["head"]) if name in typed else None
        reading = chosen.get(name)
        if head is not None and (reading is None or reading.who not in students - {head}):
            entries.append(Entry(head, name, f"{typed[name]['what']}.html", note=_WHAT[typed[name]["what"]]))
        elif reading is not None:
            is_latest = reading.upload == latest[reading.who, reading.file]
            label = "" if is_latest else f"upload {reading.upload}"
            entries.append(Entry(reading.who, name, reading.file, label, late="Canvas" if reading.late else ""))
    fitting = {entry.student for entry in entries if entry.file and is_named(entry.file)}
    if any(map(is_named, top.works)):
        # One student's folder may hold a file that only looks so; a teacher may have put the stub beside a class's.
        return Layout(FORM, tuple(entries), people=people_in(entries, _WHO)) if len(fitting) > 1 else None
    if len({entry.student for entry in entries}) < 2 and not (fitting or typed):
        return None
    return Layout(FORM, tuple(entries), people=people_in(entries, _WHO))


def _readings(name: str) -> list[_Reading]:
    if anonymous := _ANONYMOUS.fullmatch(name):
        return [
            _Reading(
                anonymous["who"],
                int(anonymous["upload"]),
                anonymous["file"],
                _MARK in anonymous.group("before", "after"),
            )
        ]
    found: list[_Reading] = []
    second = 0
    # Canvas lets no name hold a number between underscores, so only the first number is in doubt: the end of a
    # name or the user's. Later ones are in what the student wrote.
    for each in itertools.islice(_UPLOAD.finditer(name), 2):
        if found and each.start() != second:
            break
        second = each.start() + 1 + len(each["user"])
        who = re.sub(r"_LATE$", "", name[: each.start()], flags=re.IGNORECASE)
        if who.strip("_"):
            is_late = name[len(who) : each.start()] == f"_{_MARK}"
            found.append(_Reading(f"{who}_{each['user']}", int(each["upload"]), each["file"], is_late))
    return found


def _choose(readings: dict[str, list[_Reading]], is_named: Callable[[str], bool]) -> dict[str, _Reading]:
    """The first of several readings of a name that leaves an exercise's name, else the one whose upload is like the others'."""
    certain = {name: ways[0] for name, ways in readings.items() if len(ways) == 1 or is_named(ways[0].file)}
    usual = median(each.upload for each in certain.values()) if certain else 0

    def strangeness(way: _Reading) -> float:
        """How far an upload's number is from the others', which were given one after the other; a right name is a hint."""
        far = abs(math.log((way.upload + 1) / (usual + 1))) if usual else 0.0
        return far - _HINT * is_named(way.file)

    return {name: certain.get(name) or min(ways, key=strangeness) for name, ways in readings.items()}
