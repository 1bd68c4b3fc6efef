"""Writes a template or bundle into a folder of its own, and brings it up to date when it is made again.

The folder is known by the pin of the students' package that an earlier release wrote there. Teachers keep such a folder under git
and add a license or a bot's settings, so in it nothing is taken away but the package's older wheels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.release.package_pin import PIN_FILE, PIN_HEAD
from grader.scores.atomic import make_folder, replace_file, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

_FEW = 5  # files that are named in one line


def silent(_line: str) -> None:
    """Say nothing."""


def refuse_others(out: Path, names: Iterable[str]) -> None:
    """Raises UsageError, in one line, if ``out`` is no template of an earlier release and holds a file that no template holds.

    ``names`` are paths below ``out`` with slashes; what git keeps there is its own.
    """
    known = frozenset(names)
    if _pin_in(out, known) is not None:
        return
    for path in _files(out):
        name = path.relative_to(out).as_posix()
        if name not in known:
            raise UsageError(
                f"{out} holds {name}, which is no part of this: name an empty folder, or take that file out."
            )


def update_folder(out: Path, files: Mapping[str, str | bytes], say: Callable[[str], None] = silent) -> list[Path]:
    """Write ``files``, by their paths below ``out``, and give the paths in that order.

    A file that is there already and differs is replaced, and ``say`` hears of each, since a person may have edited it. In the
    template of an earlier release other files stay. Raises UsageError, before anything is written, if another folder holds other
    files, and OutputError if something can't be written.
    """
    refuse_others(out, files)
    pin = _pin_in(out, files)
    others = [path for path in _files(out) if path.relative_to(out).as_posix() not in files]
    old = [path for path in others if pin is not None and path.parent == pin.parent and path.suffix == ".whl"]
    written = []
    for name, content in files.items():
        path = out / name
        make_folder(path.parent)
        data = content.encode() if isinstance(content, str) else content
        with writing(path):
            differs = path.is_symlink() or (path.is_file() and path.read_bytes() != data)
        replace_file(path, content)
        if differs:
            say(f"replaced {path}, which differed")
        written.append(path)
    for path in old:
        with writing(path):
            path.unlink()
        say(f"removed {path}, which an earlier release wrote")
    if kept := [path.relative_to(out).as_posix() for path in others if path not in old]:
        more = f" and {len(kept) - _FEW} more" if len(kept) > _FEW else ""
        say(f"kept in {out}, though no part of this: {', '.join(kept[:_FEW])}{more}")
    return written


def _pin_in(out: Path, names: Iterable[str]) -> Path | None:
    """The pin of the students' package that a release wrote into a folder; None if there is none."""
    for name in names:
        path = out / name
        if path.name == PIN_FILE and path.is_file():
            with writing(path), path.open("rb") as file:
                if file.read(len(PIN_HEAD)) == PIN_HEAD:
                    return path
    return None


def _files(out: Path) -> list[Path]:
    """All files below a folder but git's, by name; a link counts as a file."""
    if not out.is_dir():
        return []
    found = [path for path in out.rglob("*") if path.is_symlink() or not path.is_dir()]
    return sorted(path for path in found if path.relative_to(out).parts[0] != ".git")
