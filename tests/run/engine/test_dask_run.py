"""Grading on a Dask cluster that the run starts itself: the same results, whatever dies on the way, and nobody left at the end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from helpers.on_dask import is_alive, parent, scoring_on_dask, wait_for
from helpers.processes import descendants
from helpers.repository import CLASS, SOLUTIONS
from helpers.scored import Scored, hand_in, score
from helpers.small_course import KILLS, MARKS, RIGHT, SLEEPS, SMALL, WRONG, make_small_course

NUMPY_EXERCISES = ("01_gates", "05_trace")
STUDENTS = (  # right, wrong, in a notebook, in one piece, with a crash, with an error in its text, and not done
    "ada",
    "gus-resets-the-complement",
    "grace-notebook",
    "chen-in-one-piece",
    "casper-segfaults",
    "sina-syntax-error",
    "carl-swaps-the-gates",
    "zack-untouched",
)
OF_TIMES = {"seconds", "started", "graded_at"}
OF_THE_ENGINE = {"engine", "nodes"}


def without(names: set[str], value: Any) -> Any:
    """Leave these fields out, wherever they stand."""
    if isinstance(value, dict):
        return {key: without(names, each) for key, each in value.items() if key not in names}
    return [without(names, each) for each in value] if isinstance(value, list) else value


def listening(pid: int) -> set[str]:
    """Where a process and all that it started can be spoken to."""
    found = set()
    for each in (pid, *descendants(pid)):
        with suppress(psutil.Error):  # it has ended
            found |= {one.laddr.ip for one in psutil.Process(each).net_connections("inet") if one.status == "LISTEN"}
    return found


def test_the_golden_class_is_graded_as_here_though_a_worker_is_killed_on_the_way(tmp_path: Path) -> None:
    for student in STUDENTS:
        shutil.copytree(CLASS / student, tmp_path / "class" / student)
    chosen = [word for exercise in NUMPY_EXERCISES for word in ("--exercise", exercise)]
    with scoring_on_dask(tmp_path / "class", tmp_path / "dask", SOLUTIONS, "--jobs", "2", *chosen) as run:
        _, node = run.first_fork()
        assert listening(run.process.pid) == {"127.0.0.1"}
        os.kill(parent(node), signal.SIGKILL)
        assert wait_for(lambda: not is_alive(node)), "the process that grades outlived its Dask worker"
        assert run.end() == 0, run.text()
        assert "was lost" in run.text()
    here = score(tmp_path / "class", tmp_path / "here", exercises=NUMPY_EXERCISES).results
    there = Scored(tmp_path / "class", tmp_path / "dask").results

    assert without(OF_TIMES | OF_THE_ENGINE, there) == without(OF_TIMES | OF_THE_ENGINE, here)
    assert there["run"]["engine"] == "dask"
    assert len(there["run"]["nodes"]) in {2, 3}, "the one that was killed, and another in its place if there was time"
    assert all(node["isolation"] == here["run"]["isolation"] for node in there["run"]["nodes"])


def test_what_ends_its_node_each_time_is_named_and_the_rest_is_graded(tmp_path: Path) -> None:
    course = make_small_course(tmp_path / "solutions")
    folder = hand_in(tmp_path / "class", {"ada": RIGHT, "kim": KILLS, "zoe": WRONG}, f"{SMALL}.py")
    with scoring_on_dask(folder, tmp_path / "out", course, "--jobs", "1") as run:
        assert run.end() == 1
        text = run.text()
    rows = Scored(folder, tmp_path / "out").of(SMALL)

    assert {student: (row["status"], row["points"], row["pending_points"]) for student, row in rows.items()} == {
        "ada": ("graded", 2, 0),
        "kim": ("failed", 0, 2),
        "zoe": ("graded", 0, 0),
    }
    assert f"the grader itself failed: kim, {SMALL}: " in text
    assert "ended 3 times" in text


@pytest.mark.parametrize("by, code", [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_run_that_is_stopped_ends_all_that_it_started(tmp_path: Path, by: signal.Signals, code: int) -> None:
    """The second work goes to the one node when the result of the first is here."""
    course = make_small_course(tmp_path / "solutions")
    folder = hand_in(tmp_path / "class", {"ada": RIGHT, "bea": MARKS, "cid": SLEEPS}, f"{SMALL}.py")
    with scoring_on_dask(folder, tmp_path / "out", course, "--jobs", "1") as run:
        assert wait_for(lambda: (tmp_path / "marked").exists() or run.process.poll() is not None)
        started = descendants(run.process.pid)
        if by is signal.SIGINT:
            os.killpg(run.process.pid, by)  # as a terminal does: every process of the group hears of it
        else:
            os.kill(run.process.pid, by)
        assert run.end() == code, run.text()
        assert wait_for(lambda: not [pid for pid in started if is_alive(pid)]), "something was left"
        text = run.text()
    if by is signal.SIGINT:
        rows = Scored(folder, tmp_path / "out").of(SMALL)
        assert (rows["ada"]["status"], rows["ada"]["points"]) == ("graded", 2)
        assert rows["cid"]["status"] == "failed"
        assert "interrupted; what was graded is in the report, still to grade: " in text
        assert "Traceback" not in text


UNREACHABLE = """
import socket, sys
import distributed
from grader.engine import cluster
from grader.errors import UsageError

cluster.CONNECT_SECONDS = cluster.WORKERS_SECONDS = 0.5
if __name__ == "__main__":
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        empty = distributed.LocalCluster(
            n_workers=0, host="127.0.0.1", dashboard_address=None, worker_dashboard_address=None, silence_logs=50
        )
        for address in (f"tcp://127.0.0.1:{nobody.getsockname()[1]}", empty.scheduler_address):
            try:
                cluster.Cluster(address, 1)
            except UsageError as error:
                print(error)
        empty.close()
"""


def test_a_scheduler_that_is_not_there_and_one_without_workers_are_told_in_one_line_each(tmp_path: Path) -> None:
    script = tmp_path / "unreachable.py"
    script.write_text(UNREACHABLE)
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=True)

    nobody, empty = done.stdout.splitlines()
    assert nobody.startswith("--scheduler tcp://127.0.0.1:")
    assert ": no Dask scheduler answers there (" in nobody
    assert empty.startswith("The Dask cluster of tcp://127.0.0.1:")
    assert " has no worker after 0 s: start some with `dask worker ADDRESS`" in empty
    assert done.stderr == ""
