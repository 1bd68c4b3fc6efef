"""``grader similarity``: a ranking from what a real run kept, a page if asked for, and each slip in one line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from grader.cli import main
from grader.scores.kept_sources import SOURCES
from helpers.scored import Scored


def grader(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_run_keeps_the_functions_of_every_file_that_has_some(graded_class: Scored) -> None:
    """What is never given out is kept for the instructor alone."""
    lines = [json.loads(line) for line in (graded_class.out / SOURCES).read_text(encoding="ascii").splitlines()]
    told = {(each["exercise"], each["sha256"]): {f["name"] for f in each["functions"]} for each in lines}
    ada = graded_class.rows["01_gates", "ada"]

    assert told["01_gates", ada["sha256"]] >= {"sigmoid", "gru_step", "gru_forward"}
    assert ("01_gates", graded_class.rows["01_gates", "zack-untouched"]["sha256"]) not in told
    assert {exercise for exercise, _ in told} >= {"01_gates", "02_swap", "03_measure", "05_trace"}
    assert (graded_class.out / SOURCES).stat().st_size < 10_000 * len(told)


def test_the_ranking_begins_with_a_caution_and_names_the_most_alike(
    graded_class: Scored, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = grader(capsys, "similarity", graded_class.out, "--exercise", "01_gates", "--top", 3)

    assert code == 0
    assert out.startswith("Small exercises are alike by nature")
    assert "01_gates: " in out
    assert "\n    3  " in out
    assert "\n    4  " not in out
    assert "02_swap" not in out
    assert "nothing of this changes points" in out.lower()


def test_the_page_is_written_only_if_told_and_shows_the_works_side_by_side(
    graded_class: Scored, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {file: file.stat().st_mtime_ns for file in graded_class.out.rglob("*")}
    code, out, _ = grader(capsys, "similarity", graded_class.out, "--write", tmp_path / "alike.html")

    page = (tmp_path / "alike.html").read_text(encoding="utf-8")
    assert (code, out.splitlines()[-1]) == (0, f"Written: {tmp_path / 'alike.html'}")
    assert "<mark>def " in page
    assert "05_trace" in page
    assert len(page) < 2_000_000
    assert {file: file.stat().st_mtime_ns for file in graded_class.out.rglob("*")} == before


def test_an_earlier_run_is_compared_with_the_class(
    graded_class: Scored, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same students handed in the same: nobody is compared with themselves."""
    earlier = tmp_path / "2025"
    earlier.mkdir()
    for name in ("results.json", SOURCES):
        text = (graded_class.out / name).read_text(encoding="utf-8")
        (earlier / name).write_text(text.replace('"student": "ada"', '"student": "another"'), encoding="utf-8")
    words = ("similarity", graded_class.out, "--exercise", "01_gates", "--previous", earlier, "--top", 500)
    code, out, _ = grader(capsys, *words)

    assert code == 0
    assert "earlier ones to compare them with" in out
    assert f"ada | another ({earlier})" in out
    assert f"ada | ada ({earlier})" not in out


@pytest.mark.parametrize("missing", ["results.json", SOURCES])
def test_a_folder_that_lacks_a_file_is_one_line(
    missing: str, graded_class: Scored, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in {"results.json", SOURCES} - {missing}:
        shutil.copy(graded_class.out / name, tmp_path)
    code, out, err = grader(capsys, "similarity", tmp_path)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert missing in err


def test_an_unknown_exercise_a_folder_that_is_no_run_and_a_file_of_the_run_itself_are_refused(
    graded_class: Scored, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = grader(capsys, "similarity", graded_class.out, "--exercise", "01_gate")
    assert (code, err) == (2, "grader: --exercise 01_gate is not in this run; did you mean 01_gates?\n")
    code, _, err = grader(capsys, "similarity", graded_class.out, "--previous", graded_class.folder)
    assert (code, err.count("\n")) == (2, 1)
    assert "grade them first" in err
    for number in ("0", "-1", "1.5"):
        code, _, err = grader(capsys, "similarity", graded_class.out, "--top", number)
        assert (code, f"{number} is not a whole number of 1 or more" in err) == (2, True)
    code, _, err = grader(capsys, "similarity", graded_class.out, "--write", graded_class.out / SOURCES)
    assert code == 2
    assert "the run's own files" in err
