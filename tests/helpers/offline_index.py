"""Packages for pip where there is no network: small wheels that hand on what this Python has already.

Each stands for a distribution and everything that it needs. It holds a path file alone, which leads to a folder of links; so
installing one takes no longer than unpacking a file, and nothing is there that was not installed.
"""

from __future__ import annotations

import sysconfig
import zipfile
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

SITE = Path(sysconfig.get_paths()["purelib"])


def stand_ins(folder: Path, *names: str) -> dict[str, str]:
    """Make a wheel for each distribution in ``folder``; give the variables by which pip finds these and no others."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        links = folder / "links" / name
        links.mkdir(parents=True)
        for entry in sorted({entry for each in _closure(name) for entry in _entries(each)}):
            (links / entry).symlink_to(SITE / entry)
        _wheel(folder, name, f"{links}\n")
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}


def _closure(name: str) -> set[str]:
    """A distribution and all that it needs on this machine."""
    found, todo = set[str](), [name]
    while todo:
        each = todo.pop()
        if each in found:
            continue
        found.add(each)
        needed = [Requirement(text) for text in metadata.requires(each) or ()]
        todo += [other.name for other in needed if other.marker is None or other.marker.evaluate({"extra": ""})]
    return found


def _entries(name: str) -> set[str]:
    """What a distribution has put into site-packages, without caches and programs."""
    tops = {file.parts[0] for file in metadata.files(name) or ()}
    return {top for top in tops if top not in ("..", "__pycache__") and (SITE / top).exists()}


def _wheel(folder: Path, name: str, paths: str) -> None:
    version, plain = metadata.version(name), name.replace("-", "_")
    info = f"{plain}-{version}.dist-info"
    files = {
        f"{plain}_stand_in.pth": paths,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{each},,\n" for each in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(folder / f"{plain}-{version}-py3-none-any.whl", "w") as archive:
        for file, text in (files | {f"{info}/RECORD": record}).items():
            archive.writestr(file, text)
