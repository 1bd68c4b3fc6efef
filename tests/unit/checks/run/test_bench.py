"""Checks as an author writes them: what is collected, and every slip told in one sentence before anybody is graded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.checks.compare.answers import Answer, Raised
from grader.checks.plan.plans import Mode, Plans
from grader.checks.run.bench import CheckBench, with_checks
from grader.course.course_toml import load_course
from grader.errors import CourseError

MASTER = '''# %% [markdown]
# # Two functions

# %%
import numpy as np


# %%
def half(a):
    """Halves."""
    # TODO 1
    # >>> solution
    return a / 2
    # <<<


# %%
def quarter(a):
    """Quarters."""
    # TODO 2
    # >>> solution
    return half(half(a))
    # <<<
'''
CHECKS = '''import numpy as np
import pytest
from grader.checks.authoring import same


@pytest.mark.points(2)
@pytest.mark.parametrize("n", [1, 2])
def check_half_values(n, rng, student, expected):
    """half halves

    More for authors.
    """
    a = rng.normal(size=n)
    same(student.half(a), expected.half(a))


@pytest.mark.points(1)
@pytest.mark.composes
@pytest.mark.hint("think")
def check_quarter_composes(rng, student, expected):
    """quarter halves twice"""
    a = rng.normal(size=3)
    same(student.quarter(a), expected.quarter(a))
'''
Collect = Callable[..., Plans]


@pytest.fixture
def collect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collect:
    """Write a course of one exercise and collect its checks."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def collecting(
        checks: str | None = CHECKS, hidden: str | None = None, seed: int = 1, mistakes: str | None = None
    ) -> Plans:
        folder = tmp_path / "solutions"
        (folder / "checks").mkdir(parents=True, exist_ok=True)
        (folder / "misconceptions").mkdir(exist_ok=True)
        (folder / "course.toml").write_text(
            'name = "C"\nrepository = ""\nbranch = "main"\ncontact = "t"\n'
            '[[exercises]]\nid = "01_two"\ntitle = "Two"\npackages = ["numpy"]\n'
        )
        (folder / "01_two.py").write_text(MASTER)
        for name, text in (
            ("checks/check_01_two.py", checks),
            ("checks/hidden_01_two.py", hidden),
            ("misconceptions/01_two.py", mistakes),
        ):
            (folder / name).unlink(missing_ok=True)
            if text is not None:
                (folder / name).write_text(text)
        kept: list[CheckBench] = []
        with_checks(load_course(folder).exercises[0], seed, kept.append)
        return kept[0].plans

    return collecting


def test_a_check_is_one_function_with_its_items_title_points_and_mode(collect: Any) -> None:
    hidden = CHECKS.replace("check_half_values", "check_half_more").replace(
        "check_quarter_composes", "check_quarter_more"
    )
    plans = collect(hidden=hidden)
    assert list(plans.checks) == ["half_values", "quarter_composes", "half_more", "quarter_more"]
    half, quarter = plans.checks["half_values"], plans.checks["quarter_composes"]
    assert (half.title, half.points, half.hidden, half.mode, len(half.items)) == (
        "half halves",
        2,
        False,
        Mode.PLAIN,
        2,
    )
    assert (quarter.hint, quarter.mode, quarter.function) == ("think", Mode.COMPOSES, "quarter")
    assert plans.checks["half_more"].hidden


def test_the_same_seed_gives_the_same_cases_whatever_else_is_collected(collect: Any) -> None:
    """A check that is added must not move the inputs, and so the marks, of the others."""

    def cases(plans: Plans) -> list[Any]:
        return [planned.call.args[0].tolist() for planned in plans.checks["quarter_composes"].calls]

    alone = cases(collect())
    assert (
        cases(
            collect(
                hidden=CHECKS.replace("check_half_values", "check_half_more").replace(
                    "quarter_comp", "quarter_more_comp"
                )
            )
        )
        == alone
    )
    assert cases(collect(seed=2)) != alone
    assert cases(collect(seed=1 + 2**40)) != alone


