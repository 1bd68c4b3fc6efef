"""Whether two machines would grade alike."""

from __future__ import annotations

import numpy

from grader.engine.same_code import CODE, code_here, differences_of_code


def test_a_machine_equals_itself_and_names_what_decides_how_work_is_graded() -> None:
    here = code_here()

    assert here["numpy"] == numpy.__version__
    assert {"grader", "python", "pytest", CODE} <= set(here)
    assert differences_of_code(here, code_here()) == ""


def test_what_differs_is_named_with_both_versions() -> None:
    here = {"grader": "0.1.0", "numpy": "2.4.6", "pandas": "3.1.1", CODE: "abc"}

    assert differences_of_code(here | {"numpy": "2.3.0"}, here) == "numpy 2.3.0 (here 2.4.6)"
    assert differences_of_code({**here, CODE: "xyz"}, here) == f"{CODE} xyz (here abc)"
    assert (
        differences_of_code({"grader": "0.1.0", "numpy": "2.4.6", CODE: "abc"}, here) == "pandas missing (here 3.1.1)"
    )


def test_another_version_of_the_grader_is_told_once() -> None:
    here = {"grader": "0.2.0", CODE: "abc"}

    assert differences_of_code({"grader": "0.1.0", CODE: "xyz"}, here) == "grader 0.1.0 (here 0.2.0)"
