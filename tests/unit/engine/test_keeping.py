"""The engine in front of another: it answers what is known, keeps what is sure, and hands the rest on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.engine.keeping import Keeping, lasts
from grader.engine.store import Store
from grader.engine.store_keys import ExerciseKeys
from grader.sandbox import lockdown
from grader.scores.records import CellResult, Flag, Outcome, Status, SubmissionResult
from grader.submissions.works import Work, digest_of
from helpers.plain_engine import PlainEngine

KEYS = {name: ExerciseKeys("0f" + digest_of(name.encode())[2:], f"rows {name}", "t") for name in ("one", "two")}
FIRST, SECOND = "2026-11-30T10:00:00+00:00", "2026-12-01T10:00:00+00:00"


def work(student: str, text: str = "", exercise: str = "one", **facts: Any) -> Work:
    data = (text or student).encode()
    return Work((student,), exercise, Path("w.py"), f"{student}/w.py", "script", digest_of(data), data, **facts)


@contextmanager
def keeping(
    path: Path, inner: PlainEngine | None = None, started: str = FIRST, **options: Any
) -> Iterator[tuple[Keeping, PlainEngine, list[str]]]:
    """Put a store in front of an engine."""
    engine, told = inner or PlainEngine(tuple(KEYS)), list[str]()
    with Store(path / "kept", told.append) as store:
        yield Keeping(engine, store, KEYS, started, **options), engine, told


def rows(engine: Keeping, *works: Work) -> dict[str, SubmissionResult]:
    return {row.student: row for _, row in engine.grade(works)}


@pytest.mark.parametrize("held_unpacked", (10_000, 0))
def test_what_is_known_is_not_graded_again_and_says_so(
    held_unpacked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.engine.keeping.KEPT_WHOLE", held_unpacked)
    with keeping(tmp_path) as (engine, _, _told):
        first = rows(engine, work("ada"), work("bob"))
    heard: list[str] = []
    with keeping(tmp_path, started=SECOND) as (engine, inner, told):
        found = dict(engine.grade([work("ada"), work("cy")], keep=lambda who, _: heard.append(who.students[0])))
        assert [each.students for each in engine.to_grade] == [("cy",)]
    again = {row.student: row for row in found.values()}
    assert [each.students for each in inner.graded] == [("cy",)]
    assert again["ada"] == replace(first["ada"], kept=True, graded_at=FIRST)
    assert not again["cy"].kept
    assert heard == ["ada", "cy"]
    assert told == []


def test_whose_it_is_and_where_it_lies_counts_for_nothing(tmp_path: Path) -> None:
    """The store holds no student: the same file of another one is known, and gets that one's name and place."""
    with keeping(tmp_path) as (engine, _, _told):
        rows(engine, work("ada", "text", flags=(Flag("renamed", "by the finding"),)))
    with keeping(tmp_path) as (engine, inner, _told):
        row = rows(engine, work("eve", "text", group="g"))["eve"]
    assert inner.graded == []
    assert (row.path, row.kept, row.flags, row.group) == ("eve/w.py", True, (Flag("note", "by the bench"),), None)
    assert b"ada" not in (tmp_path / "kept").read_bytes()


def test_equal_files_of_a_run_are_graded_once_and_each_has_a_row(tmp_path: Path) -> None:
    with keeping(tmp_path) as (engine, inner, _told):
        found = rows(engine, *(work(student, "same") for student in ("ada", "bob", "cy")), work("dan"))
    assert [each.students[0] for each in inner.graded] == ["ada", "dan"]
    assert list(found) == ["ada", "bob", "cy", "dan"]
    assert {row.path for row in found.values()} == {f"{student}/w.py" for student in found}
    assert not any(row.kept for row in found.values())
    assert found["bob"] == replace(found["ada"], student="bob", path="bob/w.py")


def unsure(why: str) -> Any:
    def made(_work: Work, row: SubmissionResult) -> SubmissionResult:
        (check,) = row.checks
        match why:
            case "failed":
                return replace(row, status=Status.FAILED, checks=())
            case "a limit had a part in it":
                return replace(row, repeatable=False)
            case "a cell was stopped":
                return replace(row, cells=(CellResult(None, 1, Outcome.TIMEOUT, "it took too long"),))
        return replace(row, checks=(replace(check, outcome=Outcome(why)),))

    return made


