"""Works of a made-up class, with the functions that a worker would have told of their texts."""

from __future__ import annotations

import hashlib

from grader.course.course_toml import load_course
from grader.course.signature import signature, stub_grams
from grader.scores.kept_sources import WorkSource, less_the_stub
from grader.scores.records import (
    CheckResult,
    ExerciseRecord,
    FunctionSource,
    Isolation,
    Person,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
)
from grader.source.fingerprints import fingerprints
from grader.source.read_source import read_source
from helpers.repository import SOLUTIONS

EXERCISE = next(each for each in load_course(SOLUTIONS).exercises if each.id == "01_gates")


def functions(text: str) -> tuple[FunctionSource, ...]:
    """Return the functions of a text as a run keeps them; the text is our own, so it may be parsed here."""
    known = signature(EXERCISE)
    found = fingerprints(read_source(text.encode("utf-8", "replace"), "script", "mine.py"), known.names, known.stub)
    made = [FunctionSource(e.name, e.cell, e.line, e.text, e.grams, e.spans, e.helper) for e in found]
    return less_the_stub(made, stub_grams(EXERCISE))


def row(
    student: str, text: str, *checks: CheckResult, exercise: str = EXERCISE.id, **fields: object
) -> SubmissionResult:
    """Return the row of a file with this text."""
    page = f"students/{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}.html"
    values = {
        "student": student, "exercise": exercise, "path": f"{student}/{exercise}.py", "page": page,
        "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), "status": Status.GRADED, "points": 0,
        "pending_points": 0, "max_points": 30, "seconds": 0.1, "checks": checks,
    }  # fmt: skip
    return SubmissionResult(**(values | fields))


def results(*rows: SubmissionResult, roster: tuple[Person, ...] = ()) -> Results:
    """Return the results of a run over these rows."""
    run = RunRecord("2026-11-25T02:18:00Z", 1.0, 7, {}, Isolation("none", ()), "local", 1, course="GRU lesson")
    exercises = (
        ExerciseRecord(EXERCISE.id, "A GRU in seven functions", 30),
        ExerciseRecord("04_theory", "Six questions", 15),
    )
    return Results(run, exercises, rows, roster=roster)


def kept(texts: dict[str, str]) -> dict[tuple[str, str], WorkSource]:
    """Return what a run keeps of files with these texts, by student, as a command reads it."""
    made = [WorkSource(EXERCISE.id, row(name, text).sha256 or "", functions(text)) for name, text in texts.items()]
    return {(each.exercise, each.sha256): each for each in made}
