"""The hidden check of 02_swap: the same for other sizes than the defaults.

Its rules are those of the public checks, which stand beside this file.
"""

import importlib.util
from pathlib import Path

import pytest

SPEC = importlib.util.spec_from_file_location("rules_02_swap", Path(__file__).with_name("check_02_swap.py"))
rules = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(rules)


@pytest.mark.points(3)
@pytest.mark.hint("Which numbers stand in the function that should be its arguments?")
def check_build_model_keeps_other_arguments(rng, student, expected, models, note):
    """build_model builds the same for other sizes"""
    sizes = [int(n) for n in rng.choice(range(20, 60), size=2, replace=False)] + [
        int(n) for n in rng.integers(5, 19, 2)
    ]
    inputs, default = rules.ids(rng, *sizes[::3]), rules.ids(rng, rules.VOCABULARY, rules.LENGTH)
    right = models.of_solution(expected.build_model(*sizes), inputs)
    right_by_default = models.of_solution(expected.build_model(), default)
    got = student.build_model(*sizes)
    if got.instead:
        inputs, right = default, right_by_default
    rules.kept(rules.looked_at(models, note, got, inputs, right), right, units=True)
