"""What a plain job of GitHub shows: what costs most beside the student's own lines, a page, two outputs and an exit code."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from grader.ci import plain
from grader.ci.annotations import most_costly
from grader.ci.job_summary import job_summary
from grader.scores.records import Flag, Outcome
from helpers.runner_rules import commands_in, outputs_in

from .conftest import MISTAKE, check, job, row, run_of, wrong

ROOT = Path("/repository")


def test_the_wrong_function_is_annotated_on_its_own_line() -> None:
    run = run_of(row("01_made", check("squash_values"), wrong("blend_values", 3)), lines={"blend_values": 42})
    first, total = most_costly(run, ROOT)
    assert (first.level, first.file, first.line) == ("error", "01_made.py", 42)
    assert first.title == "blend values is right (0/3)"
    assert first.message.splitlines() == [
        "called: blend(z=1.0)",
        "expected: 2.0",
        "got: -1.0",
        "Hint: Set the gate to 1.",
    ]
    assert (total.level, total.message) == (
        "notice", "Public checks: 2 of 5 points. The other 10 are decided when it is graded.",
    )  # fmt: skip


def test_there_are_at_most_ten_the_worst_first_and_the_rest_is_counted() -> None:
    results = [wrong(f"part{number:02}_values", number) for number in range(1, 13)]
    found = most_costly(run_of(row("01_made", *results)), ROOT)
    assert len(found) == 10
    assert [each.title[:6] for each in found[:9]] == [f"part{number:02}" for number in range(12, 3, -1)]
    assert found[9].message.endswith("3 more things to mend: see the summary.")


def test_what_is_wrong_goes_before_what_is_not_done() -> None:
    run = run_of(row("01_made", check("x_values", 9, Outcome.TODO), wrong("blend_values", 1)))
    assert [each.level for each in most_costly(run, ROOT)] == ["error", "warning", "notice"]


def test_one_mistake_in_several_checks_is_one_annotation() -> None:
    results = [wrong(f"{name}_values", misconception=MISTAKE) for name in ("blend", "step", "forward")]
    first, _ = most_costly(run_of(row("01_made", *results)), ROOT)
    assert "For the same reason 2 more checks do not pass (4 points)" in first.message


def test_what_is_not_begun_is_one_warning_for_the_exercise() -> None:
    todo = [
        check(f"{name}_values", 2, Outcome.TODO, message=f"{name} is not written yet.") for name in ("blend", "step")
    ]
    first, _ = most_costly(run_of(row("01_made", *todo)), ROOT)
    assert (first.level, first.title) == ("warning", "Title of 01_made (0/4)")


def test_written_answers_that_can_not_be_read_are_annotated_without_a_line() -> None:
    first, _ = most_costly(
        run_of(row("04_words", notes=(Flag("unreadable", "this file can't be read: no JSON"),))), ROOT
    )
    assert (first.level, first.file, first.message) == ("error", "", "this file can't be read: no JSON")


@pytest.mark.parametrize("place", ["../other/x.py", "a\nb.py", "##[error].py", "a\u202e.py"])
def test_a_file_outside_or_with_a_name_that_can_not_be_told_is_no_place(place: str) -> None:
    first, _ = most_costly(run_of(row("01_made", wrong("blend_values"), check("x_values"), place=place)), ROOT)
    assert (first.file, first.line) == ("", 0)


@pytest.mark.parametrize("place", ["week 1/01, made: 50%.py", "ü.py"])
def test_the_runner_reads_an_odd_name_back(place: str, tmp_path: Path) -> None:
    out = io.StringIO()
    plain.show(run_of(row("01_made", wrong("blend_values"), check("x_values"), place=place)), job(tmp_path), out)
    assert commands_in(out.getvalue())[0].properties["file"] == place


def test_a_repository_that_is_reached_by_a_link_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    run = run_of(row("01_made", wrong("blend_values"), check("x_values")), folder=str(tmp_path / "real"))
    assert most_costly(run, tmp_path / "link")[0].file == "01_made.py"


def test_the_job_passes_only_if_all_public_checks_do(tmp_path: Path) -> None:
    environ = job(tmp_path)
    right = run_of(row("01_made", check("squash_values", 3)), row("04_words"))
    assert plain.show(right, environ, io.StringIO()) == 0
    assert outputs_in(Path(environ["GITHUB_OUTPUT"]).read_text()) == {"points": "3", "max_points": "3"}
    almost = run_of(row("01_made", check("squash_values"), check("blend_values", 0, Outcome.FAILED)))
    assert plain.show(almost, environ, io.StringIO()) == 1


def test_without_a_runner_it_only_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    out = io.StringIO()
    assert plain.show(run_of(row("01_made", wrong("blend_values"), check("x_values"))), {}, out) == 1
    assert "::" not in out.getvalue()
    assert out.getvalue().endswith("Public checks: 2 of 4 points. The other 10 are decided when it is graded.\n")
    assert list(tmp_path.iterdir()) == []


def test_the_page_says_what_the_points_are_and_what_is_to_mend() -> None:
    page = job_summary(run_of(row("01_made", check("squash_values"), wrong("blend_values", misconception=MISTAKE))))
    for words in (
        "2 of 4 points in the public checks",
        "their points are advice: the other 10 points are decided when the work is graded",
        "the mark is your teacher's own run",
        "| ✓ right | squash values is right | 2/2 |",
        "| ≠ not yet right | blend values is right | 0/2 |",
        "called:   blend(z=1.0)\nexpected: 2.0\ngot:      -1.0",
        "This looks like&#58; the gate works the other way round&#46;",
        "Hint&#58; Set the gate to 1&#46;",
    ):
        assert words in page, words


@pytest.mark.parametrize("most", [100, 1_000, 10_000, 100_000])
def test_a_page_that_is_too_long_loses_whole_cards_and_says_so(most: int) -> None:
    results = [wrong(f"part{number}_values", hint="ü" * 1_000, message="m" * 300) for number in range(200)]
    page = job_summary(run_of(row("01_made", check("x_values"), *results)), most)
    assert len(page.encode()) <= most + 100
    assert page.count("<pre>") == page.count("</pre>")
    assert "of this page would make it too long: see the log." in page


def test_what_another_command_wrote_in_the_same_step_counts_as_well(tmp_path: Path) -> None:
    environ = job(tmp_path)
    summary = Path(environ["GITHUB_STEP_SUMMARY"])
    summary.write_text("x" * 899_000)
    plain.show(run_of(row("01_made", wrong("blend_values"), check("x_values"))), environ, io.StringIO())
    assert summary.read_text().startswith("x" * 899_000 + "\n")
    assert summary.stat().st_size <= 900_100
