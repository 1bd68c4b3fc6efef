"""Brings together what several people decided about the same run, and names what they decided differently."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.scores.atomic import replace_file
from grader.scores.records import as_written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from grader.scores.records import Adjustment

LISTED = "merge_conflicts.txt"  # beside the results: the conflicts that somebody was told, a line of two digests each
_Place = tuple[str, str, str, str]  # student, exercise, check, digest


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two people gave one answer different points: the decision that is here, and the one that was not taken over."""

    ours: Adjustment
    theirs: Adjustment

    @property
    def digests(self) -> tuple[str, str]:
        """What it is known by once it was listed: their decision and ours."""
        return _digest(self.theirs), _digest(self.ours)


@dataclass(frozen=True, slots=True)
class Merged:
    """What to append to our decisions, how many of theirs were here already, and where two people differ."""

    added: tuple[Adjustment, ...]
    known: int
    conflicts: tuple[Disagreement, ...]


def merge(ours: Sequence[Adjustment], theirs: Iterable[Adjustment], listed: Collection[tuple[str, str]] = ()) -> Merged:
    """Return what their decisions add to ours; merging the same again adds nothing.

    Decisions about different answers stand beside each other, also those about another text of the same student. About one
    answer the later word of one person counts; if two people gave it different points, ours stays, and both are named. A word
    that takes a decision back counts only for the person who made the decision.

    ``listed`` are the conflicts that were named before, as `Disagreement.digests`. Whoever decided anew here after theirs had
    been named settled it, whatever they decided; a word that somebody changed without knowing of theirs settles nothing.
    """
    told = {their_word for their_word, _ in listed}
    here = set(ours)
    last = _latest(ours)
    added: list[Adjustment] = []
    conflicts: list[Disagreement] = []
    known = 0
    for each in _latest(theirs).values():
        if each in here:
            known += 1
            continue
        standing = last.get(_place(each))
        if standing is None or standing.by == each.by:
            if standing is None or standing.moment <= each.moment:
                added.append(each)
            else:
                known += 1  # an earlier word of the same person
        elif standing.points is None and each.points is not None:
            added.append(each if standing.moment <= each.moment else replace(each, when=standing.when))
        elif each.points is None or each.points == standing.points:
            known += 1
        else:
            found = Disagreement(standing, each)
            if found.digests[0] in told and found.digests not in listed:
                known += 1  # settled here since it was named
            else:
                conflicts.append(found)
    return Merged(tuple(added), known, tuple(conflicts))


def listed_conflicts(run: Path) -> frozenset[tuple[str, str]]:
    """Return the conflicts that were named in a run's folder before; raises UsageError if their file can't be read."""
    try:
        lines = (run / LISTED).read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return frozenset()
    except OSError as error:
        raise UsageError(f"{run / LISTED} can't be read ({error.strerror}).") from None
    return frozenset((their_word, our_word) for line in lines for their_word, _, our_word in [line.partition(" ")])


def keep_listed(run: Path, conflicts: Iterable[Disagreement]) -> None:
    """Keep in a run's folder that these conflicts are named now, beside those before; raises OutputError."""
    before = listed_conflicts(run)
    now = before | {each.digests for each in conflicts}
    if now != before:
        replace_file(run / LISTED, "".join(f"{their_word} {our_word}\n" for their_word, our_word in sorted(now)))


def _digest(word: Adjustment) -> str:
    return hashlib.sha256(repr(word).encode("utf-8", "surrogatepass")).hexdigest()


def _latest(adjustments: Iterable[Adjustment]) -> dict[_Place, Adjustment]:
    return {_place(each): each for each in sorted(adjustments, key=lambda each: each.moment)}


def _place(adjustment: Adjustment) -> _Place:
    return as_written(adjustment.student), adjustment.exercise, adjustment.check, adjustment.digest
