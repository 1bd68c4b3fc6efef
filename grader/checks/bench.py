"""Runs an exercise's check files as pytest tests: collected and rehearsed once, then run for one submission after the other.

    with_checks(exercise, seed, use=serve)

collects, runs every check on the reference, and hands a `Bench` to ``use``, which may fork before it grades. The pytest session
lives as long as ``use`` runs.
"""

from __future__ import annotations

import inspect
import time
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.checks import counterexample, naming
from grader.checks.answers import Answer, Call, copied, perform
from grader.checks.failures import NotShown, StudentStopped
from grader.checks.misconceptions import compile_reference, compose, load_mistakes
from grader.checks.plans import CheckPlan, Mode, PlannedCall, Plans, Reference, is_same_call
from grader.checks.trial import Trial
from grader.checks.verdicts import ItemReport, check_result
from grader.errors import CourseError, WorkerFault
from grader.release.master import read_master
from grader.sandbox.submission import Stopped, Submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Exercise
    from grader.scores.records import CheckResult

PREFIX = "check_"
QUIET = (
    # No file of a submission or of the project may change how checks run; no plugin may slow them down.
    "--noconftest --import-mode=importlib --assert=plain --capture=no --strict-markers -c /dev/null "
    "-o python_files=*.py -o python_functions=check_* -o python_classes=_none_ "
    "-p no:cacheprovider -p no:terminal -p no:logging -p no:warnings -p no:doctest -p no:unraisableexception "
    "-p no:threadexception -p no:faulthandler -p no:junitxml -p no:pastebin -p no:stepwise -p no:debugging"
).split()


class _NotRehearsed(Exception):
    """A check builds on another one that was not rehearsed yet."""


def with_checks(exercise: Exercise, seed: int, use: Callable[[Bench], None]) -> None:
    """Collects an exercise's checks and hands them to ``use``; raises CourseError for an author's slip."""
    files = [*exercise.checks, *exercise.hidden]
    if not files:
        raise CourseError(
            f"{exercise.master.parent / 'checks'}: no file check_{exercise.id}.py; write its checks there"
        )
    plugin = _Plugin(exercise, seed, use)
    options = [*QUIET, f"--rootdir={exercise.master.parent}", *map(str, files)]
    code = pytest.main(options, plugins=[plugin])
    if plugin.error is not None:
        raise plugin.error
    if not plugin.used:
        raise CourseError(f"{files[0].parent}: pytest could not collect the checks of {exercise.id} (exit {int(code)})")


def load_reference(exercise: Exercise) -> Reference:
    """The reference solution of an exercise, compiled, with its known mistakes; raises CourseError."""
    master = read_master(exercise.master)
    compiled = compile_reference(master.text, str(exercise.master))
    namespace = compose(compiled, {})
    names = tuple(name for name in master.graded_names if callable(namespace.get(name)))
    parameters = {name: tuple(inspect.signature(namespace[name]).parameters) for name in names}
    mistakes = load_mistakes(exercise.misconceptions, names) if exercise.misconceptions else ()
    return Reference(compiled, namespace, names, parameters, mistakes)


