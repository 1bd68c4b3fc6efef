"""A run holds its folder alone, keeps its seed, and loses nothing that it replaces."""

from __future__ import annotations

import errno
import os
import shutil

import pytest

from grader.engine.folder import open_run
from grader.errors import OutputError, UsageError
from grader.reports.pages import GENERATOR
from grader.scores.records import Isolation, Results, RunRecord
from grader.scores.results import to_json


def results(seed: int = 7, started: str = "2026-11-25T02:18:00Z") -> str:
    return to_json(Results(RunRecord(started, 1.0, seed, {}, Isolation("none", ()), "local", 1), (), ()))


def told(out, submissions=None) -> str:
    with pytest.raises(UsageError) as caught, open_run(out, submissions):
        pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_new_folder_is_made_and_holds_no_seed(tmp_path):
    with open_run(tmp_path / "reports" / "latest") as folder:
        assert folder.path.is_dir()
        assert folder.kept_seed() is None
        assert folder.keep_history() is None


def test_a_second_run_is_turned_away_and_a_later_one_is_not(tmp_path):
    with open_run(tmp_path):
        assert "Another run" in told(tmp_path)
    with open_run(tmp_path):
        pass


def test_the_seed_of_earlier_results_is_kept_where_no_other_is(tmp_path):
    (tmp_path / "results.json").write_text(results(seed=11))
    with open_run(tmp_path) as folder:
        assert folder.kept_seed() == 11
        folder.keep_seed(-5)
        assert folder.kept_seed() == -5
        (tmp_path / ".seed").write_text("no number")
        assert folder.kept_seed() == 11
        (tmp_path / "results.json").write_text("{")
        assert folder.kept_seed() is None


def test_what_a_run_replaces_is_kept_as_history(tmp_path):
    (tmp_path / "results.json").write_text(results())
    (tmp_path / "gradebook.csv").write_text("student\n")
    with open_run(tmp_path) as folder:
        kept = folder.keep_history()
    assert kept == tmp_path / "history" / "2026-11-25T02-18-00Z"
    assert (kept / "results.json").read_text() == results()
    assert (kept / "gradebook.csv").read_text() == "student\n"
    assert (tmp_path / "results.json").exists(), "there is no moment without results"


def test_what_history_keeps_stays_when_somebody_edits_the_results_in_place(tmp_path):
    (tmp_path / "results.json").write_text(results())
    with open_run(tmp_path) as folder:
        kept = folder.keep_history()
    with (tmp_path / "results.json").open("r+") as file:
        file.write("edited")
    assert (kept / "results.json").read_text() == results()


def test_keeping_the_same_results_twice_keeps_them_once(tmp_path):
    """A run killed between keeping and writing is followed by one that keeps the same files again."""
    (tmp_path / "results.json").write_text(results())
    with open_run(tmp_path) as folder:
        assert folder.keep_history() == folder.keep_history()
        (tmp_path / "results.json").write_text(results(seed=8))
        folder.keep_history()
    assert len(list((tmp_path / "history").iterdir())) == 2


@pytest.mark.parametrize("text", ["{", results(started="../../escaped"), results(started="")])
def test_history_stays_in_its_folder_whatever_the_results_say(tmp_path, text):
    (tmp_path / ".seed").write_text("7\n")
    (tmp_path / "results.json").write_text(text)
    with open_run(tmp_path) as folder:
        kept = folder.keep_history()
    assert kept.parent == tmp_path / "history"
    assert (kept / "results.json").read_text() == text


def test_reports_do_not_go_among_the_submissions(tmp_path):
    """They would be read as a student the next time."""
    (tmp_path / "class").mkdir()
    assert "inside the submissions" in told(tmp_path / "class", tmp_path / "class")
    assert "inside the submissions" in told(tmp_path / "class" / "reports", tmp_path / "class")
    assert not (tmp_path / "class" / "reports").exists()


def test_pages_are_not_written_into_the_submissions(tmp_path):
    for name in ("students", "class-pages"):
        (tmp_path / name).mkdir()
        assert "into the submissions" in told(tmp_path, tmp_path / name)


def test_what_a_killed_run_left_half_written_is_removed(tmp_path):
    (tmp_path / "results.json").write_text(results())
    for name in ("students", "class-pages", "history"):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".part-123").write_text("half")
        (tmp_path / name / "whole.html").write_text(GENERATOR)
    with open_run(tmp_path):
        assert {file.name for file in tmp_path.glob("*/*")} == {"whole.html"}


