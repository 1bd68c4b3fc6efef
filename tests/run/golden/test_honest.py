"""The work that is to get full marks is right: proved by plain loops and plain Python, before any grader is asked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.expected import students
from helpers.repository import CLASS
from run.golden import oracle

HERE = Path(__file__).parent
EXERCISE, FULL_MARKS = "01_gates", 30
OTHERS = re.compile("0[2-9]_[a-z]+")  # what they handed in for the other exercises

# Of several files, the one that is to be graded; everybody else handed in only one that fits.
TAKEN = {
    "bo-both-formats": "01_gates.ipynb",
    "cleo-copy-beside-the-stub": "Copy of 01_gates.ipynb",
    "yusuf-two-folders": "final/01_gates.py",
}


def honest_students() -> list[str]:
    """List those whose expected file says that they get everything."""
    return [student for student, expected in students(CLASS).items() if expected[EXERCISE].points == FULL_MARKS]


def work_of(student: str) -> Path:
    """Find the file of a student that counts."""
    if student in TAKEN:
        return CLASS / student / TAKEN[student]
    (only,) = [
        file
        for file in (CLASS / student).rglob("*")
        if file.suffix in {".py", ".ipynb"} and not OTHERS.search(file.name)
    ]
    return only


def calls() -> list[tuple[str, list[Any]]]:
    """Draw calls of all seven functions: two sizes, float64 and float32, batch equal to u, one row, one step."""
    draw = np.random.default_rng(20).normal
    made: list[tuple[str, list[Any]]] = [("sigmoid", [number]) for number in (0.0, 2.0, -3.5, -1000.0, 1000.0)]
    made.append(("sigmoid", [np.array([[-1000.0, -40.0, -1.0], [0.0, 40.0, 1000.0]])]))
    for batch, T, d, u, dtype in [(3, 5, 4, 6, "f8"), (6, 2, 3, 6, "f8"), (1, 1, 2, 5, "f8"), (2, 4, 5, 3, "f4")]:
        params = {
            f"{kind}_{gate}": (0.7 * draw(size=shape)).astype(dtype)
            for gate in "zrh"
            for kind, shape in (("W", (d, u)), ("U", (u, u)), ("b", (u,)))
        }
        xs, h = draw(size=(batch, T, d)).astype(dtype), draw(size=(batch, u)).astype(dtype)
        share = (0.5 + 0.5 * np.tanh(draw(size=(batch, u)))).astype(dtype)
        of = {gate: [params[f"{kind}_{gate}"] for kind in "WUb"] for gate in "zrh"}
        made += [
            ("sigmoid", [xs]),
            ("update_gate", [xs[:, 0], h, *of["z"]]),
            ("reset_gate", [xs[:, 0], h, *of["r"]]),
            ("candidate_state", [xs[:, 0], h, share, *of["h"]]),
            ("next_state", [share, h, draw(size=(batch, u)).astype(dtype)]),
            ("gru_step", [xs[:, 0], h, params]),
            ("gru_forward", [xs, h, params]),
        ]
    return made


def frozen(value: Any) -> Any:
    """Write an argument as JSON can carry it."""
    if isinstance(value, np.ndarray):
        return {"dtype": str(value.dtype), "data": value.tolist()}
    return {name: frozen(each) for name, each in value.items()} if isinstance(value, dict) else value


def plain(value: Any) -> Any:
    """Write an argument as nested lists."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return {name: plain(each) for name, each in value.items()} if isinstance(value, dict) else value


def wanted(name: str, args: list[Any]) -> Any:
    """Ask the oracle."""
    if name == "sigmoid":
        return np.vectorize(oracle.sigmoid, otypes=[float])(args[0])
    return np.array(getattr(oracle, name)(*map(plain, args)))


@pytest.mark.parametrize("student", honest_students())
def test_work_that_is_to_get_full_marks_is_right(student: str) -> None:
    """Without this, a persona's own slip would be looked for in the grader."""
    asked = calls()
    run = subprocess.run(
        [sys.executable, "-I", str(HERE / "honest.py"), str(work_of(student))],
        input=json.dumps([[name, [frozen(arg) for arg in args]] for name, args in asked]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    for (name, args), got in zip(asked, json.loads(run.stdout), strict=True):
        want = wanted(name, args)
        single = isinstance(args[0], np.ndarray) and args[0].dtype == np.float32
        shape = f"{name} for {np.shape(args[0])}"
        assert np.shape(got["data"]) == want.shape, shape
        tolerance = (1e-5 if single else 1e-6) * np.maximum(1, np.abs(want))
        assert np.all(np.abs(np.array(got["data"]) - want) <= tolerance), shape
        assert got["kept"], f"{shape} changed its inputs"
        assert not got["overflowed"], f"{shape} overflowed"
        assert got["type"] == "ndarray" or want.ndim == 0, f"{shape} gave a {got['type']}"
        assert not (single and name == "gru_forward") or got["dtype"] == "float32", shape
