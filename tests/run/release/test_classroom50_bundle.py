"""The bundle for Classroom 50, run as its runner runs it: a bare Python, the checkout as current folder, and no network."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.course.course_toml import load_course
from grader.course.master import read_master, solution_text
from grader.release.classroom50_bundle import AUTOGRADER, INSTALL, LARGEST, write_classroom50
from grader.release.write_exercises import release
from helpers.classroom50 import ENVIRONMENT, Result, outputs, taken
from helpers.never_given import hidden_checks, secret_lines, texts_below
from helpers.offline_index import stand_ins
from helpers.repository import SOLUTIONS
from helpers.shared import made_once

EXERCISES = [exercise.id for exercise in load_course(SOLUTIONS).exercises]
MOMENT = "2026-06-01T16:30:01+02:00"  # of the commit, as its author's clock had it
GIT = {
    "GIT_AUTHOR_DATE": MOMENT, "GIT_COMMITTER_DATE": MOMENT, "GIT_AUTHOR_NAME": "kim", "GIT_COMMITTER_NAME": "kim",
    "GIT_AUTHOR_EMAIL": "kim@localhost", "GIT_COMMITTER_EMAIL": "kim@localhost", "GIT_CONFIG_GLOBAL": "/dev/null",
}  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """What the runner finds after the autograder."""

    code: int
    outputs: dict[str, str]
    log: str
    checkout: Path

    @property
    def result(self) -> Result:
        return taken((self.checkout / "result.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, students_wheel: Path) -> Path:
    """Make the bundle of this course, its stubs, and what pip may install: all but TensorFlow."""

    def make(folder: Path) -> None:
        (folder / "dist").mkdir()
        shutil.copy(students_wheel, folder / "dist")
        (folder / "solutions").symlink_to(SOLUTIONS)
        course = load_course(folder / "solutions")
        write_classroom50(course, folder / "bundle")
        release(course, folder / "exercises")
        stand_ins(folder / "index", "numpy", "packaging", "pytest", "pandas", "matplotlib")

    return made_once(tmp_path_factory, "classroom50-bundle", make)


@pytest.fixture
def autograde(made: Path, tmp_path: Path):
    """Run the autograder on a repository with these files."""

    def autograde(files: dict[str, str | bytes], bundle: Path = made / "bundle", **environ: str) -> Ended:
        checkout = tmp_path / "checkout"
        checkout.mkdir()
        for name, text in files.items():
            place = checkout / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text if isinstance(text, bytes) else text.encode())
        base = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
        for command in (["init", "-q"], ["add", "-A", "-f"], ["commit", "-q", "--allow-empty", "-m", "work"]):
            subprocess.run(["git", *command], cwd=checkout, env=base | GIT, check=True)
        said = tmp_path / "outputs"
        told = (
            base
            | ENVIRONMENT
            | {"GITHUB_OUTPUT": str(said), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(made / "index")}
        )
        done = subprocess.run(
            [sys.executable, str(bundle / AUTOGRADER)], cwd=checkout, env=told | environ, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        text = said.read_text(encoding="utf-8") if said.exists() else ""
        return Ended(done.returncode, outputs(text), done.stdout.decode(errors="replace"), checkout)

    return autograde


def solved(ident: str) -> str:
    return solution_text(read_master(SOLUTIONS / f"{ident}.py"))


def stubs(made: Path) -> dict[str, str | bytes]:
    """What a student starts from."""
    return {file.name: file.read_bytes() for file in (made / "exercises").iterdir()}


class TestTheFolder:
    def test_it_holds_the_autograder_the_package_and_how_to_install_them(self, made):
        *names, wheel = sorted(
            (path.name for path in (made / "bundle").iterdir()), key=lambda name: name.endswith(".whl")
        )

        assert wheel.endswith(".whl")
        assert sorted(names) == [
            INSTALL,
            AUTOGRADER,
            "grader.txt",
            "requirements-deep-learning.txt",
            "requirements.txt",
        ]

    def test_it_is_as_small_as_the_runner_asks(self, made):
        assert sum(path.stat().st_size for path in (made / "bundle").iterdir()) <= LARGEST

    def test_nothing_in_it_is_secret(self, made):
        texts = texts_below(made / "bundle")
        secret = {line for ident in EXERCISES for line in secret_lines(ident)}

        assert len(secret) > 50
        assert [(name, line) for name, text in texts.items() for line in secret if line in text] == []
        assert [title for title in hidden_checks().values() for text in texts.values() if title in text] == []
        assert not [name for name in texts if "hidden_" in name or "misconceptions/" in name]

    def test_its_text_names_the_python_to_ask_for_and_what_is_public(self, made):
        text = (made / "bundle" / INSTALL).read_text(encoding="utf-8")

        assert '{"runs-on": "ubuntu-latest", "python": "3.12"}' in text
        assert "for which there is no TensorFlow yet" in text
        for word in ("runtime", "allowed_files", "release_assets", "public", "advice", "'!01_gates.ipynb'"):
            assert word in text

    def test_made_again_it_is_the_same(self, made):
        before = {path: path.read_bytes() for path in (made / "bundle").iterdir()}
        write_classroom50(load_course(made / "solutions"), made / "bundle")

        assert {path: path.read_bytes() for path in (made / "bundle").iterdir()} == before


def test_right_work_passes_and_wrong_work_does_not_and_neither_needs_tensorflow(made, autograde):
    """The untouched stubs of the exercises about Keras lie beside it, as in every repository."""
    files = stubs(made) | {
        "05_trace.py": "def gate_trace(weights, embedded):\n    return 0\n",
        "01_gates.py": solved("01_gates"),
    }
    del files["01_gates.ipynb"], files["05_trace.ipynb"]
    ended = autograde(files)

    assert ended.code == 0, ended.log
    passed: dict[str, set[bool]] = {}
    for test in ended.result["tests"]:
        passed.setdefault(test["exercise"], set()).add(test["passed"])
    assert passed == {"01_gates": {True}, "02_swap": {False}, "03_measure": {False}, "05_trace": {False}}
    assert ended.outputs["status"] == "failure"
    assert ended.outputs["summary"].startswith("18 of ")
    assert ended.result["datetime"] == "2026-06-01T14:30:01Z"
    assert "public checks" in (ended.checkout / "release-body.md").read_text(encoding="utf-8")


def test_an_empty_repository_has_every_test_and_no_point(autograde):
    ended = autograde({"README.md": "nothing yet"}, OWNER="group-3", USERNAME="group-3", ASSIGNMENT_TYPE="team")

    assert ended.code == 0, ended.log
    assert (ended.result["owner"], ended.result["score"]) == ("group-3", 0)
    assert ended.result["max-score"] > 50
    assert ended.outputs["status"] == "failure"


HOSTILE = {
    "01_gates.py": "import os, sys\nprint('::error::forged')\nos.system('true')\ndef sigmoid(a):\n    return 0\nos._exit(0)\n",
    **dict.fromkeys(
        ("json.py", "pip.py", "venv.py", "tempfile.py", "sitecustomize.py", "grader.py", "numpy.py", "conftest.py"),
        "raise SystemExit('a module of the student was imported')\n",
    ),
    "grader/__init__.py": "raise SystemExit('a module of the student was imported')\n",
    "result.json": '{"score": 100}',
    "release-body.md": "100 points",
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--co'\n",
    "pytest.ini": "[pytest]\naddopts = --co\n",
    "venv/bin/python": "#!/bin/sh\nexit 0\n",
    ".venv/pyvenv.cfg": "home = /nowhere\n",
    "pip.conf": "[global]\nindex-url = http://localhost:9/\n",
    "bin/git": "#!/bin/sh\nexit 1\n",
    "solutions/course.toml": 'name = "mine"\n[[exercises]]\nid = "01_gates"\ntitle = "easy"\npackages = []\n',
    "solutions/01_gates.py": "# %%\npass\n",
}


def test_nothing_in_the_checkout_is_imported_or_takes_part(autograde):
    ended = autograde(HOSTILE)

    assert ended.code == 0, ended.log
    assert "a module of the student" not in ended.log
    assert ended.result["score"] < 3
    assert ended.result["max-score"] > 50, "the course that lies in the checkout is nobody's"
    assert ended.outputs["status"] == "failure"
    assert "100 points" not in (ended.checkout / "release-body.md").read_text(encoding="utf-8")


class TestWithoutAResult:
    def nothing_is_left(self, ended: Ended) -> None:
        assert ended.code != 0
        assert ended.outputs["status"] == "error"
        assert len(ended.outputs["summary"]) <= 140
        assert not (ended.checkout / "result.json").exists()
        assert not (ended.checkout / "release-body.md").exists()

    def test_work_about_keras_asks_for_tensorflow_and_without_it_says_why(self, autograde):
        """Here pip has no TensorFlow to install."""
        ended = autograde({"02_swap.py": solved("02_swap"), "result.json": "{}"})

        self.nothing_is_left(ended)
        assert "TensorFlow could not be installed" in ended.outputs["summary"]

    def test_without_a_network_it_says_so(self, autograde, tmp_path):
        ended = autograde({"01_gates.py": solved("01_gates")}, PIP_FIND_LINKS=str(tmp_path))

        self.nothing_is_left(ended)
        assert "what the students' package needs could not be installed" in ended.outputs["summary"]

    def test_another_package_than_the_pinned_one_is_refused(self, autograde, made, tmp_path):
        bundle = shutil.copytree(made / "bundle", tmp_path / "bundle")
        pin = bundle / "grader.txt"
        pin.write_text(pin.read_text().replace("--hash=sha256:", "--hash=sha256:0000")[:-5] + "\n")
        ended = autograde({}, bundle=bundle)

        self.nothing_is_left(ended)
        assert "the students' package could not be installed" in ended.outputs["summary"]


def test_checks_that_take_too_long_leave_a_result_with_every_test(autograde, made, tmp_path):
    """The time is over as soon as the work has begun to run; what was right before keeps its points."""
    bundle = shutil.copytree(made / "bundle", tmp_path / "bundle")
    script = bundle / AUTOGRADER
    waits = "return process.wait(max(1.0, end - time.monotonic()))"
    over = (
        "while not (checkout / 'begun').exists(): time.sleep(0.01)\n        raise subprocess.TimeoutExpired(command, 0)"
    )
    text = script.read_text(encoding="utf-8")
    assert waits in text
    script.write_text(text.replace(waits, over), encoding="utf-8")
    loops = f"open({str(tmp_path / 'checkout' / 'begun')!r}, 'w').close()\nwhile True:\n    pass\n"
    ended = autograde({"05_trace.py": loops, "01_gates.py": solved("01_gates")}, bundle=bundle)

    assert ended.code == 0, ended.log
    assert ended.outputs["status"] == "failure"
    outcomes = {
        ident: {test["outcome"] for test in ended.result["tests"] if test["exercise"] == ident} for ident in EXERCISES
    }
    assert (outcomes["01_gates"], outcomes["05_trace"]) == ({"passed"}, {"timeout"})
    assert ended.result["max-score"] > 50
