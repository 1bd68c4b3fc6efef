"""Files of 05_trace graded as the course grades them: honest work in every accepted form, and each known mistake by its name."""

from __future__ import annotations

import ast
import inspect
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from grader.checks.mistakes.declare import Instance, load_mistakes
from grader.course.course_toml import load_course
from grader.course.master import read_master, stub_text
from grader.engine.local import Pool
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.scores.records import Outcome, SubmissionResult
from helpers.made_work import work_of

from .otherwise.files import faulty, honest, noted

SOLUTIONS = Path(__file__).parents[2] / "solutions"
VARIANTS = SOLUTIONS / "misconceptions" / "05_trace.py"
MASTER = SOLUTIONS / "05_trace.py"
COURSE = """
name = "GRUs for NLP"
[[exercises]]
id = "05_trace"
title = "The gates of a trained GRU"
packages = ["numpy", "pandas", "matplotlib"]
"""
HONEST = {submission.path.stem: submission for submission in honest("05_trace")}
NOTED = {submission.path.stem: submission for submission in noted("05_trace")}
FAULTY = {submission.path.stem: submission for submission in faulty("05_trace")}
INSTANCES = {f"{i.id} {i.form}".strip(): i for mistake in load_mistakes(VARIANTS) for i in mistake.instances}
RAISE = {"R7 cut along the wrong axis", "R18 in the blend"} | {
    name for name in (*FAULTY, *INSTANCES) if name.startswith(("R19", "R20", "R21", "R22"))
}
FIRST = {"gate_trace_z_first_word", "gate_trace_r_first_word"}
RIGHT = HONEST["split_rightly"].source
FORMS = {
    "nothing": "return None",
    "z alone": "return z",
    "three": "return z, r, z",
    "a list of lists": "return z.tolist(), r.tolist()",
    "pairs": "import numpy as np\n    return np.stack([z, r], axis=1)",
    "a dict": "return {'z': z, 'r': r}",
    "integers": "return z.round().astype(int), r.round().astype(int)",
    "texts": "return z.astype(str), r.astype(str)",
    "z wrong": "return z * 0, r",
    "raises": "return z @ r",
}
SPOILT = (
    f"{RIGHT}\n_right = gate_trace\n\ndef gate_trace(weights, embedded):\n    z, r = _right(weights, embedded)\n    "
)


def with_variant(instance: Instance) -> str:
    """Write a mistake's function as a file of its own, with what the author's file lends it."""
    tree = ast.parse(VARIANTS.read_text(encoding="utf-8"))
    helpers = [s for s in tree.body if isinstance(s, ast.FunctionDef) and not s.decorator_list]
    written = ast.parse(inspect.getsource(instance.overrides["gate_trace"])).body[0]
    assert isinstance(written, ast.FunctionDef)
    written.decorator_list = []
    return "import math\nimport numpy as np\n" + ast.unparse(ast.Module([*helpers, written], type_ignores=[]))


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, SubmissionResult]]:
    """Grade all files of this module at once, in locked workers."""
    texts = {name: submission.source for name, submission in (HONEST | NOTED | FAULTY).items()}
    texts |= {name: with_variant(instance) for name, instance in INSTANCES.items()}
    texts |= {form: SPOILT + line + "\n" for form, line in FORMS.items()}
    texts["the solution"] = MASTER.read_text(encoding="utf-8")
    texts["the stub"] = stub_text(read_master(MASTER))
    folder, solutions = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("course") / "solutions"
    for file in ("05_trace.py", "misconceptions/05_trace.py", "checks/check_05_trace.py", "checks/hidden_05_trace.py"):
        (solutions / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SOLUTIONS / file, solutions / file)
    (solutions / "course.toml").write_text(COURSE, encoding="utf-8")
    course = load_course(solutions)
    works = []
    for number, (student, text) in enumerate(texts.items()):
        file = folder / f"{number}.py"
        file.write_text(text, encoding="utf-8")
        works.append(work_of(file, "05_trace", student))
    with Pool(course, course.exercises, 20, lockdown.survey(packages.interpreter_paths()), 2) as pool:
        yield {result.student: result for _, result in pool.grade(works)}


def lost(result: SubmissionResult) -> list[str]:
    """List the checks that did not pass, with what they say."""
    return [f"{c.id}: {c.outcome} {c.message}" for c in result.checks if c.outcome is not Outcome.PASSED]


def named(result: SubmissionResult) -> dict[str, str]:
    """Give the mistake named by each check that did not pass."""
    return {
        c.id: c.misconception.id if c.misconception else "" for c in result.checks if c.outcome is not Outcome.PASSED
    }


