"""What `grader dev` says of the course itself; the exercises about Keras take minutes there, and their tests try the same."""

from __future__ import annotations

import pytest

from grader import cli


@pytest.mark.parametrize(
    ("exercise", "lines"),
    [
        (
            "04_theory",
            [
                "the solution gets 15 of 15 points, 13 of them suggested to the person who marks, as a script and as a notebook."
            ],
        ),
        (
            "05_trace",
            [
                "the solution gets 12 of 12 points, as a script and as a notebook.",
                "the stub gets 0 of 12 points, as a script and as a notebook.",
                "all of them are named.",
            ],
        ),
    ],
)
def test_nothing_is_wrong_with_an_exercise(exercise: str, lines: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["dev", exercise])
    said = capsys.readouterr().out.splitlines()

    assert code == 0, said
    assert [f"  ok  {line}" for line in lines if f"  ok  {line}" not in said] == []
