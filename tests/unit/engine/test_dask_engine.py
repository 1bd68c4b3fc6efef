"""The engine of many machines, on a cluster that is made up: what it does as nodes come, refuse, die and kill."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from grader.course.course_toml import Course
from grader.engine import dask_engine, node_door
from grader.engine.api import EngineFacts, from_order, to_answer
from grader.engine.dask_engine import DaskEngine, weakest_of
from grader.engine.dispatch import MOST_DEATHS
from grader.engine.parts import pack_parts, split_parts
from grader.engine.rows import blank
from grader.errors import CourseError, UsageError, WorkerFault
from grader.sandbox import lockdown
from grader.scores.records import FunctionSource, Isolation, Status, SubmissionResult
from grader.submissions.works import Work, digest_of

READY = {"host": "box", "backend": "namespaces", "protections": ["reading", "network"], "lacks": []}
GONE_FILE = b"no bytes were kept"
Answering = Callable[["MadeUp", str, list[Work]], bytes | str]


@dataclass
class MadeUp:
    """Stands in for a cluster: ``there`` are its workers, ``ready`` what each says of itself, ``grading`` what it answers."""

    there: dict[str, int] = field(default_factory=lambda: {"tcp://a:1": 1, "tcp://b:2": 2})
    ready: dict[str, dict[str, Any] | str | bytes] = field(default_factory=dict)
    grading: Answering = lambda cluster, worker, works: right(works)
    run: str = "run"
    came: list[tuple[int, bytes | str]] = field(default_factory=list)
    prepared: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    graded: list[tuple[str, list[Work]]] = field(default_factory=list)
    opened: int = 0
    closed: int = 0
    busy: str = ""
    late: list[tuple[int, bytes | str]] = field(default_factory=list)

    def free(self) -> None:
        """The worker that was busy has time."""
        self.came += self.late
        self.busy = ""

    def workers(self) -> dict[str, int]:
        return dict(self.there)

    def call(self, number: int, worker: str, function: object, *arguments: Any) -> None:
        if function is node_door.prepare:
            told = json.loads(arguments[2])
            self.prepared.append((worker, told))
            said = self.ready.get(worker, READY)
            answer = json.dumps(said | {"jobs": told["jobs"]}).encode() if isinstance(said, dict) else said
        else:
            parts = split_parts(arguments[2])
            works = [from_order(order, data) for order, data in zip(parts[::2], parts[1::2], strict=True)]
            self.graded.append((worker, works))
            answer = self.grading(self, worker, works)
        (self.late if worker == self.busy else self.came).append((number, answer))

    def results(self, seconds: float) -> Iterator[tuple[int, bytes | str]]:
        came, self.came = self.came, []
        yield from came

    def forget(self, number: int) -> None:
        self.came = [each for each in self.came if each[0] != number]

    def close(self, last: object = None, *arguments: object) -> None:
        assert last is node_door.end
        assert arguments == (self.run,)
        self.closed += 1


class NoPool:
    """Stands in for this machine's engine, which is asked for facts alone."""

    def __init__(self, *_: object, **__: object) -> None:
        self.closed = 0

    def facts(self) -> EngineFacts:
        return EngineFacts("local", 2, {"a": 30}, (), Isolation("process", ()))

    def close(self) -> None:
        self.closed += 1


def right(works: list[Work]) -> bytes:
    sources = (FunctionSource("f", None, 1, "def f(): ...", b"", b""),)
    rows = [to_answer(row_of(work), sources) for work in works]
    return node_door.ANSWER + pack_parts(rows)


def row_of(work: Work) -> SubmissionResult:
    """A row of full marks; whose it is, is another one's word, which must not count."""
    row = blank(Work(("mallory",), "b"), "mallory", 30)
    return SubmissionResult(
        **{name: getattr(row, name) for name in row.__slots__} | {"status": Status.GRADED, "points": 30}
    )


