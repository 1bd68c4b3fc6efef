"""The known mistakes of 02_swap have their texts, and the checks name no other."""

from __future__ import annotations

import ast
from pathlib import Path

from grader.checks.mistakes.declare import load_mistakes

SOLUTIONS = Path(__file__).parents[2] / "solutions"
MISTAKES = load_mistakes(SOLUTIONS / "misconceptions" / "02_swap.py", ["build_model"])


def test_the_mistakes_are_those_of_the_course_list_that_cost_points():
    """S7 and S10 are notes, S9 and S11 are told with what stopped; S12 and S13 were met later."""
    assert [mistake.id for mistake in MISTAKES] == ["S1", "S2", "S3", "S4", "S5", "S6", "S8", "S12", "S13"]


def test_names_are_plain_and_hints_short():
    for mistake in MISTAKES:
        assert len(mistake.name) <= 80
        assert mistake.name[0].islower()
        assert 15 <= len(mistake.hint.split()) <= 60, mistake.id
        assert "GRU(" not in mistake.hint
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)


def test_the_checks_name_each_of_them_and_nothing_else():
    """An id without texts would name nothing in a report, and a text without a rule would never be read."""
    tree = ast.parse((SOLUTIONS / "checks" / "check_02_swap.py").read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    named = {text for text in texts if len(text) <= 3 and text[:1] == "S" and text[1:].isdecimal()}

    assert named == {mistake.id for mistake in MISTAKES}
