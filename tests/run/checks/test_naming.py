"""Each known mistake is named, in submissions that were not made from its variant, and honest work loses nothing."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from course.otherwise.files import faulty, honest
from grader.checks.mistakes.declare import Instance, load_mistakes
from grader.scores.records import Outcome, SubmissionResult

SOLUTIONS = Path(__file__).parents[3] / "solutions"
MASTER = SOLUTIONS / "01_gates.py"
VARIANTS = SOLUTIONS / "misconceptions" / "01_gates.py"
FULL = 30
HONEST = {submission.path.stem: submission for submission in honest("01_gates")}
FAULTY = {submission.path.stem: submission for submission in faulty("01_gates")}
# Of the mistakes that can be made in one function or in several, those instances with one function, and all at once.
INSTANCES: dict[str, Instance] = {
    f"{instance.id} {instance.form} {'+'.join(instance.overrides)}".replace("  ", " "): instance
    for mistake in load_mistakes(VARIANTS)
    for instance in mistake.instances
}


def with_variant(instance: Instance) -> str:
    """Write the solution with a mistake's functions put in the place of its own."""
    tree = ast.parse(MASTER.read_text(encoding="utf-8"))
    own = {statement.name for statement in tree.body if isinstance(statement, ast.FunctionDef)}
    body = [s for s in tree.body if not (isinstance(s, ast.FunctionDef) and s.name in instance.overrides)]
    written = ast.parse(VARIANTS.read_text(encoding="utf-8")).body
    helpers = [s for s in written if isinstance(s, ast.FunctionDef) and not s.decorator_list and s.name not in own]
    imports = [s for s in written if isinstance(s, ast.Import)]
    sources = [ast.parse(inspect.getsource(function)).body[0] for function in instance.overrides.values()]
    for source in sources:
        assert isinstance(source, ast.FunctionDef)
        source.decorator_list = []
    keep = [s for s in body if isinstance(s, ast.FunctionDef | ast.Import | ast.ImportFrom)]
    return ast.unparse(ast.Module([*imports, *keep, *helpers, *sources], type_ignores=[]))


def names(result: SubmissionResult) -> dict[str, str]:
    """Give the mistakes named, by check."""
    return {check.id: check.misconception.id for check in result.checks if check.misconception}


def lost(result: SubmissionResult) -> list[str]:
    """List the checks that did not pass, with what they say."""
    return [f"{c.id}: {c.outcome} {c.message}" for c in result.checks if c.outcome is not Outcome.PASSED]


@pytest.fixture(scope="session")
def graded(grade: Any) -> Mapping[str, SubmissionResult]:
    """Grade all files of this module at once."""
    texts = {name: submission.source for name, submission in (HONEST | FAULTY).items()}
    texts |= {name: with_variant(instance) for name, instance in INSTANCES.items()}
    texts["the solution"] = MASTER.read_text(encoding="utf-8")
    results: Mapping[str, SubmissionResult] = grade(texts)
    return results


def test_the_solution_gets_all_points(graded: Any) -> None:
    assert lost(graded["the solution"]) == []
    assert graded["the solution"].points == graded["the solution"].max_points == FULL


@pytest.mark.parametrize("name", HONEST)
def test_honest_work_written_otherwise_gets_all_points(name: str, graded: Any) -> None:
    assert lost(graded[name]) == []
    assert graded[name].points == FULL


@pytest.mark.parametrize("name", FAULTY)
def test_a_mistake_written_otherwise_is_named_where_it_was_made(name: str, graded: Any) -> None:
    """The variants are the oracle of their own naming, so these files were written without them."""
    found = names(graded[name])
    assert {m for check, m in found.items() if check.startswith(f"{FAULTY[name].named_by}_")} == {FAULTY[name].mistake}
    assert set(found.values()) == {FAULTY[name].mistake}, "and no other mistake is named anywhere"


@pytest.mark.parametrize("name", FAULTY)
def test_a_mistake_costs_at_most_half_of_what_builds_on_it(name: str, graded: Any) -> None:
    """3 of the 6 points of a step and of a sequence stay where the mistake is in a part; nothing is lost above it."""
    table = ["sigmoid", "update_gate", "reset_gate", "candidate_state", "next_state", "gru_step", "gru_forward"]
    at = FAULTY[name].named_by
    for check in graded[name].checks:
        function = next(each for each in table if check.id.startswith(f"{each}_"))
        if table.index(function) < table.index(at):
            assert check.outcome is Outcome.PASSED, check
        if check.id in ("gru_step_composes", "gru_forward_composes") and table.index(function) > table.index(at):
            assert check.outcome is Outcome.PASSED, check


@pytest.mark.parametrize("name", INSTANCES)
def test_a_variant_handed_in_fails_a_priced_check_and_is_named_rightly(name: str, graded: Any) -> None:
    wanted, result = INSTANCES[name].id, graded[name]
    assert result.points < FULL, "it must cost something"
    failing = [check for check in result.checks if check.outcome is not Outcome.PASSED]
    assert set(names(result).values()) == {wanted}
    assert any(check.max_points for check in failing)
    judged = [check for check in failing if check.outcome in (Outcome.FAILED, Outcome.ERROR) and check.gap is not None]
    assert judged
    assert all(check.hint for check in judged)


@pytest.mark.parametrize(
    ("mistake", "functions"),
    [("G21", {"sigmoid"}), ("G22", {"sigmoid"}), ("G28", {"gru_step"}), ("G29", {"gru_forward"})],
)
def test_what_only_one_check_judges_is_failed_in_that_one_alone(mistake: str, functions: set[str], graded: Any) -> None:
    """Warnings, changed inputs and dtypes are judged where the contract says so and nowhere else.

    (A step that writes into the state shows in the sequence's numbers as well, once its states are kept.)
    """
    for name, instance in INSTANCES.items():
        if instance.id == mistake and set(instance.overrides) == functions:
            failing = [c for c in graded[name].checks if c.outcome is not Outcome.PASSED]
            assert [c.points for c in failing if c.id.startswith(tuple(functions))] == [0]
            assert mistake == "G28" or graded[name].points == FULL - 1


def test_a_failing_check_tells_what_was_called_expected_and_given(graded: Any) -> None:
    for name in FAULTY:
        for check in graded[name].checks:
            if check.outcome in (Outcome.FAILED, Outcome.ERROR) and "needs" not in check.message and check.gap:
                call = check.gap.called.splitlines()[-1]
                assert call.startswith(("sigmoid(", "update_", "reset_", "candidate_", "next_", "gru_"))
                assert check.gap.expected != check.gap.got


def test_a_wrong_answer_comes_with_a_smallest_case_that_a_person_can_redo(graded: Any) -> None:
    """Every mistake in a function's numbers shows on its ladder, with at most a dozen characters of numbers a term."""
    for name, instance in INSTANCES.items():
        if len(instance.overrides) > 1:
            continue
        function = next(iter(instance.overrides))
        wrong = [c for c in graded[name].checks if c.id.startswith(f"{function}_") and c.outcome is Outcome.FAILED]
        numbers = [c for c in wrong if c.misconception and "values" in c.id and c.id != "sigmoid_large_inputs"]
        for check in numbers:
            assert check.counterexample is not None, f"{name}: {check.id}"
            assert len(check.counterexample.called) < 600
