"""A made-up class with everything that a report has to show."""

from __future__ import annotations

import hashlib
import random

import pytest

from grader.reports.student.shown import StudentView
from grader.reports.student.views import student_view
from grader.scores.records import (
    CellResult,
    CheckResult,
    ExerciseRecord,
    Flag,
    Gap,
    Isolation,
    KnownMistake,
    Misconception,
    Outcome,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
)
from grader.scores.totals import student_totals, tally

NAMES = [
    "ada-lovelace", "alan-turing", "barbara-liskov", "chen-wei", "dmitri-faddeev", "emmy-noether", "fatima-al-fihri",
    "grace-hopper", "hana-nováková", "ivan-petrov", "julia-robinson", "katherine-johnson", "lena-söderberg",
    "maryam-mirzakhani", "نور-الدين", "olga-ladyzhenskaya", "pavel-urysohn", "quinn", "rózsa-péter", "sofja",
    "tariq", "uma", "vera-rubin", "wes", "xavier", "李-小龙",
]  # fmt: skip

CHECKS = [
    ("squash_values", "The squashing function gives the right values", 1, False),
    ("squash_large_inputs", "Large inputs give no overflow warning", 1, False),
    ("keep_gate_terms", "The keep gate uses the input, the state and the bias", 2, False),
    ("keep_gate_values", "The keep gate is right for inputs drawn at random", 2, True),
    ("blend_keeps_the_past", "A high gate keeps the past", 1, False),
    ("blend_values", "The new state is right for inputs drawn at random", 3, True),
    ("step_composes", "One step composes its parts rightly", 3, False),
    ("step_values", "One step gives the right state", 2, True),
    ("step_leaves_inputs", "One step leaves its inputs as they were", 1, False),
    ("forward_composes", "The whole sequence is composed of steps", 3, False),
    ("forward_float32", "float32 in gives float32 out", 1, False),
]

MISTAKES = {
    "blend": Misconception("X1", "The gate works the other way round"),
    "keep": Misconception("X2", "The gate forgets its bias"),
    "squash": Misconception("X3", "The plain formula overflows for large inputs"),
}
EXPLAINED = (
    KnownMistake(
        "X1",
        "The gate works the other way round",
        "Many books write the blend with z on the new part. Show both forms side by side and say which one this course "
        "means: a gate near 1 keeps the past.",
    ),
    KnownMistake("X2", "The gate forgets its bias", "Ask what the gate gives when input and state are both zero."),
)
GAP = Gap(
    "blend(z (2, 3), h (2, 3), new (2, 3))",
    "[[0.88, -0.5, 1.], [0.25, 0., -1.]]",
    "[[0.12, -0.5, 1.], [0.75, 0., -1.]]",
)
SMALL = Gap("blend(z=[[1.0]], h=[[2.0]], new=[[-1.0]])", "[[2.]]", "[[-1.]]")


def result(at: int, outcome: Outcome = Outcome.PASSED, **fields: object) -> CheckResult:
    """Return a result of the made-up check number ``at``."""
    name, title, points, hidden = CHECKS[at]
    return CheckResult(name, title, points if outcome is Outcome.PASSED else 0, points, outcome, hidden, **fields)


def failed(at: int) -> CheckResult:
    """Return a check that failed with all that can be said about it."""
    mistake = MISTAKES.get(CHECKS[at][0].split("_")[0])
    return result(
        at,
        Outcome.FAILED,
        message="The numbers differ.",
        hint="Set the gate to 1 by hand. Which of the two states should come out: the old one or the new one?",
        misconception=mistake,
        gap=GAP,
        counterexample=SMALL,
        seconds=0.02,
    )


def graded(student: str, checks: tuple[CheckResult, ...], **fields: object) -> SubmissionResult:
    """Return a graded submission of the made-up exercise."""
    sums = tally(checks)
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()
    values = {
        "student": student, "exercise": "01_made_up", "path": f"{student}/01_made_up.py",
        "page": f"students/{digest[:12]}.html", "sha256": digest, "status": sums.status, "points": sums.points,
        "pending_points": sums.pending_points, "max_points": 20, "seconds": 0.1, "checks": checks,
    }  # fmt: skip
    return SubmissionResult(**(values | fields))


