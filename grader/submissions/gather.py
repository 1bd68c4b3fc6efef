"""What a platform gave for one student, put together as if it lay in one folder: the last hand-in, and those before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from grader.submissions.files import Folder, list_folder
from grader.submissions.names import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from grader.submissions.layouts.entries import Entry, Layout


@dataclass(frozen=True, slots=True)
class HandIn:
    """What came together: its label ("" if a student handed in once) and its files and folders."""

    label: str
    folder: Folder


def hand_ins(layout: Layout, top: Folder, refusals: Mapping[Path, str]) -> dict[str, list[HandIn]]:
    """Return each student's hand-ins, the newest first; at least one for each, if only an empty one."""
    found: dict[str, list[Entry]] = {student: [] for student in layout.students}
    for entry in layout.entries:
        found[entry.student].append(entry)
    for entry in layout.receipts:
        if not any(other.label == entry.label for other in found[entry.student]):
            found[entry.student].append(entry)
    return {student: _hand_ins(entries, top, refusals) for student, entries in found.items()}


def _hand_ins(entries: Sequence[Entry], top: Folder, refusals: Mapping[Path, str]) -> list[HandIn]:
    together: dict[str, list[Folder]] = {}
    for entry in sorted(entries, key=_age, reverse=True):
        piece = _piece(entry, top, refusals)
        folders = together.setdefault(entry.label, [])
        fitting = next((at for at, folder in enumerate(folders) if not _clash(folder, piece)), None)
        if fitting is None:
            folders.append(piece)
        else:
            folders[fitting] = _joined(folders[fitting], piece)
    found = [
        HandIn(label if at == 0 else f"{label} ({at + 1})".strip(), folder)
        for label, folders in together.items()
        for at, folder in enumerate(folders)
    ]
    return found or [HandIn("", Folder(top.path, (), (), (), {}))]


def _age(entry: Entry) -> tuple[bool, datetime]:
    """Where a hand-in stands among a student's: the larger the newer; without a label it is the last one."""
    # A platform's times are all in UTC or all in its own zone.
    return not entry.label, entry.handed_in.replace(tzinfo=None) if entry.handed_in else datetime.min


def _piece(entry: Entry, top: Folder, refusals: Mapping[Path, str]) -> Folder:
    """What one entry holds."""
    place = top.place(entry.at)
    if entry.file is None:
        try:
            found = list_folder(place, refusals=refusals)
        except OSError:
            nothing = {entry.at: "a folder that the grader has no permission to look into"}
            return Folder(top.path, (), (), (entry.at,), {}, nothing, {}, entry.handed_in)
        names = (*found.works, *found.folders, *found.others)
        notes = {**found.notes, **(dict.fromkeys(found.others, entry.note) if entry.note else {})}
        return replace(
            found, notes=notes, elsewhere={name: found.place(name) for name in names}, handed_in=entry.handed_in
        )
    refused = {entry.file: top.refused[entry.at]} if entry.at in top.refused else {}
    notes = {entry.file: note} if (note := entry.note or top.notes.get(entry.at)) else {}
    is_work = kind_of(entry.file) is not None and entry.note is None
    works, others = ((entry.file,), ()) if is_work else ((), (entry.file,))
    return Folder(top.path, works, (), others, refused, notes, {entry.file: place}, entry.handed_in)


def _clash(one: Folder, other: Folder) -> bool:
    return not one.elsewhere.keys().isdisjoint(other.elsewhere)


def _joined(one: Folder, other: Folder) -> Folder:
    return Folder(
        one.path,
        tuple(sorted({*one.works, *other.works})),
        tuple(sorted({*one.folders, *other.folders})),
        tuple(sorted({*one.others, *other.others})),
        {**one.refused, **other.refused},
        {**one.notes, **other.notes},
        {**one.elsewhere, **other.elsewhere},
        one.handed_in or other.handed_in,
    )