@pytest.mark.parametrize(
    "why", ["failed", "a limit had a part in it", "a cell was stopped", Outcome.CRASHED, Outcome.TIMEOUT]
)
def test_what_need_not_come_again_is_never_kept_and_never_another_students(why: str, tmp_path: Path) -> None:
    inner = PlainEngine(tuple(KEYS), made=unsure(why))
    with keeping(tmp_path, inner) as (engine, _, _told):
        found = rows(engine, work("ada", "same"), work("bob", "same"))
        assert all(row.repeatable for row in found.values()), "that is the store's matter alone"
    with keeping(tmp_path) as (engine, again, _told):
        rows(engine, work("ada", "same"))
    assert [each.students[0] for each in inner.graded] == ["ada", "bob"]
    assert len(again.graded) == 1


@pytest.mark.parametrize("status", [Status.GRADED, Status.REVIEW, Status.UNREADABLE])
@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.CRASHED, Outcome.TIMEOUT}))
def test_all_else_is_sure_to_come_again(status: Status, outcome: Outcome) -> None:
    row = PlainEngine(("one",)).row(work("ada"))
    assert lasts(replace(row, status=status, checks=(replace(row.checks[0], outcome=outcome),)))


def test_an_engine_that_has_nothing_to_grade_is_told_the_facts_and_finds_out_none(tmp_path: Path) -> None:
    with keeping(tmp_path) as (engine, first, _told):
        rows(engine, work("ada"), work("bob", exercise="two"))
        before = engine.facts()
    with keeping(tmp_path) as (engine, inner, _told):
        rows(engine, work("ada"), work("bob", exercise="two"))
        after = engine.facts()
    assert (inner.graded, inner.asked) == ([], [])
    assert first.asked == ["one", "two"]
    assert after == before, "with the protections that held when they were graded"


def test_the_record_names_only_protections_that_held_for_every_result(tmp_path: Path) -> None:
    weak = PlainEngine(tuple(KEYS), held=("session", "limits"))
    with keeping(tmp_path, weak) as (engine, _, _told):
        rows(engine, work("ada"))
    with keeping(tmp_path) as (engine, _, _told):
        rows(engine, work("ada"), work("bob"))
        assert engine.facts().isolation.protections == ("session", "limits")


def test_strict_takes_nothing_that_was_graded_with_less(tmp_path: Path) -> None:
    for held, again in ((("session",), 1), (tuple(lockdown.LAYERS), 0)):
        with keeping(tmp_path, PlainEngine(tuple(KEYS), held=held), reads=False) as (engine, _, _told):
            rows(engine, work("ada"))
        with keeping(tmp_path, strict=True) as (engine, inner, _told):
            rows(engine, work("ada"))
        assert len(inner.graded) == again


def test_a_fresh_run_reads_nothing_and_replaces_what_is_kept(tmp_path: Path) -> None:
    with keeping(tmp_path) as (engine, _, _told):
        rows(engine, work("ada"))
    with keeping(tmp_path, reads=False, started=SECOND) as (engine, inner, _told):
        assert not rows(engine, work("ada"))["ada"].kept
        engine.facts()
    assert (len(inner.graded), inner.asked) == (1, ["one", "two"])
    with keeping(tmp_path) as (engine, _, _told):
        assert rows(engine, work("ada"))["ada"].graded_at == SECOND


def test_without_a_store_each_file_is_graded_for_itself() -> None:
    inner = PlainEngine(tuple(KEYS))
    engine = Keeping(inner, None, {}, FIRST)
    assert not any(row.kept for row in rows(engine, work("ada", "same"), work("bob", "same")).values())
    assert len(inner.graded) == len(engine.to_grade) == 2


def test_a_row_that_is_no_row_begins_the_store_anew_with_those_that_were_read_before_it(tmp_path: Path) -> None:
    with keeping(tmp_path) as (engine, _, _told):
        rows(engine, work("ada"), work("bob"))
    with Store(tmp_path / "kept", print) as store:
        store.put(KEYS["one"].of_work(work("bob")), b"no row")
    with keeping(tmp_path) as (engine, inner, told):
        found = rows(engine, work("ada"), work("bob"), work("cy"))
    assert [each.students[0] for each in inner.graded] == ["bob", "cy"]
    assert (found["ada"].kept, len(told)) == (True, 1)
    assert "damaged" in told[0]
    assert (tmp_path / "kept.damaged-1").is_file()
    with keeping(tmp_path) as (engine, inner, told):
        rows(engine, work("ada"), work("bob"), work("cy"))
    assert (inner.graded, told) == ([], [])
