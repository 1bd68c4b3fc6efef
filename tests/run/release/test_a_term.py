"""A term with a small class: stubs, pushes, clones, platforms' zips, grading and export. A mark is the same at every step."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader import cli
from helpers.repository import SOLUTIONS
from helpers.scored import Scored, score
from helpers.shared import made_once
from helpers.workflow_runner import JobRun, bare_python, run_workflow

WORKFLOW = ".github/workflows/grade.yml"
PEOPLE = {  # student: name, GitHub login, Canvas' number
    "ada": ("Ada Lovelace", "ada-l", 7001),
    "bob": ("Robert Noyce", "Bob-N", 7002),
    "cleo": ("Cleo Byte", "cleo", 7003),
    "dan": ("Dan Ingalls", "dan", 7004),
    "eve": ("Eve Absent", "eve", 7005),
}
HANDED_IN = ("ada", "bob", "cleo", "dan")  # cleo pushes the stubs as they are, and eve nothing
SWAPPED = ("return z * h + (1 - z) * h_tilde", "return (1 - z) * h + z * h_tilde")
GRADEBOOK = "Student,ID,SIS User ID,SIS Login ID,Section,GRUs for NLP (4711)\r\n    Points Possible,,,,,57\r\n"


@dataclass(frozen=True)
class Term:
    """What a term left behind: ``pushed`` has a repository a student, ``out`` the course's template and roster."""

    out: Path

    @property
    def pushed(self) -> Path:
        return self.out / "pushed"

    @property
    def roster(self) -> Path:
        return self.out / "roster.csv"


def work_of(student: str, solved: Path) -> dict[str, str]:
    """What a student puts in the place of the stubs."""
    gates = (SOLUTIONS / "01_gates.py").read_text(encoding="utf-8")
    assert SWAPPED[0] in gates
    files = {
        "ada": {path.name: path.read_text(encoding="utf-8") for path in solved.glob("*.ipynb")},
        "bob": {"01_gates.py": gates.replace(*SWAPPED)},
        "cleo": {},
        "dan": {"my trace.py": (solved / "05_trace.py").read_text(encoding="utf-8")},
    }
    return files[student]


@pytest.fixture(scope="session")
def term(tmp_path_factory: pytest.TempPathFactory, light_templates: Path) -> Term:
    """Let everybody take the template and work in it, and write the roster."""

    def make(out: Path) -> None:
        for student in HANDED_IN:
            repository = out / "pushed" / f"gru-{PEOPLE[student][1]}"
            shutil.copytree(light_templates / "github", repository)
            for name, text in work_of(student, light_templates / "solved").items():
                (repository / name).write_text(text, encoding="utf-8")
        rows = [
            f"{student},{name},{student}@uni.edu,{login},{number}" for student, (name, login, number) in PEOPLE.items()
        ]
        (out / "roster.csv").write_text("\n".join(["student,name,email,github,lms_id", *rows, ""]), encoding="utf-8")

    return Term(made_once(tmp_path_factory, "term", make))


@pytest.fixture(scope="session")
def jobs(term: Term, tmp_path_factory: pytest.TempPathFactory) -> dict[str, JobRun]:
    """Run the template's workflow on everybody's push."""
    python = bare_python(tmp_path_factory.mktemp("python"), ("tensorflow", "keras"))
    return {
        student: run_workflow(
            term.pushed / f"gru-{PEOPLE[student][1]}", WORKFLOW, python, tmp_path_factory.mktemp(student)
        )
        for student in HANDED_IN
    }


@pytest.fixture(scope="session")
def graded(term: Term, light_templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Scored]:
    """Grade what came from somewhere, with the roster."""

    def grade(came: Path) -> Scored:
        out = tmp_path_factory.mktemp("out")
        return score(came, out, "--roster", str(term.roster), course=light_templates / "course" / "solutions")

    return grade


@pytest.fixture(scope="session")
def clones(term: Term, graded: Callable[[Path], Scored]) -> Scored:
    """Grade the clones of all repositories: the marks that count."""
    return graded(term.pushed)


def marks(scored: Scored) -> dict[tuple[str, str], Any]:
    """What everybody got in each exercise, check by check."""
    return {
        which: (row["status"], row["points"], row["pending_points"], [(c["id"], c["points"]) for c in row["checks"]])
        for which, row in scored.rows.items()
    }


def totals(scored: Scored) -> dict[str, int]:
    found = dict.fromkeys(PEOPLE, 0)
    for (_, student), row in scored.rows.items():
        found[student] += row["points"]
    return found


def test_everybody_on_the_roster_has_rows_and_the_marks_differ(clones: Scored) -> None:
    assert {student for _, student in clones.rows} == set(PEOPLE)
    found = totals(clones)
    assert found["ada"] > found["bob"] > found["dan"] > 0
    assert (found["cleo"], found["eve"]) == (0, 0)
    assert {row["status"] for (_, student), row in clones.rows.items() if student == "eve"} == {"missing"}


