"""A class of local repositories, graded by the steps of the grading workflow, each run as its runner would run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.course.course_toml import load_course
from grader.course.master import read_master, solution_text
from grader.errors import UsageError
from grader.release.grading_repository import WORKFLOW, write_grading
from grader.sandbox.lockdown.plan import ESSENTIAL
from grader.sandbox.lockdown.survey import survey
from helpers.repository import SOLUTIONS
from helpers.shared import made_once

RIGHT = solution_text(read_master(SOLUTIONS / "05_trace.py"))
GIT = ["git", "-c", "user.name=x", "-c", "user.email=x@localhost", "-c", "init.defaultBranch=main"]
BASE = {"PATH": f"{Path('bin')}:/usr/bin:/bin", "LANG": "C.UTF-8", "GIT_CONFIG_GLOBAL": "/dev/null"}
TOKEN = "a-token-that-must-stay-where-it-is"


def git(place: Path, *words: str) -> str:
    done = subprocess.run([*GIT, *words], cwd=place, env=BASE, check=True, capture_output=True, text=True)
    return done.stdout


def commit(place: Path, files: dict[str, str]) -> Path:
    """Make a repository with these files; a text that begins with ``->`` is where a link leads."""
    place.mkdir(parents=True)
    git(place, "init", "-q")
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("->"):
            (place / name).symlink_to(text.removeprefix("->"))
        else:
            (place / name).write_text(text, encoding="utf-8")
    if files:
        git(place, "add", "-A", "-f")
        git(place, "commit", "-q", "-m", "work")
    return place


def organisation(folder: Path) -> None:
    """Make the students' repositories; one is empty."""
    commit(folder / "gru-kim", {"05_trace.py": RIGHT})
    commit(folder / "gru-bo", {"05_trace.py": "def gate_trace(weights, embedded):\n    return 0\n"})
    commit(folder / "gru-ana", {})
    commit(
        folder / "gru-mallory",
        {
            "05_trace.py": "import os\nraise SystemExit(os.environ)\n",
            "leak.json": "->/proc/self/environ",
            "gru-kim": "->../gru-kim",
            ".gitattributes": "* filter=lfs\n",
            ".lfsconfig": "[lfs]\nurl = http://localhost:9/\n",
            ".gitmodules": '[submodule "x"]\npath = x\nurl = ../gru-kim\n',
            "::error::\n##[error].json": "{}",
            "-rf *.json": "{}",
            ".github/workflows/grade.yml": "name: mine\n",
        },
    )


