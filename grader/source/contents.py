"""What a file holds of an exercise, and how an exercise is recognised by content."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True)
class Contents:
    """Which of the wanted names a file defines, binds or breaks off, and what it answers; ``unreadable`` is the reason if none.

    ``definitions`` maps a name to the digests of its definitions, ``broken`` are names whose definition does not parse, and
    ``answers`` maps a question that has a place in the file to the digests of the texts there; ``""`` stands for all questions
    where none has a place.
    """

    unreadable: str | None = None
    definitions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> Contents:
        """Return the contents of a file that holds nothing of what is wanted."""
        return cls()

    def kept(self, written: bool) -> Mapping[str, tuple[str, ...]]:
        """Return the digests of what the file has under each name, or under each question."""
        return self.answers if written else self.definitions

    def held(self, names: Collection[str], *, written: bool = False) -> frozenset[str]:
        """Return those of ``names`` that the file has anything for; ``written`` says that they are questions."""
        return (frozenset(self.answers) if written else self.bound | self.broken) & frozenset(names)

    def has_work(self, names: Collection[str], stub: Mapping[str, Collection[str]], *, written: bool = False) -> bool:
        """Return whether anything of ``names`` differs from the stub; what the file leaves out is no work."""
        if self.unreadable is not None:
            return False
        found = self.kept(written)
        asked = (*names, "") if written else names
        own = any(digest not in stub.get(name, ()) for name in asked for digest in found.get(name, ()))
        return own or (not written and not self.broken.isdisjoint(names))


@dataclass(frozen=True, slots=True)
class Signature:
    """What an exercise is recognised by: its graded names, and the digests of each in the stubs (script, notebook).

    ``written`` says that the names are questions that are answered in words.
    """

    id: str
    names: tuple[str, ...]
    stub: Mapping[str, frozenset[str]]
    written: bool = False

    def share(self, contents: Contents) -> float:
        """Return the share of the graded names of which a file holds anything."""
        return len(contents.held(self.names, written=self.written)) / max(len(self.names), 1)

    def has_work(self, contents: Contents) -> bool:
        """Return whether a file holds anything of this exercise that the stub does not."""
        return contents.has_work(self.names, self.stub, written=self.written)

    def holds_the_same(self, one: Contents, other: Contents) -> bool:
        """Return whether two files hold the same work on this exercise."""
        kept = [{name: each.kept(self.written).get(name) for name in self.names} for each in (one, other)]
        return kept[0] == kept[1]