@pytest.mark.parametrize("student", HANDED_IN)
def test_a_push_shows_the_points_that_grading_gives_for_the_public_checks(
    student: str, jobs: dict[str, JobRun], clones: Scored
) -> None:
    public = [
        check
        for (_, whose), row in clones.rows.items()
        for check in row["checks"]
        if whose == student and not check["hidden"] and row["exercise"] != "04_theory"
    ]
    told = jobs[student].outputs["public"]
    assert int(told["points"]) == sum(check["points"] for check in public), jobs[student].log
    assert (jobs[student].code == 0) == (student == "ada")
    assert "::error file=01_gates.py" in jobs["bob"].log


def own_files(term: Term, student: str) -> dict[str, bytes]:
    """What a student uploads to a platform: the files that they worked in."""
    repository = term.pushed / f"gru-{PEOPLE[student][1]}"
    chosen = {"ada": "*.ipynb", "bob": "01_gates.py", "cleo": "*.py", "dan": "my trace.py"}[student]
    return {path.name: path.read_bytes() for path in sorted(repository.glob(chosen))}


def canvas_members(term: Term) -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    for student in HANDED_IN:
        name, _, number = PEOPLE[student]
        shown = "".join(reversed(name.lower().split()))
        for at, (file, data) in enumerate(own_files(term, student).items()):
            members[f"{shown}_{number}_{90_000 + at}_{file}"] = data
    return members


def moodle_members(term: Term) -> dict[str, bytes]:
    return {
        f"{PEOPLE[student][0]}_{200 + at}_assignsubmission_file/{file}": data
        for at, student in enumerate(HANDED_IN)
        for file, data in own_files(term, student).items()
    }


def gradescope_members(term: Term) -> dict[str, bytes]:
    submissions: dict[str, Any] = {}
    members: dict[str, bytes] = {}
    for at, student in enumerate(HANDED_IN):
        folder = f"submission_{500 + at}"
        person = {":name": PEOPLE[student][0], ":sid": "", ":email": f"{student}@uni.edu"}
        submissions[folder] = {":submitters": [person], ":created_at": "2026-06-01 12:00:00 Z"}
        members |= {f"{folder}/{file}": data for file, data in own_files(term, student).items()}
    members["submission_metadata.yml"] = yaml.safe_dump(submissions).encode()
    return {f"assignment_1_export/{name}": data for name, data in members.items()}


@pytest.mark.parametrize("members", [canvas_members, moodle_members, gradescope_members])
def test_a_platforms_zip_gives_the_marks_of_the_clones(
    members: Callable[[Term], dict[str, bytes]],
    term: Term,
    graded: Callable[[Path], Scored],
    clones: Scored,
    tmp_path: Path,
) -> None:
    """Only who handed in a stub for what others left out has rows of another kind, with the same points."""
    file = tmp_path / "submissions.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members(term).items():
            archive.writestr(name, data)
    found = graded(file)
    assert found.rows.keys() == clones.rows.keys()
    assert totals(found) == totals(clones)
    handed_in = {which: mark for which, mark in marks(found).items() if mark[0] != "missing"}
    assert handed_in == {which: marks(clones)[which] for which in handed_in}
    assert {student for _, student in handed_in} == set(HANDED_IN)


def test_the_marks_arrive_in_the_gradebook_that_canvas_exported(clones: Scored, tmp_path: Path) -> None:
    rows = [f'"{name}",{number},,{student},GRU,' for student, (name, _, number) in PEOPLE.items()]
    template = tmp_path / "grades.csv"
    template.write_bytes((GRADEBOOK + "\r\n".join(rows) + "\r\n").encode())
    words = ["export", str(clones.out), "--format", "canvas", "--template", str(template)]
    filled = tmp_path / "filled.csv"

    assert cli.main([*words, "--write", str(filled)]) == 2, "ada's answers wait for a person"
    assert not filled.exists()
    assert cli.main([*words, "--pending", "settled", "--write", str(filled)]) == 0
    *_, column = zip(*csv.reader(io.StringIO(filled.read_text(encoding="utf-8"))), strict=True)
    assert column[2:] == (*(str(totals(clones)[student]) for student in HANDED_IN), "")


def test_classroom_50_shows_the_same_points_and_its_download_gives_the_same_marks(
    term: Term, jobs: dict[str, JobRun], graded: Callable[[Path], Scored], clones: Scored, tmp_path: Path
) -> None:
    """Its result is made of the points of the same command; the download lays the repositories out in its own way."""
    for student in HANDED_IN:
        repository = tmp_path / "download" / f"nlp-gru-{PEOPLE[student][1]}"
        shutil.copytree(term.pushed / f"gru-{PEOPLE[student][1]}", repository)
        points, most = (int(jobs[student].outputs["public"][key]) for key in ("points", "max_points"))
        result = {
            "schema": "classroom50/result/v1", "classroom": "nlp", "assignment": "gru",
            "assignment_type": "individual", "owner": PEOPLE[student][1], "submission": "submit/1", "commit": "c",
            "release": "r", "review": "v", "datetime": "2026-06-01T12:00:00Z", "score": points, "max-score": most,
            "tests": [],
        }  # fmt: skip
        entry = {"submission_tag": "submit/1", "result": result}
        told = {"schema": "classroom50/results/v1", "results": [entry]}
        (repository / "result.json").write_text(json.dumps(result), encoding="utf-8")
        (repository / "results.json").write_text(json.dumps(told), encoding="utf-8")
    found = graded(tmp_path / "download")
    assert totals(found) == totals(clones)
