"""What was picked for each exercise: whether a file counts for several, and what to say about those that were not taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.errors import UnreadableWork
from grader.scores.records import Flag
from grader.submissions.works import Work

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from grader.source.contents import Signature
    from grader.submissions.choose import Candidate, Sorted
    from grader.submissions.reader import Reader

HALF = 0.5  # of an exercise's graded names: a file that holds so many of them holds the exercise
_MAX_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Pick:
    """The file that counts for an exercise, if there is one, and all that fit it; ``shares`` has all exercises it counts for."""

    exercise: Signature
    chosen: Candidate | None
    files: list[Candidate]
    shares: tuple[str, ...] = ()


def first_with_work(files: list[Candidate], exercise: Signature, reader: Reader) -> Candidate | None:
    """Return the first file that holds anything of an exercise that the stub does not."""
    return next((f for f in files if exercise.has_work(reader.contents(f))), None)


def shared(parts: Sequence[Sorted], picks: Sequence[Pick], reader: Reader) -> list[Pick]:
    """Let a file that holds several exercises count for each of them that has no other file with work in it."""
    taken: list[Pick] = []
    for pick in picks:
        exercise = pick.exercise
        own = {file.file for file in pick.files}
        others = [file for part in parts for files in part.fits.values() for file in files if file.file not in own]
        rivals = [file for file in others if reader.mentions(file, exercise) >= HALF * len(exercise.names)]
        if rivals and (pick.chosen is None or not exercise.has_work(reader.contents(pick.chosen))):
            rivals = [file for file in rivals if exercise.share(reader.contents(file)) >= HALF]
            rival = first_with_work(rivals, exercise, reader) or (None if pick.chosen else next(iter(rivals), None))
            if rival is not None:
                taken.append(replace(pick, chosen=rival, files=[rival, *pick.files]))
                continue
        taken.append(pick)
    counted: dict[Path, list[str]] = {}
    for pick in taken:
        if pick.chosen is not None:
            counted.setdefault(pick.chosen.file, []).append(pick.exercise.id)
    several = {file: tuple(ids) for file, ids in counted.items() if len(ids) > 1}
    return [replace(pick, shares=several.get(pick.chosen.file, ())) if pick.chosen else pick for pick in taken]


def as_work(student: str, pick: Pick, chosen: Candidate, base: str, reader: Reader) -> Work:
    """Return a picked file as the student's work, with what a person should know about it and the others that fit."""
    exercise, files = pick.exercise, pick.files
    seen = reader.seen.get(chosen.file)
    unreadable = chosen.refused or (seen.unreadable if seen else None)
    sha256: str | None = None
    data: bytes | None = None
    try:
        if unreadable is None:
            sha256, data = reader.original(chosen)
    except UnreadableWork as error:
        unreadable = str(error)
    flags: list[Flag] = []
    if pick.shares:
        text = f"{chosen.shown} holds several exercises; it counts for {', '.join(pick.shares)}"
        flags.append(Flag("shared", text))
    elif chosen.fit is None or chosen.fit.rank:
        ending = ".ipynb" if chosen.kind == "notebook" else ".py"
        why = "by its name" if chosen.fit else "by what it holds"
        text = f"{chosen.shown} was taken for {exercise.id} {why}; its right name is {exercise.id}{ending}"
        flags.append(Flag("renamed", text))
    others = [other for other in files if other is not chosen]
    subs = {each.sub: each for each in reversed(files) if each.sub}
    if chosen.sub and len(subs) > 1:
        rivals = _told([each for each in others if each.sub], pick, chosen, reader)
        flags.append(Flag("ambiguous", f"several folders hold this exercise: {chosen.shown} was graded, not {rivals}"))
        others = [other for other in others if other.sub in ("", chosen.sub)]
    # What has nothing to grade in it comes last, as it would have in the choice.
    others.sort(key=lambda other: not exercise.has_work(reader.contents(other)))
    other_format = [other for other in others if other.kind != chosen.kind][:1]
    if other_format:
        told = _told(other_format, pick, chosen, reader)
        flags.append(Flag("both", f"{chosen.shown} and {told} were both handed in; {chosen.shown} was graded"))
    unused = [other for other in others if other not in other_format]
    if unused:
        flags.append(Flag("unused", f"not graded, since {chosen.shown} was: {_told(unused, pick, chosen, reader)}"))
    if unreadable is not None:
        flags.append(Flag("unreadable", f"{chosen.shown} can't be read: {unreadable}"))
    path = f"{base}/{chosen.shown}" if base else chosen.shown
    return Work(
        (student,), exercise.id, chosen.file, path, chosen.kind, sha256, data,
        flags=tuple(flags), unreadable=unreadable, handed_in=chosen.handed_in, shared=bool(pick.shares),
    )  # fmt: skip


def _told(files: Sequence[Candidate], pick: Pick, chosen: Candidate, reader: Reader) -> str:
    """Return the names of files that were not graded, and why nothing is lost by those that hold nothing new."""
    mine = reader.contents(chosen)
    same = [pick.exercise.holds_the_same(reader.contents(file), mine) for file in files]
    told = listed([file.shown + _idle_words(file, pick.exercise, reader) for file in files])
    if not pick.exercise.has_work(mine) or not all(same):
        return told
    return f"{told} (with the same work in {'it' if len(files) == 1 else 'each'})"


def _idle_words(file: Candidate, exercise: Signature, reader: Reader) -> str:
    contents = reader.contents(file)
    if contents.unreadable is not None:
        return f" (can't be read: {contents.unreadable})"
    return "" if exercise.has_work(contents) else " (nothing done in it yet)"


def listed(names: Iterable[str]) -> str:
    """Return names in a row, and if there are many, the number of the rest."""
    shown = list(names)
    rest = len(shown) - _MAX_SHOWN
    return ", ".join(shown[:_MAX_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
