"""One student's folder: which file counts for which exercise, and what a person should know about the others."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING

from grader.errors import UnreadableWork
from grader.scores.records import Flag
from grader.submissions.contents import Contents
from grader.submissions.files import Folder, list_folder, load
from grader.submissions.levels import Level, instead, levels_below, too_deep
from grader.submissions.names import Fit, display, fit, kind_of
from grader.submissions.versions import claim
from grader.submissions.works import Look, Signature, Work, claimed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from grader.submissions.archive import StudentZips
    from grader.submissions.text import Kind

HALF = 0.5  # of an exercise's graded names: a file that holds so many of them holds the exercise
CHECKPOINTS = ".ipynb_checkpoints"
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
    def rank(self) -> tuple[bool, int]:
        """Which candidates it competes with: those at the same depth whose names fit as well."""
        return bool(self.sub), self.fit.rank if self.fit else 2

    def order(self, exercise: str) -> tuple[object, ...]:
        """The place among the candidates for an exercise, the best first."""
        when = self.handed_in
        moment = 0.0 if when is None else (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
        word, numbers = claim(f"{self.sub}/{self.name.rpartition('.')[0]}", exercise)
        if self.fit and not self.sub:
            numbers = self.fit.numbers
        higher = (*(-number for number in numbers), 1)
        return (*self.rank, -moment, -word, higher, self.kind != "notebook", self.sub, self.name)


@dataclass(slots=True)
class Reader:
    """Looks into files, each once, and into zips, if there is a place to unpack them.

    ``refusals`` says of files that stand for what was not unpacked why that was so.
    """

    look: Look
    refusals: Mapping[Path, str] = field(default_factory=dict)
    zips: StudentZips | None = None
    seen: dict[Path, Contents] = field(default_factory=dict)
    words: dict[tuple[Path, str], int] = field(default_factory=dict)
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

    def mentions(self, candidate: Candidate, exercise: Signature) -> int:
        """Return how many of an exercise's graded names stand in the file's bytes: without them no look is worth its cost."""
        key = candidate.file, exercise.id
        if key not in self.words:
            try:
                data = b"" if candidate.refused is not None else load(candidate.file, candidate.kind).lower()
            except UnreadableWork:
                data = b""
            forms = ({name, name.replace("_", " "), name.replace("_", "-")} for name in map(str.lower, exercise.names))
            self.words[key] = sum(any(form.encode() in data for form in each) for each in forms)
        return self.words[key]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Files sorted by the exercise they may count for; ``strange`` are those that fit none, some with the reason.

    ``moved`` are files that are named for an exercise and hold another, by the exercise that they are named for.
    """

    fits: dict[str, list[Candidate]]
    strange: tuple[str, ...]
    folders: tuple[tuple[str, Folder], ...] = ()
    moved: Mapping[str, list[str]] = field(default_factory=dict)


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
    moved: dict[str, list[str]] = {}
    strange: list[str] = []
    looked = tuple(folders)
    for sub, folder in looked:
        looks = 0
        for each in candidates(folder, sub):
            named = named_for(each.name, exercises)
            if named:
                exercise, found = named
                holds = holds_another(each, exercise, exercises, reader)
                if holds is None:
                    fits[exercise.id].append(replace(each, fit=found))
                else:
                    fits[holds.id].append(each)
                    moved.setdefault(exercise.id, []).append(f"{each.shown} (it holds {holds.id})")
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
    for exercise_id, found_files in fits.items():
        found_files.sort(key=partial(Candidate.order, exercise=exercise_id))
    return Sorted(fits, tuple(strange), looked, moved)


def holds_another(
    file: Candidate, exercise: Signature, exercises: tuple[Signature, ...], reader: Reader
) -> Signature | None:
    """Return the exercise that a file holds which is named for one of which it holds nothing."""
    if reader.mentions(file, exercise):
        return None
    contents = reader.contents(file)
    owner = claimed(contents, exercises)
    return owner if owner and not exercise.share(contents) and owner.share(contents) >= HALF else None


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

    picks: list[Pick] = []
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
        picks.append(Pick(exercise, chosen or (files[0] if files else None), files))
    picks = shared([here, *lower], picks, reader)
    has_work = any(pick.chosen for pick in picks)
    works: list[Work] = []
    for pick in picks:
        if pick.chosen is not None:
            works.append(_work(student, pick, pick.chosen, base, reader))
            continue
        parts = [here, *later()]
        strange = [name for part in parts for name in (*part.strange, *part.moved.get(pick.exercise.id, ()))]
        strange += [*instead(parts, reader, has_work=has_work), *_checkpoints(parts)]
        flags = too_deep(parts, pick.exercise) or _unrecognised(strange)
        works.append(Work(student, pick.exercise.id, None, None, None, flags))
    return works


