"""The processes of a run: started when work needs them, so many at once as there are jobs, and nobody left at the end."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from made_work import work_of

from grader.course.course_toml import load_course
from grader.engine import local
from grader.engine.local import Pool
from grader.errors import CourseError, UsageError, WorkerFault
from grader.sandbox import lockdown
from grader.sandbox.lockdown.selftest import Protection
from grader.sandbox.outside import packages
from grader.scores.records import Status
from grader.submissions.works import Work

from .conftest import COURSE, EXERCISE, SOLUTION, STUB, command_line, descendants, is_alive

HOST = "grader.engine.host"
FACTS = "grader.engine.facts"


def pool_of(course: Path = COURSE, jobs: int = 2, *, strict: bool = False) -> Pool:
    """Make the pool of a whole course."""
    loaded = load_course(course)
    return Pool(loaded, loaded.exercises, 3, lockdown.survey(packages.interpreter_paths()), jobs, strict=strict)


def works(folder: Path, texts: Sequence[str], exercise: str = EXERCISE) -> list[Work]:
    """Write files and make a work of each."""
    made = []
    for number, text in enumerate(texts):
        file = folder / f"{number}.py"
        file.write_text(text, encoding="utf-8")
        made.append(work_of(file, exercise, f"s{number}"))
    return made


def holds_tensorflow(pid: int) -> bool:
    """Tell whether a process has loaded TensorFlow's library."""
    try:
        return "tensorflow" in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def test_each_work_has_its_result_and_no_more_run_at_once_than_there_are_jobs(tmp_path: Path) -> None:
    before = set(descendants(os.getpid()))
    told: list[int] = []
    with pool_of() as pool:
        given = works(tmp_path, [SOLUTION, STUB] * 3)
        results = dict(pool.grade(given, lambda now: told.append(len(now))))
        assert [results[work].points for work in given] == [30, 0] * 3
        assert [(results[work].student, results[work].sha256) for work in given] == [
            (work.students[0], work.sha256) for work in given
        ]
        assert max(told) == 2
        facts = pool.facts()
        assert (facts.name, facts.jobs) == ("local", 2)
        own = [pid for pid in descendants(os.getpid()) if pid not in before]
        assert own
        assert list(pool.grade([])) == []
    assert not [pid for pid in own if is_alive(pid)]


def test_what_is_known_of_exercises_is_the_same_whether_or_not_there_is_work_for_them(tmp_path: Path) -> None:
    """The results of a run name the points and mistakes of all exercises; no worker is needed for that."""
    with pool_of() as pool:
        before = pool.facts()
        assert {exercise.id for exercise in load_course(COURSE).exercises} == set(before.max_points)
        assert before.max_points[EXERCISE] == 30
        assert {mistake.id for mistake in before.mistakes} >= {"G1", "G31"}
        assert before.isolation.protections == (), "no worker has been started"
        list(pool.grade(works(tmp_path, [STUB])))
        after = pool.facts()
    assert (after.max_points, after.mistakes) == (before.max_points, before.mistakes)
    assert after.isolation.protections


def test_only_what_there_is_work_for_is_started(tmp_path: Path) -> None:
    """A class that did one exercise waited half a minute for TensorFlow, which two others are about."""
    before, seen = set(descendants(os.getpid())), set[int]()
    heavy: set[int] = set()

    def look(_now: Sequence[Work]) -> None:
        new = set(descendants(os.getpid())) - before
        heavy.update(pid for pid in new if holds_tensorflow(pid))
        seen.update(new)
        lines = [command_line(pid) for pid in new]
        hosts.update(line.split()[-2] for line in lines if HOST in line)
        zygotes.update(pid for pid in new if "zygote" in command_line(pid) and parent(pid) == os.getpid())

    hosts: set[str] = set()
    zygotes: set[int] = set()
    with pool_of() as pool:
        (done,) = pool.grade(works(tmp_path, [SOLUTION]), look)
        pool.facts()
    assert done[1].points == 30
    assert (len(hosts), len(zygotes), heavy) == (1, 1, set())


def parent(pid: int) -> int:
    """Give a process's parent."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_bytes_that_were_found_are_graded_though_the_file_is_another_one_by_then(tmp_path: Path) -> None:
    """The digest in the results is of what was graded, whoever writes to the folder meanwhile."""
    given = works(tmp_path, [SOLUTION, SOLUTION])
    (tmp_path / "0.py").unlink()
    (tmp_path / "1.py").write_text(STUB, encoding="utf-8")
    with pool_of(jobs=1) as pool:
        results = dict(pool.grade(given))
    assert [(results[work].points, results[work].sha256) for work in given] == [(30, work.sha256) for work in given]


def test_a_file_that_was_not_kept_and_has_changed_is_not_graded_and_stays_open(tmp_path: Path) -> None:
    """Of a class larger than the memory for it the bytes are read again: other bytes are no student's zero and no marks."""
    given = [replace(work, data=None) for work in works(tmp_path, [SOLUTION, SOLUTION, SOLUTION])]
    (tmp_path / "0.py").unlink()
    (tmp_path / "1.py").write_text(SOLUTION + "\n", encoding="utf-8")
    with pool_of(jobs=1) as pool:
        results = dict(pool.grade(given))
    found = [results[work] for work in given]
    assert [(row.status, row.points, row.pending_points) for row in found] == [
        (Status.FAILED, 0, 30),
        (Status.FAILED, 0, 30),
        (Status.GRADED, 30, 0),
    ]
    assert "changed or taken away" in found[1].flags[-1].message


@pytest.mark.parametrize("exercise", [each.id for each in load_course(COURSE).exercises if each.checks])
def test_an_authors_slip_is_told_before_anything_is_graded(exercise: str, tmp_path: Path) -> None:
    """Of whichever exercise it is, whether there is work for it or not: each is collected, and the run waits for all of them."""
    shutil.copytree(COURSE, tmp_path / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    check = tmp_path / "solutions" / "checks" / f"check_{exercise}.py"
    check.write_text(re.sub(r"@pytest\.mark\.points\(\d+\)", "", check.read_text(), count=1))
    with (
        pool_of(tmp_path / "solutions") as pool,
        pytest.raises(CourseError, match=r"needs @pytest\.mark\.points"),
    ):
        pool.grade(works(tmp_path, [STUB]))


def test_protections_are_proved_before_anything_runs_and_a_lost_one_stops_a_strict_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Protection(sorted(lockdown.ESSENTIAL)[0], False, "it was taken away")
    monkeypatch.setattr(local, "protections", lambda *_, **__: (lost,))
    told: list[int] = []
    with pool_of(strict=True) as pool, pytest.raises(UsageError, match="--isolation strict: the self-test of"):
        pool.grade(works(tmp_path, [SOLUTION]), lambda now: told.append(len(now)))
    assert told == []


def test_a_host_that_is_gone_ends_the_run_and_no_descriptor_is_left_open(tmp_path: Path) -> None:
    given = works(tmp_path, [SOLUTION] * 3)
    before = set(descendants(os.getpid()))
    with pool_of(jobs=1) as pool:
        list(pool.grade(given[:1]))
        for pid in set(descendants(os.getpid())) - before:
            if HOST in command_line(pid):
                os.kill(pid, signal.SIGKILL)
        opened = len(os.listdir("/proc/self/fd"))
        for _ in range(5):
            with pytest.raises(WorkerFault, match="is gone"):
                list(pool.grade(given[1:]))
        assert len(os.listdir("/proc/self/fd")) == opened
