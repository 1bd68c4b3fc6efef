"""``grader export`` and ``grader return``: nothing is written without --write, and each slip is one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.cli import main
from grader.commands.export import FORMATS
from grader.exports.export_marks import Template, prepare
from grader.reports.write_run import write_pages, write_results
from grader.scores.kept_sources import SOURCES
from grader.scores.records import Person
from helpers.repository import ROOT
from unit.exports.made import CANVAS, class_of, student, waits

ROWS = (
    *student("Ada Lovelace_11", 15, 20, path="Ada Lovelace_11_assignsubmission_file/e1.py"),
    *student("Alan Turing_12", 0, path="Alan Turing_12_assignsubmission_file/e1.py"),
    *student("Grace Hopper_13", None),
)
ROSTER = (Person("Ada Lovelace_11", lms_id="101"), Person("Alan Turing_12", lms_id="102"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    results = class_of(*ROWS, roster=ROSTER)
    write_results(results, folder)
    write_pages(results, folder)
    (folder / SOURCES).touch()
    (folder / "grades.csv").write_bytes(CANVAS.encode())
    return folder


def grader(capsys, *words):
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_it_says_what_it_would_do_and_writes_only_if_told(run, tmp_path, capsys):
    words = ("export", run, "--format", "canvas", "--template", run / "grades.csv")
    before = set(run.rglob("*"))
    code, out, _ = grader(capsys, *words)

    assert code == 0
    assert "Ada Lovelace_11 -> line 4, Lovelace, Ada: 35" in out
    assert "Nothing was written" in out
    assert set(run.rglob("*")) == before
    code, out, _ = grader(capsys, *words, "--write", tmp_path / "filled.csv")
    assert code == 0
    assert (tmp_path / "filled.csv").read_bytes().decode() == CANVAS.replace("x,,5.00", "x,35,5.00").replace(
        "12.00", "0"
    )


def test_somebody_graded_who_is_not_in_the_file_gives_exit_1_and_the_rest_is_written(run, tmp_path, capsys):
    template = tmp_path / "grades.csv"
    template.write_bytes(CANVAS.replace("102", "555").encode())
    words = ("export", run, "--format", "canvas", "--template", template)

    assert grader(capsys, *words)[0] == 1
    code, out, _ = grader(capsys, *words, "--write", tmp_path / "filled.csv")
    assert code == 1
    assert "Unmatched: graded, and not in the file (1):\n  Alan Turing_12\n" in out
    assert "x,35,5.00" in (tmp_path / "filled.csv").read_bytes().decode()


@pytest.mark.parametrize("format_", ["gradescope", "junit", "csv", "xlsx"])
def test_the_other_formats_are_written_whole(run, tmp_path, capsys, format_):
    code, _, err = grader(capsys, "export", run, "--format", format_, "--write", tmp_path / "out")

    assert (code, err) == (0, "")
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_pages_are_packed_for_moodle_and_nothing_else(run, tmp_path, capsys):
    assert grader(capsys, "return", run, "--to", "moodle")[0] == 0
    code, out, _ = grader(capsys, "return", run, "--to", "moodle", "--write", tmp_path / "pages.zip")

    assert code == 0
    assert "Grace Hopper_13" in out
    with zipfile.ZipFile(tmp_path / "pages.zip") as archive:
        assert archive.namelist() == [
            f"{name}_assignsubmission_file/feedback.html" for name in ("Ada Lovelace_11", "Alan Turing_12")
        ]
        assert b"Ada Lovelace_11" in archive.read(archive.namelist()[0])


def test_pages_go_into_a_new_folder_each_and_never_over_something(run, tmp_path, capsys):
    out = tmp_path / "pages"
    assert grader(capsys, "return", run, "--to", "folder", "--write", out)[0] == 0
    assert sorted(len(list(folder.iterdir())) for folder in out.iterdir()) == [1, 1, 1]
    code, _, err = grader(capsys, "return", run, "--to", "folder", "--write", out)
    assert code == 1
    assert err == f"grader: {out} is there already: name a new folder\n"
    assert [file.name for file in tmp_path.iterdir()] == ["pages"]


def test_a_class_that_came_from_moodle_is_not_returned_to_canvas(run, capsys):
    code, out, err = grader(capsys, "return", run, "--to", "canvas")

    assert (code, out) == (2, "")
    assert err == "grader: Read as what Moodle gives: use --to moodle, or --to folder.\n"


def writing_commands(run):
    """Commands that write a file, one of each kind."""
    yield "export", run, "--format", "canvas", "--template", run / "grades.csv"
    yield "export", run, "--format", "brightspace", "--column", "GRU lesson"
    yield from (("export", run, "--format", format_) for format_ in ("gradescope", "junit", "csv", "xlsx"))
    yield "return", run, "--to", "moodle"
    yield "similarity", run


def test_what_an_export_wrote_is_replaced_and_nothing_else_is(run, tmp_path, capsys):
    made = [tmp_path / str(at) for at, _ in enumerate(writing_commands(run))]
    for words, file in zip(writing_commands(run), made, strict=True):
        file.touch()
        for _ in range(2):
            assert grader(capsys, *words, "--write", file)[0] == 0
        new = file.read_bytes()
        for other in (b"my notes", *(each.read_bytes() for each in made[: made.index(file)])):
            if (other[:2], new[:2]) != (b"PK", b"PK") or b"docProps" in other + new:
                kept = tmp_path / "kept"
                kept.write_bytes(other)
                code, out, err = grader(capsys, *words, "--write", kept)
                assert (code, out) == (1, ""), words
                assert err == f"grader: {kept} is there already and is not from grader: name another file\n"
                assert kept.read_bytes() == other


@pytest.mark.parametrize("words", [
    ("export", "--format", "csv"), ("return", "--to", "moodle"), ("return", "--to", "folder"), ("similarity",),
])  # fmt: skip
def test_a_reader_who_goes_away_stops_no_file(run, tmp_path, words):
    """As ``grader similarity RUN --write FILE | head`` does."""
    command, *more = words
    reads, writes = os.pipe()
    os.close(reads)
    try:
        done = subprocess.run(
            [sys.executable, "-u", "-m", "grader", command, str(run), *more, "--write", str(tmp_path / "out")],
            env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=writes, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    finally:
        os.close(writes)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").exists()


def test_a_zip_of_the_submissions_is_never_replaced(run, tmp_path, capsys):
    file = tmp_path / "submissions.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Ada Lovelace_11_assignsubmission_file/e1.py", "x = 1")
    before = file.read_bytes()

    for words in (("return", run, "--to", "moodle"), ("export", run, "--format", "gradescope")):
        code, out, err = grader(capsys, *words, "--write", file)
        assert (code, out) == (1, "")
        assert "is there already and is not from grader: name another file" in err
    assert file.read_bytes() == before


def test_a_run_can_be_named_by_its_results(run, capsys):
    for words in (("export", "--format", "junit"), ("return", "--to", "moodle")):
        command, *more = words
        assert grader(capsys, command, run / "results.json", *more) == grader(capsys, command, run, *more)


def test_a_file_in_which_nobody_is_found_is_not_written(run, tmp_path, capsys):
    template = tmp_path / "grades.csv"
    template.write_bytes(CANVAS.replace("101", "555").replace("102", "556").encode())
    words = ("export", run, "--format", "canvas", "--template", template)
    for more in ((), ("--write", tmp_path / "filled.csv")):
        code, _, err = grader(capsys, *words, *more)

        assert code == 1
        assert err.startswith("grader: nobody of the class was found in ")
        assert err.count("\n") == 1
        assert list(tmp_path.iterdir()) == [template]


@pytest.mark.parametrize(
    "commands, way_out", [(("export",), "Mark them first"), (("export", "review"), "grader review")]
)
def test_a_refusal_names_the_review_where_there_is_one(tmp_path, capsys, monkeypatch, commands, way_out):
    write_results(class_of(waits("a", "e1", 5, 6)), tmp_path)
    monkeypatch.setattr("grader.cli.COMMANDS", commands)
    monkeypatch.setattr("grader.cli.MODULES", {"review": "export"})
    code, _, err = grader(capsys, "export", tmp_path, "--format", "csv")

    assert code == 2
    assert all(word in err for word in (way_out, "--pending settled", "--pending suggested"))


def slips(run, tmp_path):
    """Commands that can't be carried out, each with a part of what is said."""
    other = tmp_path / "other"
    other.mkdir(exist_ok=True)
    (other / "results.json").write_text(json.dumps({"schema_version": 99}))
    broken = tmp_path / "broken"
    broken.mkdir(exist_ok=True)
    (broken / "results.json").write_bytes(b"\xff{")
    waiting = tmp_path / "waiting"
    write_results(class_of(waits("a", "e1", 5, 6)), waiting)
    moodle = ("--format", "moodle", "--template", run / "grades.csv")
    canvas = ("--format", "canvas", "--template", run / "grades.csv")
    yield ("export", tmp_path / "nowhere", "--format", "csv"), "no folder that `grader score` wrote"
    yield ("export", run / "index.html", "--format", "csv"), "no folder that `grader score` wrote"
    yield ("export", other, "--format", "csv"), "schema_version 99"
    yield ("export", broken, "--format", "csv"), "can't be read"
    yield ("export", waiting, "--format", "csv"), "1 answer of 1 student wait"
    yield ("export", run, "--format", "cavnas"), "did you mean canvas?"
    yield ("export", run), "--format"
    yield ("export", run, *moodle), "use --format canvas"
    yield ("export", run, *canvas, "--column", "Other grade"), "no column called 'Other grade'"
    yield ("export", run, "--format", "canvas", "--template", tmp_path / "nowhere.csv"), "can't be read"
    yield ("export", run, "--format", "canvas", "--template", tmp_path), "can't be read"
    yield ("export", run, "--format", "classroom50"), "scores.json"
    yield ("export", run, *canvas, "--write", run / "grades.csv"), "is the template itself"
    yield ("export", run, "--format", "csv", "--write", run / "gradebook.csv"), "the run's own files"
    yield ("return", tmp_path / "nowhere", "--to", "folder"), "no folder that `grader score` wrote"
    yield ("return", run, "--to", "moodle", "--write", run / "students" / "x.zip"), "the run's own files"
    yield ("return", waiting, "--to", "folder"), "score again to make the pages"
    yield ("return", run, "--to", "gitlab"), "choose from moodle, canvas, folder"