def without_checks(student: str, status: Status, **fields: object) -> SubmissionResult:
    """Return a submission that was not judged."""
    pending = 20 if status is Status.FAILED else 0
    path = None if status is Status.MISSING else f"{student}/01_made_up.py"
    sha256 = None if status is Status.MISSING else "0" * 64
    defaults = {"status": status, "points": 0, "pending_points": pending, "path": path, "sha256": sha256}
    return graded(student, (), **(defaults | fields))


def run(**fields: object) -> RunRecord:
    """Return the facts of a made-up run."""
    values = {
        "started": "2026-11-25T02:18:00Z", "seconds": 12.3, "seed": 987654321,
        "versions": {"grader": "0.1.0", "python": "3.11.2", "numpy": "2.1.0"},
        "isolation": Isolation("namespaces", ("landlock", "seccomp", "network", "limits")), "engine": "local",
        "jobs": 2, "course": "GRUs for NLP", "contact": "your teacher",
    }  # fmt: skip
    return RunRecord(**(values | fields))


def class_of(*submissions: SubmissionResult, **fields: object) -> Results:
    """Return results with these submissions."""
    values = {"run": run(), "exercises": (ExerciseRecord("01_made_up", "The gates in NumPy", 20),)}
    return Results(**(values | {"submissions": submissions} | fields))


def student_views(results: Results) -> dict[str, StudentView]:
    """What each student's page shows, under its path."""
    return {total.page: student_view(results, total) for total in student_totals(results)}


def _varied(number: int, name: str, dice: random.Random) -> SubmissionResult:
    checks = [result(at) for at in range(len(CHECKS))]
    for at in dice.sample(range(len(CHECKS)), min(len(CHECKS), int(dice.expovariate(0.45)))):
        checks[at] = failed(at)
    match number:
        case 0:
            return graded(name, tuple(result(at) for at in range(len(CHECKS))))
        case 1:
            kept = [failed(at) if at in {4, 5, 7} else result(at) for at in range(len(CHECKS))]
            message = "line 41: ValueError: operands could not be broadcast together with shapes (3,4) (6,)"
            raised = result(9, Outcome.ERROR, message=message, hint="Print both shapes just before that line.")
            flags = (Flag("renamed", "Read from “Copy of 01_made_up.ipynb”."),)
            cells = (CellResult(6, 3, Outcome.ERROR, "FileNotFoundError: reviews.csv"),)
            output = "epoch 1: 0.52\nepoch 2: 0.61\n<b>done</b>\n"
            path = f"{name}/Copy of 01_made_up.ipynb"
            return graded(name, (*kept[:9], raised, kept[10]), flags=flags, cells=cells, output=output, path=path)
        case 2:
            return graded(name, tuple(result(at, Outcome.TODO, message="TODO 2") for at in range(len(CHECKS))))
        case 3:
            return without_checks(name, Status.MISSING)
        case 4:
            flags = (Flag("unreadable", "The notebook is not valid JSON (line 12). Download it again."),)
            return without_checks(name, Status.UNREADABLE, flags=flags)
        case 5:
            return without_checks(name, Status.FAILED)
        case 6:
            checks[8] = result(8, Outcome.REVIEW)
            checks[3] = result(3, Outcome.TIMEOUT, message="It was stopped after 10 s.")
            return graded(name, tuple(checks), seconds=23.4)
        case 7:
            ends = [Outcome.CRASHED, Outcome.BLOCKED, Outcome.TIMEOUT]
            checks[:3] = [result(at, end, message="The process ended.") for at, end in enumerate(ends)]
            flags = (Flag("blocked", "It tried to open a network connection.", "squash_large_inputs"),)
            return graded(name, tuple(checks), flags=flags, seconds=4.2)
        case 8:
            flags = (Flag("unrecognised", "eda_titanic.ipynb fits no exercise."),)
            return without_checks(name, Status.MISSING, flags=flags)
    return graded(name, tuple(checks), seconds=round(dice.uniform(0.05, 0.9), 3))


def made_up() -> Results:
    """Return a class of 26 in which every state, outcome and flag occurs."""
    dice = random.Random(4)
    rows = [_varied(number, name, dice) for number, name in enumerate(NAMES)]
    facts = run(unplaced=("notes.txt", "__old__"))
    return class_of(*rows, run=facts, misconceptions=EXPLAINED)


@pytest.fixture
def everything() -> Results:
    """Give a class of 26 in which every state, outcome and flag occurs."""
    return made_up()
