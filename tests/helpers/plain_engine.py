"""An engine that starts nothing: what it gives for a file follows from its bytes and the seed, so that runs can be compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader.engine.api import EngineFacts, ExerciseFacts, Keep
from grader.engine.rows import blank, graded
from grader.sandbox import lockdown
from grader.scores.records import CheckResult, Flag, FunctionSource, Graded, Isolation, KnownMistake, Outcome
from grader.scores.records import SubmissionResult as Row
from grader.submissions.works import Work

FACTS = ExerciseFacts(10, (KnownMistake("m", "a mistake", "it is wrong"),), ("f",))


@dataclass
class PlainEngine:
    """Grades works in their order; ``before`` is called with each work that is going to be graded."""

    names: Sequence[str]
    seed: int = 7
    before: Callable[[Work], None] = lambda _work: None
    made: Callable[[Work, Row], Row] = lambda _work, row: row
    held: tuple[str, ...] = tuple(lockdown.LAYERS)
    graded: list[Work] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # the exercises that nobody told it of
    known: dict[str, ExerciseFacts] = field(default_factory=dict)

    def __enter__(self) -> PlainEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def know(self, facts: Mapping[str, ExerciseFacts]) -> None:
        """Take what is known."""
        self.known |= facts

    def facts(self) -> EngineFacts:
        """Tell the same of each exercise."""
        self.asked += [name for name in self.names if name not in self.known]
        self.known |= {name: FACTS for name in self.names if name not in self.known}
        isolation = Isolation("made up", self.held if self.graded else ())
        points = dict.fromkeys(self.names, FACTS.max_points)
        checks = dict.fromkeys(self.names, FACTS.checks)
        return EngineFacts("plain", 1, points, FACTS.mistakes, isolation, checks, self.known)

    def grade(
        self, works: Sequence[Work], tell: Callable[[Sequence[Work]], None] | None = None, keep: Keep | None = None
    ) -> Iterator[tuple[Work, Row]]:
        """Give points by the file's bytes."""
        for work in works:
            if tell is not None:
                tell([work])
            self.before(work)
            self.graded.append(work)
            row = self.made(work, self.row(work))
            if keep is not None:
                keep(work, (FunctionSource("f", None, 1, work.read().decode(), b"", b""),))
            yield work, row

    def row(self, work: Work) -> Row:
        """What a file is worth."""
        points = hashlib.sha256(work.read() + str(self.seed).encode()).digest()[0] % 11
        outcome = Outcome.PASSED if points == FACTS.max_points else Outcome.FAILED
        check = CheckResult("f", "f is right", points if points == 10 else 0, 10, outcome, message=f"{points} \ud800")
        row = blank(replace(work, flags=(), own_flags=()), work.students[0], FACTS.max_points)
        return graded(row, Graded((check,), (Flag("note", "by the bench"),), output="said"))

    def close(self) -> None:
        """There is nothing to end."""


def comparable(out: Path) -> dict[str, Any]:
    """What a run left, without times and without what was kept."""
    results: dict[str, Any] = json.loads((out / "results.json").read_text(encoding="utf-8"))
    for name in ("started", "seconds", "kept"):
        results["run"].pop(name, None)
    for row in results["submissions"]:
        for name in ("graded_at", "seconds", "kept"):
            row.pop(name, None)
        for check in row["checks"]:
            check.pop("seconds")
    results["gradebook"] = (out / "gradebook.csv").read_text(encoding="utf-8")
    results["sources"] = (out / "sources.jsonl").read_text(encoding="utf-8")
    return results
