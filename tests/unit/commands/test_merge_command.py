"""`grader score --shard` and `grader merge` say what they made, and what went wrong in one line."""

from __future__ import annotations

import pytest

from grader import cli
from grader.submissions.works import digest_of
from helpers.repository import SOLUTIONS
from unit.engine.made_shards import Grading, MadeUpEngine, class_of

CLASS = class_of({"ada": ("a", "b"), "bo": ("c", None), "cy": (None, None)})


@pytest.fixture
def grading(monkeypatch, tmp_path) -> Grading:
    return Grading(monkeypatch, tmp_path)


def score(grading: Grading, *words: str, made_up: MadeUpEngine | None = None) -> int:
    """Type ``grader score --shard`` for the class."""
    grading.stand_in(CLASS, made_up or MadeUpEngine())
    options = [
        "--no-store",
        "--out",
        str(grading.root / "part"),
        "--course",
        str(SOLUTIONS),
        "--exercise",
        "01_gates",
        "--exercise",
        "05_trace",
    ]
    return cli.main(["score", "class", *options, *words])


def test_a_shard_says_what_it_graded_and_how_it_goes_on(grading, capsys):
    made_up = MadeUpEngine()

    assert score(grading, "--shard", "2/2", "--seed", "7", made_up=made_up) == 0
    said = capsys.readouterr().out
    assert f"{len(made_up.graded)} files graded" in said
    assert "This is part 2 of 2. Bring all parts together: grader merge OUT PART..." in said
    assert "mean" not in said, "of a part it would mean nothing"


def test_a_shard_that_is_interrupted_counts_its_own_work_alone(grading, capsys):
    whole = MadeUpEngine()
    score(grading, "--shard", "2/2", "--seed", "7", "--no-store", made_up=whole)
    capsys.readouterr()

    assert score(grading, "--shard", "2/2", "--no-store", made_up=MadeUpEngine(stops_after=1)) == 130
    assert f"still to grade: {len(whole.graded) - 1}." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--shard", "1/2"], "--shard 1/2 needs the seed that all shards share: add --seed N"),
        (["--shard", "3/2", "--seed", "7"], "--shard 3/2 is no shard; write it as 2/8"),
    ],
)
def test_a_shard_without_a_seed_and_a_wrong_one_are_one_line_and_exit_2(words, told, grading, capsys):
    assert score(grading, *words) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"grader: {told}")
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert not (grading.root / "part").exists()


def test_the_merged_class_is_summed_up(grading, capsys):
    out = grading.root / "all"
    parts = grading.parts(CLASS, 2)

    assert cli.main(["merge", str(out), *map(str, parts)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("2 parts, 3 students, 2 handed in; mean ")
    assert said.out.endswith(f"Report: {out / 'index.html'}\n")
    assert said.err == ""


def test_parts_that_are_not_of_one_run_are_one_line_and_exit_2(grading, capsys):
    out = grading.root / "all"
    part, _ = grading.parts(CLASS, 2)

    assert cli.main(["merge", str(out), str(part)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "grader: Shard 2/2 is not among the parts: score what is missing, and name all 2 folders.\n"
    assert not out.exists()


def test_work_on_which_the_grader_failed_is_named_and_exit_1(grading, capsys):
    parts = grading.parts(CLASS, 2, engine_=MadeUpEngine(faulty={digest_of(b"c")}))
    words = ["merge", str(grading.root / "all"), *map(str, parts)]

    assert cli.main(words) == 2
    assert "--with-failed" in capsys.readouterr().err
    assert cli.main([*words, "--with-failed"]) == 1
    assert "the grader itself failed: bo, 01_gates: The grader failed, not the submission" in capsys.readouterr().err


def test_a_folder_that_can_t_be_written_is_one_line_and_exit_1(grading, capsys):
    parts = grading.parts(CLASS, 2)
    out = grading.root / "all"
    (out / "index.html").mkdir(parents=True)

    assert cli.main(["merge", str(out), *map(str, parts)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
