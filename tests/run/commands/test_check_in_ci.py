"""``grader check --ci`` as a job runs it: in a folder full of traps, in an empty one, and when the job is cancelled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader.cli import main
from helpers.junit_rules import faults
from helpers.processes import wait_for
from helpers.reporter_rules import reported
from helpers.runner_rules import commands_in, outputs_in
from helpers.shared import made_once

from .conftest import ROOT

SOLUTION = (ROOT / "solutions" / "01_gates.py").read_text(encoding="utf-8")
WRONG = SOLUTION.replace("z * h + (1 - z) * h_tilde", "(1 - z) * h + z * h_tilde")
TRAPS = (
    "json",
    "pip",
    "numpy",
    "random",
    "grader",
    "sitecustomize",
    "usercustomize",
    "conftest",
    "pytest",
    "signal",
    "typing",
)
TRAP = "import os\nprint('::error::trapped')\nos._exit(0)\n"
FORGING = """
import os
print("::error::forged")
for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
    if name in os.environ:
        open(os.environ[name], "a").write("points=100\\n")
"""


@dataclass(frozen=True)
class Job:
    """A folder for a job: the student's files, and beside them those of the runner."""

    place: Path

    @property
    def mine(self) -> Path:
        return self.place / "mine"

    def prepared(self) -> Job:
        (self.place / "solutions").symlink_to(ROOT / "solutions")
        self.mine.mkdir()
        for name in ("output", "summary"):
            (self.place / name).touch()
        return self

    def started(self, *options: str) -> subprocess.Popen[str]:
        """Start the command as a template does: without the current folder among Python's."""
        files = {"GITHUB_OUTPUT": self.place / "output", "GITHUB_STEP_SUMMARY": self.place / "summary"}
        environ = os.environ | {name: str(file) for name, file in files.items()}
        environ |= {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.mine)}
        with (self.place / "log").open("w") as log, (self.place / "errors").open("w") as errors:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "grader", "check", *options], cwd=self.mine, env=environ, stdout=log, stderr=errors,
                text=True,
            )  # fmt: skip

    def run(self, *options: str) -> Job:
        """Run the command and keep its exit code."""
        (self.place / "code").write_text(str(self.started(*options).wait()))
        return self

    def text(self, name: str) -> str:
        return (self.place / name).read_text(encoding="utf-8")

    @property
    def code(self) -> int:
        return int(self.text("code"))

    @property
    def outputs(self) -> dict[str, str]:
        return outputs_in(self.text("output"))

    @property
    def tests(self) -> list[tuple[str | None, str | None]]:
        """The classes and names of the tests in the JUnit file, which follows the rules."""
        told = (self.mine / "junit.xml").read_text(encoding="utf-8")
        assert faults(told) == []
        return [(case.get("classname"), case.get("name")) for case in ElementTree.fromstring(told).iter("testcase")]


def trapped(place: Path) -> None:
    """Check wrong work that tries to forge, beside files named as modules, and one with a hostile name."""
    job = Job(place).prepared()
    (job.mine / "01_gates.py").write_text(WRONG + FORGING)
    for name in TRAPS:
        (job.mine / f"{name}.py").write_text(TRAP)
    (job.mine / "::error::named\n##[error]x.py").write_text("x = 1\n")
    job.run("--ci", "plain", "--junit", "junit.xml")


def empty(place: Path) -> None:
    """Check a folder in which nothing is."""
    Job(place).prepared().run("--ci", "plain", "--junit", "junit.xml")


@pytest.fixture(scope="session")
def in_traps(tmp_path_factory: pytest.TempPathFactory) -> Job:
    return Job(made_once(tmp_path_factory, "ci-in-traps", trapped))


@pytest.fixture(scope="session")
def in_nothing(tmp_path_factory: pytest.TempPathFactory) -> Job:
    return Job(made_once(tmp_path_factory, "ci-in-nothing", empty))


