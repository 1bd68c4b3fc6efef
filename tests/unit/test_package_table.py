"""What is known of packages stands in one table."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import grader
from grader.package_table import (
    DEEP_LEARNING,
    PACKAGES,
    SET_APART,
    SHOWN,
    is_slow,
    preloaded_modules,
    refused_packages,
    uses_tensorflow,
)

PACKAGE = Path(grader.__file__).parent
NUMPY, KERAS = ("numpy", "pandas", "matplotlib"), ("numpy", "pandas", "matplotlib", "tensorflow", "keras")


def test_a_numpy_exercise_is_refused_deep_learning_and_what_has_the_functions_ready():
    refused = {"flax", "jax", "jaxlib", "keras", "scipy", "tensorflow", "tf_keras", "torch"}

    assert set(refused_packages(NUMPY)) == refused == DEEP_LEARNING


@pytest.mark.parametrize("allowed", [KERAS, ("torch",), ("numpy", "scipy")])
def test_with_one_deep_learning_package_none_is_refused(allowed):
    assert refused_packages(allowed) == ()


def test_what_takes_seconds_is_imported_before_any_worker_and_the_rest_only_for_files_that_name_it():
    assert preloaded_modules(KERAS, slow=True) == ("tensorflow", "keras")
    assert (
        preloaded_modules(KERAS, slow=False) == preloaded_modules(NUMPY, slow=False) == ("pandas", "matplotlib.pyplot")
    )
    assert preloaded_modules(("numpy",), slow=False) == preloaded_modules(NUMPY, slow=True) == ()
    assert (is_slow(KERAS), is_slow(("keras",)), is_slow(NUMPY)) == (True, True, False)


def test_only_tensorflow_gets_more_time_and_memory():
    assert (uses_tensorflow(KERAS), uses_tensorflow(("keras",)), uses_tensorflow(NUMPY)) == (True, False, False)


def test_what_is_set_apart_is_compared_with_the_names_that_packages_require():
    """Those are distributions' names, in which pip writes a hyphen for an underscore."""
    assert all(re.fullmatch(r"[a-z0-9-]+", each.distribution) for each in PACKAGES)
    assert {"tensorflow", "keras", "torch", "jax", "jaxlib", "scipy"} == SET_APART
    assert SHOWN == ("numpy", "pandas", "matplotlib", "tensorflow", "keras")


def test_no_package_stands_twice():
    names = [each.name for each in PACKAGES]

    assert len(set(names)) == len(names)


def test_no_other_module_lists_packages():
    """Four lists that had to agree stood in four files."""
    found = []
    for module in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict):
                held = node.keys if isinstance(node, ast.Dict) else node.elts
                texts = {each.value for each in held if isinstance(each, ast.Constant)}
                if len(texts & {each.name for each in PACKAGES}) > 1:
                    found.append(f"{module.relative_to(PACKAGE)}, line {node.lineno}")

    assert found == []
