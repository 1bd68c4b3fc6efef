"""A class graded without any process: the run is the real one, and what grades for it is made up."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from grader.engine import run as engine
from grader.engine.api import EngineFacts, Keep
from grader.engine.rows import blank, failed, graded
from grader.engine.run import Request, Scored, Watching, score
from grader.engine.shards import ShardNumber
from grader.sandbox import lockdown
from grader.scores.records import (
    CheckResult,
    Flag,
    FunctionSource,
    Graded,
    Isolation,
    KnownMistake,
    Outcome,
    SubmissionResult,
)
from grader.submissions.works import Found, Work, digest_of
from helpers.repository import SOLUTIONS

ONE, OTHER = "01_gates", "05_trace"
POINTS = 10
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
TOOK = re.compile(r'"seconds": [-0-9.e]+')


def work(exercise: str, content: str | None, *students: str, flags: tuple[Flag, ...] = ()) -> Work:
    """Make what students handed in together: a text, nothing (None) or something that can't be read (an empty text)."""
    if content is None:
        return Work(students, exercise)
    if not content:
        return Work(students, exercise, unreadable="it is no text")
    path = f"{students[0]}/{exercise}.py"
    return Work(students, exercise, Path(path), path, "script", digest_of(content.encode()), flags=flags)


def class_of(handed_in: Mapping[str, tuple[str | None, str | None]]) -> Found:
    """Make a class from what each student handed in for either exercise."""
    works = [
        work(exercise, content, student)
        for student, contents in sorted(handed_in.items())
        for exercise, content in zip((ONE, OTHER), contents, strict=True)
    ]
    return Found(tuple(sorted(handed_in)), tuple(works), unplaced=("notes.txt",), form="folders")


def text(results: str) -> str:
    """Take out of results.json how long it took."""
    return TOOK.sub('"seconds": 0', results)


@dataclass
class MadeUpEngine:
    """Grades by the digest: an even first digit is right, an odd one wrong and known; in ``faulty`` files it fails itself."""

    protections: tuple[str, ...] = ("network", "files")
    faulty: Collection[str] = ()
    stops_after: int | None = None
    graded: list[Work] = field(default_factory=list)

    def __call__(self, *_: object, **__: object) -> MadeUpEngine:
        """Stand where the class of an engine is called."""
        return self

    def __enter__(self) -> MadeUpEngine:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def facts(self) -> EngineFacts:
        held = self.protections if self.graded else ()
        mistakes = (KnownMistake("odd", "Odd", "It is odd."),)
        checks = {ONE: ("first",), OTHER: ("first",)}
        return EngineFacts("local", 2, dict.fromkeys(checks, POINTS), mistakes, Isolation("made up", held), checks)

    def grade(
        self, works: Sequence[Work], tell: Callable[[Sequence[Work]], None] | None = None, keep: Keep | None = None
    ) -> Iterator[tuple[Work, SubmissionResult]]:
        for number, each in enumerate(works):
            if number == self.stops_after:
                raise KeyboardInterrupt
            self.graded.append(each)
            row = blank(replace(each, flags=(), own_flags=()), each.students[0], POINTS)
            if each.sha256 in self.faulty:
                yield each, failed(row, "it fell over")
                continue
            if keep is not None:
                keep(each, (FunctionSource("f", None, 1, str(each.sha256), b"", b""),))
            right = int(str(each.sha256)[0], 16) % 2 == 0
            outcome = Outcome.PASSED if right else Outcome.FAILED
            check = CheckResult("first", "It is even", POINTS * right, POINTS, outcome, seconds=0.1)
            yield each, graded(row, Graded((check,), (Flag("note", "seen"),)))


@dataclass
class Grading:
    """Scores made-up classes into folders below one folder."""

    patch: pytest.MonkeyPatch
    root: Path

    def stand_in(self, found: Found, made_up: MadeUpEngine, minutes: int = 0) -> None:
        """Let every run find this class, grade it with a made-up engine, and start so many minutes after noon."""

        class Clock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return (NOON + timedelta(minutes=minutes)).astimezone(tz)

        @contextmanager
        def found_so(*_: object) -> Iterator[Found]:
            yield found

        self.patch.setattr(engine, "submissions_of", found_so)
        self.patch.setattr(engine, "Pool", made_up)
        self.patch.setattr(engine, "datetime", Clock)
        self.patch.setattr(engine, "announce", lambda *_, **__: None)
        self.patch.setattr(lockdown, "survey", lambda *_: lockdown.Plan(()))

    def score(
        self,
        name: str,
        found: Found,
        shard: tuple[int, int] | None = None,
        *,
        engine_: MadeUpEngine | None = None,
        seed: int | None = 7,
        exercises: tuple[str, ...] = (ONE, OTHER),
        course: Path = SOLUTIONS,
    ) -> Scored:
        """Run the real ``score`` on a class; a run starts at noon, and each shard a minute after the one before."""
        self.stand_in(found, engine_ or MadeUpEngine(), shard[0] - 1 if shard else 0)
        number = None if shard is None else ShardNumber(*shard)
        request = Request(
            Path("class"), self.root / name, course=course, exercises=exercises, seed=seed, shard=number, keeps=False
        )
        return score(request, Watching())

    def parts(self, found: Found, of: int, **options: object) -> list[Path]:
        """Score all shards of a class, and give their folders."""
        for index in range(1, of + 1):
            self.score(f"part-{index}", found, (index, of), **options)  # type: ignore[arg-type]
        return [self.root / f"part-{index}" for index in range(1, of + 1)]
