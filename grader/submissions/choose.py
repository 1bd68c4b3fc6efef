"""One student's folder: which file counts for which exercise, and what a person should know about the others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING

from grader.scores.records import Flag
from grader.source.text import display
from grader.submissions.files import Folder, list_folder
from grader.submissions.last_one import claim
from grader.submissions.levels import Level, instead, levels_below, too_deep
from grader.submissions.names import Fit, fit, kind_of
from grader.submissions.picked import HALF, Pick, as_work, first_with_work, listed, shared
from grader.submissions.works import Work, claimed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from grader.source.contents import Signature
    from grader.source.text import Kind
    from grader.submissions.reader import Reader

CHECKPOINTS = ".ipynb_checkpoints"
_MAX_LOOKS = 100  # files of other names that are looked into, in one folder
_MAX_SECONDS = 30.0  # for looking into one student's files
_MAX_KEPT = (
    100_000_000  # bytes of one student's files that are kept while it is chosen: two notebooks of the largest size
)


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
    """Return the exercise that a file holds if it is named for one of which it holds nothing."""
    if reader.mentions(file, exercise):
        return None
    contents = reader.contents(file)
    owner = claimed(contents, exercises)
    return owner if owner and not exercise.share(contents) and owner.share(contents) >= HALF else None


def choose(
    student: str, folder: Path, base: str, exercises: tuple[Signature, ...], reader: Reader, *, below: bool
) -> list[Work]:
    """Return a student's work for each exercise; ``base`` is the folder's path as shown ("" for the submissions' own).

    Unless ``below`` is false, the folders one level below are looked into if this one holds no work.
    """
    wanted = right_names(exercises)
    try:
        top = list_folder(folder, wanted, reader.refusals)
    except OSError:
        reason = "the folder can't be opened: the grader has no permission to look into it"
        flag = Flag("unreadable", reason)
        return [Work((student,), each.id, flags=(flag,), unreadable=reason) for each in exercises]
    return choose_in(student, top, levels_below(top, "", wanted, reader) if below else [], base, exercises, reader)


def choose_in(
    student: str,
    top: Folder,
    levels: Sequence[Level],
    base: str,
    exercises: tuple[Signature, ...],
    reader: Reader,
) -> list[Work]:
    """Return a student's work for each exercise, from what lies in a folder and, if that holds none, in each level."""
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
        chosen = files[0] if len(files) == 1 and not levels else first_with_work(files, exercise, reader)
        for number, level in enumerate(later() if chosen is None else ()):
            more = level.fits[exercise.id]
            files += more
            is_alone = len(files) == 1 and number == len(levels) - 1
            chosen = None if is_alone else first_with_work(more, exercise, reader)
            if chosen is not None:
                break
        picks.append(Pick(exercise, chosen or (files[0] if files else None), files))
    picks = shared([here, *lower], picks, reader)
    has_work = any(pick.chosen for pick in picks)
    works: list[Work] = []
    for pick in picks:
        if pick.chosen is not None:
            works.append(as_work(student, pick, pick.chosen, base, reader))
            continue
        parts = [here, *later()]
        strange = [name for part in parts for name in (*part.strange, *part.moved.get(pick.exercise.id, ()))]
        strange += [*instead(parts, reader, has_work=has_work), *_checkpoints(parts)]
        flags = too_deep(parts, pick.exercise) or _unrecognised(strange)
        works.append(Work((student,), pick.exercise.id, flags=flags))
    return works


def _checkpoints(parts: Iterable[Sorted]) -> Iterator[str]:
    """Yield the copies that Jupyter keeps for itself, in case a student has handed in only these."""
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
    return (Flag("unrecognised", f"no file was found for this exercise; handed in instead: {listed(names)}"),)
