"""Writes a template or bundle into a folder of its own, and brings it up to date when it is made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.scores.atomic import make_folder, replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def refuse_others(out: Path, names: frozenset[str], old: str = "*.whl") -> None:
    """Raises UsageError, in one line, if ``out`` holds a file that no such template holds; what git keeps there is its own.

    ``names`` are paths below ``out`` with slashes; a file whose name fits ``old`` may be left from an earlier version.
    """
    for path in _files(out):
        name = path.relative_to(out).as_posix()
        if name not in names and not path.match(old):
            raise UsageError(
                f"{out} holds {name}, which is no part of this: name an empty folder, or take that file out."
            )


def update_folder(out: Path, files: Mapping[str, str | bytes], old: str = "*.whl") -> list[Path]:
    """Write ``files``, by their paths below ``out``, and give the paths in that order.

    A file that is there already is replaced, one of another version that fits ``old`` is removed. Raises UsageError, before
    anything is written, if ``out`` holds anything else, and OutputError if something can't be written.
    """
    refuse_others(out, frozenset(files), old)
    written = []
    for name, content in files.items():
        path = out / name
        make_folder(path.parent)
        replace_file(path, content)
        written.append(path)
    for path in _files(out):
        if path.relative_to(out).as_posix() not in files:
            path.unlink()
    return written


def _files(out: Path) -> list[Path]:
    """All files below a folder but git's, by name; a link counts as a file."""
    if not out.is_dir():
        return []
    found = [path for path in out.rglob("*") if path.is_symlink() or not path.is_dir()]
    return sorted(path for path in found if path.relative_to(out).parts[0] != ".git")
