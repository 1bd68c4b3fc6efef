"""A run with a roster: who is on it has a row and a page, who is not is named, and a group's file is graded once for all members."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from grader.reports.pages import GENERATOR

from .conftest import ROOT

EXERCISE = "01_gates"
SOLUTION = (ROOT / "solutions" / f"{EXERCISE}.py").read_text(encoding="utf-8")
STUB = (ROOT / "exercises" / f"{EXERCISE}.py").read_text(encoding="utf-8")
ROSTER = """\
student;name;github;group
kim;Kim <b>Lee</b>;kim-gh;Team 1
leo;Léo Müller;leo-gh;Team 1
=zoe;Zoë;zoe-gh;
../../x;=cmd|x;x-gh;
"""


class Run(NamedTuple):
    """What a run printed and wrote."""

    said: subprocess.CompletedProcess[str]
    out: Path

    @property
    def results(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads((self.out / "results.json").read_text(encoding="utf-8"))
        return read

    @property
    def rows(self) -> dict[tuple[str, str], dict[str, Any]]:
        return {(row["student"], row["exercise"]): row for row in self.results["submissions"]}

    @property
    def page(self) -> str:
        return (self.out / "index.html").read_text(encoding="utf-8")


def hand_in(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"gru-{name.replace('_', '-')}").mkdir(parents=True)
        (folder / f"gru-{name.replace('_', '-')}" / f"{EXERCISE}.py").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def ran(typed: Any, tmp_path: Path) -> Run:
    """Grade a class of clones in one exercise, by a roster as Excel saves it, where a page of an earlier run still is."""
    folder = hand_in(tmp_path / "class", leo_gh=SOLUTION + "\n\nLEOS = 1\n", zoe_gh=STUB, max=SOLUTION)
    (folder / "team-1").mkdir()
    (folder / "team-1" / f"{EXERCISE}.py").write_text(SOLUTION, encoding="utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_bytes(ROSTER.encode("cp1252"))
    out = tmp_path / "out"
    (out / "students").mkdir(parents=True)
    (out / "students" / "gru-kim-gh.html").write_text(GENERATOR)
    said = typed("score", folder, "--out", out, "--exercise", EXERCISE, "--jobs", 2, "--roster", roster)
    assert said.returncode == 0, said.stderr
    return Run(said, out)


def test_a_class_is_graded_by_its_roster(ran: Run) -> None:
    """One run, looked at from all sides: results, gradebook, pages and terminal."""
    students = ["../../x", "=zoe", "gru-max", "kim", "leo"]
    rows = {student: ran.rows[student, EXERCISE] for student in students}
    assert len(ran.rows) == len(students)
    assert [rows[each]["status"] for each in students] == ["missing", "graded", "graded", "graded", "graded"]
    assert [rows[each]["points"] for each in students] == [0, 0, 30, 30, 30]
    assert {who: row.get("group") for who, row in rows.items() if "group" in row} == {"kim": "Team 1"}
    assert [rows[who]["path"] for who in ("kim", "leo")] == [f"{who}/{EXERCISE}.py" for who in ("team-1", "gru-leo-gh")]
    assert [flag["kind"] for flag in rows["leo"]["flags"]] == ["group"]
    assert ran.results["roster"][1] == {
        "student": "leo", "name": "Léo Müller", "email": "", "github": "leo-gh", "lms_id": "", "group": "Team 1",
    }  # fmt: skip
    assert ran.results["run"]["not_listed"] == [{"student": "gru-max", "why": "nobody on the roster is called so"}]

    with (ran.out / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        book = list(csv.DictReader(file))
    assert [row["student"] for row in book] == ["../../x", "'=zoe", "gru-max", "kim", "leo"]
    assert list(book[0]) == ["student", EXERCISE, "total", "pending", "max"]

    pages = {file.name for file in (ran.out / "students").iterdir()}
    assert pages == {row["page"].removeprefix("students/") for row in rows.values()}, "those of other ids are gone"
    assert not list(ran.out.parent.glob("x*"))
    texts = {who: (ran.out / row["page"]).read_text(encoding="utf-8") for who, row in rows.items()}
    assert "This was handed in for the group Team 1." in texts["kim"]
    assert "handed in alone" in texts["leo"]
    assert not any(name in texts[who] for who in texts for name in ("Zoë", "Kim", "Léo"))

    assert "<b>Lee" not in ran.page
    assert "Kim &lt;b&gt;Lee&lt;/b&gt;" in ran.page
    assert "4 on the roster, 3 handed in, 1 not on the roster." in ran.page
    assert 0 < ran.page.index("Not on the roster") < ran.page.index("Needs a person</h2>") < ran.page.index("=cmd|x")

    lines = ran.said.stdout.splitlines()
    assert "  4 on the roster, 3 handed in, 1 not on the roster: gru-max" in lines
    assert f"  nothing handed in for {EXERCISE}: ../../x (=cmd|x)" in lines
    assert lines[-2:] == [
        "1 student is not on the roster:",
        "  gru-max: nobody on the roster is called so",
    ]


def test_a_roster_that_cannot_be_used_is_one_line_before_anything_is_run(typed: Any, tmp_path: Path) -> None:
    folder = hand_in(tmp_path / "class", kim=SOLUTION)
    (tmp_path / "roster.csv").write_text("room,seat\nB 12,3\n")
    out = tmp_path / "out"

    run = typed("score", folder, "--out", out, "--roster", tmp_path / "roster.csv")

    assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (2, "", 1)
    assert "roster.csv: the first line (room,seat) has no title that is known" in run.stderr
    assert not out.exists()


def test_the_help_names_the_option_and_its_columns(typed: Any) -> None:
    said = " ".join(typed("score", "--help").stdout.split())
    assert "--roster FILE" in said
    assert "student,name,email,github,lms_id,group" in said
