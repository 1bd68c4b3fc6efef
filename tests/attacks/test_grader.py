"""Attacks that once made the grader fail, eat memory or overrun its time: none may, and nobody beside them may notice."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.repository import SOLUTIONS
from helpers.scored import hand_in, score

EXERCISE = "01_gates"
HONEST = (SOLUTIONS / f"{EXERCISE}.py").read_text(encoding="utf-8")
ALL = "sigmoid = update_gate = reset_gate = candidate_state = next_state = gru_step = gru_forward = "
FRAME = """
import sys
def channel():
    frame = sys._getframe()
    while type(frame.f_locals.get("self")).__name__ != "Served":
        frame = frame.f_back
    served = frame.f_locals["self"]
    return served._channel, served._number, type(served._channel).send.__globals__["pack"]
"""
ATTACKS = {
    "many statements": "0\n" * 25_000,
    "many names": "=".join(f"a{i}" for i in range(101_000)) + "=0",
    "many failures": "def e(): raise Exception('\\U0001F600' * 400)\n" + "e()\n" * 4_000,
    "a flood of events": FRAME
    + """
def sigmoid(a):
    socket, number, pack = channel()
    frames = pack([number, ["OneCalled", 0, ["CallReturned", 0.0, [], [], [], False]]]) * 20_000
    while True:
        socket._socket.sendall(frames)
""",
    "a flood of questions": FRAME
    + """
def gru_step(x, h, params):
    socket, number, pack = channel()
    frames = pack([number, ["AskPart", "sigmoid", [0.0]]]) * 2_000
    while True:
        socket._socket.sendall(frames)
""",
    "huge answers": f"import numpy as np\ndef big(*a): return np.zeros(8_000_000)\n{ALL}big\n",
    "many small answers": f"def big(*a): return [[0.0] * 999 for _ in range(999)]\n{ALL}big\n",
    "a stand-in that broadcasts": """
import numpy as np
def gru_step(x, h, params):
    next_state(np.full((1024, 1, 1), 0.5), np.ones((1, 512, 1)), np.ones((1, 1, 256)))
    return h
""",
    "a stand-in that multiplies texts": """
def gru_step(x, h, params):
    next_state([["A", {}]], [[1500000000, 1]], [[1, 1]])
    return h
""",
}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Grade all attacks in one run, with honest work beside them."""
    folder = tmp_path_factory.mktemp("attacks")
    hand_in(folder / "class", {**ATTACKS, "honest": HONEST}, f"{EXERCISE}.py")
    scored = score(folder / "class", folder / "out", exercises=[EXERCISE])
    assert (scored.out / "results.json").stat().st_size < 2_000_000
    return scored.of(EXERCISE)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_on_the_grader_is_the_submissions_own_zero(name: str, attacked: dict[str, Any]) -> None:
    """A row that `failed` would leave all its points open: that is a gain, and the run would end with exit code 1."""
    row = attacked[name]
    assert row["status"] in ("graded", "unreadable")
    assert (row["points"], row["pending_points"]) == (0, 0)


def test_honest_work_beside_attacks_keeps_its_points(attacked: dict[str, Any]) -> None:
    assert attacked["honest"]["points"] == attacked["honest"]["max_points"]


def test_a_long_list_of_what_did_not_run_is_cut_and_counted(attacked: dict[str, Any]) -> None:
    row = attacked["many failures"]
    assert len(row["cells"]) == 100
    assert [flag for flag in row["flags"] if flag["message"].startswith("3,900 more statements")]
