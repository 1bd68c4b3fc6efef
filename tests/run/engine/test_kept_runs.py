"""Runs that are killed, interrupted, short of room, beside each other or on a damaged store end as one that nobody disturbed.

The engine of all tests but the last starts nothing, so that a whole run takes a moment.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from grader import cli
from grader.course.master import read_master
from grader.engine import local
from grader.engine import run as engine
from grader.engine.folder import STORE
from grader.engine.run import Request, Scored, Watching, score
from grader.sandbox import lockdown
from grader.scores.records import SubmissionResult
from grader.scores.store_file import StoreFile
from grader.submissions.works import Work
from helpers.plain_engine import PlainEngine, comparable

from .conftest import COURSE, EXERCISE, SOLUTION, STUB, make_class

STUDENTS, MOMENTS = 8, 20
PLAN = lockdown.Plan(tuple(lockdown.LAYERS), landlock_abi=1)
NAMES = f"# {' '.join(read_master(COURSE / f'{EXERCISE}.py').graded_names)}\n"  # so that nobody has to look into a file
FORCED = -signal.SIGKILL


class Run:
    """Runs of one class; ``graded`` are the files that an engine has graded in this process."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = make_class(folder, {f"s{n:02}": f"{NAMES}x = {n // 2}\n" for n in range(STUDENTS)})
        self.engines: list[PlainEngine] = []
        self.told: list[str] = []
        self.before: Callable[[Work], None] = lambda _work: None
        monkeypatch.setattr(engine, "Pool", self.pool)
        monkeypatch.setattr(engine.lockdown, "survey", lambda _paths: PLAN)  # it starts processes

    def pool(self, _course: object, exercises: Any, seed: int, *_: object, **_options: object) -> PlainEngine:
        """Make what grades."""
        self.engines.append(PlainEngine([each.id for each in exercises], seed, self.before))
        return self.engines[-1]

    def __call__(self, out: Path, **options: Any) -> Scored:
        """Score the class as the command does."""
        watching = Watching()
        watching.notice = self.told.append  # type: ignore[method-assign]
        given = {"course": COURSE, "exercises": (EXERCISE,), "seed": 7} | options
        return score(Request(self.folder, out, **given), watching)

    @property
    def graded(self) -> int:
        """How many files the last run graded."""
        return len(self.engines[-1].graded)

    def apart(self, out: Path, prepare: Callable[[], None] = lambda: None, **options: Any) -> int:
        """Score in a process of its own; give its exit code, or minus the signal that ended it."""
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                prepare()
                code = 1 if self(out, **options).trouble else 0
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Make a class in which two have the same file."""
    return Run(tmp_path / "class", monkeypatch)


@pytest.fixture
def undisturbed(run: Run, tmp_path: Path) -> dict[str, Any]:
    """Score the class while nothing happens."""
    run(tmp_path / "undisturbed")
    assert run.graded == STUDENTS // 2
    return comparable(tmp_path / "undisturbed")


def killed_after(calls: int) -> Callable[[], None]:
    """Make a process kill itself after so many calls of functions, Python's own and those in C."""
    left = calls

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal left
        if event.endswith("call"):
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return lambda: sys.setprofile(count)


def calls_of(run: Run, out: Path) -> int:
    """Count the calls of functions in a whole run."""
    calls = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event.endswith("call")

    sys.setprofile(count)
    try:
        run(out)
    finally:
        sys.setprofile(None)
    return calls


def test_killed_at_random_moments_and_run_again_all_ends_as_if_nothing_had_been(
    run: Run, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    whole = calls_of(run, tmp_path / "counted")
    moments = random.Random(19)
    began_at = []
    for number in range(MOMENTS):
        out = tmp_path / f"out-{number}"
        ended = run.apart(out, killed_after(moments.randrange(1, whole * 19 // 20)))
        assert ended == FORCED
        run(out)
        began_at.append(STUDENTS // 2 - run.graded)
        assert comparable(out) == undisturbed
    assert run.told == [], "a killed run damages nothing"
    assert max(began_at) == STUDENTS // 2, "some were killed while the report was written"


@pytest.mark.parametrize("after", [1, STUDENTS // 2 - 1])
def test_a_run_goes_on_exactly_where_one_was_killed(
    after: int, run: Run, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    def kill(_work: Work) -> None:
        if run.graded == after:
            os.kill(os.getpid(), signal.SIGKILL)

    run.before = kill
    assert run.apart(tmp_path / "out") == FORCED
    run.before = lambda _work: None
    scored = run(tmp_path / "out")
    assert run.graded == STUDENTS // 2 - after
    assert scored.results.run.kept == 2 * after
    assert comparable(tmp_path / "out") == undisturbed


def test_an_interrupted_run_goes_on_where_it_stopped(run: Run, undisturbed: dict[str, Any], tmp_path: Path) -> None:
    def interrupt(_work: Work) -> None:
        if run.graded == 2:
            signal.raise_signal(signal.SIGINT)

    run.before = interrupt
    assert run(tmp_path / "out").interrupted
    run.before = lambda _work: None
    assert not run(tmp_path / "out").interrupted
    assert run.graded == STUDENTS // 2 - 2
    assert comparable(tmp_path / "out") == undisturbed


def test_a_disk_that_fills_up_costs_nothing_that_was_graded(
    run: Run, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    """No file may grow larger than those of the report are, and another run fills the store."""
    store = tmp_path / "kept"
    largest = 150_000
    assert all(file.stat().st_size < largest for file in (tmp_path / "undisturbed").rglob("*.*") if file.is_file())

    def fill(_work: Work) -> None:
        with closing(sqlite3.connect(store, isolation_level=None)) as other, suppress(sqlite3.Error):
            other.execute("PRAGMA wal_autocheckpoint=0")
            other.execute("INSERT INTO kept VALUES (randomblob(32), 99999, x'', randomblob(60000))")

    run.before = fill
    limited = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (largest, largest))
    assert run.apart(tmp_path / "out", limited, store=store) == 1
    assert comparable(tmp_path / "out") == undisturbed
    run.before = lambda _work: None
    assert run(tmp_path / "out", store=store).trouble == ""
    assert 0 < run.graded < STUDENTS // 2
    assert comparable(tmp_path / "out") == undisturbed


DAMAGE: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"garbage" * 999),
    "truncated": lambda path: os.truncate(path, 5_000),
    "another schema": lambda path: _sql(path, "PRAGMA user_version=0"),
    "rows that do not fit": lambda path: _sql(path, "UPDATE kept SET value = zeroblob(9)"),
}


def _sql(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(text)


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_store_is_one_line_and_the_run_is_as_any_other(
    how: str, run: Run, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(out)
    DAMAGE[how](out / STORE)
    before = (out / STORE).read_bytes()
    scored = run(out)
    assert (scored.trouble, scored.results.run.kept, run.graded) == ("", 0, STUDENTS // 2)
    assert comparable(out) == undisturbed
    (line,) = run.told
    assert str(out / STORE) in line
    assert "\n" not in line
    assert (out / f"{STORE}.damaged-1").read_bytes() == before
    run(out)
    assert (run.graded, len(run.told)) == (0, 1)


def test_two_runs_at_once_share_a_store_and_both_are_right(
    run: Run, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    store = tmp_path / "kept"
    first = os.fork()
    if first == 0:
        code = 1
        try:
            code = len(run(tmp_path / "one", store=store).trouble)
        finally:
            os._exit(code)
    run(tmp_path / "other", store=store)
    assert os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) == 0
    assert run.told == []
    for out in ("one", "other"):
        assert comparable(tmp_path / out) == undisturbed
        assert not (tmp_path / out / STORE).exists()
    run(tmp_path / "third", store=store)
    assert run.graded == 0


def test_a_fresh_run_grades_all_again_and_no_store_keeps_nothing(run: Run, tmp_path: Path) -> None:
    run(tmp_path / "out")
    assert run(tmp_path / "out", fresh=True).results.run.kept == 0
    assert run.graded == STUDENTS // 2
    run(tmp_path / "none", keeps=False)
    assert run.graded == STUDENTS, "and equal files each for itself"
    assert not (tmp_path / "none" / STORE).exists()


def test_rows_say_that_they_were_kept_and_when_they_were_graded(run: Run, tmp_path: Path) -> None:
    first = run(tmp_path / "out").results
    (run.folder / "new").mkdir()
    (run.folder / "new" / f"{EXERCISE}.py").write_text(f"{NAMES}x = 'new'\n")
    second = run(tmp_path / "out").results
    assert (first.run.kept, second.run.kept) == (0, STUDENTS)
    rows = {row.student: row for row in second.submissions}
    for row in first.submissions:
        kept = rows[row.student]
        assert (kept.kept, kept.seconds, kept.graded_at) == (True, row.seconds, first.run.started)
    assert (rows["new"].kept, rows["new"].graded_at) == (False, second.run.started)
    assert "kept from earlier runs" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert not any("Graded earlier" in page.read_text() for page in (tmp_path / "out" / "students").glob("*.html"))


def test_the_command_says_how_many_were_kept_and_names_a_store_that_is_full(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, store = tmp_path / "out", tmp_path / "kept"
    typed = [
        "score",
        str(run.folder),
        "--course",
        str(COURSE),
        "--exercise",
        EXERCISE,
        "--out",
        str(out),
        "--jobs",
        "1",
    ]
    assert cli.main([*typed, "--store", str(store)]) == 0
    assert f"  {STUDENTS} graded, 0 kept\n" in capsys.readouterr().out
    shutil.rmtree(run.folder / "s00")
    (run.folder / "s01" / f"{EXERCISE}.py").write_text(f"{NAMES}x = 'new'\n")
    assert cli.main([*typed, "--store", str(store)]) == 0
    assert f"  1 graded, {STUDENTS - 2} kept\n" in capsys.readouterr().out
    assert cli.main([*typed, "--store", str(store), "--quiet"]) == 0
    assert capsys.readouterr().out == ""

    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(StoreFile, "put", full)
    assert cli.main([*typed, "--store", str(store), "--fresh", "--quiet"]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert said.err.startswith(f"grader: {store} can't be written (database or disk is full)")
    assert json.loads((out / "results.json").read_text())["submissions"][0]["status"] == "graded"


@pytest.mark.parametrize(
    ("place", "code", "said"),
    [
        ("nowhere/kept", 1, "can't be written"),
        ("class/kept", 2, "inside the submissions"),
        ("out/results.json", 2, "a file of the reports"),
        ("out", 1, "it is a folder"),
    ],
)
def test_a_store_that_can_not_be_is_one_line_and_nothing_is_graded(
    place: str, code: int, said: str, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ["score", str(run.folder), "--course", str(COURSE), "--exercise", EXERCISE, "--out", str(tmp_path / "out")]
    assert cli.main([*typed, "--store", str(tmp_path / place), "--quiet"]) == code
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert str(tmp_path / place) in told
    assert said in told
    assert not run.engines


def test_with_real_workers_a_killed_run_goes_on_and_what_is_all_kept_starts_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killing(Watching):
        def done(self, result: SubmissionResult) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

    def refused(*_: object, **_options: object) -> None:
        raise AssertionError("a process was started")

    folder = make_class(tmp_path / "class", {"ada": SOLUTION, "bob": STUB, "cy": "x = 1\n", "dan": SOLUTION})
    request = Request(folder, tmp_path / "out", course=COURSE, exercises=(EXERCISE,), seed=7)
    pid = os.fork()
    if pid == 0:
        try:
            score(request, Killing())
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == FORCED
    second = score(request, Watching()).results
    assert second.run.kept in (1, 2)
    assert {row.student: row.points for row in second.submissions} == {"ada": 30, "bob": 0, "cy": 0, "dan": 30}
    before = comparable(tmp_path / "out")
    for name in ("Zygote", "start_module"):
        monkeypatch.setattr(local, name, refused)
    third = score(request, Watching()).results
    assert third.run.kept == 4
    assert all(row.kept for row in third.submissions)
    assert third.run.isolation == second.run.isolation
    assert comparable(tmp_path / "out") == before