class Bench:
    """The collected checks, ready to grade."""

    def __init__(self, session: pytest.Session, plugin: _Plugin, plans: Plans) -> None:
        self._session = session
        self._plugin = plugin
        self.plans = plans

    @property
    def max_points(self) -> int:
        """The points of all collected checks."""
        return sum(check.points for check in self.plans.checks.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The graded names, in the exercise's order."""
        return self.plans.reference.names

    def grade(self, submission: Submission, *, public_only: bool = False) -> tuple[CheckResult, ...]:
        """Runs the checks on one submission; raises WorkerFault where the grader failed."""
        trial = Trial(self.plans, submission)
        self._plugin.trial = trial
        chosen = {check.id: check for check in self.plans.checks.values() if not (public_only and check.hidden)}
        reports = self._plugin.run([item for item in self._session.items if _check_id(item) in chosen])
        smallest: dict[str, Any] = {}
        results: dict[str, CheckResult] = {}

        def small(function: str) -> Any:
            if function not in smallest:
                smallest[function] = counterexample.find(self.plans, trial, function)
            return smallest[function]

        def recognise(check: CheckPlan, aspect: str) -> Any:
            return naming.recognise(self.plans, trial, check, aspect)

        for check in sorted(chosen.values(), key=lambda check: check.needs is not None):
            mine = [report for report in reports if report.check == check.id]
            results[check.id] = check_result(check, mine, results, self.plans.reference.parameters, recognise, small)
        return tuple(results[check] for check in chosen)


class _Plugin:
    """The pytest plugin: markers, fixtures, and the loop that runs items again and again."""

    def __init__(self, exercise: Exercise, seed: int, use: Callable[[Bench], None]) -> None:
        self._exercise = exercise
        self._hidden = frozenset(str(path) for path in exercise.hidden)
        self._use = use
        self.error: Exception | None = None
        self.used = False
        self.plans = Plans(load_reference(exercise), seed)
        self.trial: Trial | None = None
        self._check: CheckPlan | None = None
        self._item = ""
        self._asked = 0
        self._expected = 0
        self._pairs: dict[str, list[tuple[Call, Answer]]] = {}
        self._reports: list[ItemReport] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        for marker in (
            "points(n): what the check is worth, all its items together",
            "parts(*names): also right if right in calls with these functions replaced by drawn ones",
            "composes: judges how the function is put together (contract 2)",
            "needs(check): its points count only if that check passes",
            "hint(text): the one hint where no known mistake is recognised",
        ):
            config.addinivalue_line("markers", marker)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self.error is None:
            self.error = CourseError(
                f"{report.nodeid or self._exercise.id}: the check file does not load: {report.longrepr}"
            )

    @pytest.fixture
    def rng(self) -> np.random.Generator:
        """Random numbers that depend on the run's seed and the item alone."""
        return np.random.default_rng(
            [self.plans.seed & 0xFFFFFFFF, self.plans.seed >> 32, zlib.crc32(self._item.encode())]
        )

    @pytest.fixture
    def student(self) -> _Student:
        """The submission: calling one of its functions gives an Answer."""
        return _Student(self)

    @pytest.fixture
    def expected(self) -> _Expected:
        """What the submission's function of the same name should answer."""
        return _Expected(self)

    @pytest.fixture
    def shown(self) -> Callable[[str], list[tuple[Answer, Answer]]]:
        """The pairs (answer, wanted) of the calls by which another check judged."""
        return self._shown

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if self.error is not None:
            return True
        try:
            self._plan(session)
            self._rehearse(session)
        except CourseError as error:
            self.error = error
            return True
        self.used = True
        self._use(Bench(session, self, self.plans))
        return True

    def run(self, items: list[pytest.Item]) -> list[ItemReport]:
        """Runs the items once and gives their reports, in order."""
        self._reports = []
        for index, item in enumerate(items):
            self._run_item(item, items[index + 1] if index + 1 < len(items) else None)
        return self._reports

    def _run_item(self, item: pytest.Item, following: pytest.Item | None) -> None:
        self._check, self._item = self.plans.checks[_check_id(item)], _key(item)
        self._asked = self._expected = 0
        started = time.perf_counter()
        error: BaseException | None = None
        item._initrequest()  # type: ignore[attr-defined]  # what lets pytest run an item a second time
        try:
            item.ihook.pytest_runtest_setup(item=item)
            item.ihook.pytest_runtest_call(item=item)
        except Exception as raised:
            error = raised
        except pytest.skip.Exception as raised:
            error = raised
        finally:
            item.ihook.pytest_runtest_teardown(item=item, nextitem=following)
        seconds = time.perf_counter() - started
        self._reports.append(ItemReport(self._check.id, self._item, error, seconds))

    def _plan(self, session: pytest.Session) -> None:
        for item in session.items:
            name = _check_id(item)
            points = item.get_closest_marker("points")
            where = f"{item.path}: {PREFIX}{name}"
            if points is None or len(points.args) != 1 or type(points.args[0]) is not int or points.args[0] < 0:
                raise CourseError(f"{where}: needs @pytest.mark.points(n) with a whole number")
            title = inspect.getdoc(item.obj) or ""  # type: ignore[attr-defined]
            if not title:
                raise CourseError(f"{where}: needs a docstring; its first line is the check's title")
            hint, parts, needs = (item.get_closest_marker(mark) for mark in ("hint", "parts", "needs"))
            mode = Mode.PARTS if parts else Mode.PLAIN
            if item.get_closest_marker("composes"):
                mode = Mode.COMPOSES
            hidden = str(item.path) in self._hidden
            plan = CheckPlan(
                name, title.splitlines()[0], points.args[0], hidden, hint.args[0] if hint else "", mode,
                tuple(parts.args) if parts else (), needs.args[0] if needs else None,
            )  # fmt: skip
            known = self.plans.checks.setdefault(name, plan)
            if known.hidden != hidden:
                raise CourseError(f"{where}: stands in a public and in a hidden file")
            known.items.append(_key(item))

    def _rehearse(self, session: pytest.Session) -> None:
        """Runs every check on the reference, to learn its calls and to see that the reference passes."""
        reports = self.run(session.items)
        late = {report.item for report in reports if isinstance(report.error, _NotRehearsed)}
        reports = [report for report in reports if report.item not in late]
        for report in reports + self.run([item for item in session.items if _key(item) in late]):
            if report.error is not None:
                raise CourseError(
                    f"{self._exercise.master}: the solution does not pass its own check {report.item}: "
                    f"{type(report.error).__name__}: {report.error}"
                )
        for check in self.plans.checks.values():
            if check.needs is not None and check.needs not in self.plans.checks:
                raise CourseError(f"{PREFIX}{check.id} needs {check.needs}, and there is no such check")
        for module in dict.fromkeys(item.module for item in session.items):  # type: ignore[attr-defined]
            for function, rungs in getattr(module, "LADDER", {}).items():
                self.plans.climb(function, rungs)
        self.plans.work_out_mistakes()

    def ask_student(self, call: Call) -> Answer:
        """The submission's answer to a check's next call; in the rehearsal the reference's."""
        check, index = self._check, self._asked
        assert check is not None, "calls are made by checks"
        self._asked += 1
        if self.trial is None:
            return self._note(check, index, call)
        planned = next((p for p in check.calls if p.item == self._item and p.index == index), None)
        if planned is None or planned.call.function != call.function:
            raise WorkerFault(f"{self._item} makes other calls than it made on the solution")
        if check.mode is Mode.PLAIN:
            reply = self.trial.by_reference(planned)
        else:
            reply = self.trial.way(check).replies[check.calls.index(planned)]
        if isinstance(reply, Stopped):
            raise StudentStopped(reply, planned.call)
        return reply

    def ask_expected(self, call: Call) -> Answer:
        """What the answer to a check's next call should be, by the way in which the check judges."""
        check, index = self._check, self._expected
        assert check is not None, "calls are made by checks"
        self._expected += 1
        if self.trial is None:
            answer = perform(self.plans.reference.function(call.function), call)
            self._pairs.setdefault(self._item, []).append((call, answer))
            return answer
        call, answer = self._pairs[self._item][index]
        if check.mode is not Mode.PLAIN:
            wants = self.trial.way(check).wants
            for planned, want in zip(check.calls, wants, strict=False):
                if planned.item == self._item and is_same_call(planned.call, call):
                    return want
        return answer

    def _note(self, check: CheckPlan, index: int, call: Call) -> Answer:
        call = Call(call.function, copied(call.args), copied(dict(call.kwargs)))
        want = perform(self.plans.reference.function(call.function), call)
        check.calls.append(PlannedCall(self._item, index, call, want))
        return want

    def _shown(self, needed: str) -> list[tuple[Answer, Answer]]:
        check = self._check
        assert check is not None, "asked by checks"
        other = self.plans.checks.get(needed)
        if self.trial is not None and other is not None:
            way = self.trial.way(other)
            if not way.right:
                raise NotShown(needed)
            return [(r, w) for r, w in zip(way.replies, way.wants, strict=True) if isinstance(r, Answer)]
        if other is None:
            raise CourseError(f"{PREFIX}{check.id} builds on {needed}, and there is no such check")
        if not other.calls:
            raise _NotRehearsed
        check.needs = needed
        check.calls = list(other.calls)
        return [(planned.want, planned.want) for planned in other.calls]


class _Student:
    """Looks like the submission's module; every function of it gives an Answer."""

    def __init__(self, plugin: _Plugin) -> None:
        self._plugin = plugin

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        self._plugin.plans.reference.function(name)
        return lambda *args, **kwargs: self._plugin.ask_student(Call(name, args, kwargs))


class _Expected:
    """Looks like the solution's module; every function of it gives an Answer."""

    def __init__(self, plugin: _Plugin) -> None:
        self._plugin = plugin

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        self._plugin.plans.reference.function(name)
        return lambda *args, **kwargs: self._plugin.ask_expected(Call(name, args, kwargs))


def _key(item: pytest.Item) -> str:
    return f"{item.path.stem}::{item.name}"


def _check_id(item: pytest.Item) -> str:
    return str(getattr(item, "originalname", item.name)).removeprefix(PREFIX)
