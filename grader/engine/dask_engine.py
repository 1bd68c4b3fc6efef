"""The engine of many machines: Dask says which workers there are, and each grades in processes of its own (`node`).

This process decides which work goes where and what becomes of it (`dispatch`); Dask only carries the bytes. So it is known
what was on a worker that is lost, no result counts twice, and nothing goes to a machine that was not tested.
"""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.engine import node_door
from grader.engine.api import from_answer, to_order
from grader.engine.bundle import pack_course
from grader.engine.cluster import WORKERS_SECONDS, Cluster
from grader.engine.dispatch import MOST_DEATHS, Dispatch
from grader.engine.local import Pool
from grader.engine.parts import pack_parts, split_parts
from grader.engine.rows import ENDED_SILENTLY, blank, failed
from grader.engine.same_code import code_here
from grader.errors import CourseError, UsageError, WorkerFault
from grader.scores.records import Isolation, NodeRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType

    from grader.course.course_toml import Course, Exercise
    from grader.engine.api import EngineFacts, ExerciseFacts, Keep
    from grader.sandbox import lockdown
    from grader.scores.records import SubmissionResult
    from grader.submissions.works import Work

PATIENCE_SECONDS = 120.0  # with nodes that are not ready when others are
TELL_SECONDS = 0.2  # between two tellings of what runs: a large cluster runs thousands of works at once
LOOK_SECONDS = 1.0  # between two looks at which workers there are
MOST_FAILED_STARTS = 5  # in a row, after which it is no accident


@dataclass(slots=True)
class _Node:
    """A worker: how many works it takes at once, and what it said of itself once it was ready."""

    address: str
    threads: int
    token: int
    record: NodeRecord | None = None
    batches: dict[int, int] = field(default_factory=dict)  # the number of a call, and of the batch that it carries
    has_graded: bool = False

    @property
    def name(self) -> str:
        """What it is called when it is spoken of."""
        where = self.address.partition("://")[2] or self.address
        return where if self.record is None else f"{self.record.host} ({where})"


