"""Makes one run of the shards of a class: the results that a single run would have given, but for its times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.engine.folder import RESULTS, open_run, refuse_busy, unbroken
from grader.engine.judged import judged
from grader.engine.shards import MOST_SHARDS
from grader.errors import UsageError
from grader.reports import harmless
from grader.reports.unheld_words import unheld_lines
from grader.reports.words import and_so
from grader.scores.decisions import DECISIONS, append_decisions, read_decisions
from grader.scores.kept_sources import SOURCES, KeptSources, read_kept
from grader.scores.packed_rows import GrowingRows
from grader.scores.read_run import read_record, read_run
from grader.scores.records import Isolation, Status
from grader.scores.results import in_order
from grader.scores.row_heads import heads_of
from grader.scores.settle import fallen, row_as_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from grader.engine.folder import RunFolder
    from grader.scores.records import Adjustment, Results, RunRecord, Shard, VoidCheck
    from grader.scores.row_heads import Head
    from grader.scores.settle import NotApplied

_NAMED = 8  # missing shards that one line names


@dataclass(frozen=True, slots=True)
class ClassPart:
    """A shard's folder, and what its results say of its run."""

    folder: Path
    run: RunRecord
    shard: Shard


@dataclass(frozen=True, slots=True)
class MergedRun:
    """The results that were written, and lines that the teacher should know, on decisions and isolation."""

    results: Results
    told: tuple[str, ...]


def merge_parts(out: Path, folders: Sequence[Path], *, with_failed: bool = False) -> MergedRun:
    """Bring the shards in these folders together in ``out``, as if one run had graded the class into it.

    ``with_failed`` takes parts in which the grader itself failed on some work; its points stay open. What people decided in a
    part comes along. Parts that were merged before change nothing. Raises UsageError, in one line, before anything is written if
    these are not all shards of one run or ``out`` can't take them; OutputError.
    """
    parts = _read(out, folders)
    _refuse_strangers(parts)
    _refuse_incomplete(parts)
    found = _together(parts, with_failed=with_failed)
    sources = KeptSources()
    for part in parts:
        sources.update(_sources_of(part))
    with open_run(out) as folder, unbroken():
        earlier = folder.results()
        results, told, lapsed = _judged(folder, earlier, found, parts)
        folder.keep_seed(results.run.seed)
        try:
            if earlier == results:  # else history would hold the same run twice
                folder.write_again(results, sources, lapsed=lapsed)
            else:
                folder.write(results, sources, interrupted=False, lapsed=lapsed)
        except ValueError as error:  # somebody edited a part
            raise UsageError(f"The parts can't be merged: {error}. Score them again.") from None
    return MergedRun(results, told)


def _read(out: Path, folders: Sequence[Path]) -> list[ClassPart]:
    """The parts in the order of their shards; raises UsageError for a folder that is none, or named twice."""
    known = {out.resolve(): out}
    parts = []
    for folder in folders:
        place = folder.resolve()
        if place == out.resolve():
            raise UsageError(f"{folder} is a part and OUT at once; name another folder for the whole, first of all.")
        if place in known:
            raise UsageError(f"{folder} is named twice; name each part once.")
        known[place] = folder
        refuse_busy(folder)
        run = read_record(folder / RESULTS) or read_run(folder).run
        shard = run.shard
        if shard is None or not 1 <= shard.index <= shard.of <= MOST_SHARDS:
            raise UsageError(f"{folder} is no part of a class: it was scored without --shard. Leave it out.")
        parts.append(ClassPart(folder, run, shard))
    return sorted(parts, key=lambda part: (part.shard.of, part.shard.index))


def _refuse_strangers(parts: Sequence[ClassPart]) -> None:
    """Raises UsageError, which names two parts, if they are not of one run."""
    questions: tuple[tuple[Callable[[ClassPart], object], str], ...] = (
        (lambda part: part.shard.of, "is one of another number of shards than"),
        (lambda part: part.run.seed, "has another seed than"),
        (lambda part: part.shard.course_digest, "was graded with another course than"),
        (lambda part: part.shard.grader_digest, "was graded by another grader than"),
        (lambda part: part.run.versions, "was graded with other versions of packages than"),
        (lambda part: part.run.asked, "was asked for other exercises than"),
        (lambda part: part.shard.class_digest, "found another class than"),
    )
    first = parts[0]
    for ask, differs in questions:
        for part in parts[1:]:
            if ask(part) != ask(first):
                raise UsageError(f"{part.folder} {differs} {first.folder}: score one of them again as the other was.")


def _refuse_incomplete(parts: Sequence[ClassPart]) -> None:
    """Raises UsageError for a shard that is there twice, or not at all."""
    there: dict[int, ClassPart] = {}
    for part in parts:
        other = there.setdefault(part.shard.index, part)
        if other is not part:
            name = f"{part.shard.index}/{part.shard.of}"
            raise UsageError(f"{other.folder} and {part.folder} are both shard {name}: leave one of them out.")
    of = parts[0].shard.of
    missing = [f"{index}/{of}" for index in range(1, of + 1) if index not in there]
    if missing:
        more = [f"{len(missing) - _NAMED:,} more"] if len(missing) > _NAMED else []
        which = and_so([*missing[:_NAMED], *more])
        are = "Shard {} is" if len(missing) == 1 else "Shards {} are"
        raise UsageError(f"{are.format(which)} not among the parts: score what is missing, and name all {of} folders.")


