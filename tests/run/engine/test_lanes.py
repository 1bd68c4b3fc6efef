"""Lanes: one fork grades many works, and nobody can tell from the results, in whatever order and company they come."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attacks.families import ATTACKS
from course.otherwise.files import faulty, honest
from grader.checks.run.bench import with_checks
from grader.course.course_toml import load_course
from grader.engine import lanes
from grader.engine.api import from_answer, to_order
from grader.engine.grade import serve
from grader.engine.host import grade_all
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.sandbox.outside.launch import Zygote
from grader.sandbox.outside.work import Workload
from grader.scores.records import CheckResult, Flag, Graded, Outcome, Status
from grader.scores.results import submission_to_json
from grader.submissions.works import Work, digest_of

from .conftest import COURSE, EXERCISE, SOLUTION, STUB
from .test_host import Host, MadeUpBench, answered, work

CLASS = Path(__file__).parents[2] / "class"
# Of those that speak on the channel, such as end at once: others end at whichever limit comes first, of messages or of time.
FORGED = {
    "passed",
    "points",
    "an answer twice",
    "a number that is true",
    "no dict",
    "rubbish",
    "a dict as it was",
    "an event",
}
SLOW = {"lars-never-ends", "farid-loops", "mia-eats-memory", "tariq-loops-in-a-cell"}
ODD_VALUES = (
    "1.0", "1", "True", "np.float32(1)", "np.float64(1)", "np.array(1.0)", "np.ones(3)", "np.ones(3, 'f')", "[1.0]", "(1.0,)",
    "{'a': [1.0]}", "float('nan')", "-0.0", "None", "'1.0'", "np.zeros((0, 3))", "10 ** 400", "object()", "[[], [[]]]",
)  # fmt: skip


# What a lane does, whatever it grades


class LastingBench(MadeUpBench):
    """Tells which process grades, how often it has done so, and whether numbers that are drawn are those of a fresh one."""

    def __init__(self) -> None:
        self.graded = self.settled = 0
        self.kept = False

    def lasts(self) -> bool:
        """Say that it lasts."""
        return True

    def settle(self) -> None:
        """Count."""
        self.settled += 1

    def is_as_it_was(self) -> bool:
        """Tell if a file had it keep something."""
        return not self.kept

    def grade(self, work: Workload) -> Graded:
        """Do as the file says."""
        self.graded += 1
        flags: tuple[Flag, ...] = ()
        outcome = Outcome.PASSED
        match work.data.partition(b" ")[0]:
            case b"keep":
                self.kept = True
            case b"open":
                os.open(os.devnull, os.O_RDONLY)
            case b"crash":
                outcome = Outcome.CRASHED
            case b"flag":
                flags = (Flag("stopped", "it was stopped", None),)
            case b"late-fault" if self.graded > 1:
                raise KeyError("only a used process fails")
            case b"late-death" if self.graded > 1:
                os.kill(os.getpid(), signal.SIGKILL)
            case b"exit":
                raise SystemExit(3)
        found = super().grade(work)
        told = {
            "pid": os.getpid(),
            "graded": self.graded,
            "settled": self.settled,
            "drawn": np.random.random(),
        }
        check = CheckResult("f", "f is right", 3, 3, outcome)
        return replace(found, checks=(check,), flags=flags, output=json.dumps(told))


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Host]:
    made = Host(tmp_path / "log", LastingBench())
    yield made
    made.orders.close()
    assert os.waitstatus_to_exitcode(os.waitpid(made.pid, 0)[1]) == 0, "it ends when the orders end"


def told(host: Host, data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(host.result(work(data)).output)
    return found


def test_one_fork_grades_many_works_and_then_another_one(lane: Host) -> None:
    seen = [told(lane, b"fine %d" % number) for number in range(lanes.MOST + 2)]
    assert [each["graded"] for each in seen] == [*range(1, lanes.MOST + 1), 1, 2]
    assert len({each["pid"] for each in seen}) == 2
    assert {each["settled"] for each in seen} == {1}
    assert len({each["drawn"] for each in seen}) == 1, "each begins with the same random numbers"


@pytest.mark.parametrize("odd", [b"keep", b"open", b"crash", b"flag", b"broken"])
def test_a_lane_ends_after_anything_out_of_the_ordinary(lane: Host, odd: bytes) -> None:
    before = told(lane, b"fine")
    assert lane.result(work(odd)).status in (Status.GRADED, Status.UNREADABLE)
    after = told(lane, b"fine")
    assert after["graded"] == 1
    assert after["pid"] != before["pid"]


def test_where_the_grader_fails_in_a_used_process_the_work_is_graded_again_in_a_fresh_one(lane: Host) -> None:
    told(lane, b"fine")
    again = told(lane, b"late-fault")
    assert (again["graded"], again["settled"]) == (1, 0), "in a fork of its own"
    assert told(lane, b"fine")["graded"] == 1


def test_a_lane_that_dies_costs_the_work_that_it_had_in_hand(lane: Host) -> None:
    told(lane, b"fine")
    assert lane.told(to_order(work(b"late-death")), b"late-death") == b""
    assert told(lane, b"fine")["graded"] == 1


@pytest.mark.parametrize("odd", [b"no worker", b"our own fault", b"dies", b"exit"])
def test_the_graders_own_fault_is_told_as_without_lanes_and_costs_one_work(
    lane: Host, tmp_path: Path, odd: bytes
) -> None:
    alone = Host(tmp_path / "alone")
    wanted = alone.told(to_order(work(odd)), odd) if odd != b"exit" else b""
    for _ in range(2):
        told(lane, b"fine")
        got = lane.told(to_order(work(odd)), odd)
        assert bool(got) == bool(wanted)
        if wanted:
            assert rows(got) == rows(wanted)
    alone.orders.close()
    os.waitpid(alone.pid, 0)
    assert told(lane, b"fine")["graded"] == 1


def test_as_many_lanes_as_works_at_once_and_no_more(lane: Host) -> None:
    seen = []
    for number in range(6):
        pair = [lane.sent(to_order(work(data)), data) for data in (b"fine %d" % number, b"also %d" % number)]
        seen += [json.loads(from_answer(answered(ours))[0].output) for ours in pair]
    assert len({each["pid"] for each in seen}) <= 2
    assert sum(each["graded"] == 1 for each in seen) <= 2


def test_a_bad_order_never_gets_to_a_lane(lane: Host) -> None:
    first = told(lane, b"fine")
    assert from_answer(lane.told(b"{", b"x"))[0].status is Status.FAILED
    assert from_answer(lane.told(to_order(work(b"x")), None))[0].status is Status.FAILED
    socket.send_fds(lane.orders, [to_order(work(b"x"))], [])
    assert told(lane, b"fine")["graded"] <= first["graded"] + 1


def test_no_descriptor_stays_open_in_a_host_with_lanes(lane: Host) -> None:
    told(lane, b"fine")
    before = lane.descriptors()
    for odd in (b"late-fault", b"late-death", b"keep", b"dies", b"exit", b"our own fault") * 2:
        told(lane, b"fine")
        lane.told(to_order(work(odd)), odd)
    told(lane, b"fine")
    assert lane.descriptors() <= before + 2, "but for those that it is closing just now"


# What a lane gives, for any class in any order


def rows(answer: bytes) -> Any:
    """A result and the functions beside it, without the times."""
    result, sources = from_answer(answer)
    row = json.loads(submission_to_json(result)) | {"seconds": 0}
    return [row | {"checks": [check | {"seconds": 0} for check in row["checks"]]}, sources]


def handed_in() -> dict[str, bytes]:
    """Works of any kind: made-up students, right ones, known mistakes, attackers, and answers that are nearly alike."""
    found = {f"class {file.parent.name}": file.read_bytes() for file in sorted(CLASS.glob(f"*/{EXERCISE}.py"))}
    found = {name: data for name, data in found.items() if name.removeprefix("class ") not in SLOW}
    for each in (*honest(EXERCISE), *faulty(EXERCISE)):
        found[f"otherwise {each.path.stem}"] = each.source.encode()
    for attack in ATTACKS:
        if (
            (attack.family in ("patching", "imports", "secrets") or attack.name in FORGED)
            and attack.exercise == EXERCISE
            and not attack.file
        ):
            found[f"attack {attack.student}"] = attack.submission({})
    for value in ODD_VALUES:
        found[f"value {value}"] = f"import numpy as np\ndef sigmoid(a):\n    return {value}\n".encode()
        found[f"changes {value}"] = (
            f"{SOLUTION}\ndef next_state(z, h, t):\n    z[...] = 0\n    return {value}\n".encode()
        )
    return found | {
        "stub": STUB.encode(),
        "empty": b"",
        "no text": b"\xff\xfe\x00",
        "raises": b"def sigmoid(a):\n    return a @ a\n",
    }


def made_work(name: str, data: bytes) -> Work:
    return Work((name,), EXERCISE, Path(f"{EXERCISE}.py"), f"{name}/{EXERCISE}.py", "script", digest_of(data), data)


class CheckHost(Host):
    """A host with the exercise's own checks."""

    def __init__(self, zygote: Zygote, shared: Path, *, in_lanes: bool) -> None:
        self.orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                self.orders.close()
                os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
                if not in_lanes:
                    lanes._may_last = lambda *_: False  # type: ignore[assignment]
                exercise = next(each for each in load_course(COURSE).exercises if each.id == EXERCISE)
                use = partial(grade_all, exercise=exercise, orders=theirs)
                with_checks(exercise, 7, use, partial(serve, exercise, zygote.control), shared)
                status = 0
            finally:
                os._exit(status)
        theirs.close()

    def all_of(self, works: Mapping[str, bytes], order: list[str], jobs: int) -> dict[str, Any]:
        """Have works graded in an order, so many at once."""
        found: dict[str, Any] = {}
        running: list[tuple[str, socket.socket]] = []
        for name in order:
            made = made_work(name, works[name])
            running.append((name, self.sent(to_order(made), works[name])))
            if len(running) == jobs:
                first, ours = running.pop(0)
                found[first] = rows(answered(ours))
        return found | {name: rows(answered(ours)) for name, ours in running}


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    exercise = next(each for each in load_course(COURSE).exercises if each.id == EXERCISE)
    made = Zygote(exercise.packages, lockdown.survey(packages.interpreter_paths()))
    made.wait_until_ready()
    yield made
    made.close()


