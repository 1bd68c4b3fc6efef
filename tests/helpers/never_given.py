"""What students must never get: lines of solutions, of hidden checks and of mistakes' variants, and what hidden checks are called."""

from __future__ import annotations

import ast
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.course.master import read_master
from helpers.repository import SOLUTIONS

LONG = 24  # characters; shorter lines stand in any Python file
COMMON = ("def ", "raise ", "import ", "from ")


def secret_lines(ident: str) -> set[str]:
    """The longer lines of an exercise that only instructors have; the grader's own code has none of these by chance."""
    master = read_master(SOLUTIONS / f"{ident}.py")
    lines = master.text.split("\n")
    solved = {number for block in master.blocks for number in range(block.first, block.last - 1)}
    secret = {lines[number].strip() for number in solved}
    given = "\n".join(line for number, line in enumerate(lines) if number not in solved)  # what the stub shows anyway
    mistakes = ast.parse(_text("misconceptions", f"{ident}.py"))
    secret |= {
        line.strip()
        for each in mistakes.body
        if isinstance(each, ast.FunctionDef)
        for line in ast.unparse(each).split("\n")
    }
    public = "".join(each.read_text(encoding="utf-8") for each in (SOLUTIONS / "checks").glob("check_*.py"))
    hidden = _text("checks", f"hidden_{ident}.py")
    secret |= {line.strip() for line in hidden.split("\n")} - {line.strip() for line in public.split("\n")}
    return {line for line in secret if len(line) > LONG and not line.startswith(COMMON) and line not in given}


def hidden_checks() -> dict[str, str]:
    """The hidden checks' titles by their ids."""
    trees = [ast.parse(each.read_text(encoding="utf-8")) for each in (SOLUTIONS / "checks").glob("hidden_*.py")]
    found = [each for tree in trees for each in tree.body if isinstance(each, ast.FunctionDef)]
    return {
        each.name.removeprefix("check_"): ast.get_docstring(each) or ""
        for each in found
        if each.name.startswith("check_")
    }


def texts_below(folder: Path) -> dict[str, str]:
    """All files below a folder by their paths, and those in zips and wheels by the path in it."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return dict(_texts(files))


def texts_in(archive: Path) -> dict[str, str]:
    """All files in a zip or wheel by their names."""
    return dict(_texts(_members(archive.read_bytes())))


def _texts(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The files' texts; what JSON holds stands there as it is as well, without the marks that hide a quote."""
    for name, data in files.items():
        if zipfile.is_zipfile(io.BytesIO(data)):  # arrays in an .npz as well
            yield name, data.decode("utf-8", "replace")
            yield from _texts({f"{name}/{member}": inner for member, inner in _members(data).items()})
        elif name.endswith((".json", ".ipynb")):
            yield name, "\n".join([data.decode(), *_strings(json.loads(data))])
        else:
            yield name, data.decode("utf-8", "replace")


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {member: archive.read(member) for member in archive.namelist()}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _text(folder: str, name: str) -> str:
    """A file of the instructors', if the exercise has one: written answers are judged by a rubric."""
    file = SOLUTIONS / folder / name
    return file.read_text(encoding="utf-8") if file.is_file() else ""