def _refuse_unfinished(part: ClassPart, rows: Sequence[Head], *, with_failed: bool) -> None:
    """Raises UsageError for a part that was interrupted, or in which the grader itself failed on some work."""
    again = f"score shard {part.shard.index}/{part.shard.of} into it again"
    left = sum(row.is_ungraded and not row.is_elsewhere for row in rows)
    if left:
        raise UsageError(f"{part.folder} was interrupted, {left:,} of its rows are not graded: {again}.")
    failed = sum(map(_is_failed, rows))
    if (failed or part.run.faults) and not with_failed:
        raise UsageError(
            f"{part.folder}: the grader itself failed on {failed:,} of its rows: {again}, or merge --with-failed, which leaves "
            "their points open."
        )


def _is_failed(row: Head) -> bool:
    return row.status is Status.FAILED and not row.is_ungraded


def _sources_of(part: ClassPart) -> KeptSources:
    sources = read_kept(part.folder)
    if sources is None:
        raise UsageError(f"{part.folder} has no {SOURCES}, which its run wrote last: score that shard again.")
    return sources


def _together(parts: Sequence[ClassPart], *, with_failed: bool) -> Results:
    """The results of all parts as those of one run, as the grader found them; raises UsageError if they don't fit together.

    One part after the other is read, so that a large class fits into memory.
    """
    started = min(part.run.started for part in parts)
    rows = GrowingRows()
    there: dict[tuple[str, str], tuple[int, ClassPart]] = {}
    walls: list[Isolation] = []
    for part in parts:
        results = read_run(part.folder)
        heads = heads_of(results.submissions)
        _refuse_unfinished(part, heads, with_failed=with_failed)
        if any(row.status in {Status.GRADED, Status.REVIEW} for row in heads):
            walls.append(part.run.isolation)  # a part that graded nothing started no worker, so it has none
        for row in map(row_as_found, results.submissions):
            if row.is_elsewhere:
                continue
            key = (row.student, row.exercise)
            if row.graded_at == part.run.started:
                row = replace(row, graded_at=started)
            if key not in there:
                there[key] = (len(rows), part)
                rows.add(row)
            elif rows[there[key][0]] != row:  # one that is missing may stand in several parts
                raise UsageError(
                    f"{there[key][1].folder} and {part.folder} both hold {harmless.line(row.exercise)} of "
                    f"{harmless.name(row.student)}, and differently: score both again."
                )
    if len(there) != parts[0].shard.rows:
        raise UsageError(
            f"The parts hold {len(there):,} of the class's {parts[0].shard.rows:,} rows: somebody changed one. Score them again."
        )
    whole = in_order(replace(results, submissions=rows.rows()))
    failed = (at for at, row in enumerate(heads_of(whole.submissions)) if _is_failed(row))
    faults = tuple(
        f"{row.student}, {row.exercise}: {row.flags[-1].message}" for row in map(whole.submissions.__getitem__, failed)
    )
    run = _run_of(parts, _weakest(walls or [part.run.isolation for part in parts]))
    return replace(whole, run=replace(run, started=started, faults=faults))


def _run_of(parts: Sequence[ClassPart], isolation: Isolation) -> RunRecord:
    """What is said of the whole: as if the parts had run one after the other, behind the walls that all of them had."""
    runs = [part.run for part in parts]
    return replace(
        runs[0],
        seconds=round(sum(run.seconds for run in runs), 3),
        engine=" and ".join(sorted({run.engine for run in runs})),
        jobs=max(run.jobs for run in runs),
        isolation=isolation,
        kept=sum(run.kept for run in runs),
        shard=None,
        nodes=tuple(dict.fromkeys(node for run in runs for node in run.nodes)),
    )


def _weakest(found: Sequence[Isolation]) -> Isolation:
    """What held in all: the protections that all name, behind the backends that there were."""
    held = set.intersection(*(set(each.protections) for each in found))
    protections = tuple(name for name in found[0].protections if name in held)
    return Isolation(" and ".join(sorted({each.backend for each in found})), protections)


def _judged(
    folder: RunFolder, earlier: Results | None, found: Results, parts: Sequence[ClassPart]
) -> tuple[Results, tuple[str, ...], tuple[NotApplied, ...]]:
    """The results with what people and the course decided, in a part or here; lines that the teacher should know; what lapsed."""
    others = {each.id for each in earlier.exercises} - {each.id for each in found.exercises} if earlier else set()
    if others and found.run.asked:
        raise UsageError(
            f"{folder.path / RESULTS} holds exercises that the parts do not ({', '.join(sorted(others))}); name another folder."
        )
    told = []
    here = read_decisions(folder.path)
    known = set(here.adjustments)
    added: list[Adjustment] = []
    for part in parts:
        theirs = read_decisions(part.folder)
        if theirs.unreadable:
            told.append(f"{part.folder / DECISIONS} has lines that can't be read; nothing is decided there.")
        added += [each for each in theirs.adjustments if each not in known]
        known.update(theirs.adjustments)
    append_decisions(folder.path, added)
    decided = read_decisions(folder.path)
    results = judged(found, decided, _void(parts, earlier.run.void if earlier else ()))
    if any(part.run.isolation.protections and part.run.isolation != found.run.isolation for part in parts):
        told.append("The parts were not isolated alike; the results name the protections that held in all of them.")
    lapsed = fallen(results, decided.adjustments)
    return results, (*told, *unheld_lines(results, decided)), lapsed


def _void(parts: Sequence[ClassPart], before: Iterable[VoidCheck]) -> tuple[VoidCheck, ...]:
    """The checks that the course does not count, each since it was void here or in one of the parts."""
    since: dict[tuple[str, str], str] = {}
    for part in parts:
        for each in part.run.void:
            key = (each.exercise, each.check)
            since[key] = min(each.since, since.get(key, each.since))
    since |= {(each.exercise, each.check): each.since for each in before if (each.exercise, each.check) in since}
    return tuple(replace(each, since=since[each.exercise, each.check]) for each in parts[0].run.void)
