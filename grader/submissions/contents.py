"""What a file holds, as told by the process that read it; believed only as far as its types go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MAX_ITEMS = 10_000
_MAX_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Contents:
    """Which of the wanted names a file defines, binds, breaks off, or answers; ``unreadable`` is the reason if none.

    ``definitions`` maps a name to the digest of its last definition or answer, ``broken`` are names whose definition
    does not parse, ``headings`` names that are a markdown heading, ``answers`` keys of the dict ``ANSWERS``.
    """

    unreadable: str | None = None
    definitions: Mapping[str, str] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    headings: frozenset[str] = frozenset()
    answers: frozenset[str] = frozenset()

    @classmethod
    def empty(cls) -> Contents:
        """Return the contents of a file that holds nothing of what is wanted."""
        return cls()

    @classmethod
    def from_plain(cls, plain: object) -> Contents:
        """Return the contents from what ``describe`` gave; raises ValueError where a type or size is another."""
        if not isinstance(plain, dict):
            raise ValueError("the description of a file is no dict")
        reason = plain.get("unreadable")
        found = plain.get("definitions")
        if not isinstance(found, dict) or len(found) > _MAX_ITEMS:
            raise ValueError("definitions: a dict of bounded size was expected")
        for name, digest in found.items():
            _text(name, "definitions")
            if not _DIGEST.fullmatch(_text(digest, "definitions")):
                raise ValueError("definitions: a digest was expected")
        return cls(
            unreadable=None if reason is None else _text(reason, "unreadable"),
            definitions=dict(found),
            bound=_names(plain, "bound"),
            broken=_names(plain, "broken"),
            headings=_names(plain, "headings"),
            answers=_names(plain, "answers"),
        )

    def held(self, names: Collection[str]) -> frozenset[str]:
        """Return those of ``names`` that the file has anything for."""
        return (self.bound | self.broken | self.headings | self.answers) & frozenset(names)

    def has_work(self, names: Collection[str], stub: Mapping[str, Collection[str]]) -> bool:
        """Return whether anything of ``names`` is other than in the stub; what the file leaves out is no work."""
        if self.unreadable is not None:
            return False
        return any(
            name in self.broken or (name in self.definitions and self.definitions[name] not in stub.get(name, ()))
            for name in names
        )


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or len(value) > _MAX_CHARACTERS:
        raise ValueError(f"{where}: a string of bounded length was expected")
    return value


def _names(plain: dict[object, object], where: str) -> frozenset[str]:
    value = plain.get(where)
    if not isinstance(value, list) or len(value) > _MAX_ITEMS:
        raise ValueError(f"{where}: a list of bounded length was expected")
    return frozenset(_text(item, where) for item in value)