def test_wrong_work_is_annotated_at_the_wrong_function_and_fails_the_job(in_traps: Job) -> None:
    first = commands_in(in_traps.text("log"))[0]
    line = WRONG.split("\n").index("def next_state(z, h, h_tilde):") + 1
    assert in_traps.code == 1, in_traps.text("errors")
    assert (first.name, first.properties["file"], first.properties["line"]) == ("error", "01_gates.py", str(line))
    assert "the update gate works the other way round" in first.data
    assert "the update gate works the other way round" in in_traps.text("summary")


def test_no_file_beside_it_and_no_code_of_it_forges_anything(in_traps: Job) -> None:
    assert set(in_traps.outputs) == {"points", "max_points"}
    assert 0 < int(in_traps.outputs["points"]) < 18
    found = commands_in(in_traps.text("log"))
    assert len(found) <= 10
    assert {each.name for each in found} == {"error", "warning", "notice"}
    assert commands_in(in_traps.text("errors")) == []
    assert "trapped" not in in_traps.text("log") + in_traps.text("errors")


def test_an_empty_repository_is_0_points_of_all_and_a_failure(in_nothing: Job, in_traps: Job) -> None:
    assert in_nothing.code == 1
    assert in_nothing.outputs == {"points": "0", "max_points": in_traps.outputs["max_points"]}
    assert in_nothing.tests == in_traps.tests
    assert len(in_nothing.tests) > 20


def test_a_cancelled_job_shows_what_is_done_and_has_the_same_tests(tmp_path: Path, in_nothing: Job) -> None:
    """A job's runner sends one signal after the other."""
    job = Job(tmp_path).prepared()
    (job.mine / "01_gates.py").write_text("while True:\n    pass\n" + SOLUTION)
    process = job.started("--ci", "classic", "--junit", "junit.xml")
    assert wait_for(lambda: job.text("errors") or process.poll() is not None)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 0, job.text("errors")
    found = reported(job.outputs["result"])
    assert (found.points, str(found.max_points), found.failed) == (0, in_nothing.outputs["max_points"], True)
    assert job.tests == in_nothing.tests
    assert 'type="timeout"' in (job.mine / "junit.xml").read_text()
    assert "the job was cancelled" in job.text("log")


def test_gitlab_has_its_files_without_being_told_names(tmp_path: Path, in_nothing: Job) -> None:
    job = Job(tmp_path).prepared()
    environ = os.environ | {"GITLAB_CI": "true"}
    command = [sys.executable, "-P", "-m", "grader", "check", "--ci", "gitlab"]
    run = subprocess.run(command, cwd=job.mine, env=environ, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    assert (job.mine / "points.env").read_text() == f"POINTS=0\nMAX_POINTS={in_nothing.outputs['max_points']}\n"
    assert job.tests == in_nothing.tests


def test_a_file_of_junit_alone_covers_the_whole_course_as_well(tmp_path: Path, in_nothing: Job, typed: object) -> None:
    job = Job(tmp_path).prepared()
    run = typed("check", "--junit", "junit.xml", cwd=job.mine)  # type: ignore[operator]
    assert run.returncode == 1, run.stderr
    assert job.tests == in_nothing.tests
    assert "::" not in run.stdout


def test_a_file_that_is_no_junit_is_never_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("01_gates.py").write_text("def sigmoid(x):\n    return x  # <testsuite\n")

    assert main(["check", "--junit", "01_gates.py"]) == 1
    assert capsys.readouterr().err == ("grader: 01_gates.py is there already and is no JUnit XML: name another file\n")
    assert main(["check", "--junit", "."]) == 1
    assert capsys.readouterr().err == "grader: . is a folder: name a file\n"
    assert Path("01_gates.py").read_text().startswith("def sigmoid")


def test_a_ci_system_that_is_not_known_is_one_line_and_exit_2(typed: object, tmp_path: Path) -> None:
    run = typed("check", "--ci", "gitlap", cwd=tmp_path)  # type: ignore[operator]
    assert run.returncode == 2
    assert "did you mean gitlab?" in run.stderr
    assert len(run.stderr.splitlines()) == 1
