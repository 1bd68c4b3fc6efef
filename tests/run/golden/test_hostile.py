"""Links, pipes, huge files and names that attack a report: each is one student's matter, and the rest is graded."""

from __future__ import annotations

import csv
import os
import tomllib
from pathlib import Path

from helpers.expected import Expected, lines_of, read_expected
from helpers.scored import Scored

EXPECTED = Path(__file__).parent / "hostile.toml"
EXERCISE = "01_gates"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written_down(folder: Path) -> dict[str, Expected]:
    """Read the outcomes of those students that this file system could hold."""
    there = {os.fsencode(entry).decode("utf-8", "backslashreplace") for entry in os.listdir(folder)}
    every = tomllib.loads(EXPECTED.read_text(encoding="utf-8"))
    return {student: read_expected(tables)[EXERCISE] for student, tables in every.items() if student in there}


def test_hostile_students_get_what_is_written_down(graded_hostile: Scored) -> None:
    """A hostile name earns what its work earns; a file that can't be read safely is unreadable and earns nothing."""
    expected, rows = written_down(graded_hostile.folder), graded_hostile.of(EXERCISE)
    assert set(rows) == set(expected)
    head = {student: lines_of(row, expected[student])[0] for student, row in rows.items()}
    assert head == {student: each.lines[0] for student, each in expected.items()}


def test_an_unreadable_file_says_why(graded_hostile: Scored) -> None:
    """A student whose file is refused must learn the reason, or the zero teaches nothing."""
    for row in graded_hostile.results["submissions"]:
        if row["status"] == "unreadable":
            assert [flag["message"] for flag in row["flags"] if flag["kind"] == "unreadable"] != [""], row["student"]


def test_two_students_never_share_a_page(graded_hostile: Scored) -> None:
    """Anna and anna, and a name written in two Unicode forms, are one file name on some systems."""
    pages = [row["page"] for row in graded_hostile.results["submissions"]]
    assert len({page.casefold() for page in pages}) == len(pages)
    for page in pages:
        inside = (graded_hostile.out / page).resolve()
        assert inside.is_file()
        assert inside.is_relative_to((graded_hostile.out / "students").resolve())


def test_no_name_and_no_message_reaches_a_page_as_markup(graded_hostile: Scored) -> None:
    """A folder's name and an error's text are shown to staff, who are logged in elsewhere."""
    for page in graded_hostile.out.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for attack in ("<img src=x", "<svg onload", "<script>alert", "\x1b", "\u202e"):
            assert attack not in text, f"{attack!r} in {page.name}"


def test_no_name_is_a_formula_in_the_gradebook(graded_hostile: Scored) -> None:
    """A spreadsheet runs what begins with = + - @, also in a column of names."""
    with (graded_hostile.out / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]


def test_folders_that_are_nobody_have_no_row(graded_hostile: Scored) -> None:
    """What an archive or an editor leaves behind is no student."""
    assert not {"__MACOSX", ".ghost", ".ipynb_checkpoints"} & set(graded_hostile.of(EXERCISE))


def test_what_a_submission_wrote_into_its_own_folder_is_gone(graded_hostile: Scored) -> None:
    """Grading adds nothing to a student's folder: no bytecode, no results, no caches."""
    planted = {"01_gates.py", "conftest.py", "numpy.py", "sitecustomize.py", "pytest.ini", "grader.py"}
    assert set(os.listdir(graded_hostile.folder / "plants-files")) == planted