def test_a_link_into_the_submissions_is_seen_through(tmp_path):
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "out").symlink_to(tmp_path / "class" / "ada")
    assert "inside the submissions" in told(tmp_path / "out", tmp_path / "class")


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("mine")
    assert "is not a folder" in told(tmp_path / "file")
    assert "is not a folder" in told(tmp_path / "file" / "below")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_that_can_not_be_written_is_named(tmp_path, monkeypatch):
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OutputError, match="can't be written") as caught, open_run(tmp_path / "out"):
        pass
    assert str(tmp_path / "out") in str(caught.value)


@pytest.mark.parametrize("name", ["students", "class-pages", "history"])
def test_a_file_where_a_folder_has_to_be_is_named_before_anything_is_graded(name, tmp_path):
    """It was found when all had been graded, and nothing of that was kept."""
    (tmp_path / name).write_text("mine")
    with pytest.raises(OutputError) as caught, open_run(tmp_path):
        pass
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("name", ["results.json", "gradebook.csv", "index.html", ".seed"])
def test_a_folder_where_a_file_has_to_be_is_named_before_anything_is_graded(name, tmp_path):
    (tmp_path / name).mkdir()
    with pytest.raises(OutputError) as caught, open_run(tmp_path):
        pass
    assert str(tmp_path / name) in str(caught.value)


def test_the_whole_report_is_kept_where_half_of_one_will_replace_it(tmp_path):
    (tmp_path / "results.json").write_text(results())
    (tmp_path / "index.html").write_text("the class")
    (tmp_path / "students").mkdir()
    (tmp_path / "students" / "ada.html").write_text("ada")
    (tmp_path / "class-pages").mkdir()
    (tmp_path / "class-pages" / "students-1.html").write_text("the first")
    with open_run(tmp_path) as folder:
        kept = folder.keep_history(pages=True)
    found = {str(file.relative_to(kept)): file.read_text() for file in kept.rglob("*") if file.is_file()}
    assert found == {
        "results.json": results(),
        "index.html": "the class",
        "students/ada.html": "ada",
        "class-pages/students-1.html": "the first",
    }


def test_history_that_can_not_be_kept_is_one_line_and_the_results_stay(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "results.json").write_text(results())
    monkeypatch.setattr(shutil, "copyfile", full)
    with open_run(tmp_path) as folder, pytest.raises(OutputError, match=r"history can.t be written \(No space left"):
        folder.keep_history()
    assert (tmp_path / "results.json").read_text() == results()


@pytest.mark.parametrize(
    "name", ["gradebook.csv", "index.html", "students/ada.html", "class-pages/a.html", "history/old.csv"]
)
def test_what_no_run_wrote_is_never_replaced(name, tmp_path):
    """A gradebook exported from a learning platform has the same name, and was gone."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("a teacher's own")

    assert told(tmp_path) in {
        f"{tmp_path} holds {what} that no run wrote: name another folder with --out."
        for what in (
            "a gradebook.csv",
            "an index.html",
            "a students folder",
            "a class-pages folder",
            "a history folder",
        )
    }
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / name]
    assert (tmp_path / name).read_text() == "a teacher's own"


def test_a_used_folder_without_names_of_a_report_is_free(tmp_path):
    (tmp_path / "notes.txt").write_text("a teacher's own")
    (tmp_path / "students").mkdir()
    with open_run(tmp_path) as folder:
        folder.keep_seed(7)
    (tmp_path / "gradebook.csv").write_text("student\n")
    with open_run(tmp_path):
        pass  # a run that was killed has left its seed


def test_damaged_results_are_a_runs_and_are_kept_as_history(tmp_path):
    for name in ("results.json", "gradebook.csv", "index.html"):
        (tmp_path / name).write_text("{}")
    with open_run(tmp_path) as folder:
        kept = folder.keep_history()
    assert kept is not None
    assert (kept / "results.json").read_text() == "{}"


def test_a_folder_whose_results_were_taken_away_is_still_a_runs(tmp_path):
    (tmp_path / "results.json").write_text(results())
    with open_run(tmp_path) as folder:
        folder.keep_history()
    (tmp_path / "results.json").unlink()
    (tmp_path / "index.html").write_text("the class")
    with open_run(tmp_path):
        pass


def test_pages_that_a_run_wrote_are_replaced_wherever_its_results_went(tmp_path):
    (tmp_path / "students").mkdir()
    for name in ("index.html", "students/ada.html"):
        (tmp_path / name).write_text(GENERATOR)
    with open_run(tmp_path):
        pass
    (tmp_path / "students" / "notes.txt").write_text("a teacher's own")
    assert "a students folder that no run wrote" in told(tmp_path)
