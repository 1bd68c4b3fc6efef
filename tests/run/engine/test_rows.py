"""Which rows a run leaves, whatever its engine does: with a made-up engine, so that nothing is started."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.course.course_toml import load_course
from grader.engine.api import EngineFacts, ExerciseFacts, Keep
from grader.engine.keeping import Keeping
from grader.engine.rows import blank, failed, graded
from grader.engine.run import ENDED, INTERRUPTED, Request, Watching, _grade, score
from grader.errors import CourseError, WorkerFault
from grader.scores.decisions import append_decisions
from grader.scores.kept_sources import WorkSource
from grader.scores.read_run import read_run
from grader.scores.records import (
    Adjustment,
    CheckResult,
    Flag,
    FunctionSource,
    Graded,
    Isolation,
    Outcome,
    Status,
    SubmissionResult,
)
from grader.submissions.works import Found, Work, digest_of

from .conftest import COURSE, EXERCISE, SOLUTION, make_class

WHOLE = load_course(COURSE)
EXERCISES = [each for each in WHOLE.exercises if each.id == EXERCISE]
OWN = (FunctionSource("f", None, 1, "def f(): pass", b"", b""),)
FULL = Graded((CheckResult("f", "f is right", 30, 30, Outcome.PASSED),), (Flag("note", "by the bench"),))


class MadeUpEngine:
    """Grades works in their order until one bids it to stop."""

    def __init__(self, stop: tuple[str, BaseException] | None = None) -> None:
        self.stop = stop

    def know(self, facts: Mapping[str, ExerciseFacts]) -> None:
        """It finds out nothing anyway."""

    def facts(self) -> EngineFacts:
        """Tell of one exercise."""
        return EngineFacts("made up", 1, {EXERCISE: 30}, (), Isolation("none", ()), {EXERCISE: ("f",)})

    def grade(
        self, works: Sequence[Work], tell: Callable[[Sequence[Work]], None] | None = None, keep: Keep | None = None
    ) -> Iterator[tuple[Work, SubmissionResult]]:
        """Give all points, or fail on whoever is called zoe."""
        for work in works:
            if self.stop is not None and work.students[0] == self.stop[0]:
                raise self.stop[1]
            row = blank(replace(work, flags=()), work.students[0], 30)
            row = failed(row, "it broke") if work.students[0] == "zoe" else graded(row, FULL)
            if keep is not None:
                keep(work, OWN if work.students[0] != "zoe" else ())
            yield work, row

    def close(self) -> None:
        """There is nothing to end."""


def work(*students: str, **facts: object) -> Work:
    name = f"{students[0]}.py"
    data = name.encode()
    return Work(students, EXERCISE, Path(name), name, "script", digest_of(data), data, **facts)  # type: ignore[arg-type]


def rows_of(
    works: Sequence[Work], stop: tuple[str, BaseException] | None = None
) -> tuple[dict[str, SubmissionResult], tuple[str, ...], bool]:
    students = tuple(sorted(student for each in works for student in each.students))
    engine = Keeping(MadeUpEngine(stop), None, {}, "")
    made = _grade(engine, WHOLE, EXERCISES, Found(students, tuple(works)), Watching(), "")
    return {row.student: row for row in made.rows}, made.faults, made.interrupted


def test_each_of_a_group_has_a_row_of_the_work_that_was_graded_once() -> None:
    when = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
    handed_in = work("ana", "bo", handed_in=when, flags=(Flag("renamed", "by the finding"),))
    rows, faults, _ = rows_of([handed_in, work("cy")])
    assert faults == ()
    for student in ("ana", "bo"):
        row = rows[student]
        assert (row.student, row.path, row.sha256, row.points) == (student, "ana.py", handed_in.sha256, 30)
        assert [flag.message for flag in row.flags] == ["by the finding", "by the bench"]
        assert row.submitted_at == "2026-11-03T09:00:00+00:00"
    assert len({row.page for row in rows.values()}) == 3


def test_work_that_an_engine_did_not_come_to_is_not_graded_yet_and_no_fault_of_its_own() -> None:
    """One fault is told, and not one for each student of the class; what tells them apart is a kind and no sentence."""
    rows, faults, interrupted = rows_of([work("ada"), work("bob"), work("cy")], ("bob", WorkerFault("a host is gone")))
    assert (faults, interrupted) == (("a host is gone",), False)
    assert rows["ada"].status is Status.GRADED
    for student in ("bob", "cy"):
        assert rows[student].is_ungraded
        assert (rows[student].points, rows[student].pending_points) == (0, 30)
        assert rows[student].flags[-1].message == ENDED


def test_an_interrupted_run_says_so_in_the_rows_that_are_open() -> None:
    rows, faults, interrupted = rows_of([work("ada"), work("bob")], ("bob", KeyboardInterrupt()))
    assert (faults, interrupted) == ((), True)
    assert rows["bob"].flags[-1].message == INTERRUPTED
    assert rows["bob"].is_ungraded


def test_work_that_the_grader_failed_on_is_named() -> None:
    rows, faults, _ = rows_of([work("ada"), work("zoe")])
    assert not rows["zoe"].is_ungraded
    assert len(faults) == 1
    assert faults[0].startswith(f"zoe, {EXERCISE}: ")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (Work(("ada",), EXERCISE), Status.MISSING),
        (Work(("ada",), EXERCISE, unreadable="the folder is closed"), Status.UNREADABLE),
        (Work(("ada",), EXERCISE, Path("a.py"), "a.py", "script", unreadable="it is a link"), Status.UNREADABLE),
    ],
)
def test_what_cannot_be_graded_has_its_row_whatever_becomes_of_the_run(given: Work, status: Status) -> None:
    for stop in (None, ("bob", WorkerFault("gone")), ("bob", KeyboardInterrupt())):
        rows, _, _ = rows_of([given, work("bob")], stop)
        assert (rows["ada"].status, rows["ada"].pending_points) == (status, 0)


def test_the_functions_of_a_file_are_kept_once_under_its_digest_for_a_whole_group() -> None:
    handed_in = [work("ana", "bo"), work("zoe")]
    made = _grade(
        Keeping(MadeUpEngine(), None, {}, ""),
        WHOLE,
        EXERCISES,
        Found(("ana", "bo", "zoe"), tuple(handed_in)),
        Watching(),
        "",
    )
    assert tuple(made.sources) == (WorkSource(EXERCISE, handed_in[0].sha256 or "", OWN),)


def test_a_check_that_does_not_count_and_is_not_there_is_told_before_anything_is_graded() -> None:
    class Untouched(MadeUpEngine):
        def grade(
            self, works: Sequence[Work], tell: object = None, keep: object = None
        ) -> Iterator[tuple[Work, SubmissionResult]]:
            yield from self.never()

        def never(self) -> Iterator[tuple[Work, SubmissionResult]]:
            raise AssertionError("something was graded")

    found = Found(("ada",), (work("ada"),))
    for void, said in (("g", "'g': there is no check g; the checks are f."), (f"{EXERCISE}/ff", "did you mean f?")):
        course = replace(WHOLE, void=(void,), exercises=tuple(EXERCISES))
        with pytest.raises(CourseError) as caught:
            _grade(Keeping(Untouched(), None, {}, ""), course, EXERCISES, found, Watching(), "")
        assert said in str(caught.value)


def test_what_was_graded_is_written_even_if_the_decisions_can_not_be_read_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were there when it began still hold."""
    out, told = tmp_path / "out", list[str]()

    class Breaking(MadeUpEngine):
        def __init__(self, *_: object, **__: object) -> None:
            super().__init__()

        def __enter__(self) -> Breaking:
            return self

        def __exit__(self, *_: object) -> None:
            (out / "decisions.jsonl").unlink()
            (out / "decisions.jsonl").mkdir()

    class Hearing(Watching):
        def notice(self, line: str) -> None:
            told.append(line)

    monkeypatch.setattr("grader.engine.run.Pool", Breaking)
    folder = make_class(tmp_path / "class", {"ada": SOLUTION, "alan": SOLUTION})
    out.mkdir()
    word = Adjustment("ada", EXERCISE, "f", 7, "Dr B", "2026-12-01T10:00:00Z", "so", digest_of(SOLUTION.encode()))
    append_decisions(out, [word])
    score(Request(folder, out, course=COURSE, exercises=(EXERCISE,), seed=1), Hearing())
    rows = {row.student: row for row in read_run(out).submissions}
    assert (rows["ada"].points, rows["alan"].points) == (7, 30)
    assert any("decisions.jsonl can't be read" in line for line in told)
    assert (out / "gradebook.csv").is_file()
