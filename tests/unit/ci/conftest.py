"""Made-up runs of the public checks of a whole course."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.ci.public_run import PublicRun, Spot
from grader.scores.records import Checked, CheckResult, Flag, Gap, Misconception, Outcome

MISTAKE = Misconception("X1", "the gate works the other way round")
GAP = Gap("blend(z=1.0)", "2.0", "-1.0")
ENDS = tuple(Outcome)


def check(ident: str, points: int = 2, outcome: Outcome = Outcome.PASSED, **fields: object) -> CheckResult:
    """Return a check's result; its title follows from its id."""
    reached = points if outcome is Outcome.PASSED else 0
    values = {"title": f"{ident.replace('_', ' ')} is right"} | fields
    return CheckResult(id=ident, points=reached, max_points=points, outcome=outcome, **values)


def wrong(ident: str, points: int = 2, **fields: object) -> CheckResult:
    """Return a check that failed with all that can be said about it."""
    values = {"message": f"{ident} differs.", "hint": "Set the gate to 1.", "gap": GAP} | fields
    return check(ident, points, Outcome.FAILED, **values)


def row(exercise: str, *results: CheckResult, notes: tuple[Flag, ...] = (), place: str = "") -> Checked:
    """Return what was found in one exercise."""
    return Checked(exercise, f"Title of {exercise}", place or f"{exercise}.py", notes, results, 10)


def run_of(*rows: Checked, folder: str = "/repository", lines: Mapping[str, int] | None = None) -> PublicRun:
    """Return a run in which every check has a place; ``lines`` gives the lines of some checks."""
    told = lines or {}
    spots = {
        (each.exercise, result.id): Spot(f"{folder}/{each.place}", told.get(result.id, 1))
        for each in rows
        for result in each.results
    }
    return PublicRun("GRUs for NLP", rows, spots)


def hostile_run(text: str) -> PublicRun:
    """Return a run with this text wherever a submission's may stand, and where a course's own words do."""
    gap = Gap(text, text, text)
    told = {"title": text, "message": text, "hint": text}
    results = (
        check("first_values", 1, **told),
        *(check(f"{end}_values", 2, end, gap=gap, counterexample=gap, cause=f"{end}", **told) for end in ENDS[:6]),
        check("seventh_values", 3, Outcome.FAILED, misconception=Misconception("X1", text), gap=gap, **told),
        check("eighth_values", 0, Outcome.TODO, **told),
    )
    notes = (Flag("note", text), Flag("syntax", text), Flag(text[:50], text))
    whole = Checked("01_made", text, text, notes, results, 10)
    unread = Checked(
        "02_made", text, text, (Flag("unreadable", text),), (check("it_reads", 4, Outcome.ERROR, **told),), 5
    )
    todo = Checked("03_made", text, text, (), (check("late_values", 4, Outcome.TODO, **told),), 5)
    run = run_of(whole, unread, todo, folder="/repository")
    return PublicRun(text, run.rows, run.spots)


def job(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of a job of GitHub Actions, whose files are there and empty."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"GITHUB_OUTPUT": folder / "output", "GITHUB_STEP_SUMMARY": folder / "summary"}
    for file in files.values():
        file.touch()
    known = {name: str(file) for name, file in files.items()}
    return {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": "/repository", **known, **more}
