"""The pytest plugin: markers and fixtures of the checks, and running collected items again and again.

Before any submission is graded every check runs once on the solution (the rehearsal): that tells which calls it makes, what the
answers should be, and that the solution passes.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.checks.compare.answers import Answer, Call, copied
from grader.checks.compare.questions import is_alike, is_same_call
from grader.checks.failures import NotShown, StudentStopped
from grader.checks.judge.verdicts import ItemReport
from grader.checks.plan.plans import CheckPlan, Mode, PlannedCall, Plans
from grader.checks.run.asking import Module
from grader.checks.run.collected import (
    MAX_REASON,
    PREFIX,
    check_id,
    check_parts,
    compare,
    follows_of,
    item_key,
    ladder_of,
    otherwise_of,
    planned_checks,
    why_not_loaded,
)
from grader.checks.run.plain_items import Arguments, plain_items
from grader.checks.run.same_answers import Key, Verdicts, answered_key
from grader.checks.stored.read_record import Stored
from grader.errors import CourseError, WorkerFault
from grader.sandbox.outside.stops import Stopped
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import Flag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType

    from grader.checks.models.seen import Models
    from grader.checks.run.trial import Trial
    from grader.course.course_toml import Exercise


ONLY_ASKS = frozenset({"rng", "shared_rng", "student", "expected"})
"""The fixtures with which a check can do no more than ask and compare."""


class _NotRehearsed(Exception):
    """A check builds on another one that was not rehearsed yet."""


class Plugin:
    """The pytest plugin: markers, fixtures, and the loop that runs items again and again."""

    def __init__(
        self,
        exercise: Exercise,
        plans: Plans,
        use: Callable[[pytest.Session], None],
        models: Models,
        *,
        rehearses: bool = True,
    ) -> None:
        """``use`` is called once, when the checks are collected and, if it ``rehearses``, the solution has passed them.

        ``models`` look at the solution's models, if it runs in a worker.
        """
        self._exercise = exercise
        self._rehearses = rehearses
        self._use = use
        self._stored = isinstance(plans, Stored)
        self.error: BaseException | None = None
        self.used = False
        self.plans = plans
        self.models = models
        self.trial: Trial | None = None
        self._check: CheckPlan | None = None
        self._item = ""
        self._asked = 0
        self._expected = 0
        self.pairs: dict[str, list[tuple[Call, Answer]]] = plans.pairs if isinstance(plans, Stored) else {}
        self._reports: list[ItemReport] = []
        self._plain: Mapping[pytest.Item, Arguments] = {}
        self.lasts = False  # whether what is handed to a check is handed to the next submission's as well
        self.verdicts: Verdicts | None = None  # how checks ended, in a process that lasts

    def pytest_configure(self, config: pytest.Config) -> None:
        """Makes the markers known, so that a misspelt one is an error."""
        for marker in (
            "points(n): what the check is worth, all its items together",
            "parts(*names): also right if right in calls with these functions replaced by drawn ones",
            "composes: judges how the function is put together, with its parts replaced",
            "needs(check): its points count only if that check passes",
            "hint(text): the one hint where no known mistake is recognised",
        ):
            config.addinivalue_line("markers", marker)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keeps why a check file does not load."""
        if report.failed and self.error is None:
            self.error = CourseError(
                f"{report.nodeid or self._exercise.id}: the check file does not load: {why_not_loaded(report)}"
            )

    @pytest.fixture
    def rng(self) -> np.random.Generator:
        """Random numbers that depend on the run's seed and the item alone."""
        return self.plans.rng(self._item)

    @pytest.fixture
    def shared_rng(self) -> np.random.Generator:
        """Random numbers that depend on the run's seed alone: items that draw alike ask the same, and it is asked once."""
        return self.plans.rng()

    @pytest.fixture
    def student(self) -> Module:
        """The submission: calling one of its functions gives an Answer."""
        return Module(self.plans.reference, self.ask_student)

    @pytest.fixture
    def expected(self) -> Module:
        """What the submission's function of the same name should answer."""
        return Module(self.plans.reference, self.ask_expected)

    @pytest.fixture(name="models")
    def models_(self) -> Models:
        """Looks at the Keras models that the submission's functions gave."""
        return self.trial.models if self.trial is not None else self.models

    @pytest.fixture
    def note(self) -> Callable[[str], None]:
        """Notes something for the student that costs nothing."""
        check, trial = self._check, self.trial
        assert check is not None, "asked by checks"
        return lambda text: None if trial is None else trial.note(Flag(FlagKind.NOTE, text, check.id))

    @pytest.fixture
    def shown(self) -> Callable[[str], list[tuple[Answer, Answer]]]:
        """The pairs (answer, wanted) of the calls by which another check judged."""
        return self._shown

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Takes the place of running every item once: plans, rehearses, hands over."""
        if self.error is not None:
            return True
        try:
            found = planned_checks(self._exercise, session.items)
            if self._stored:
                compare(self._exercise, found, self.plans.checks)
            else:
                check_parts(self._exercise, self.plans.reference, found.values())  # before anything is asked of them
                self.plans.checks.update(found)
                if self._rehearses:
                    self._rehearse(session)
            for module in modules_of(session):
                self.plans.follows |= follows_of(module, self.plans.reference)
                self.plans.otherwise |= otherwise_of(module, self.plans.reference)
                self.plans.rung_hints |= getattr(module, "RUNG_HINTS", {})
            if self._rehearses and not self._stored:
                self._follow()
        except CourseError as error:
            self.error = error
            return True
        self._plain = plain_items(session.items, self)
        self.used = True
        try:
            self._use(session)
        except BaseException as error:  # pytest would print it as its own error; `with_checks` raises it
            self.error = error
        return True

    def needs_pytest(self, items: list[pytest.Item]) -> bool:
        """Whether any of the items is run with pytest's hooks."""
        return any(item not in self._plain for item in items)

    def run(self, items: list[pytest.Item]) -> list[ItemReport]:
        """Runs the items once and gives their reports, in order; those that pytest has nothing to do for without it."""
        self._reports = []
        by_pytest = [item for item in items if item not in self._plain]
        following = dict(zip(by_pytest, [*by_pytest[1:], None], strict=False))
        for ident, group in itertools.groupby(items, check_id):
            self._run_check(self.plans.checks[ident], list(group), following)
        return self._reports

    def _run_check(
        self, check: CheckPlan, items: list[pytest.Item], following: Mapping[pytest.Item, pytest.Item | None]
    ) -> None:
        """Runs some items of a check, or takes over how they ended with the same answers."""
        started = time.perf_counter()
        key = self._answered_by(check, items) if self.verdicts is not None else None
        known = self.verdicts.get(key) if self.verdicts is not None and key is not None else None
        if known is not None:
            seconds = (time.perf_counter() - started) / len(known)
            self._reports += [replace(report, seconds=seconds) for report in known]
            return
        reports = [self._run_item(check, item, following) for item in items]
        asking = time.perf_counter() - started - sum(report.seconds for report in reports)
        reports[0] = replace(reports[0], seconds=reports[0].seconds + asking)  # which made the calls for it
        self._reports += reports
        if self.verdicts is not None and key is not None:
            self.verdicts.keep(key, reports)

    def _run_item(
        self, check: CheckPlan, item: pytest.Item, following: Mapping[pytest.Item, pytest.Item | None]
    ) -> ItemReport:
        self._check, self._item = check, item_key(item)
        self._asked = self._expected = 0
        started = time.perf_counter()
        arguments = self._plain.get(item)
        error = _run_by_pytest(item, following[item]) if arguments is None else _call(item, arguments)
        return ItemReport(check.id, self._item, error, time.perf_counter() - started)

    def _answered_by(self, check: CheckPlan, items: list[pytest.Item]) -> Key | None:
        """The answers by which a check judges, if nothing else decides how it ends; its calls are made for that."""
        keys = [item_key(item) for item in items]
        of_one = all(planned.item in keys and planned.call.function == check.function for planned in check.calls)
        drawn_alone = all(
            ONLY_ASKS.issuperset(self._plain.get(item, {"": None}).keys() - _cases(item)) for item in items
        )
        if self.trial is None or keys != check.items or not of_one or not drawn_alone or not check.calls:
            return None
        if check.mode is Mode.PLAIN:
            replies = [self.trial.by_reference(planned) for planned in check.calls]
        else:
            replies = self.trial.way(check).replies
        if len(replies) != len(check.calls) or not all(isinstance(reply, Answer) for reply in replies):
            return None
        wants: list[Answer] = []
        asks_expected = any(key in self.pairs for key in keys)
        if asks_expected and (check.mode is not Mode.PLAIN or self.plans.is_composed(check.function or "")):
            wants = self.trial.way(check).wants
        return answered_key(check.id, replies, wants)

    def _rehearse(self, session: pytest.Session) -> None:
        """Runs every check on the reference, to learn its calls and to see that the reference passes."""
        reports = self.run(session.items)
        late = {report.item for report in reports if isinstance(report.error, _NotRehearsed)}
        reports = [report for report in reports if report.item not in late]
        for report in reports + self.run([item for item in session.items if item_key(item) in late]):
            if report.error is not None:
                raise CourseError(
                    f"{self._exercise.master}: the solution does not pass its own check {report.item}: "
                    f"{type(report.error).__name__}: {' '.join(str(report.error).split())[:MAX_REASON]}"
                )
        for check in self.plans.checks.values():
            if check.function is None:
                raise CourseError(
                    f"{PREFIX}{check.id} asks nothing of the submission, so it can't fail: call student.NAME(...)"
                )
            if check.id != check.function and not check.id.startswith(f"{check.function}_"):
                raise CourseError(f"{PREFIX}{check.id} is about {check.function}: call it {PREFIX}{check.function}_...")
            if check.needs is not None and check.needs not in self.plans.checks:
                raise CourseError(f"{PREFIX}{check.id} needs {check.needs}, and there is no such check")
        check_parts(self._exercise, self.plans.reference, self.plans.checks.values())
        for module in modules_of(session):
            for function, rungs in ladder_of(module, self.plans.reference).items():
                self._climb(module, function, rungs)
        self.plans.work_out_mistakes()

    def _climb(self, module: ModuleType, function: str, rungs: list[tuple[Any, ...]]) -> None:
        try:
            self.plans.climb(function, rungs)
        except Exception as error:  # whatever the solution raises for a case that is not one
            told = f"{type(error).__name__}: {error}"
            raise CourseError(
                f"{module.__file__}: LADDER[{function!r}] has a case that the solution can't do: {told}"
            ) from error

    def _follow(self) -> None:
        try:
            self.plans.follow_all()
        except Exception as error:  # whatever the solution raises for a case that is not one
            told = f"{type(error).__name__}: {error}"
            raise CourseError(
                f"{self._exercise.master}: FOLLOWED has a case that the solution can't do: {told}"
            ) from error

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
        if not is_alike(planned.call, call):
            raise WorkerFault(f"{self._item} draws other inputs than those that its answers were worked out for")
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
            answer = self.plans.reference.answer(call)
            self.pairs.setdefault(self._item, []).append((call, answer))
            return answer
        call, answer = self.pairs[self._item][index]
        if check.mode is not Mode.PLAIN or self.plans.is_composed(call.function):
            wants = self.trial.way(check).wants
            for planned, want in zip(check.calls, wants, strict=False):
                if planned.item == self._item and is_same_call(planned.call, call):
                    return self._handed(want)
        return self._handed(answer)

    def _handed(self, answer: Answer) -> Answer:
        """An answer as a check gets it: in a process that lasts, nobody can change it for the next submission."""
        if not self.lasts:
            return answer
        if isinstance(answer.value, np.ndarray):
            answer.value.setflags(write=False)
            return answer
        return replace(answer, value=copied(answer.value))

    def _note(self, check: CheckPlan, index: int, call: Call) -> Answer:
        call = replace(call, args=copied(call.args), kwargs=copied(dict(call.kwargs)))
        want = self.plans.reference.answer(call)
        check.calls.append(PlannedCall(self._item, index, call, want))
        return want

    def _shown(self, needed: str) -> list[tuple[Answer, Answer]]:
        other = self._build_on(needed)
        if self.trial is None:
            return [(planned.want, planned.want) for planned in other.calls]
        way = self.trial.way(other)
        if not way.right:
            raise NotShown(needed)
        pairs = zip(way.replies, way.wants, strict=True)
        return [(reply, self._handed(want)) for reply, want in pairs if isinstance(reply, Answer)]

    def _build_on(self, needed: str) -> CheckPlan:
        """The check that the present one builds on; in the rehearsal it takes over its calls."""
        check = self._check
        assert check is not None, "asked by checks"
        other = self.plans.checks.get(needed)
        if other is None:
            raise CourseError(f"{PREFIX}{check.id} builds on {needed}, and there is no such check")
        if self.trial is None:
            if not other.calls:
                raise _NotRehearsed
            check.needs = needed
            check.calls = list(other.calls)
        return other


def _cases(item: pytest.Item) -> frozenset[str]:
    """The names of an item's arguments that are its case."""
    return (
        frozenset(item.callspec.params)
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        else frozenset()
    )


def _call(item: pytest.Item, arguments: Arguments) -> BaseException | None:
    """What an item raises, if its function is called with new arguments."""
    try:
        item.obj(**{name: make() for name, make in arguments.items()})  # type: ignore[attr-defined]
    except (Exception, pytest.skip.Exception) as raised:
        return raised
    return None


def _run_by_pytest(item: pytest.Item, following: pytest.Item | None) -> BaseException | None:
    """What an item raises, run with pytest's hooks; ``following`` is the next that is run so."""
    item._initrequest()  # type: ignore[attr-defined]  # what lets pytest run an item a second time
    try:
        item.ihook.pytest_runtest_setup(item=item)
        item.ihook.pytest_runtest_call(item=item)
    except (Exception, pytest.skip.Exception) as raised:
        return raised
    finally:
        item.ihook.pytest_runtest_teardown(item=item, nextitem=following)
    return None


def modules_of(session: pytest.Session) -> Iterable[ModuleType]:
    """The check files, as modules."""
    return dict.fromkeys(item.module for item in session.items)  # type: ignore[attr-defined]
