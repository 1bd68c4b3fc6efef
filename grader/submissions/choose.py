"""One student's folder: which file counts for which exercise, and what a person should know about the others."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.errors import UnreadableWork
from grader.scores.records import Flag
from grader.submissions.contents import Contents
from grader.submissions.files import Folder, list_folder, load
from grader.submissions.levels import Level, instead, levels_below, too_deep
from grader.submissions.names import Fit, display, fit, kind_of
from grader.submissions.works import Look, Signature, Work, claimed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from grader.submissions.archive import StudentZips
    from grader.submissions.text import Kind

_MAX_LOOKS = 100  # files of other names that are looked into, of one folder
_MAX_SHOWN = 10
_MAX_SECONDS = 30.0  # for looking into one student's files


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may count for an exercise; ``sub`` is the folder below the student's, ``fit`` None if by content."""

    file: Path
    name: str
    sub: str
    kind: Kind
    fit: Fit | None
    refused: str | None
    handed_in: datetime | None = None

    @property
    def shown(self) -> str:
        """The file's name as messages give it, with the folder below the student's."""
        return display(f"{self.sub}/{self.name}" if self.sub else self.name)

    @property
    def order(self) -> tuple[object, ...]:
        """The place among the candidates for one exercise, the best first."""
        rank, numbers = self.fit or (2, ())
        newest = tuple(-number for number in numbers or (0,))
        return (bool(self.sub), rank, self.sub, self.kind != "notebook", newest, self.name)


