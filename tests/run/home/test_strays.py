"""What a student's code leaves running is ended before results are written, and it never knew the job's variables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.home.strays import adopting, end_strays
from grader.release.template_text import TEMPLATES
from helpers.processes import is_alive

from .conftest import ROOT

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere no process adopts orphans")

# Three that outlive their starter: a child, its own session's child, and one whose parent is gone. Each says who it is.
STAYING = """
import os, time

def stay(name):
    with open(os.path.join({place!r}, "part-" + name), "w") as file:
        file.write(str(os.getpid()))
    os.rename(os.path.join({place!r}, "part-" + name), os.path.join({place!r}, name))
    while True:
        time.sleep(1)

if os.fork() == 0:
    stay("child")
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        stay("below")
    stay("session")
if os.fork() == 0:
    if os.fork() == 0:
        os.setsid()
        stay("orphan")
    os._exit(0)
while not all(os.path.exists(os.path.join({place!r}, name)) for name in ("child", "below", "session", "orphan")):
    time.sleep(0.01)
"""
SEEN = """
import json, os
with open(os.path.join({place!r}, "environment"), "w") as file:
    json.dump(dict(os.environ), file)
"""
NAMES = ("child", "below", "session", "orphan")
SECRET = {
    "GITHUB_TOKEN": "t", "GH_TOKEN": "t", "ACTIONS_RUNTIME_TOKEN": "t", "MY_API_KEY": "t", "TF_VAR_password": "t",
    "SUBMISSION_TAG": "t", "READ_TOKEN": "t",
}  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """What is left after a check: the process ids that were told, and the environment that was seen."""

    code: int
    pids: dict[str, int]
    environment: dict[str, str]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """Check work that leaves processes behind, as a job does."""
    place = tmp_path_factory.mktemp("strays")
    (place / "mine").mkdir()
    (place / "solutions").symlink_to(ROOT / "solutions")
    work = (STAYING + SEEN).format(place=str(place))
    (place / "mine" / "05_trace.py").write_text(f"{work}\ndef gate_trace(weights, embedded):\n    return 0\n")
    known = {"RUNNER_TRACKING_ID": "github_x", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "grader", "check", "--ci", "plain"], cwd=place / "mine", check=False,
        env=os.environ | known | SECRET, capture_output=True,
    )  # fmt: skip
    pids = {name: int((place / name).read_text()) for name in NAMES}
    return Checked(done.returncode, pids, json.loads((place / "environment").read_text()))


def test_nothing_that_left_its_session_or_lost_its_parent_outlives_the_check(checked: Checked) -> None:
    assert checked.code == 1
    assert {name: is_alive(pid) for name, pid in checked.pids.items()} == dict.fromkeys(NAMES, False)


def test_the_process_knows_none_of_the_jobs_variables_but_the_runners_mark(checked: Checked) -> None:
    assert checked.environment.keys() & SECRET.keys() == set()
    assert checked.environment["RUNNER_TRACKING_ID"] == "github_x"
    assert (checked.environment["OMP_NUM_THREADS"], checked.environment["PYTHONHASHSEED"]) == ("1", "0")
    assert (checked.environment["LC_ALL"], checked.environment["MPLBACKEND"]) == ("C.UTF-8", "Agg")


def test_what_the_checking_process_had_started_itself_goes_on() -> None:
    """Also in a session of its own, if it was there before."""
    words = [sys.executable, "-c", "input()"]
    with (
        subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True) as before,
        adopting(),
        subprocess.Popen(words, stdin=subprocess.PIPE) as meanwhile,
    ):
        end_strays()
        assert is_alive(before.pid)
        assert is_alive(meanwhile.pid)


def test_without_being_asked_to_it_ends_nothing() -> None:
    """In a notebook's kernel a process in a session of its own is the student's."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True) as theirs:
        end_strays()
        assert is_alive(theirs.pid)


def test_the_autograder_ends_them_too(tmp_path: Path) -> None:
    """If the checks themselves had to be stopped, nobody else does."""
    place = tmp_path / "place"
    place.mkdir()
    checks = STAYING.format(place=str(place)) + "while True: time.sleep(1)\n"
    (tmp_path / "checks.py").write_text(checks)
    program = f"""
import os, runpy, subprocess, sys, time
script = runpy.run_path({str(TEMPLATES / "autograder.py.txt")!r})
script["adopt"]()
process = subprocess.Popen([sys.executable, {str(tmp_path / "checks.py")!r}], start_new_session=True)
while not all(os.path.exists(os.path.join({str(place)!r}, name)) for name in {NAMES!r}):
    time.sleep(0.01)
script["stop"](process)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    assert {name: is_alive(int((place / name).read_text())) for name in NAMES} == dict.fromkeys(NAMES, False)