def made_works(count: int) -> list[Work]:
    datas = [f"x = {number}\n".encode() for number in range(count)]
    return [
        Work((f"s{number}",), "a", Path("a.py"), f"s{number}/a.py", "script", digest_of(data), data)
        for number, data in enumerate(datas)
    ]


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> MadeUp:
    made = MadeUp()

    def opening(*_: object) -> MadeUp:
        made.opened += 1
        return made

    monkeypatch.setattr(dask_engine, "Cluster", opening)
    monkeypatch.setattr(dask_engine, "Pool", NoPool)
    monkeypatch.setattr(dask_engine, "LOOK_SECONDS", 0.0)
    return made


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def engine(cluster: MadeUp, tmp_path: Path, told: list[str]) -> Iterator[DaskEngine]:
    (tmp_path / "course.toml").write_text("name = 'made up'")
    course = Course(tmp_path, "made up", "", "main", "", ())
    with DaskEngine(course, (), 7, lockdown.Plan(()), 2, notice=told.append) as made:
        yield made


def test_every_work_is_graded_once_on_some_node_and_is_its_students(cluster: MadeUp, engine: DaskEngine) -> None:
    works = made_works(20)
    kept: Counter[Work] = Counter()
    results = list(engine.grade(works, keep=lambda work, functions: kept.update({work: len(functions)})))

    assert Counter(work for work, _ in results) == Counter(works)
    assert {(row.student, row.exercise, row.sha256, row.points) for _, row in results} == {
        (work.students[0], "a", work.sha256, 30) for work in works
    }
    assert kept == Counter(works)
    assert {worker for worker, _ in cluster.graded} == set(cluster.there)
    assert sorted(told["jobs"] for _, told in cluster.prepared) == [1, 2]


def test_more_work_is_graded_on_the_same_cluster_and_another_exercise_is_got_ready_first(
    cluster: MadeUp, engine: DaskEngine
) -> None:
    list(engine.grade(made_works(3)))
    assert len(list(engine.grade(made_works(2)))) == 2
    assert len(cluster.prepared) == 2, "each node once"

    other = [replace(work, exercise="b") for work in made_works(2)]
    assert len(list(engine.grade(other))) == 2
    assert [told["exercises"] for _, told in cluster.prepared] == [["a"]] * 2 + [["a", "b"]] * 2
    engine.close()
    assert cluster.opened == cluster.closed == 1


def test_the_facts_name_every_node_and_what_held_on_all_of_them(cluster: MadeUp, engine: DaskEngine) -> None:
    cluster.ready["tcp://b:2"] = READY | {"backend": "process", "protections": ["reading"], "lacks": ["no network"]}
    list(engine.grade(made_works(2)))
    facts = engine.facts()

    assert (facts.name, facts.jobs) == ("dask", 3)
    assert facts.isolation == Isolation("process", ("reading",))
    assert {(node.address, node.host, node.jobs, node.isolation.backend) for node in facts.nodes} == {
        ("a:1", "box", 1, "namespaces"),
        ("b:2", "box", 2, "process"),
    }


def test_a_weaker_node_is_named_before_anything_runs(cluster: MadeUp, engine: DaskEngine, told: list[str]) -> None:
    cluster.ready["tcp://b:2"] = READY | {"lacks": ["a network of its own"]}
    engine.grade(made_works(1))

    assert told == ["The node box (b:2) lacks some protections (a network of its own); the others hold."]
    assert not cluster.graded


def test_without_work_no_cluster_is_asked_for(cluster: MadeUp, engine: DaskEngine) -> None:
    assert list(engine.grade([])) == []
    assert engine.facts().jobs == 2
    assert not cluster.prepared


def test_what_is_being_graded_is_told_with_its_place(cluster: MadeUp, engine: DaskEngine) -> None:
    places: list[dict[Work, str]] = []
    seen: list[list[Work]] = []
    engine._placed = lambda nodes: places.append(dict(nodes))
    works = made_works(3)
    list(engine.grade(works, lambda now: seen.append(list(now))))

    assert [set(each) for each in places] == [set(each) for each in seen]
    assert {name for each in places for name in each.values()} == {"box (a:1)", "box (b:2)"}