class DaskEngine:
    """Grades on the workers of a Dask cluster; see `Engine`."""

    def __init__(
        self,
        course: Course,
        exercises: Sequence[Exercise],
        seed: int,
        plan: lockdown.Plan,
        jobs: int = 1,
        *,
        strict: bool = False,
        scheduler: str | None = None,
        notice: Callable[[str], None] = lambda _: None,
        placed: Callable[[Mapping[Work, str]], None] = lambda _: None,
    ) -> None:
        """Starts nothing yet. Without a ``scheduler`` it starts ``jobs`` workers on this machine.

        ``notice`` gets a line for each thing that a person should know, ``placed`` the node of each work that is being graded.
        """
        self._course = course
        self._seed = seed
        self._jobs = jobs
        self._strict = strict
        self._scheduler = scheduler
        self._notice = notice
        self._placed = placed
        self._here = Pool(course, exercises, seed, plan, jobs, strict=strict)  # asked for facts alone
        self._cluster: Cluster | None = None
        self._numbers = itertools.count(1)
        self._nodes: dict[str, _Node] = {}
        self._preparing: dict[int, str] = {}
        self._refused: set[str] = set()
        self._used: dict[str, NodeRecord] = {}
        self._told = self._bundle = b""
        self._wanted: set[str] = set()
        self._failed_starts = 0
        self._in_vain: Counter[str] = Counter()
        self._most_jobs = 0
        self._looked = 0.0
        self._alone_since: float | None = None

    def __enter__(self) -> DaskEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def know(self, facts: Mapping[str, ExerciseFacts]) -> None:
        """Takes what is known of some exercises; no process is started to find it out."""
        self._here.know(facts)

    def facts(self) -> EngineFacts:
        """What is known now; the isolation is what held on every node, and ``nodes`` has each one's own."""
        told = self._here.facts()
        nodes = tuple(self._used.values())
        jobs = self._most_jobs or self._jobs
        isolation = weakest_of([node.isolation for node in nodes]) if nodes else told.isolation
        return replace(told, name="dask", jobs=jobs, isolation=isolation, nodes=nodes)

    def grade(
        self, works: Sequence[Work], tell: Callable[[Sequence[Work]], None] | None = None, keep: Keep | None = None
    ) -> Iterator[tuple[Work, SubmissionResult]]:
        """Gets every node of the cluster ready and yields each work with its result as soon as it is graded."""
        self._here.facts()  # an author's slip is told before anything is started
        if works:
            self._open({work.exercise for work in works})
        return self._grade(works, tell, keep)

    def close(self) -> None:
        """Ends what was started on the nodes, and the cluster if it is this run's own."""
        cluster, self._cluster = self._cluster, None
        try:
            if cluster is not None:
                cluster.close(node_door.end, cluster.run)
        finally:
            self._here.close()

    def _open(self, exercises: set[str]) -> None:
        """Connects and gets all nodes ready; raises UsageError, CourseError or WorkerFault if none may or can grade."""
        if self._cluster is not None and exercises <= self._wanted:
            return
        self._wanted |= exercises
        self._bundle = pack_course(self._course.folder)
        told = {
            "exercises": sorted(self._wanted), "seed": self._seed, "strict": self._strict, "code": code_here(),
            "course": str(self._course.folder),
        }  # fmt: skip
        self._told = json.dumps(told).encode()
        if self._cluster is None:
            self._cluster = Cluster(self._scheduler, self._jobs, self._notice)
        self._nodes.clear()  # those that are ready for other exercises get ready anew
        self._look()
        problems: list[str] = []
        began = time.monotonic()
        # A worker may be busy with other people's work: it gets its share when it is ready, or what it says then is told.
        while self._preparing and not (self._ready and time.monotonic() - began > PATIENCE_SECONDS):
            for number, answer in self._cluster.results(LOOK_SECONDS):
                problems += self._prepared(number, answer, first=True)
            if time.monotonic() - self._looked >= LOOK_SECONDS:
                self._look()
        if not self._ready:
            raise WorkerFault("; ".join(dict.fromkeys(problems)) or "no Dask worker could be made ready to grade")
        for problem in problems:
            self._notice(problem)

    @property
    def _ready(self) -> list[_Node]:
        return [node for node in self._nodes.values() if node.record is not None]

    def _look(self, dispatch: Dispatch | None = None) -> list[Work]:
        """Gets new workers ready and forgets those that are gone."""
        assert self._cluster is not None, "nobody asks before it is opened"
        there = self._cluster.workers()
        self._looked = time.monotonic()
        given_up: list[Work] = []
        for address in [address for address in self._nodes if address not in there]:
            given_up += self._lost(address, "it is gone", dispatch)
        self._refused &= set(there)
        for address, threads in there.items():
            if address not in self._nodes and address not in self._refused:
                self._prepare(address, threads)
        return given_up

    def _prepare(self, address: str, threads: int) -> None:
        assert self._cluster is not None
        number = next(self._numbers)
        self._nodes[address] = _Node(address, threads, number)
        self._preparing[number] = address
        told = json.loads(self._told) | {"jobs": threads}
        arguments = (self._cluster.run, number, json.dumps(told).encode(), self._bundle)
        self._cluster.call(number, address, node_door.prepare, *arguments)

    def _prepared(self, number: int, answer: bytes | str, *, first: bool = False) -> list[str]:
        """A node is ready, or why it is not; what may not be is raised if it is the ``first`` time that nodes get ready."""
        node = self._nodes.get(self._preparing.pop(number, ""))
        if node is None or node.token != number:
            return []
        told = json.loads(answer) if isinstance(answer, bytes) and answer else {}
        if "backend" in told:
            isolation = Isolation(told["backend"], tuple(told["protections"]))
            where = node.address.partition("://")[2] or node.address
            node.record = NodeRecord(where, told["host"], node.threads, isolation)
            self._used[where] = node.record
            self._failed_starts = 0
            self._most_jobs = max(self._most_jobs, sum(each.threads for each in self._ready))
            if told["lacks"]:
                return [f"The node {node.name} lacks some protections ({'; '.join(told['lacks'])}); the others hold."]
            return []
        if "course_error" in told:
            raise CourseError(told["course_error"])
        del self._nodes[node.address]
        self._refused.add(node.address)
        name = node.name if "host" not in told else f"{told['host']} ({node.name})"
        if "refused" in told:
            if first:
                raise UsageError(f"The node {name} can't be used: {told['refused']}")
            return [f"The node {name} is not used: {told['refused']}"]
        self._failed_starts += 1
        if isinstance(answer, str) and "No module named" in answer:
            answer += "; install the grader there"
        why = answer if isinstance(answer, str) else told.get("fault", "its process ended before it was ready")
        return [f"The node {name} is not used: {why}"]

    def _lost(self, address: str, why: str, dispatch: Dispatch | None) -> tuple[Work, ...]:
        """A node, or what graded on it, has ended: its works wait again, but for what is given up."""
        assert self._cluster is not None
        node = self._nodes.pop(address)
        self._preparing.pop(node.token, None)
        for number in (node.token, *node.batches):
            self._cluster.forget(number)
        if node.record is None:
            self._failed_starts += 1
        elif dispatch is not None and node.batches:
            self._notice(f"The node {node.name} was lost ({why}); what it was grading is graded again.")
        return () if dispatch is None else dispatch.lose_node(address)

    def _grade(
        self, works: Sequence[Work], tell: Callable[[Sequence[Work]], None] | None, keep: Keep | None
    ) -> Iterator[tuple[Work, SubmissionResult]]:
        dispatch = Dispatch(works)
        for node in self._ready:
            dispatch.add_node(node.address, node.threads)
        told_at = 0.0
        while dispatch.unfinished:
            if time.monotonic() - self._looked >= LOOK_SECONDS:
                for work in self._look(dispatch):
                    yield work, self._given_up(work)
                self._mind_loneliness()
            yield from self._send(dispatch)
            if tell is not None and time.monotonic() - told_at >= TELL_SECONDS:
                told_at, running = time.monotonic(), dispatch.running
                self._placed({work: self._nodes[address].name for work, address in running.items()})
                tell(list(running))
            assert self._cluster is not None
            for number, answer in self._cluster.results(LOOK_SECONDS):
                if number in self._preparing:
                    self._take_node(number, answer, dispatch)
                else:
                    yield from self._take(number, answer, dispatch, keep)

    def _mind_loneliness(self) -> None:
        """Raises WorkerFault if no worker can be expected to grade any more."""
        if self._nodes:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = time.monotonic()
            self._notice(f"No Dask worker is left; waiting {WORKERS_SECONDS:.0f} s for another one.")
        elif time.monotonic() - self._alone_since > WORKERS_SECONDS:
            raise WorkerFault("no Dask worker is left; run again when there are some")
        if self._failed_starts >= MOST_FAILED_STARTS and not self._ready:
            raise WorkerFault(f"no Dask worker could be made ready, {self._failed_starts} times in a row")

    def _take_node(self, number: int, answer: bytes | str, dispatch: Dispatch) -> None:
        address = self._preparing[number]
        for line in self._prepared(number, answer):
            self._notice(line)
        node = self._nodes.get(address)
        if node is not None and node.record is not None:
            dispatch.add_node(address, node.threads)

    def _send(self, dispatch: Dispatch) -> Iterator[tuple[Work, SubmissionResult]]:
        """Sends work to every node that has room; what can't be read any more is yielded as the grader's fault."""
        assert self._cluster is not None
        for batch in dispatch.next_batches():
            parts: list[bytes] = []
            sent: list[Work] = []
            for work in batch.works:
                try:
                    parts += [to_order(work), work.read()]
                    sent.append(work)
                except WorkerFault as fault:
                    dispatch.take_out(batch.number, work)
                    yield work, self._failed(work, str(fault))
            if sent:
                node = self._nodes[batch.node]
                number = next(self._numbers)
                node.batches[number] = batch.number
                packed = pack_parts(parts)
                self._cluster.call(number, node.address, node_door.grade, self._cluster.run, node.token, packed)

    def _take(
        self, number: int, answer: bytes | str, dispatch: Dispatch, keep: Keep | None
    ) -> Iterator[tuple[Work, SubmissionResult]]:
        """Yields the results of a batch; if there are none, its node is lost."""
        node = next((node for node in self._nodes.values() if number in node.batches), None)
        if node is None:
            return  # its node was lost, and its works are graded elsewhere
        if not isinstance(answer, bytes) or not answer.startswith(node_door.ANSWER):
            why = answer if isinstance(answer, str) else "the process that graded on it ended"
            for work in self._lost(node.address, why, dispatch):
                yield work, self._given_up(work)
            self._mind_deaths(node)
            self._looked = 0.0  # its Dask worker may be there still
            return
        batch = dispatch.finish(node.batches.pop(number))
        node.has_graded = True
        self._in_vain.pop(node.address, None)
        if batch is None:
            return
        answers = split_parts(answer.removeprefix(node_door.ANSWER))
        for work, said in zip(batch.works, answers, strict=True):
            result = self._result(work, said, keep)
            dispatch.took(work.exercise, result.seconds)
            yield work, result

    def _mind_deaths(self, node: _Node) -> None:
        """A worker on which nothing is ever graded is not used any more, unless it is the last one."""
        self._in_vain[node.address] += not node.has_graded
        if self._in_vain[node.address] >= MOST_DEATHS and self._ready:
            self._refused.add(node.address)
            self._notice(f"The node {node.name} is not used any more: it ended {MOST_DEATHS} times and graded nothing.")

    def _result(self, work: Work, said: bytes, keep: Keep | None) -> SubmissionResult:
        """The result that came; whose it is we know here and take from no one else."""
        try:
            result, sources = from_answer(said)
        except ValueError:
            return self._failed(work, ENDED_SILENTLY)
        if keep is not None:
            keep(work, sources)
        return replace(
            result, student=work.students[0], exercise=work.exercise, path=work.path, sha256=work.sha256, page=""
        )

    def _given_up(self, work: Work) -> SubmissionResult:
        return self._failed(work, f"the node that graded it ended {MOST_DEATHS} times, so it was not tried again")

    def _failed(self, work: Work, why: str) -> SubmissionResult:
        most = self._here.facts().max_points[work.exercise]
        return failed(blank(replace(work, flags=(), own_flags=()), work.students[0], most), why)


def weakest_of(found: Sequence[Isolation]) -> Isolation:
    """What held on all of some nodes: the protections of each, and the backend of the one that has fewest."""
    least = min(found, key=lambda each: len(each.protections))
    return Isolation(least.backend, tuple(p for p in least.protections if all(p in each.protections for each in found)))
