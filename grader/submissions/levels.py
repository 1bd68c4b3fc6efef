"""Where to look for work that a student's folder does not hold: folders below, zips; and what lies there instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.scores.records import Flag
from grader.source.text import display
from grader.submissions.files import Folder, list_folder
from grader.submissions.names import fit, lies_beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.source.contents import Signature
    from grader.submissions.choose import Sorted
    from grader.submissions.reader import Reader

Level = Callable[[], list[tuple[str, Folder]]]
"""Folders to look into, each with its path below the student's, that are only listed once they are needed."""

_MAX_FOLDERS = 1_000
_MAX_DEEP = 50  # folders that are looked into for files that lie too deep, or in a zip


def levels_below(top: Folder, sub: str, wanted: frozenset[str], reader: Reader) -> list[Level]:
    """Return where to look for work that a folder itself does not hold: one level below, then in zips."""
    deeper = _folders_below(top, sub, wanted, reader)
    zips = [(sub, top), *deeper] if reader.zips is not None else []
    packed = [(where, folder, name) for where, folder in zips for name in folder.others if _is_zip(name)]
    levels: list[Level] = [lambda: deeper] if deeper else []
    if packed:
        levels.append(lambda: [each for where, folder, name in packed for each in _inside(where, folder, name, reader)])
    return levels


def instead(parts: Iterable[Sorted], reader: Reader, *, has_work: bool) -> list[str]:
    """What a student handed in that is neither notebook nor script; data and the like only if there is no work."""
    found: list[str] = []
    for sub, folder in (each for part in parts for each in part.folders):
        for name in folder.others:
            if has_work and lies_beside(name):
                continue
            note = folder.notes.get(name, "not a notebook or script")
            if _is_zip(name) and reader.zips is not None and name not in folder.notes:
                opened = reader.zips.open(folder.place(name))
                if not isinstance(opened, str) and any(opened.folder.iterdir()):
                    continue  # what is in it is named by itself
                note = opened if isinstance(opened, str) else "; ".join(opened.left[:3]) or "a zip without any file"
            found.append(f"{display(f'{sub}/{name}' if sub else name)} ({note})")
    return found


def too_deep(parts: Sequence[Sorted], exercise: Signature) -> tuple[Flag, ...]:
    """Return a flag for a file of the exercise that lies two or three folders down, where the grader does not look."""
    below = [each for part in parts[1:2] for each in part.folders]
    todo = [(f"{sub}/{name}", folder.path / name) for sub, folder in below for name in folder.folders]
    for _ in range(_MAX_DEEP):
        if not todo:
            break
        shown, path = todo.pop(0)
        try:
            folder = list_folder(path)
        except OSError:
            continue
        for name in folder.works:
            if fit(name, exercise.id):
                where = display(f"{shown}/{name}")
                return (Flag("unrecognised", f"{where} lies too deep: move it to the student's folder, or one below"),)
        if shown.count("/") < 2:
            todo += [(f"{shown}/{name}", path / name) for name in folder.folders]
    return ()


def _folders_below(top: Folder, sub: str, wanted: frozenset[str], reader: Reader) -> list[tuple[str, Folder]]:
    found: list[tuple[str, Folder]] = []
    for name in top.folders[:_MAX_FOLDERS]:
        try:
            folder = list_folder(top.place(name), wanted, reader.refusals)
        except OSError:
            continue
        moment = top.handed_in or (reader.told_when(folder) if reader.told_when else None)
        found.append((f"{sub}/{name}" if sub else name, replace(folder, handed_in=moment)))
    return found


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def _inside(sub: str, folder: Folder, name: str, reader: Reader) -> list[tuple[str, Folder]]:
    """The folders in a zip, as if it were one; none if it can't be opened."""
    opened = reader.zips.open(folder.place(name)) if reader.zips is not None and name not in folder.notes else None
    if opened is None or isinstance(opened, str):
        return []
    found: list[tuple[str, Folder]] = []
    todo = [(f"{sub}/{name}" if sub else name, opened.folder)]
    while todo and len(found) < _MAX_DEEP:
        shown, path = todo.pop(0)
        inner = list_folder(path, refusals=opened.refused)
        zips = {each: "a zip in a zip, which is not opened" for each in inner.others if _is_zip(each)}
        found.append((shown, replace(inner, notes={**zips, **inner.notes}, handed_in=folder.handed_in)))
        todo += [(f"{shown}/{below}", path / below) for below in inner.folders]
    return found
