"""Finds work that lies deeper than grading looks, by its name alone: else it is a 0 of which nobody says why."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from grader.reports.harmless import line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

DEEPEST = 8  # folders below the one that is checked
MOST = 20_000  # names that are looked at
LONGEST = 200  # characters of a folder's name
LOOKED_AT = 1  # folders below it are looked at when it is graded
TOLD = "A file called {name} lies in {folder}, where it is not looked for: put it at the top or one folder below."
ENDINGS = (".ipynb", ".py")


def lies_deeper(folders: Iterable[Path], idents: Iterable[str]) -> dict[str, str]:
    """Says by exercise where below these folders a file of its name lies that is not looked at; nothing of others.

    Hidden folders and links are left out, and so is what is deeper or more than the bounds.
    """
    wanted = {f"{ident}{ending}": ident for ident in idents for ending in ENDINGS}
    found: dict[str, str] = {}
    left = MOST
    for top in folders:
        for place, names in _levels(top):
            left -= len(names)
            if left < 0:
                return found
            if len(place) <= LOOKED_AT:
                continue
            for name in wanted.keys() & set(names):
                found.setdefault(wanted[name], TOLD.format(name=name, folder=line("/".join(place), LONGEST)))
    return found


def _levels(top: Path) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """The folders below one, the shallow ones first, each as its parts and the names of its files."""
    waiting: list[tuple[str, ...]] = [()]
    for place in waiting:
        try:
            with os.scandir(top.joinpath(*place)) as entries:
                listed = sorted(_some(entries), key=lambda each: each.name)
        except OSError:  # it can't be read, or its path is too long
            continue
        yield place, [each.name for each in listed if not each.is_dir(follow_symlinks=False)]
        if len(place) < DEEPEST:
            folders = [each.name for each in listed if each.is_dir(follow_symlinks=False)]
            waiting += [(*place, name) for name in folders if not name.startswith(".")]


def _some(entries: Iterable[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
    return [entry for entry, _ in zip(entries, range(MOST), strict=False)]
