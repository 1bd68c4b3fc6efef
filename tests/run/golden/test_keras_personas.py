"""The golden class in the two exercises that are about Keras: who handed them in gets exactly what is written down here.

The points were worked out by hand from the rules of the exercises, before the grader ran.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from grader.course.course_toml import Exercise
from grader.engine.grade import spawning
from grader.sandbox import lockdown
from grader.sandbox.outside.launch import Zygote
from grader.sandbox.outside.packages import interpreter_paths
from run.golden.agreement import differences, recorded

ROOT = Path(__file__).parents[3]
RIGHT = {  # odd ways of being right, and what is noted about them at no cost
    "02_swap": {
        "ada": "",
        "barbara-wrote-a-class": "no weights yet",
        "dmitri-stacks-the-weights": "RNN(GRUCell(...)) counts",
        "emmy-einsum": "",
        "grace-notebook": "",
        "henrik-defines-it-twice": "build_model is defined twice",
        "kwame-demo-crashes": "line 16 did not run",
        "lena-from-colab": "google.colab",
        "niko-misses-his-data": "tensorflow_datasets",
        "noor-renames-the-arguments": "",
        "rosa-checks-herself": "The loss mse is not graded",
        "tomas-minds-his-dtypes": "",
    },
    "03_measure": dict.fromkeys(
        """ada barbara-wrote-a-class chen-in-one-piece dmitri-stacks-the-weights emmy-einsum grace-notebook hana-transposes
        henrik-defines-it-twice jia-keeps-parts-in-a-dict lena-from-colab noor-renames-the-arguments rosa-checks-herself
        tomas-minds-his-dtypes""".split(),
        "",
    ),
}
WRONG = {  # points, and the mistakes that are named
    "02_swap": {
        "alan-z-the-other-way": (10, "S5"),
        "carl-swaps-the-gates": (0, "S1"),
        "dora-forgets-the-reset": (6, "S2"),
        "gus-resets-the-complement": (7, "S4"),
        "ivan-likes-relu": (10, "S3"),
        "liam-forgets-the-state": (0, "S4"),
        "mona-starts-from-zero": (5, "S4"),
        "ned-hands-the-state-on": (9, "S4"),
        "olive-last-state-only": (10, "S4"),
        "pavel-same-buffer": (4, "S4"),
        "pia-prints-instead": (0, ""),
        "quinn-old-jupyter": (0, ""),
        "vera-deaf-to-the-state": (0, "S12"),
        "xavier-halfway": (12, "S13"),
        "yara-skipped-one": (8, "S8"),
        "zack-untouched": (0, ""),
        "zoe-all-zeros": (6, "S6"),
    },
    "03_measure": {
        "alan-z-the-other-way": (24, "M1"),
        "bella-pasted-a-step": (23, "M19"),
        "carl-swaps-the-gates": (24, "M2"),
        "dora-forgets-the-reset": (22, "M3"),
        "erik-resets-too-late": (24, "M4"),
        "fatima-late-reset-in-a-class": (24, "M12"),
        "gus-resets-the-complement": (22, "M5"),
        "ines-spaces-and-capitals": (22, "M7"),
        "ivan-likes-relu": (22, "M8"),
        "julia-lets-it-overflow": (26, "M10"),
        "kira-overflows-in-where": (24, "M9"),
        "liam-forgets-the-state": (24, "M11"),
        "mona-starts-from-zero": (24, "M14"),
        "ned-hands-the-state-on": (24, "M15"),
        "nils-time-major": (26, "M16"),
        "olive-last-state-only": (24, "M17"),
        "oscar-always-equal": (25, ""),
        "pia-prints-instead": (25, ""),
        "priya-prints-a-lot": (26, "M18"),
        "vera-deaf-to-the-state": (25, "M20"),
        "xavier-halfway": (27, ""),
        "yara-skipped-one": (10, ""),
        "zack-untouched": (0, ""),
        "zoe-all-zeros": (0, "M17"),
    },
}
SAID = {  # what a check says, where that is the point of the persona
    ("02_swap", "quinn-old-jupyter"): "today: from tensorflow.keras.layers import GRU",
    ("02_swap", "pia-prints-instead"): "does the function end with return?",
    ("02_swap", "vera-deaf-to-the-state"): "keras.layers.GRU among the layers, got Embedding, Lambda, Dense",
    ("02_swap", "zack-untouched"): "still builds the LSTM",
    ("02_swap", "xavier-halfway"): "a GRU with units = 5, got 64",
    ("03_measure", "pia-prints-instead"): "is read from the text, not computed",
    ("03_measure", "oscar-always-equal"): 'a number in ["lstm"]["parameters"], got a value of type str',
    ("03_measure", "xavier-halfway"): '"lstm" in ["faster"], by the numbers above it, got "gru"',
    ("03_measure", "yara-skipped-one"): "model_size_bytes is not written yet",
}


def each(table: dict[str, Any]) -> list[tuple[str, str]]:
    """List exercise and student."""
    return [(exercise, student) for exercise, students in table.items() for student in students]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """Grade the class in both."""
    out = tmp_path_factory.mktemp("keras")
    command = [sys.executable, "-m", "grader", "score", str(ROOT / "tests" / "class"), "--out", str(out)]
    chosen = [word for exercise in RIGHT for word in ("--exercise", exercise)]
    run = subprocess.run(
        [*command, *chosen, "--jobs", "2", "--seed", "7", "--quiet"], cwd=ROOT, capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr.decode()
    submissions = json.loads((out / "results.json").read_text(encoding="utf-8"))["submissions"]
    return {(row["exercise"], row["student"]): row for row in submissions if row["status"] != "missing"}


def test_only_who_handed_it_in_is_graded(rows: dict[Any, Any]) -> None:
    assert set(rows) == {*each(RIGHT), *each(WRONG), *((file.parent.name, file.stem) for file in WRITTEN_DOWN)}


@pytest.mark.parametrize(("exercise", "student"), each(RIGHT))
def test_right_work_gets_every_point(exercise: str, student: str, rows: dict[Any, Any]) -> None:
    row = rows[exercise, student]
    assert row["points"] == row["max_points"], [c["message"] for c in row["checks"] if c["outcome"] != "passed"]
    noted = RIGHT[exercise][student]
    assert bool(row["flags"]) is bool(noted)
    assert any(noted in flag["message"] for flag in row["flags"]) or not noted


@pytest.mark.parametrize(("exercise", "student"), each(WRONG))
def test_a_mistake_costs_what_it_should_and_is_named(exercise: str, student: str, rows: dict[Any, Any]) -> None:
    points, mistake = WRONG[exercise][student]
    row = rows[exercise, student]
    failed = [check for check in row["checks"] if check["outcome"] != "passed"]
    assert row["points"] == points
    assert {c["misconception"]["id"] for c in failed if c["misconception"]} == ({mistake} if mistake else set())
    assert any(SAID.get((exercise, student), "") in check["message"] for check in failed)


def test_an_untouched_stub_is_not_done_and_costs_no_time(rows: dict[Any, Any]) -> None:
    for exercise in RIGHT:
        assert {check["outcome"] for check in rows[exercise, "zack-untouched"]["checks"]} == {"todo"}


WRITTEN_DOWN = sorted((Path(__file__).parent / "expected").glob("0*/*.json"))


@pytest.mark.parametrize("file", WRITTEN_DOWN, ids=[f"{file.parent.name}-{file.stem}" for file in WRITTEN_DOWN])
def test_the_others_are_graded_as_written_down_check_by_check(file: Path, rows: dict[Any, Any]) -> None:
    expected, row = json.loads(file.read_text(encoding="utf-8")), rows[file.parent.name, file.stem]
    got = {c["id"]: [c["outcome"], c["points"], c["misconception"] and c["misconception"]["id"]] for c in row["checks"]}
    assert got == expected["checks"]
    assert row["points"] == expected["points"] == sum(points for _, points, _ in expected["checks"].values())
    assert sorted({flag["kind"] for flag in row["flags"]}) == expected["flags"]


@pytest.fixture
def with_keras_imported(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run files at home in forks of one process.

    A plain process imports TensorFlow anew, which takes seconds, twice for each file; how files fare in those is shown with a
    few of them in tests/home.
    """
    packages = ("numpy", "pandas", "matplotlib", "tensorflow", "keras")
    with Zygote(packages, lockdown.survey(interpreter_paths())) as zygote:
        zygote.wait_until_ready()

        def start(exercise: Exercise) -> Any:
            return nullcontext(spawning(exercise, zygote.control, b""))

        monkeypatch.setattr("grader.home.check_work.plain_start", start)
        yield


@pytest.mark.usefixtures("with_keras_imported")
def test_the_whole_class_gets_the_same_verdicts_at_home(rows: dict[Any, Any]) -> None:
    different, compared = differences(ROOT / "tests" / "class", rows, recorded(RIGHT))
    assert different == []
    assert compared >= 60
