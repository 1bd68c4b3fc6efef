"""The one reader of an author's TOML files: values with messages that say where one stands and what it should be."""

from __future__ import annotations

import math
import tomllib
from typing import TYPE_CHECKING, Any, NoReturn

from grader.errors import CourseError
from grader.meant import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def read_toml(file: Path) -> Tables:
    """Read a TOML file; CourseError if it can't be read or is not TOML."""
    try:
        return Tables(file, tomllib.loads(read_text(file)))
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{file} is not valid TOML: {error}. Correct that line.") from None


def read_text(file: Path) -> str:
    """Read a file of UTF-8 text; CourseError if it is not."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CourseError(f"{file} can't be read ({error.strerror}): check the path and its permissions.") from None
    except UnicodeDecodeError:
        raise CourseError(f"{file} is not UTF-8 text: save it as UTF-8.") from None


class Tables:
    """The tables of one file."""

    def __init__(self, file: Path, table: dict[str, Any]) -> None:
        self.file = file
        self.table = table

    def fail(self, place: str, reason: str) -> NoReturn:
        """Raise the CourseError of one place in the file."""
        end = "" if reason.endswith("?") else "."
        raise CourseError(f"{self.file}{', ' + place if place else ''}: {reason}{end}")

    def unique(self, place: str, names: list[str]) -> None:
        """Fail if a name stands twice."""
        for name in names:
            if names.count(name) > 1:
                self.fail(place, f"{name!r} stands there twice; give each its own name")

    def keys(self, place: str, table: dict[str, Any], known: Sequence[str]) -> None:
        """Fail if a key is not a known one."""
        for key in table:
            if key not in known:
                meant = did_you_mean(key, known, f"the keys here are {', '.join(known)}", quoted=True)
                self.fail(place, f"{key!r} is not known; {meant}")

    def tables(self, key: str) -> dict[str, Any]:
        """Read a table of the file's top."""
        value = self.table.get(key, {})
        if not isinstance(value, dict):
            self.fail("", f"{key!r} must be a table [{key}]")
        return value

    def entries(self, place: str, table: dict[str, Any], key: str) -> list[dict[str, Any]]:
        """Read a list of tables."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.fail(place, f"{key!r} must be a list of tables")
        return value

    def text(self, place: str, table: dict[str, Any], key: str, default: str | None = None) -> str:
        """Read a text; without a default it must not be empty."""
        value = table.get(key, default)
        if value is None:
            self.fail(place, f'{key!r} is missing; add a line {key} = "..."')
        if not isinstance(value, str):
            self.fail(place, f"{key!r} must be text in quotes, not {value!r}")
        if default is None and not value.strip():
            self.fail(place, f"{key!r} is empty; write something between the quotes")
        return value

    def choice(self, place: str, table: dict[str, Any], key: str, choices: Sequence[str]) -> str:
        """Read one of several words; the first if none is given."""
        value = self.text(place, table, key, choices[0])
        if value not in choices:
            self.fail(place, f"{key!r} is {value!r}; write {' or '.join(map(repr, choices))}")
        return value

    def flag(self, place: str, table: dict[str, Any], key: str) -> bool:
        """Read true or false."""
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.fail(place, f"{key!r} must be true or false")
        return value

    def number(self, place: str, table: dict[str, Any], key: str, default: float | None = None) -> float:
        """Read a number of zero or more."""
        value = table.get(key, default)
        fine = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
        if not fine:
            self.fail(place, f"{key!r} must be a number, zero or more")
        return float(value)  # type: ignore[arg-type]

    def strings(self, place: str, table: dict[str, Any], key: str) -> tuple[str, ...]:
        """Read a list of texts."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
            self.fail(place, f'{key!r} must be a list of texts: {key} = ["...", "..."]')
        return tuple(value)

    def words(self, place: str, table: dict[str, Any], key: str) -> tuple[str, ...]:
        """Read a list of phrases; a single text is a list of words with spaces between."""
        value = table.get(key, "")
        return tuple(value.split()) if isinstance(value, str) else self.strings(place, table, key)