class Runner:
    """A runner for the jobs of one workflow: what it keeps between jobs is the repository and the artifacts."""

    def __init__(self, folder: Path, origin: Path) -> None:
        """Give it a folder of its own, and the repository that the workflow belongs to."""
        self.folder, self.origin = folder, origin
        self.jobs: dict[str, Any] = yaml.safe_load((origin / WORKFLOW).read_text(encoding="utf-8"))["jobs"]
        self.logs: dict[str, str] = {}
        self.environments: dict[str, dict[str, str]] = {}
        (folder / "tools").mkdir(parents=True)
        (folder / "tools" / "sudo").write_text("#!/bin/sh\necho would run: $*\n")
        (folder / "tools" / "sudo").chmod(0o755)

    def run(self, name: str) -> Path:
        """Run a job, or one after the other those of a matrix, in a new workspace, and give it.

        Raises AssertionError with the log if a step fails.
        """
        for shard in self.jobs[name].get("strategy", {}).get("matrix", {}).get("shard", [0]):
            work = self._run(name, str(shard))
        return work

    def _run(self, name: str, shard: str) -> Path:
        work, temp = self.folder / name / "work", self.folder / name / "temp"
        shutil.rmtree(self.folder / name, ignore_errors=True)
        work.mkdir(parents=True)
        temp.mkdir()
        steps = json.loads(json.dumps(self.jobs[name]["steps"]).replace("${{ matrix.shard }}", shard))
        for number, step in enumerate(steps):
            if "uses" in step:
                self.use(step, work)
                continue
            if "-m venv environment" in step["run"]:
                (work / "environment").symlink_to(sys.prefix)  # where all of this is installed; there is no network
                continue
            self.step(f"{name} {number}", step, work, temp)
        return work

    def use(self, step: dict[str, Any], work: Path) -> None:
        """Do what an action is used for."""
        inputs = step.get("with", {})
        if step["uses"].startswith("actions/checkout@"):
            branch = inputs.get("ref", "main")
            command = [
                *GIT,
                "clone",
                "-q",
                "--branch",
                branch,
                self.origin.as_uri(),
                str(work / inputs.get("path", ".")),
            ]
            done = subprocess.run(command, env=BASE, check=False, capture_output=True)
            assert done.returncode == 0 or step.get("continue-on-error")
        elif "upload-artifact" in step["uses"]:
            shutil.copytree(work / inputs["path"], self.folder / inputs["name"], dirs_exist_ok=True)
        elif "pattern" in inputs:
            for artifact in self.folder.glob(inputs["pattern"]):
                shutil.copytree(artifact, work / inputs["path"] / artifact.name)
        elif "download-artifact" in step["uses"]:
            shutil.copytree(self.folder / inputs["name"], work / inputs["path"])
        else:
            assert "setup-python" in step["uses"]

    def step(self, which: str, step: dict[str, Any], work: Path, temp: Path) -> None:
        """Run a step's script as the runner does, with what it says is in its environment."""
        script = temp / "step.sh"
        # Not every machine that runs these tests can isolate as GitHub's can.
        text = step["run"] if ESSENTIAL.issubset(survey().layers) else step["run"].replace("strict", "auto")
        script.write_text(text, encoding="utf-8")
        own = {key: value.replace("${{ secrets.READ_TOKEN }}", TOKEN) for key, value in step.get("env", {}).items()}
        environment = {
            **BASE, "PATH": f"{self.folder / 'tools'}:/usr/bin:/bin", "HOME": str(temp), "RUNNER_TEMP": str(temp),
            "GITHUB_STEP_SUMMARY": str(temp / "summary"), "GITHUB_RUN_ID": "7", **own,
        }  # fmt: skip
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", str(script)], cwd=work / step.get("working-directory", "."),
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        self.logs[which] = done.stdout.decode(errors="replace")
        assert done.returncode == 0, f"{which} ended with {done.returncode}:\n{self.logs[which]}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the grading repository of a course of one exercise, with a class in it."""

    def make(folder: Path) -> None:
        organisation(folder / "org")
        shutil.copytree(SOLUTIONS, folder / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
        text = (folder / "solutions" / "course.toml").read_text(encoding="utf-8")
        head, *exercises = text.split("[[exercises]]")
        (one,) = (each for each in exercises if '"05_trace"' in each)
        (folder / "solutions" / "course.toml").write_text(f"{head}[[exercises]]{one}", encoding="utf-8")
        grading = folder / "grading"
        grading.mkdir()
        git(grading, "init", "-q")
        names = ("gru-kim", "gru-bo", "gru-ana", "gru-mallory", "gru-gone")
        lines = [f"{(folder / 'org' / name).as_uri()} {name.removeprefix('gru-')}" for name in names]
        (grading / "repositories.txt").write_text("\n".join(lines), encoding="utf-8")
        write_grading(load_course(folder / "solutions"), grading)
        git(grading, "add", "-A", "-f")
        git(grading, "commit", "-q", "-m", "the course")

    return made_once(tmp_path_factory, "grading-repository", make)


@pytest.fixture(scope="module")
def runner(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """Run the three jobs one after the other."""
    runner = Runner(tmp_path_factory.mktemp("runner"), made / "grading")
    for job in ("collect", "score", "publish"):
        runner.run(job)
    return runner


@pytest.fixture(scope="module")
def published(runner: Runner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Check out the branch that the last job pushed to."""
    folder = tmp_path_factory.mktemp("published") / "results"
    git(folder.parent, "clone", "-q", "--branch", "results", runner.origin.as_uri(), str(folder))
    return folder


def test_everyone_on_the_list_has_a_row_and_the_mark_of_their_work(published):
    rows = json.loads((published / "results.json").read_text(encoding="utf-8"))["submissions"]

    assert {row["student"]: row["status"] for row in rows} == {
        "ana": "missing",
        "bo": "graded",
        "gone": "missing",
        "kim": "graded",
        "mallory": "graded",
    }
    assert {row["student"] for row in rows if row["points"] == row["max_points"]} == {"kim"}
    assert {row["student"]: row["points"] for row in rows if row["student"] != "kim"} == dict.fromkeys(
        ("ana", "bo", "gone", "mallory"), 0
    )


def test_marks_and_pages_are_in_the_branch_and_nothing_else(published):
    files = {path.relative_to(published).as_posix() for path in published.rglob("*") if path.is_file()}
    files = {name for name in files if not name.startswith(".git/")}

    assert files == {
        "results.json", "gradebook.csv", "index.html", "sources.jsonl", ".seed",
        *(f"students/{name}.html" for name in ("ana", "bo", "gone", "kim", "mallory")),
    }  # fmt: skip


def test_in_two_shards_the_marks_are_the_same(made, published, tmp_path):
    """Two jobs grade a half each, the third merges the halves, and the last publishes what one job would have graded."""
    grading = tmp_path / "grading"
    git(tmp_path, "clone", "-q", "--branch", "main", (made / "grading").as_uri(), str(grading))
    write_grading(load_course(made / "solutions"), grading, shards=2)
    git(grading, "add", "-A", "-f")
    git(grading, "commit", "-q", "-m", "in shards")
    runner = Runner(tmp_path / "runner", grading)
    for job in ("collect", "score", "merge", "publish"):
        runner.run(job)
    git(tmp_path, "clone", "-q", "--branch", "results", grading.as_uri(), str(tmp_path / "results"))

    halves = [runner.folder / f"part-{index}" / "results.tar" for index in (1, 2)]
    assert all(half.is_file() for half in halves)
    marks = (tmp_path / "results" / "gradebook.csv").read_text(encoding="utf-8")
    assert marks == (published / "gradebook.csv").read_text(encoding="utf-8")
    rows = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))["submissions"]
    assert len(rows) == 5


def test_who_could_not_be_collected_is_named(runner):
    log = next(text for name, text in runner.logs.items() if name.startswith("collect"))

    assert "gone: not collected" in log
    assert "4 of 5 repositories are collected." in log
    assert "`gone`" in (runner.folder / "collect" / "temp" / "summary").read_text(encoding="utf-8")


def test_nothing_that_a_student_committed_leads_out_of_their_folder(runner):
    with tarfile.open(runner.folder / "collected" / "class.tar") as archive:
        members = archive.getmembers()
        leak = archive.extractfile("class/mallory/leak.json").read()

    assert all(member.isfile() or member.isdir() for member in members)
    assert leak == b"/proc/self/environ"
    assert not [member.name for member in members if "/.git/" in f"{member.name}/"]


def test_the_token_is_in_no_artifact_and_in_no_log(runner):
    packed = [path for name in ("collected", "scored") for path in (runner.folder / name).rglob("*") if path.is_file()]

    assert len(packed) == 4
    assert not [path for path in packed if TOKEN.encode() in path.read_bytes()]
    assert not [name for name, log in runner.logs.items() if TOKEN in log]


def test_the_log_says_what_the_machine_can_isolate_before_it_grades(runner):
    logs = [text for name, text in runner.logs.items() if name.startswith("score")]
    told = next(at for at, text in enumerate(logs) if "seccomp" in text)

    assert told < next(at for at, text in enumerate(logs) if "Read as:" in text)


def test_the_next_run_takes_the_seed_and_the_decisions_with_it(runner, published):
    runner.run("collect")
    with tarfile.open(runner.folder / "collected" / "earlier.tar") as archive:
        assert archive.extractfile("earlier/.seed").read() == (published / ".seed").read_bytes()
        assert "earlier/.git" not in archive.getnames()


class TestTheFolder:
    def test_made_again_it_keeps_the_lists_that_a_teacher_wrote(self, made, tmp_path):
        grading = shutil.copytree(made / "grading", tmp_path / "grading")
        (grading / "roster.csv").write_text("student\nkim\n", encoding="utf-8")
        listed = (grading / "repositories.txt").read_bytes()
        write_grading(load_course(made / "solutions"), grading)

        assert (grading / "repositories.txt").read_bytes() == listed
        assert (grading / "roster.csv").read_text(encoding="utf-8") == "student\nkim\n"

    def test_it_holds_the_whole_course(self, made):
        def below(folder: Path) -> dict[str, bytes]:
            return {
                path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
            }

        assert below(made / "grading" / "solutions") == below(made / "solutions")

    def test_its_text_says_what_a_student_can_and_cannot_change(self, made):
        text = (made / "grading" / "README.md").read_text(encoding="utf-8")

        for words in ("private", "points there are advice", "the mark is this run's", "READ_TOKEN", "They can't"):
            assert words in text

    def test_it_is_not_written_into_the_course(self, made):
        with pytest.raises(UsageError, match="lies in the course"):
            write_grading(load_course(made / "solutions"), made / "solutions" / "grading")


def test_the_installing_step_is_complete(made, tmp_path):
    """The grader that the repository pins can be installed from it alone; what it needs comes from an index."""
    work = tmp_path / "work"
    shutil.copytree(made / "grading", work / "course")
    target = tmp_path / "site"
    command = [
        sys.executable,
        "-I",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    command += ["--no-deps", "--target", str(target), "-r", "course/grader.txt"]
    subprocess.run(command, cwd=work, env={**os.environ, "PIP_NO_INDEX": "1"}, check=True)

    assert (target / "grader" / "commands" / "score.py").is_file()