@pytest.mark.parametrize(
    "said, error, text",
    [
        (
            {"host": "box", "refused": "--isolation strict: no"},
            UsageError,
            r"^The node box \(b:2\) can't be used: --isolation",
        ),
        ({"host": "box", "course_error": "course.toml, line 3: no"}, CourseError, "^course.toml, line 3: no$"),
    ],
)
def test_a_node_that_may_not_grade_stops_the_run_before_anything_runs(
    cluster: MadeUp, engine: DaskEngine, said: dict[str, Any], error: type[Exception], text: str
) -> None:
    cluster.ready["tcp://b:2"] = said

    with pytest.raises(error, match=text):
        engine.grade(made_works(2))
    assert not cluster.graded


@pytest.mark.parametrize("said", [b"", "No module named 'grader'", {"host": "box", "fault": "no room"}])
def test_a_node_that_fails_is_left_out_and_named(
    cluster: MadeUp, engine: DaskEngine, told: list[str], said: dict[str, Any] | str | bytes
) -> None:
    cluster.ready["tcp://b:2"] = said
    results = list(engine.grade(made_works(3)))

    assert len(results) == 3
    assert {worker for worker, _ in cluster.graded} == {"tcp://a:1"}
    (line,) = told
    assert "b:2) is not used: " in line or "The node b:2 is not used: " in line


def test_where_no_node_can_grade_the_reasons_are_told(cluster: MadeUp, engine: DaskEngine) -> None:
    cluster.ready = dict.fromkeys(cluster.there, "No module named 'grader'")

    with pytest.raises(
        WorkerFault, match=r"The node a:1 is not used: No module named 'grader'; install the grader there"
    ):
        engine.grade(made_works(1))


def test_a_node_that_is_not_ready_for_long_is_not_waited_for_if_another_one_is(
    cluster: MadeUp, engine: DaskEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_engine, "PATIENCE_SECONDS", 0.0)
    cluster.busy = "tcp://b:2"
    coming = engine.grade(made_works(4))
    assert len(engine.facts().nodes) == 1

    cluster.free()
    assert len(list(coming)) == 4
    assert len(engine.facts().nodes) == 2


def test_work_of_a_node_that_is_gone_is_graded_elsewhere(cluster: MadeUp, engine: DaskEngine, told: list[str]) -> None:
    def grading(there: MadeUp, worker: str, works: list[Work]) -> bytes | str:
        if worker == "tcp://b:2":
            there.there.pop(worker, None)
            return "its scheduler says that it is lost"
        return right(works)

    cluster.grading = grading
    works = made_works(6)
    results = list(engine.grade(works))

    assert Counter(work for work, _ in results) == Counter(works)
    assert all(row.points == 30 for _, row in results)
    assert len(told) == 1
    assert told[0].startswith("The node box (b:2) was lost")


def test_a_node_that_comes_later_is_made_ready_and_used(cluster: MadeUp, engine: DaskEngine) -> None:
    def grading(there: MadeUp, worker: str, works: list[Work]) -> bytes | str:
        there.there["tcp://late:3"] = 1
        return right(works)

    cluster.grading = grading
    list(engine.grade(made_works(30)))

    assert "tcp://late:3" in {worker for worker, _ in cluster.graded}
    assert len(engine.facts().nodes) == 3


def test_a_node_that_comes_later_and_may_not_grade_gets_nothing(
    cluster: MadeUp, engine: DaskEngine, told: list[str]
) -> None:
    def grading(there: MadeUp, worker: str, works: list[Work]) -> bytes | str:
        there.there["tcp://late:3"] = 1
        return right(works)

    cluster.grading = grading
    cluster.ready["tcp://late:3"] = {"host": "old", "refused": "it has other versions: numpy 1 (here 2)."}
    assert len(list(engine.grade(made_works(30)))) == 30

    assert "tcp://late:3" not in {worker for worker, _ in cluster.graded}
    assert told == ["The node old (late:3) is not used: it has other versions: numpy 1 (here 2)."]


