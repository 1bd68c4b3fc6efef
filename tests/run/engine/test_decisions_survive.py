"""What was said to be saved is saved, whatever kills the process that saved it and whoever else writes."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from grader.scores.decisions import read_decisions

APPENDING = """
import sys
from pathlib import Path
from grader.scores.decisions import append_decisions, moment_now
from grader.scores.records import Adjustment

name, run, wanted = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
for number in range(wanted):
    one = Adjustment(f"{name}-{number}", "e", "c", 1, name, moment_now(), "why", "d" * 64, comment="long " * 2_000)
    append_decisions(run, [one])
    print(number, flush=True)
"""


def appending(name: str, run: Path, wanted: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", APPENDING, name, str(run), str(wanted)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def numbers(run: Path, name: str) -> list[int]:
    """The decisions of one process, in the order of the file."""
    found = read_decisions(run).adjustments
    return [int(each.student.rpartition("-")[2]) for each in found if each.by == name]


def is_a_beginning(found: list[int], said: Iterable[int]) -> bool:
    return found == list(range(len(found))) and set(said) <= set(found)


def test_a_process_that_is_killed_loses_nothing_that_it_said_was_saved(tmp_path):
    dice = random.Random(18)
    said: dict[str, list[int]] = {}
    for at in range(6):
        process = appending(f"p{at}", tmp_path, 100_000)
        with process:
            assert process.stdout is not None
            said[f"p{at}"] = [int(process.stdout.readline()) for _ in range(dice.randint(1, 40))]
            process.kill()
            said[f"p{at}"] += [int(line) for line in process.stdout if line.endswith("\n")]
    for name, acknowledged in said.items():
        assert is_a_beginning(numbers(tmp_path, name), acknowledged)
        assert len(numbers(tmp_path, name)) <= len(acknowledged) + 1
    lines = (tmp_path / "decisions.jsonl").read_bytes().count(b"\n")
    assert lines <= sum(map(len, said.values())) + len(said)
    assert all("cut short" in each.why for each in read_decisions(tmp_path).unreadable)


def test_processes_that_write_at_once_lose_and_mix_nothing(tmp_path):
    processes = [appending(f"p{at}", tmp_path, 60) for at in range(3)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert [numbers(tmp_path, f"p{at}") for at in range(3)] == [list(range(60))] * 3
    assert read_decisions(tmp_path).unreadable == ()