def test_a_file_of_settings_beside_the_checks_is_not_read(collect: Any, tmp_path: Path) -> None:
    collect()
    checks = tmp_path / "solutions" / "checks"
    for folder in (checks, tmp_path, tmp_path / "solutions"):
        (folder / "conftest.py").write_text("raise RuntimeError('read')")
        (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    assert collect().checks


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("@pytest.mark.points(2)\n", "", "points"),
        ("points(2)", "points(2.5)", "points"),
        ("points(2)", "points(True)", "points"),
        ("points(2)", "points(-1)", "points"),
        ("points(2)", "points()", "points"),
        ('"""quarter halves twice"""', "", "docstring"),
        ("student.half(a)", "student.third(a)", "third"),
        ("expected.half(a)", "expected.quarter(a)", "half_values"),
        ("import numpy as np", "import nmupy as np", "nmupy"),
        ("def check_half_values", "def check_half_values(:\ndef x", ""),
        ("@pytest.mark.composes", '@pytest.mark.needs("no_such")', "no_such"),
        ("@pytest.mark.composes", "@pytest.mark.compses", "compses"),
        ('rng, student, expected):\n    """quarter', 'rgn, student, expected):\n    """quarter', "rgn"),
        ("def check_", "def test_", "check"),
        ("a = rng.normal(size=3)", "pytest.skip('later')", "quarter_composes"),
        ("a = rng.normal(size=3)", "1 / 0", "ZeroDivisionError"),
        ("@pytest.mark.composes", '@pytest.mark.parts("hlaf")', "did you mean half?"),
        ("@pytest.mark.composes", '@pytest.mark.parts("third")', "it has half, quarter"),
        ("@pytest.mark.composes", '@pytest.mark.parts("quarter")', "does not stand above quarter"),
        ("@pytest.mark.composes", "@pytest.mark.parts()", "pytest.mark.parts"),
        ("@pytest.mark.composes", "@pytest.mark.needs(half)", "half"),
        ('@pytest.mark.hint("think")', "@pytest.mark.hint()", "pytest.mark.hint"),
        ("import pytest\n", 'import pytest\nLADDER = {"qarter": [(1.0,)]}\n', "did you mean quarter?"),
        ("import pytest\n", 'import pytest\nLADDER = [("half", 1.0)]\n', "must be a dict"),
        ("import pytest\n", 'import pytest\nLADDER = {"half": 1.0}\n', "must be a list of cases"),
        ("import pytest\n", 'import pytest\nLADDER = {"half": [(1.0, 2.0)]}\n', "that the solution can't do"),
        ("import pytest\n", 'import pytest\nOTHERWISE = {"hlaf": "x"}\n', "did you mean half?"),
    ],
    ids=lambda value: "" if "\n" in value else value[:30],
)
def test_an_authors_slip_is_told_before_anybody_is_graded(collect: Any, old: str, new: str, said: str) -> None:
    assert old in CHECKS
    with pytest.raises(CourseError) as slip:
        collect(CHECKS.replace(old, new))
    assert said in str(slip.value)
    assert "\n" not in str(slip.value)


def test_a_check_in_both_files_is_a_slip(collect: Any) -> None:
    with pytest.raises(CourseError, match="public and in a hidden"):
        collect(hidden=CHECKS)


def test_an_exercise_without_checks_is_a_slip(collect: Any) -> None:
    with pytest.raises(CourseError, match=r"check_01_two\.py"):
        collect(checks=None)


def test_a_known_mistake_that_raises_or_changes_nothing_stops_no_run(collect: Any) -> None:
    text = "from grader.checks.mistakes.declare import mistake, variant\n"
    text += "mistake('M1', name='n', explanation='e', hint='h')\n@variant('M1')\ndef half(a): return 1 / 0\n"
    text += "mistake('M2', name='n', explanation='e', hint='h')\n@variant('M2')\ndef half(a): return a / 2\n"
    plans = collect(mistakes=text)
    answers = {instance.id: wrong for instance, wrong in plans.checks["half_values"].wrong.items()}
    assert answers["M1"] == [Raised("ZeroDivisionError: division by zero")] * 2
    assert all(isinstance(answer, Answer) for answer in answers.get("M2", []))