def kills(*names: str) -> Answering:
    """What grades a work of these students ends without a word."""

    def grading(_: MadeUp, __: str, works: list[Work]) -> bytes | str:
        return node_door.GONE if any(work.students[0] in names for work in works) else right(works)

    return grading


def test_what_ends_its_node_three_times_is_the_graders_fault_and_the_rest_goes_on(
    cluster: MadeUp, engine: DaskEngine
) -> None:
    cluster.grading = kills("s1", "s4")
    works = made_works(9)
    rows = dict(engine.grade(works))

    assert set(rows) == set(works)
    failed = {row.student for row in rows.values() if row.status is Status.FAILED}
    assert failed == {"s1", "s4"}
    row = rows[works[1]]
    assert (row.points, row.pending_points) == (0, 30)
    assert "ended 3 times" in row.flags[-1].message
    tried = Counter(work.students[0] for _, sent in cluster.graded for work in sent)
    assert tried["s1"] == tried["s4"] == MOST_DEATHS


def test_a_worker_on_which_everything_dies_is_given_up_and_costs_nobody_a_point(
    cluster: MadeUp, engine: DaskEngine, told: list[str]
) -> None:
    cluster.grading = lambda _, worker, works: node_door.GONE if worker == "tcp://b:2" else right(works)
    works = made_works(40)
    rows = dict(engine.grade(works))

    assert {row.points for row in rows.values()} == {30}
    assert any("box (b:2) is not used any more" in line for line in told)


def test_if_every_start_fails_the_run_ends_with_what_it_has(
    cluster: MadeUp, engine: DaskEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = itertools.count()

    def workers() -> dict[str, int]:
        if cluster.graded:  # what a nanny starts in the place of one that ended
            cluster.there = {f"tcp://again:{next(names)}": 1}
            cluster.ready |= dict.fromkeys(cluster.there, b"")
        return cluster.there

    monkeypatch.setattr(cluster, "workers", workers)
    cluster.grading = lambda *_: node_door.GONE
    coming = engine.grade(made_works(3))

    with pytest.raises(WorkerFault, match="could be made ready, 5 times in a row"):
        list(coming)


def test_if_no_worker_is_left_the_run_waits_for_another_one_and_not_for_ever(
    cluster: MadeUp, engine: DaskEngine, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_engine, "WORKERS_SECONDS", 0.0)

    def grading(there: MadeUp, _: str, works: list[Work]) -> bytes | str:
        there.there.clear()
        return node_door.GONE

    cluster.grading = grading
    coming = engine.grade(made_works(1))

    with pytest.raises(WorkerFault, match="no Dask worker is left"):
        list(coming)
    assert any(line.startswith("No Dask worker is left; waiting") for line in told)


def test_a_file_that_was_changed_meanwhile_is_told_and_not_sent(cluster: MadeUp, engine: DaskEngine) -> None:
    works = made_works(3)
    works[1] = Work(("s1",), "a", Path("gone.py"), "s1/gone.py", "script", digest_of(GONE_FILE))
    rows = dict(engine.grade(works))

    assert rows[works[1]].status is Status.FAILED
    assert {row.points for work, row in rows.items() if work is not works[1]} == {30}
    assert all(work.students != ("s1",) for _, sent in cluster.graded for work in sent)


def test_an_answer_that_is_none_leaves_the_points_open(cluster: MadeUp, engine: DaskEngine) -> None:
    cluster.grading = lambda _, __, works: node_door.ANSWER + pack_parts([b"no result"] * len(works))
    ((_, row),) = engine.grade(made_works(1))

    assert (row.status, row.pending_points) == (Status.FAILED, 30)


def test_closing_ends_what_runs_on_the_nodes_once(cluster: MadeUp, engine: DaskEngine) -> None:
    engine.grade(made_works(1))
    engine.close()
    engine.close()

    assert cluster.closed == 1


def test_what_held_everywhere_is_the_least_that_held_anywhere() -> None:
    strong = Isolation("namespaces", ("reading", "network", "ipc"))
    weak = Isolation("process", ("reading", "limits"))

    assert weakest_of([strong]) == strong
    assert weakest_of([strong, weak]) == Isolation("process", ("reading",))
