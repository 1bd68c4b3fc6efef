"""The processes of a run: started when work needs them, so many at once as there are jobs, and nobody left at the end."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.course_toml import load_course
from grader.engine import local
from grader.engine.local import Pool
from grader.errors import CourseError, UsageError, WorkerFault
from grader.sandbox import lockdown
from grader.sandbox.lockdown.selftest import Protection
from grader.sandbox.outside import packages
from grader.scores.records import Status
from grader.submissions.works import Work
from helpers.made_work import work_of

from .conftest import COURSE, EXERCISE, SOLUTION, STUB, command_line, descendants, is_alive

HOST = "grader.engine.host"


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


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """Start what one exercise needs once for the tests that only grade."""
    with pool_of() as made:
        yield made


def test_each_work_has_its_result_and_no_more_run_at_once_than_there_are_jobs(pool: Pool, tmp_path: Path) -> None:
    told: list[int] = []
    given = works(tmp_path, [SOLUTION, STUB] * 3)
    results = dict(pool.grade(given, lambda now: told.append(len(now))))
    assert [results[work].points for work in given] == [30, 0] * 3
    assert [(results[work].student, results[work].sha256) for work in given] == [
        (work.students[0], work.sha256) for work in given
    ]
    assert max(told) == 2
    facts = pool.facts()
    assert (facts.name, facts.jobs) == ("local", 2)
    assert list(pool.grade([])) == []


def test_only_what_there_is_work_for_is_started_and_all_exercises_are_known(tmp_path: Path) -> None:
    """A class that did one exercise waited half a minute for TensorFlow, which two others are about."""
    before = set(descendants(os.getpid()))
    seen: set[int] = set()
    heavy: set[int] = set()
    hosts: set[int] = set()
    zygotes: set[int] = set()

    def look(_now: Sequence[Work]) -> None:
        new = set(descendants(os.getpid())) - before
        seen.update(new)
        heavy.update(pid for pid in new if holds_tensorflow(pid))
        own = {pid: command_line(pid) for pid in new if parent(pid) == os.getpid()}
        hosts.update(pid for pid, line in own.items() if HOST in line)
        zygotes.update(pid for pid, line in own.items() if "zygote" in line)

    with pool_of() as pool:
        unused = pool.facts()
        assert set(unused.max_points) == {exercise.id for exercise in load_course(COURSE).exercises}
        assert unused.max_points[EXERCISE] == 30
        assert {mistake.id for mistake in unused.mistakes} >= {"G1", "G31"}
        assert unused.isolation.protections == (), "no worker has been started"
        look(())
        assert (hosts, zygotes) == (set(), set())
        ((_, result),) = pool.grade(works(tmp_path, [SOLUTION]), look)
        used = pool.facts()
    assert result.points == 30
    assert (len(hosts), len(zygotes), heavy) == (1, 1, set())
    assert (used.max_points, used.mistakes) == (unused.max_points, unused.mistakes)
    assert used.isolation.protections
    assert not [pid for pid in seen if is_alive(pid)]


def parent(pid: int) -> int:
    """Give a process's parent."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_bytes_that_were_found_are_graded_though_the_file_is_another_one_by_then(pool: Pool, tmp_path: Path) -> None:
    """The digest in the results is of what was graded, whoever writes to the folder meanwhile."""
    given = works(tmp_path, [SOLUTION, SOLUTION])
    (tmp_path / "0.py").unlink()
    (tmp_path / "1.py").write_text(STUB, encoding="utf-8")
    results = dict(pool.grade(given))
    assert [(results[work].points, results[work].sha256) for work in given] == [(30, work.sha256) for work in given]


def test_a_file_that_was_not_kept_and_has_changed_is_not_graded_and_stays_open(pool: Pool, tmp_path: Path) -> None:
    """Of a class larger than the memory for it the bytes are read again: other bytes are no student's zero and no marks."""
    given = [replace(work, data=None) for work in works(tmp_path, [SOLUTION, SOLUTION, SOLUTION])]
    (tmp_path / "0.py").unlink()
    (tmp_path / "1.py").write_text(SOLUTION + "\n", encoding="utf-8")
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
