"""What can go wrong: the tree that is drawn is the tree that is, and each kind ends a command as it says."""

from __future__ import annotations

import inspect
import re

import pytest

from grader import cli, errors
from grader.errors import CourseError, GraderError, OutputError, UsageError, WorkerFault


def test_the_tree_that_is_drawn_is_the_tree_that_is() -> None:
    """A course's fault stood beside the user's slip in it, and was a kind of it in the code."""
    drawn = re.findall(r"^[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE)
    found = [each for _, each in inspect.getmembers(errors, inspect.isclass) if each is not GraderError]

    assert sorted(each.__name__ for each in found) == sorted(drawn)
    assert {each.__bases__ for each in found} == {(GraderError,)}


@pytest.mark.parametrize(
    ("error", "code"),
    [(UsageError("no"), 2), (CourseError("no"), 2), (OutputError("no"), 1), (WorkerFault("no"), 1)],
    ids=lambda value: type(value).__name__,
)
def test_each_ends_a_command_with_one_line_and_its_exit_code(
    error: GraderError, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(cli, "_run", fail)

    assert cli.main(["doctor"]) == code
    assert capsys.readouterr().err.count("\n") == 1