def test_every_slip_is_one_line_and_exit_2_and_nothing_is_written(run, tmp_path, capsys):
    for words, part in slips(run, tmp_path):
        before = {file: file.read_bytes() for file in [*run.rglob("*"), *tmp_path.rglob("*")] if file.is_file()}
        code, out, err = grader(capsys, *words)

        assert (code, out) == (2, ""), words
        assert part in err
        assert err.startswith("grader: ")
        assert err.count("\n") == 1
        assert {file: file.read_bytes() for file in [*run.rglob("*"), *tmp_path.rglob("*")] if file.is_file()} == before


def test_a_place_that_cant_be_written_is_one_line_and_exit_1(run, tmp_path, capsys):
    for place in (tmp_path, tmp_path / "nowhere" / "x.csv"):
        code, _, err = grader(capsys, "export", run, "--format", "csv", "--write", place)

        assert code == 1
        assert str(place) in err
        assert err.count("\n") == 1
        assert list(tmp_path.iterdir()) == []


def test_every_format_that_is_offered_is_made(run):
    template = Template("x", b"{}")
    for format_ in FORMATS:
        with pytest.raises(Exception, match=r"x is|takes no --template"):
            prepare(class_of(*ROWS), format_, template, None, None)


def test_asking_for_help_shows_an_example(capsys):
    for command in ("export", "return"):
        assert main([command, "--help"]) == 0
        assert f"  grader {command} reports/latest" in capsys.readouterr().out
    assert Path("--help").exists() is False