@dataclass(slots=True)
class Reader:
    """Looks into files, each once, and into zips, if there is a place to unpack them.

    ``refusals`` says of files that stand for what was not unpacked why that was so.
    """

    look: Look
    refusals: Mapping[Path, str] = field(default_factory=dict)
    zips: StudentZips | None = None
    seen: dict[Path, Contents] = field(default_factory=dict)
    seconds: float = 0.0

    def contents(self, candidate: Candidate) -> Contents:
        """Return what the file holds; a file that can't be read has the reason instead."""
        if candidate.refused is not None:
            return Contents(unreadable=candidate.refused)
        if candidate.file not in self.seen:
            started = time.monotonic()
            try:
                if self.seconds > _MAX_SECONDS:
                    raise UnreadableWork("it was not looked into: the files before it took too long")
                data = load(candidate.file, candidate.kind)
                found = self.look(data, candidate.kind, candidate.name)
            except UnreadableWork as error:
                found = Contents(unreadable=str(error))
            self.seconds += time.monotonic() - started
            self.seen[candidate.file] = found
        return self.seen[candidate.file]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Files sorted by the exercise they may count for; ``strange`` are those that fit none, some with the reason."""

    fits: dict[str, list[Candidate]]
    strange: tuple[str, ...]
    folders: tuple[tuple[str, Folder], ...] = ()


def named_for(name: str, exercises: tuple[Signature, ...]) -> tuple[Signature, Fit] | None:
    """Return the exercise that a file is named after, and how; an exact name goes before one that was added to."""
    fits = [(each, found) for each in exercises if (found := fit(name, each.id))]
    return min(fits, key=lambda pair: pair[1].rank, default=None)


def right_names(exercises: tuple[Signature, ...]) -> frozenset[str]:
    """Return the names under which exercises are looked for first."""
    return frozenset(f"{each.id}{ending}" for each in exercises for ending in (".ipynb", ".py"))


def candidates(folder: Folder, sub: str) -> list[Candidate]:
    """Return the scripts and notebooks of a folder, by name, not yet sorted by exercise."""
    kinds = ((name, kind_of(name)) for name in folder.works)
    return [
        Candidate(folder.place(name), name, sub, kind, None, folder.refused.get(name), folder.handed_in)
        for name, kind in kinds
        if kind
    ]


def sort_files(folders: Iterable[tuple[str, Folder]], exercises: tuple[Signature, ...], reader: Reader) -> Sorted:
    """Sort the files of some folders by exercise: by name, and those of other names by what they hold."""
    fits: dict[str, list[Candidate]] = {each.id: [] for each in exercises}
    strange: list[str] = []
    looked = tuple(folders)
    for sub, folder in looked:
        looks = 0
        for each in candidates(folder, sub):
            named = named_for(each.name, exercises)
            if named:
                exercise, found = named
                fits[exercise.id].append(replace(each, fit=found))
                continue
            looks += 1
            if looks > _MAX_LOOKS:
                strange.append(each.shown)
                continue
            contents = reader.contents(each)
            owner = claimed(contents, exercises) if contents.unreadable is None else None
            if owner:
                fits[owner.id].append(each)
            else:
                strange.append(each.shown + (f" ({contents.unreadable})" if contents.unreadable else ""))
        prefix = f"{sub}/" if sub else ""
        strange += [f"{display(prefix + name)} (a folder, not a file)" for name in folder.folders if kind_of(name)]
    for found_files in fits.values():
        found_files.sort(key=lambda candidate: candidate.order)
    return Sorted(fits, tuple(strange), looked)


def choose(
    student: str, folder: Path, base: str, exercises: tuple[Signature, ...], reader: Reader, *, below: bool
) -> list[Work]:
    """Return a student's work for each exercise; ``base`` is the folder's path as shown ("" for the submissions' own).

    Unless ``below`` is false, the folders one level below are looked into where this one holds no work.
    """
    wanted = right_names(exercises)
    try:
        top = list_folder(folder, wanted, reader.refusals)
    except OSError:
        reason = "the folder can't be opened: the grader has no permission to look into it"
        flag = Flag("unreadable", reason)
        return [Work(student, each.id, None, None, None, (flag,), reason) for each in exercises]
    return choose_in(student, top, levels_below(top, "", wanted, reader) if below else [], base, exercises, reader)


def choose_in(
    student: str,
    top: Folder,
    levels: Sequence[Level],
    base: str,
    exercises: tuple[Signature, ...],
    reader: Reader,
) -> list[Work]:
    """Return a student's work for each exercise, of what lies in a folder and, where that holds none, in each level."""
    here = sort_files([("", top)], exercises, reader)
    lower: list[Sorted] = []

    def later() -> Iterator[Sorted]:
        for number, level in enumerate(levels):
            if number == len(lower):
                lower.append(sort_files(level(), exercises, reader))
            yield lower[number]

    picked: list[tuple[Signature, Candidate | None, list[Candidate]]] = []
    for exercise in exercises:
        files = list(here.fits[exercise.id])
        # A single file needs no look to be chosen, unless more could be found for it.
        chosen = files[0] if len(files) == 1 and not levels else _first_with_work(files, exercise, reader)
        for number, level in enumerate(later() if chosen is None else ()):
            more = level.fits[exercise.id]
            files += more
            is_alone = len(files) == 1 and number == len(levels) - 1
            chosen = None if is_alone else _first_with_work(more, exercise, reader)
            if chosen is not None:
                break
        picked.append((exercise, chosen or (files[0] if files else None), files))
    has_work = any(chosen for _, chosen, _ in picked)
    works: list[Work] = []
    for exercise, chosen, files in picked:
        if chosen is not None:
            works.append(_work(student, exercise, chosen, files, base, reader))
            continue
        parts = [here, *later()]
        flags = too_deep(parts, exercise) or _unrecognised(
            [*(name for part in parts for name in part.strange), *instead(parts, reader, has_work=has_work)]
        )
        works.append(Work(student, exercise.id, None, None, None, flags))
    return works


def _first_with_work(files: list[Candidate], exercise: Signature, reader: Reader) -> Candidate | None:
    return next((f for f in files if exercise.has_work(reader.contents(f))), None)


def _work(
    student: str, exercise: Signature, chosen: Candidate, files: list[Candidate], base: str, reader: Reader
) -> Work:
    seen = reader.seen.get(chosen.file)
    unreadable = chosen.refused or (seen.unreadable if seen else None)
    flags: list[Flag] = []
    if chosen.fit is None or chosen.fit.rank:
        ending = ".ipynb" if chosen.kind == "notebook" else ".py"
        why = "by its name" if chosen.fit else "by what it holds"
        text = f"{chosen.shown} was taken for {exercise.id} {why}; its right name is {exercise.id}{ending}"
        flags.append(Flag("renamed", text))
    others = [other for other in files if other is not chosen]
    subs = {each.sub: each for each in reversed(files) if each.sub}
    if chosen.sub and len(subs) > 1:
        rivals = _listed([each.shown for each in files if each.sub and each is not chosen])
        flags.append(Flag("ambiguous", f"several folders hold this exercise: {chosen.shown} was graded, not {rivals}"))
        others = [other for other in others if other.sub in ("", chosen.sub)]
    # What is known to be the stub or unreadable comes last, as it would have in the choice.
    others.sort(key=lambda other: _is_known_idle(other, exercise, reader))
    other_format = next((other for other in others if other.kind != chosen.kind), None)
    if other_format:
        idle = _idle_words(other_format, exercise, reader)
        text = f"{other_format.shown}{idle} was not graded: of a notebook and a script one counts, here {chosen.shown}"
        flags.append(Flag("both", text))
    unused = [other.shown + _idle_words(other, exercise, reader) for other in others if other is not other_format]
    if unused:
        flags.append(Flag("unused", f"not graded, since {chosen.shown} was: {_listed(unused)}"))
    if unreadable is not None:
        flags.append(Flag("unreadable", f"{chosen.shown} can't be read: {unreadable}"))
    path = f"{base}/{chosen.shown}" if base else chosen.shown
    return Work(student, exercise.id, chosen.file, path, chosen.kind, tuple(flags), unreadable, chosen.handed_in)


def _is_known_idle(file: Candidate, exercise: Signature, reader: Reader) -> bool:
    seen = reader.seen.get(file.file)
    return file.refused is not None or (seen is not None and not exercise.has_work(seen))


def _idle_words(file: Candidate, exercise: Signature, reader: Reader) -> str:
    seen = reader.seen.get(file.file)
    reason = file.refused or (seen.unreadable if seen else None)
    if reason is not None:
        return f" (can't be read: {reason})"
    return " (nothing done in it yet)" if _is_known_idle(file, exercise, reader) else ""


def _unrecognised(names: Sequence[str]) -> tuple[Flag, ...]:
    if not names:
        return ()
    return (Flag("unrecognised", f"no file was found for this exercise; handed in instead: {_listed(names)}"),)


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    rest = len(shown) - _MAX_SHOWN
    return ", ".join(shown[:_MAX_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