@pytest.fixture
def hosts(zygote: Zygote, tmp_path: Path) -> Iterator[tuple[CheckHost, CheckHost]]:
    """Make one host that grades in lanes, and one with a fork for each work."""
    made = [CheckHost(zygote, tmp_path, in_lanes=in_lanes) for in_lanes in (True, False)]
    yield made[0], made[1]
    for host in made[::-1]:  # the second holds what it was forked with of the first
        host.orders.close()
        os.waitpid(host.pid, 0)


def test_any_order_of_any_class_gives_what_a_fork_for_each_work_gives(hosts: tuple[CheckHost, CheckHost]) -> None:
    """Field by field without the times: students, known mistakes, attackers, and those who answer nearly as others do."""
    many, single = hosts
    works = handed_in()
    drawn = random.Random(os.environ.get("LANES_SEED", "19"))
    chosen = sorted(works) if "LANES_ALL" in os.environ else sorted(drawn.sample(sorted(works), 24))
    wanted = single.all_of(works, chosen, 2)
    for jobs in (1, 2):
        order = drawn.sample(chosen, len(chosen))
        got = many.all_of(works, [*order, *order[:4]], jobs)
        different = [(name, told_apart(got[name], wanted[name])) for name in chosen if got[name] != wanted[name]]
        assert different == [], f"in the order {order}"


def told_apart(one: Any, other: Any, place: str = "") -> list[str]:
    """Where two results differ."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [line for key in one for line in told_apart(one[key], other[key], f"{place}.{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            line for at, pair in enumerate(zip(one, other, strict=True)) for line in told_apart(*pair, f"{place}[{at}]")
        ]
    return [] if one == other else [f"{place}: {one!r:.200} and {other!r:.200}"]