@dataclass(frozen=True, slots=True)
class Pick:
    """The file that counts for an exercise, if there is one, and all that fit it; ``shares`` has all exercises it counts for."""

    exercise: Signature
    chosen: Candidate | None
    files: list[Candidate]
    shares: tuple[str, ...] = ()


def shared(parts: Sequence[Sorted], picks: Sequence[Pick], reader: Reader) -> list[Pick]:
    """Let a file that holds several exercises count for each of them that has no file of its own with work in it."""
    taken: list[Pick] = []
    for pick in picks:
        exercise = pick.exercise
        own = {file.file for file in pick.files}
        others = [file for part in parts for files in part.fits.values() for file in files if file.file not in own]
        rivals = [file for file in others if reader.mentions(file, exercise) >= HALF * len(exercise.names)]
        if rivals and (pick.chosen is None or not exercise.has_work(reader.contents(pick.chosen))):
            rivals = [file for file in rivals if exercise.share(reader.contents(file)) >= HALF]
            rival = _first_with_work(rivals, exercise, reader) or (None if pick.chosen else next(iter(rivals), None))
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


def _first_with_work(files: list[Candidate], exercise: Signature, reader: Reader) -> Candidate | None:
    return next((f for f in files if exercise.has_work(reader.contents(f))), None)


def _work(student: str, pick: Pick, chosen: Candidate, base: str, reader: Reader) -> Work:
    exercise, files = pick.exercise, pick.files
    seen = reader.seen.get(chosen.file)
    unreadable = chosen.refused or (seen.unreadable if seen else None)
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
        text = f"{told} was not graded: of a notebook and a script one counts, here {chosen.shown}"
        flags.append(Flag("both", text))
    unused = [other for other in others if other not in other_format]
    if unused:
        flags.append(Flag("unused", f"not graded, since {chosen.shown} was: {_told(unused, pick, chosen, reader)}"))
    if unreadable is not None:
        flags.append(Flag("unreadable", f"{chosen.shown} can't be read: {unreadable}"))
    path = f"{base}/{chosen.shown}" if base else chosen.shown
    is_shared = bool(pick.shares)
    return Work(
        student, exercise.id, chosen.file, path, chosen.kind, tuple(flags), unreadable, chosen.handed_in, is_shared
    )


def _told(files: Sequence[Candidate], pick: Pick, chosen: Candidate, reader: Reader) -> str:
    """Return the names of files that were not graded, and why nothing is lost by those that hold nothing of their own."""
    mine = reader.contents(chosen)
    same = [pick.exercise.holds_the_same(reader.contents(file), mine) for file in files]
    told = _listed([file.shown + _idle_words(file, pick.exercise, reader) for file in files])
    if not pick.exercise.has_work(mine) or not all(same):
        return told
    return f"{told} (with the same work in {'it' if len(files) == 1 else 'each'})"


def _idle_words(file: Candidate, exercise: Signature, reader: Reader) -> str:
    contents = reader.contents(file)
    if contents.unreadable is not None:
        return f" (can't be read: {contents.unreadable})"
    return "" if exercise.has_work(contents) else " (nothing done in it yet)"


def _checkpoints(parts: Iterable[Sorted]) -> Iterator[str]:
    """Yield the copies that Jupyter keeps for itself, where a student may have handed in these alone."""
    for sub, folder in (each for part in parts for each in part.folders):
        try:
            kept = list_folder(folder.path / CHECKPOINTS).works
        except OSError:
            continue
        prefix = f"{sub}/{CHECKPOINTS}" if sub else CHECKPOINTS
        yield from (f"{display(f'{prefix}/{name}')} (Jupyter's own copy)" for name in kept)


def _unrecognised(names: Sequence[str]) -> tuple[Flag, ...]:
    if not names:
        return ()
    return (Flag("unrecognised", f"no file was found for this exercise; handed in instead: {_listed(names)}"),)


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    rest = len(shown) - _MAX_SHOWN
    return ", ".join(shown[:_MAX_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
