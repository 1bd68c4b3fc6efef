"""An engine in front of another one: it answers what the store knows, and keeps what the other one finds out."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from grader.engine.api import ExerciseFacts, from_answer, to_answer
from grader.sandbox.lockdown import ESSENTIAL
from grader.scores.records import Isolation, Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.engine.api import Engine, EngineFacts, Keep
    from grader.engine.store import Store
    from grader.engine.store_keys import ExerciseKeys
    from grader.scores.records import FunctionSource, SubmissionResult
    from grader.submissions.works import Work

KEPT_WHOLE = 10_000  # rows from the store that are held unpacked until they are handed out; of more only their bytes
_UNSURE = frozenset({Outcome.CRASHED, Outcome.TIMEOUT})
_LASTING = frozenset({Status.GRADED, Status.REVIEW, Status.UNREADABLE})


@dataclass(frozen=True, slots=True)
class KeptRow:
    """What the store keeps of a graded work: nothing that says whose it is or where it lay, and the protections that held."""

    result: SubmissionResult
    sources: tuple[FunctionSource, ...]
    held: tuple[str, ...]


@dataclass(slots=True)
class _Split:
    """What is known of some works, and what is to be graded: of works with one key only the first."""

    known: list[tuple[Work, KeptRow | bytes]] = field(default_factory=list)
    first: list[Work] = field(default_factory=list)
    twins: dict[str, list[Work]] = field(default_factory=lambda: defaultdict(list))


class Keeping:
    """Grades by the engine behind it what the store does not know.

    Equal files of several students are graded once, if what came of it is sure to come again. Without a store all is graded by
    the engine behind, each file for itself.
    """

    def __init__(
        self,
        inner: Engine,
        store: Store | None,
        keys: Mapping[str, ExerciseKeys],
        started: str,
        *,
        reads: bool = True,
        strict: bool = False,
    ) -> None:
        """``started`` is when this run began, in the form of ``graded_at``. Unless it ``reads``, it only adds to the store.

        If ``strict``, nothing is taken that was graded while an essential protection did not hold.
        """
        self.to_grade: tuple[Work, ...] = ()  # what has to be graded of what was asked for last
        self._inner = inner
        self._store = store
        self._keys = keys
        self._started = started
        self._reads = reads
        self._strict = strict
        self._held: list[tuple[str, ...]] = []  # while what was taken from the store was graded
        self._is_in_use = False  # whether the engine behind has graded anything
        self._told = False
        self._protections: tuple[str, ...] | None = None  # that hold where the engine behind grades now
        self._facts: dict[str, ExerciseFacts] = {}  # those that the store has
        self._sources: dict[Work, tuple[FunctionSource, ...]] = {}

    def know(self, facts: Mapping[str, ExerciseFacts]) -> None:
        """Hands on what is known of some exercises."""
        self._inner.know(facts)

    def facts(self) -> EngineFacts:
        """What the engine behind says; for exercises that the store knows, it need not find out.

        The protections are those that held for every result, one that was taken from the store included.
        """
        self._tell_facts()
        told = self._inner.facts()
        self._keep_facts(told)
        held = [*self._held]
        if self._is_in_use or not held:
            held.append(told.isolation.protections)
        common = set(held[0]).intersection(*held[1:])
        protections = tuple(name for name in held[0] if name in common)
        return replace(told, isolation=Isolation(told.isolation.backend, protections))

    def grade(
        self, works: Sequence[Work], tell: Callable[[Sequence[Work]], None] | None = None, keep: Keep | None = None
    ) -> Iterator[tuple[Work, SubmissionResult]]:
        """Yields what is known first, then the rest as the engine behind yields it; see `Engine`."""
        if self._store is None:
            self.to_grade, self._is_in_use = tuple(works), True
            return self._inner.grade(works, tell, keep)
        self._tell_facts()
        found = self._split(works)
        self.to_grade = (*found.first, *(work for twins in found.twins.values() for work in twins))
        coming = self._graded(found.first, tell)
        return self._grade(found, coming, tell, keep)

    def close(self) -> None:
        """Ends what the engine behind started."""
        self._inner.close()

    def _graded(
        self, works: Sequence[Work], tell: Callable[[Sequence[Work]], None] | None
    ) -> Iterator[tuple[Work, SubmissionResult]]:
        """What the engine behind gives; if there is nothing to grade it is not asked, and starts nothing."""
        if not works:
            return iter(())
        self._is_in_use, self._protections = True, None  # it may start another kind of worker for these
        return self._inner.grade(works, tell, self._hear)

    def _grade(
        self,
        found: _Split,
        coming: Iterator[tuple[Work, SubmissionResult]],
        tell: Callable[[Sequence[Work]], None] | None,
        keep: Keep | None,
    ) -> Iterator[tuple[Work, SubmissionResult]]:
        for work, known in found.known:
            row = _unpacked_row(known) if isinstance(known, bytes) else known
            yield work, _handed(work, row.result, row.sources, keep, kept=True)
        alone: list[Work] = []  # whose twin's result need not be theirs
        for work, result in coming:
            sources = self._sources.pop(work, ())
            key = self._key(work)
            lasts = self._keep(key, result, sources)
            yield work, _handed(work, result, sources, keep)
            for twin in found.twins.pop(key, ()):
                if lasts:
                    yield twin, _handed(twin, result, sources, keep)
                else:
                    alone.append(twin)
        for work, result in self._graded(alone, tell):
            sources = self._sources.pop(work, ())
            self._keep(self._key(work), result, sources)
            yield work, _handed(work, result, sources, keep)

    def _keep_facts(self, told: EngineFacts) -> None:
        if self._store is None:
            return
        for name, facts in told.exercises.items():
            if self._facts.get(name) != facts and name in self._keys:
                self._facts[name] = facts
                self._store.put(self._keys[name].facts, _packed(json.dumps(msgspec.to_builtins(facts)).encode()))

    def _hear(self, work: Work, functions: tuple[FunctionSource, ...]) -> None:
        self._sources[work] = functions

    def _key(self, work: Work) -> str:
        return self._keys[work.exercise].of_work(work)

    def _tell_facts(self) -> None:
        """Tells the engine behind, once, what the store knows of the exercises."""
        if self._told or self._store is None:
            return
        self._told = True
        for name, keys in self._keys.items() if self._reads else ():
            value = self._store.get(keys.facts)
            if value is not None:
                try:
                    self._facts[name] = msgspec.convert(json.loads(_unpacked(value)), ExerciseFacts)
                except (ValueError, zlib.error) as error:
                    self._store.refuse(str(error))
        self._inner.know(self._facts)

    def _split(self, works: Sequence[Work]) -> _Split:
        assert self._store is not None, "without a store nothing is known"
        found, known = _Split(), dict[str, KeptRow | bytes]()
        renewed = self._store.renewed
        first: set[str] = set()
        for work in works:
            key = self._key(work)
            if key not in known and key not in first and self._reads:
                self._read(key, known)
            if key in known:
                found.known.append((work, known[key]))
            elif key in first:
                found.twins[key].append(work)
            else:
                first.add(key)
                found.first.append(work)
        if self._store.renewed > renewed:  # what was read before the damage showed is not in the new file
            for key, row in known.items():
                self._store.put(key, row if isinstance(row, bytes) else _packed_row(row))
        else:
            self._store.use(known)
        return found

    def _read(self, key: str, known: dict[str, KeptRow | bytes]) -> None:
        """Puts what the store has under a key to what is known, if it is a row that may be taken."""
        assert self._store is not None, "without a store nothing is read"
        value = self._store.get(key)
        if value is None:
            return
        try:
            row = _unpacked_row(value)
        except (ValueError, zlib.error) as error:
            self._store.refuse(" ".join(str(error).split())[:100])
            return
        if not self._strict or ESSENTIAL.issubset(row.held):
            known[key] = row if len(known) < KEPT_WHOLE else value
            if row.held not in self._held:
                self._held.append(row.held)

    def _keep(self, key: str, result: SubmissionResult, sources: tuple[FunctionSource, ...]) -> bool:
        """Keeps what is sure to come again, and says whether it is."""
        if not lasts(result):
            return False
        if self._protections is None:
            self._protections = self._inner.facts().isolation.protections
        assert self._store is not None, "without a store nothing is kept"
        bare = replace(result, student="", path=None, page="", sha256=None, graded_at=self._started)
        self._store.put(key, _packed_row(KeptRow(bare, sources, self._protections)))
        return True


def lasts(result: SubmissionResult) -> bool:
    """Whether the same file is sure to give the same result again.

    Not if the grader failed or a process crashed; and not if a time limit had a part in it, since every limit is one of wall
    time, which a busy machine reaches sooner.
    """
    outcomes = {check.outcome for check in result.checks} | {cell.outcome for cell in result.cells}
    return result.repeatable and result.status in _LASTING and not outcomes & _UNSURE


def _handed(
    work: Work, result: SubmissionResult, sources: tuple[FunctionSource, ...], keep: Keep | None, *, kept: bool = False
) -> SubmissionResult:
    """The result as that of a work, whose functions ``keep`` hears of."""
    if keep is not None:
        keep(work, sources)
    return replace(
        result,
        student=work.students[0], exercise=work.exercise, path=work.path, page="", sha256=work.sha256, kept=kept,
        repeatable=True,
    )  # fmt: skip


def _packed_row(row: KeptRow) -> bytes:
    return _packed(f"{json.dumps(row.held)}\n".encode() + to_answer(row.result, row.sources))


def _unpacked_row(value: bytes) -> KeptRow:
    """Raises ValueError and zlib.error for anything that `_packed_row` did not make."""
    held, _, answer = _unpacked(value).partition(b"\n")
    return KeptRow(*from_answer(answer), msgspec.convert(json.loads(held), tuple[str, ...]))


def _packed(data: bytes) -> bytes:
    return zlib.compress(data, 1)


def _unpacked(value: bytes) -> bytes:
    return zlib.decompress(value)