def test_points_are_the_contracts(graded):
    """Six for z and six for r, of each 2 for the first word alone; 7 of 12 are public."""
    points = {check.id: check.max_points for check in graded["the solution"].checks}

    for gate in "zr":
        assert sum(n for name, n in points.items() if name.startswith(f"gate_trace_{gate}_")) == 6
        assert points[f"gate_trace_{gate}_first_word"] == 2
    assert sum(check.max_points for check in graded["the solution"].checks if not check.hidden) == 7


@pytest.mark.parametrize("name", ["the solution", *HONEST])
def test_honest_work_gets_all_points(name, graded):
    assert lost(graded[name]) == []
    assert graded[name].points == 12
    assert not [flag for flag in graded[name].flags if "reads like a known mistake" in flag.message]


@pytest.mark.parametrize("name", NOTED)
def test_a_mistake_of_reading_costs_nothing_and_is_told(name, graded):
    (flag,) = graded[name].flags

    assert graded[name].points == 12
    assert "reads like a known mistake" in flag.message
    assert flag.message.endswith("Say then what a high z at a word tells of that word, and what a low one tells.")


def test_the_stub_is_not_done_yet(graded):
    assert {check.outcome for check in graded["the stub"].checks} == {Outcome.TODO}


def id_of(name: str) -> str:
    """Give the mistake that a file or a variant makes."""
    return re.split("[- ]", name)[0]


@pytest.mark.parametrize("name", [name for name in (*FAULTY, *INSTANCES) if name not in RAISE])
def test_each_check_that_fails_names_the_mistake_and_no_other(name, graded):
    mistake = id_of(name)
    failing = named(graded[name])

    assert set(failing.values()) == {mistake}
    assert failing.keys() >= {check.id for check in graded[name].checks} - FIRST
    assert FIRST.isdisjoint(failing) or failing.keys() >= FIRST
    assert graded[name].points == (0 if failing.keys() >= FIRST else 4)


@pytest.mark.parametrize("mistake", ["R3", "R4", "R5", "R6", "R13", "R16"])
def test_what_does_not_show_at_the_first_word_costs_nothing_there(mistake, graded):
    for name in [name for name in (FAULTY | INSTANCES) if id_of(name) == mistake]:
        assert graded[name].points == 4


@pytest.mark.parametrize("name", sorted(RAISE))
def test_what_only_raises_is_named_by_what_it_raises(name, graded):
    """In all public checks; with one unit a product may go through, and hidden checks have such a case."""
    failing = named(graded[name])

    assert {check.outcome for check in graded[name].checks} == {Outcome.ERROR}
    assert {mistake for check, mistake in failing.items() if not check.endswith("values")} == {id_of(name)}
    assert set(failing.values()) <= {id_of(name), ""}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("nothing", "expected a tuple of 2 arrays, got None (does the function end with return?)"),
        ("z alone", "expected a tuple of 2 arrays, got one array of shape (5, 6)"),
        ("three", "expected a tuple of 2 arrays, got a tuple of 3"),
        ("a list of lists", "expected z: a NumPy array of shape (5, 6), got z: a list of 5"),
        ("pairs", "expected a tuple of 2 arrays, got one array of shape (5, 2, 6)"),
        ("a dict", "expected a tuple of 2 arrays, got a value of type dict"),
        ("texts", "expected z: a NumPy array of shape (5, 6), got z: array of dtype"),
    ],
)
def test_another_form_is_told_in_words(form, said, graded):
    assert graded[form].points == 0
    assert said in graded[form].checks[0].message
    assert named(graded[form]).values() == {"": ""}.values() or set(named(graded[form]).values()) == {""}
    assert graded[form].checks[0].hint == "", "the words say it all"


def test_each_gate_is_judged_by_itself(graded):
    assert set(named(graded["z wrong"])) == {
        "gate_trace_z_first_word",
        "gate_trace_z_sentence",
        "gate_trace_z_values",
    }
    assert graded["z wrong"].points == 6
    assert graded["integers"].points == 0


def test_a_counterexample_can_be_redone_by_hand(graded):
    """One unit and at most three words, unless only more can show it."""
    for name in [*FAULTY, *INSTANCES]:
        for check in graded[name].checks:
            if check.outcome is Outcome.FAILED:
                assert check.counterexample is not None, f"{name}: {check.id}"
                assert len(check.counterexample.called) < 400
                assert check.counterexample.expected != check.counterexample.got


def test_a_gap_is_a_call_of_the_same_sizes_and_its_message_tells_them(graded):
    gap = graded["z wrong"].checks[0].gap

    assert gap is not None
    assert gap.called.endswith("np.random.rand(2, 18)], embedded=np.random.rand(5, 4))")
    assert "gate_trace with weights [(4, 18), (6, 18), (2, 18)], embedded (5, 4)" in graded["z wrong"].checks[0].message
    assert gap.expected.startswith("z: ")
