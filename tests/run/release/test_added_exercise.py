"""The exercise that CONTRIBUTING shows is added to the course by files under ``solutions/`` alone, and graded."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from grader.course.course_toml import load_course
from grader.course.master import read_master, solution_text
from grader.engine.run import Request, Watching, score
from grader.release.write_exercises import release

ROOT = Path(__file__).parents[3]
ADDED = "06_fading"
SECTION = (
    (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Add an exercise\n")[2].partition("\n## ")[0]
)
FILES = dict(re.findall(r"^`([a-z0-9_/.]+)` .*?^```\w+\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the course and add what the page shows, and nothing else."""
    folder = tmp_path_factory.mktemp("course") / "solutions"
    shutil.copytree(ROOT / "solutions", folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in FILES.items():
        assert name == "course.toml" or not (folder / name).exists()
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{text}" if name == "course.toml" else text)
    return folder


@pytest.fixture(scope="module")
def rows(course: Path) -> dict[str, Any]:
    """Release the exercise, let three students hand it in, and grade them; give their rows by name."""
    exercises, folder = course.parent / "exercises", course.parent / "class"
    release(load_course(course), exercises)
    solution = solution_text(read_master(course / f"{ADDED}.py"))
    works = {
        "right.py": solution,
        "untouched.ipynb": (exercises / f"{ADDED}.ipynb").read_text(encoding="utf-8"),
        "untouched_too.py": (exercises / f"{ADDED}.py").read_text(encoding="utf-8"),
        "averages.py": solution.replace("return np.prod(z, axis=0)", "return sum(z) / len(z)"),
    }
    for name, text in works.items():
        student, _, kind = name.partition(".")
        (folder / student).mkdir(parents=True)
        (folder / student / f"{ADDED}.{kind}").write_text(text, encoding="utf-8")
    score(Request(folder, course.parent / "report", course=course, exercises=(ADDED,), jobs=1), Watching())
    document = json.loads((course.parent / "report" / "results.json").read_text(encoding="utf-8"))
    return {row["student"]: row for row in document["submissions"]}


def outcomes(row: dict[str, Any]) -> dict[str, str]:
    return {check["id"]: check["outcome"] for check in row["checks"]}


def test_the_page_shows_every_file_that_an_exercise_needs():
    assert list(FILES) == [
        f"{ADDED}.py",
        f"checks/check_{ADDED}.py",
        f"misconceptions/{ADDED}.py",
        "course.toml",
    ]


def test_the_solution_has_full_marks(rows: dict[str, Any]):
    row = rows["right"]

    assert (row["status"], row["points"], row["max_points"]) == ("graded", 2, 2)
    assert outcomes(row) == {"share_left_values": "passed"}


@pytest.mark.parametrize("student", ["untouched", "untouched_too"])
def test_the_stub_is_not_done_yet(student: str, rows: dict[str, Any]):
    assert rows[student]["points"] == 0
    assert outcomes(rows[student]) == {"share_left_values": "todo"}


def test_its_mistake_is_named_in_a_file_that_is_written_otherwise(rows: dict[str, Any]):
    (check,) = rows["averages"]["checks"]

    assert (check["outcome"], check["points"]) == ("failed", 0)
    assert check["misconception"] == {"id": "F1", "name": "the shares are averaged"}
