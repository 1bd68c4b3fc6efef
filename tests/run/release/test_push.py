"""A push, run as the CI's runner would: the steps' own text, in a clean environment, on the files that a student has pushed."""

from __future__ import annotations

import base64
import json
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.repository import SOLUTIONS
from helpers.workflow_runner import JobRun, bare_python, run_pipeline, run_workflow

WORKFLOW = ".github/workflows/grade.yml"
# What Python or pytest would take for its own if it looked for modules where the student's files are.
BREAKS = 'raise SystemExit("a file of the student was imported")\n'
TRAPS = (
    "json.py",
    "pip.py",
    "numpy.py",
    "sitecustomize.py",
    "usercustomize.py",
    "conftest.py",
    "grader.py",
    "pytest.py",
)
Push = Callable[..., Path]


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make a Python that has what pip would install, but neither the grader nor, unless asked for, TensorFlow."""

    def making(heavy: bool = False) -> Path:
        return bare_python(tmp_path_factory.mktemp("python"), () if heavy else ("tensorflow", "keras"))

    return making


@pytest.fixture
def push(tmp_path: Path) -> Push:
    """Copy a template and put a student's files into it."""

    def pushing(template: Path, files: dict[str, str | Path]) -> Path:
        repository = tmp_path / "pushed"
        shutil.copytree(template, repository)
        for name, content in files.items():
            place = repository / name
            place.parent.mkdir(parents=True, exist_ok=True)
            text = content.read_text(encoding="utf-8") if isinstance(content, Path) else content
            place.write_text(text, encoding="utf-8")
        return repository

    return pushing


def solved(light_templates: Path) -> dict[str, str | Path]:
    return {path.name: path for path in (light_templates / "solved").glob("*.ipynb")}


def test_work_that_is_right_passes_whatever_else_lies_beside_it(light_templates, push, python, tmp_path):
    traps = dict.fromkeys(TRAPS, BREAKS) | {
        "pytest.ini": "[pytest]\naddopts = --none-such\n",
        "setup.cfg": "[global]\nx",
    }
    repository = push(light_templates / "github", solved(light_templates) | traps)
    done = run_workflow(repository, WORKFLOW, python(), tmp_path)

    assert done.code == 0, done.log
    assert done.outputs["public"] == {"points": "25", "max_points": "25"}
    assert "25" in done.summary


def test_a_template_nobody_has_worked_in_is_no_points_of_all_and_fails(templates, push, python, tmp_path):
    done = run_workflow(push(templates / "github", {}), WORKFLOW, python(), tmp_path)

    assert done.code == 1, done.log
    assert done.outputs["heavy"] == {"work": ""}
    assert done.ran[-2:] == ["heavy", "public"], "TensorFlow is not installed for stubs"
    assert done.outputs["public"] == {"points": "0", "max_points": "52"}


def test_tensorflow_is_installed_for_work_that_needs_it(templates, push, python, tmp_path):
    files = {"Copy of 02_swap.py": SOLUTIONS / "02_swap.py"}
    step = "Install keras, tensorflow"
    done = run_workflow(push(templates / "github", files), WORKFLOW, python(heavy=True), tmp_path, until=step)

    assert done.code == 0, done.log
    assert done.outputs["heavy"] == {"work": "02_swap"}
    assert done.ran[-1] == step
    assert "Requirement already satisfied: tensorflow==" in done.logs[step]


def test_where_it_can_not_be_told_which_work_needs_tensorflow_it_is_installed(templates, push, python, tmp_path):
    """A file that takes Python down when it is read, say, must not cost the points of the work beside it."""
    step, broken = "Install keras, tensorflow", python(heavy=True)
    (packages,) = broken.parent.glob("lib/python*/site-packages")
    ends = 'import os, sys\nif "grader.home.heavy_work" in sys.orig_argv:\n    os._exit(1)\n'
    (packages / "sitecustomize.py").write_text(ends, encoding="utf-8")
    done = run_workflow(push(templates / "github", {}), WORKFLOW, broken, tmp_path, until=step)

    assert (done.code, done.outputs["heavy"]) == (0, {"work": "unknown"}), done.log
    assert done.ran[-1] == step


def test_a_wheel_that_is_not_the_pinned_one_is_not_installed(light_templates, push, python, tmp_path):
    repository = push(light_templates / "github", {})
    (wheel,) = (repository / ".grader").glob("*.whl")
    data = wheel.read_bytes()
    wheel.write_bytes(data[:200] + bytes([data[200] ^ 1]) + data[201:])
    done = run_workflow(repository, WORKFLOW, python(), tmp_path)

    assert done.code != 0
    assert done.ran[-1] == "Install the grader"
    assert "DO NOT MATCH THE HASHES" in done.log


def classic_report(done: JobRun) -> tuple[float, float]:
    """What the reporter makes of what it is given, in its own arithmetic (its src/main.js and src/notify-classroom.js)."""
    inputs = done.used["classroom-resources/autograding-grading-reporter"]
    results = [
        json.loads(base64.b64decode(inputs[f"{runner.upper()}_RESULTS"])) for runner in inputs["runners"].split(",")
    ]
    points = sum(test["score"] for each in results if each["max_score"] for test in each["tests"])
    return points, sum(each["max_score"] for each in results)


def test_the_classic_reporter_gets_the_same_points_for_work_under_another_name(light_templates, push, python, tmp_path):
    files = {"my work.py": SOLUTIONS / "01_gates.py"}
    done = run_workflow(push(light_templates / "classic", files), WORKFLOW, python(), tmp_path)

    assert done.code == 0, done.log
    assert classic_report(done) == (18, 25)
    assert done.outputs["public"]["points"] == "18"


def test_a_pipeline_of_gitlab_gives_points_and_a_report_and_installs_no_more_than_it_needs(
    templates, push, python, tmp_path
):
    files = dict.fromkeys(TRAPS, BREAKS) | {"01_gates.py": SOLUTIONS / "01_gates.py"}
    done = run_pipeline(push(templates / "gitlab", files), python(), tmp_path)

    assert done.code == 1, done.log
    assert "Work that needs keras, tensorflow: none" in done.log
    assert (tmp_path / "work" / "points.env").read_text() == "POINTS=18\nMAX_POINTS=52\n"
    report = ET.parse(tmp_path / "work" / "public-checks.xml").getroot()
    failed = [case for case in report.iter("testcase") if case.find("failure") is not None]
    points = [int(each.get("value", "")) for each in report.iter("property") if each.get("name") == "points"]
    assert 0 < len(failed) < len(list(report.iter("testcase")))
    assert sum(points) == 18
