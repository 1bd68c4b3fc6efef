"""Items that need nothing of pytest are called without it, and no author's habit makes a difference to what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from grader.checks.mistakes.declare import compose
from grader.checks.run.bench import CheckBench, with_checks
from grader.course.course_toml import load_course
from grader.errors import WorkerFault
from helpers.in_process import InProcess

from .test_bench import MASTER

HEAD = "import numpy as np\nimport pytest\nfrom grader.checks.authoring import same\nSEEN = []\n"
MARK = "\n\n@pytest.mark.points(2)\n"
DOC = '    """half halves"""\n'
ASKS = "    same(student.half(3.0), expected.half(3.0))\n"
PLAIN = {
    "as authors write them": f"def check_half(student, expected):\n{DOC}{ASKS}",
    "numbers drawn": f"def check_half(rng, student, expected):\n{DOC}    a = rng.normal(size=3)\n"
    "    same(student.half(a), expected.half(a))\n",
    "cases": f"@pytest.mark.parametrize('n', [1.0, 2.0])\n@pytest.mark.parametrize('m', [3.0])\n"
    f"def check_half(n, m, student, expected):\n{DOC}    same(student.half(n * m), expected.half(n * m))\n",
    "a case takes the place of a fixture": f"@pytest.mark.parametrize('rng', [4.0])\ndef check_half(rng, student, expected):\n{DOC}"
    "    same(student.half(rng), expected.half(rng))\n",
    "a note": f"def check_half(student, expected, note):\n{DOC}    note('I saw it')\n{ASKS}",
    "raises": f"def check_half(student, expected):\n{DOC}    with pytest.raises(ZeroDivisionError):\n        1 / 0\n{ASKS}",
    "raises what never comes": f"def check_half(student):\n{DOC}    value = student.half(3.0).value\n"
    "    with pytest.raises(ZeroDivisionError):\n        1 / (0 if value == 1.5 else 1)\n",
    "skips": f"def check_half(student):\n{DOC}    if student.half(3.0).value != 1.5:\n        pytest.skip('not today')\n",
    "fails by assert": f"def check_half(student):\n{DOC}    assert student.half(3.0).value == 1.5, 'half of 3 is 1.5'\n",
    "fails by assert without words": f"def check_half(student):\n{DOC}    assert student.half(3.0).value == 1.5\n",
    "breaks": f"def check_half(student):\n{DOC}    1 / (student.half(3.0).value == 1.5)\n",
    "asks otherwise": f"def check_half(student):\n{DOC}    student.half(student.half(3.0).value == 1.5)\n",
    "two checks": f"def check_half(student, expected):\n{DOC}{ASKS}{MARK}@pytest.mark.needs('half')\n"
    f"def check_half_again(student, expected, rng):\n{DOC}{ASKS}",
}
BY_PYTEST = {
    "a fixture": "@pytest.fixture\ndef three():\n    return 3.0\n{MARK}def check_half(three, student, expected):\n{DOC}"
    "    same(student.half(three), expected.half(three))\n",
    "a fixture named as the grader's": "@pytest.fixture\ndef rng():\n    return 3.0\n{MARK}def check_half(rng, student, expected):\n{DOC}"
    "    same(student.half(rng), expected.half(rng))\n",
    "a fixture on top of the grader's": "@pytest.fixture\ndef student(student):\n    SEEN.append(1)\n    return student\n{MARK}"
    "def check_half(student, expected):\n{DOC}{ASKS}    assert len(SEEN) % 2 == 0 or student.half(4.0).value == 2.0\n",
    "a fixture that yields": "@pytest.fixture\ndef open_():\n    SEEN.append(1)\n    yield 3.0\n    SEEN.pop()\n{MARK}"
    "def check_half(open_, student, expected):\n{DOC}    assert len(SEEN) == 1\n    same(student.half(open_), expected.half(open_))\n",
    "a fixture that fails": "@pytest.fixture\ndef bad(student):\n    assert student.half(3.0).value == 1.5, 'in the fixture'\n{MARK}"
    "def check_half(bad, student, expected):\n{DOC}{ASKS}",
    "a fixture of the module": "@pytest.fixture(scope='module')\ndef opened():\n    SEEN.append(1)\n    yield\n    SEEN.clear()\n{MARK}"
    "def check_half(opened, student, expected):\n{DOC}    assert len(SEEN) == 1\n{ASKS}{MARK}"
    "def check_half_next(student, expected):\n{DOC}    assert len(SEEN) == 1, 'it is still open'\n{ASKS}",
    "a fixture nobody names": "@pytest.fixture(autouse=True)\ndef always():\n    SEEN.append(1)\n    yield\n    SEEN.clear()\n{MARK}"
    "def check_half(student, expected):\n{DOC}    assert len(SEEN) == 1\n{ASKS}",
    "set up by name": "def setup_function(function):\n    SEEN.append(1)\ndef teardown_function(function):\n    SEEN.clear()\n{MARK}"
    "def check_half(student, expected):\n{DOC}    assert len(SEEN) == 1\n{ASKS}",
    "the request": "{MARK}def check_half(request, student, expected):\n{DOC}    assert 'check_half' in request.node.name\n{ASKS}",
    "usefixtures": "@pytest.fixture\ndef three():\n    SEEN.append(3.0)\n    yield\n    SEEN.clear()\n{MARK}"
    "@pytest.mark.usefixtures('three')\ndef check_half(student, expected):\n{DOC}    a = SEEN[0]\n"
    "    same(student.half(a), expected.half(a))\n",
    "an indirect case": "@pytest.fixture\ndef n(request):\n    return 2 * request.param\n{MARK}"
    "@pytest.mark.parametrize('n', [1.5], indirect=True)\ndef check_half(n, student, expected):\n{DOC}"
    "    assert n == 3.0\n    same(student.half(n), expected.half(n))\n",
    "xfail": "{MARK}@pytest.mark.xfail(raises=ZeroDivisionError)\ndef check_half(student):\n{DOC}    assert student.half(3.0).value == 1.5\n",
    "skipif": "{MARK}@pytest.mark.skipif(bool(SEEN), reason='never')\ndef check_half(student, expected):\n{DOC}{ASKS}",
}
RIGHT, WRONG, RAISES = "", "def half(a):\n    return a / 3\n", "def half(a):\n    raise ValueError('no')\n"


def graded(bench: CheckBench, text: str) -> Any:
    """What the checks find, without times; or the words of a fault."""
    namespace = compose(bench.plans.reference.compiled, {})
    exec(text, namespace)
    try:
        found = bench.check(InProcess(namespace))
    except (
        WorkerFault,
        pytest.fail.Exception,
    ) as fault:  # `pytest.raises` fails so, which ends the process that grades
        return f"{type(fault).__name__}: {fault}"
    return [asdict(check) | {"seconds": 0} for check in found.checks], found.flags


@pytest.fixture
def both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[bool, list[Any], list[Any]]]:
    """Give whether a check file's items are called without pytest, what comes out, and what comes out with it."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "checks").mkdir()
    (tmp_path / "course.toml").write_text(
        'name = "C"\nrepository = ""\nbranch = "main"\ncontact = "t"\n'
        '[[exercises]]\nid = "01_two"\ntitle = "Two"\npackages = ["numpy"]\n'
    )
    (tmp_path / "01_two.py").write_text(MASTER)

    def grading(text: str) -> tuple[bool, list[Any], list[Any]]:
        (tmp_path / "checks" / "check_01_two.py").write_text(text)
        found: list[Any] = []

        def use(bench: CheckBench) -> None:
            plugin = bench._plugin
            plain = plugin._plain
            found.append(bool(plain))
            found.append([graded(bench, text) for text in (RIGHT, WRONG, RAISES, RIGHT)])
            plugin._plain = {}
            found.append([graded(bench, text) for text in (RIGHT, WRONG, RAISES, RIGHT)])

        with_checks(load_course(tmp_path).exercises[0], 1, use)
        plain, without, by_pytest = found
        return plain, without, by_pytest

    return grading


@pytest.mark.parametrize("habit", PLAIN)
def test_what_is_called_without_pytest_ends_as_it_does_with_it(both_ways: Any, habit: str) -> None:
    plain, without, by_pytest = both_ways(f"{HEAD}{MARK}{PLAIN[habit]}")
    assert plain
    assert without == by_pytest


@pytest.mark.parametrize("habit", BY_PYTEST)
def test_what_asks_for_more_than_arguments_is_left_to_pytest(both_ways: Any, habit: str) -> None:
    text = BY_PYTEST[habit].replace("{MARK}", MARK).replace("{DOC}", DOC).replace("{ASKS}", ASKS)
    plain, without, by_pytest = both_ways(f"{HEAD}{text}")
    assert not plain
    assert without == by_pytest


def test_the_checks_of_a_file_stay_together(both_ways: Any) -> None:
    """A check without a fixture may rely on what one of the same file left open."""
    module = BY_PYTEST["a fixture of the module"].replace("{MARK}", MARK).replace("{DOC}", DOC).replace("{ASKS}", ASKS)
    _, (right, *_), _ = both_ways(f"{HEAD}{module}")
    assert [check["outcome"] for check in right[0]] == ["passed", "passed"]
