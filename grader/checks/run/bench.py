"""Runs an exercise's check files as pytest tests: collected and rehearsed once, then run for one submission after the other.

    with_checks(exercise, seed, use)

collects, runs every check on the reference, and hands a `CheckBench` to ``use``, which may fork before it grades. The pytest
session lives as long as ``use`` runs.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from grader.checks.judge import counterexample, naming
from grader.checks.judge.first_wrong import add_first
from grader.checks.judge.remarks import cells_of, flags_of
from grader.checks.judge.unexplained import Looked, unexplained
from grader.checks.judge.verdicts import behind_its_part, check_result, not_the_exercise, tell_wholes
from grader.checks.mistakes.said import notes, patterns_of
from grader.checks.models.seen import Models
from grader.checks.plan.plans import CheckPlan, Plans
from grader.checks.plan.reference import load_reference
from grader.checks.run.collected import check_id
from grader.checks.run.plugin import Plugin, modules_of
from grader.checks.run.same_answers import MOST_VERDICTS, Key, Verdicts, answered_key
from grader.checks.run.trial import Trial
from grader.checks.run.unchanged import CantTell, Unchanged
from grader.checks.stored.read_record import Stored, read_record
from grader.checks.stored.write_record import record
from grader.course.examples import load_example
from grader.errors import CourseError, WorkerFault
from grader.sandbox.outside.remembered import Remembered
from grader.sandbox.outside.submission import Submission
from grader.scores.records import FunctionSource, Graded, KnownMistake, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.checks.compare.looks import Aspect, Look
    from grader.checks.judge.counterexample import Smallest
    from grader.course.course_toml import Exercise
    from grader.sandbox.outside.replies import Asking
    from grader.sandbox.outside.work import Workload
    from grader.scores.records import CheckResult, Flag, Gap

PYTEST_VARIABLES = ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_ADDOPTS", "PYTEST_PLUGINS")
QUIET = (
    # No file of a submission or of the project may change how checks run; no plugin may slow them down.
    f"--noconftest --import-mode=importlib --assert=plain --capture=no --strict-markers -c {os.devnull} "
    "-o python_files=*.py -o python_functions=check_* -o python_classes=_none_ "
    "-p no:cacheprovider -p no:terminal -p no:logging -p no:warnings -p no:doctest -p no:unraisableexception "
    "-p no:threadexception -p no:faulthandler -p no:junitxml -p no:pastebin -p no:stepwise -p no:debugging"
).split()


def with_checks(
    exercise: Exercise,
    seed: int,
    use: Callable[[CheckBench], None],
    serve: Callable[[Workload], Submission] | None = None,
    shared: Path | None = None,
    *,
    rehearsed: bool = True,
) -> None:
    """Collects an exercise's checks and hands them to ``use``; raises CourseError for an author's slip.

    ``serve`` puts work into a worker: what is graded, and a solution that only a worker can run. ``shared`` is a folder in which
    the processes of a run find what one of them has done. A bench that is not ``rehearsed`` needs no worker and can only tell its
    points and mistakes.
    """
    files = [*exercise.checks, *exercise.hidden]
    if not files:
        raise CourseError(
            f"{exercise.master.parent / 'checks'}: no file check_{exercise.id}.py; write its checks there"
        )
    plans = Plans(load_reference(exercise, serve, to_be_run=rehearsed), seed)
    _run(exercise, plans, use, shared, serve, rehearsed=rehearsed)


def with_stored_checks(exercise: Exercise, record: str, use: Callable[[CheckBench], None]) -> None:
    """As `with_checks`, with recorded answers in place of the solution's; raises CourseError."""
    _run(replace(exercise, hidden=(), misconceptions=None), read_record(record), use)


def _run(
    exercise: Exercise,
    plans: Plans,
    use: Callable[[CheckBench], None],
    shared: Path | None = None,
    serve: Callable[[Workload], Submission] | None = None,
    *,
    rehearsed: bool = True,
) -> None:
    files = [*exercise.checks, *exercise.hidden]
    examples = {exercise.id: load_example(exercise.example)} if exercise.example else {}
    served = plans.reference.submission

    def hand_over(session: pytest.Session) -> None:
        if served is not None:
            served.close()  # a fork must not share its socket
        plugin.models.close()
        use(CheckBench(session, plugin, plans, examples, shared, serve))

    models = plans.models if isinstance(plans, Stored) else Models(served, shared)
    plugin = Plugin(exercise, plans, hand_over, models, rehearses=rehearsed)
    with _alone():
        _collect(exercise, files, plugin)


def _collect(exercise: Exercise, files: list[Path], plugin: Plugin) -> None:
    options = [*QUIET, f"--rootdir={exercise.master.parent}", *map(str, files)]
    try:
        code = pytest.main(options, plugins=[plugin])
    finally:
        _forget(files)
    if plugin.error is not None:
        raise plugin.error
    if not plugin.used:
        raise CourseError(f"{files[0].parent}: pytest could not collect the checks of {exercise.id} (exit {int(code)})")


def _forget(files: list[Path]) -> None:
    """Forget the imported check files: pytest would take the first one for another course's file of the same name."""
    own = {str(file) for file in files}
    for name in [name for name, module in sys.modules.items() if getattr(module, "__file__", None) in own]:
        del sys.modules[name]


@contextmanager
def _alone() -> Iterator[None]:
    """Keeps out plugins and options of whoever else uses pytest in this environment."""
    before = {name: os.environ.pop(name, None) for name in PYTEST_VARIABLES}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


class CheckBench:
    """The collected checks, ready to grade."""

    def __init__(
        self,
        session: pytest.Session,
        plugin: Plugin,
        plans: Plans,
        examples: dict[str, Any],
        shared: Path | None,
        serve: Callable[[Workload], Submission] | None,
    ) -> None:
        """``examples`` is the data that the exercise comes with, by its id; ``shared`` a folder for what is done once.

        ``serve`` puts work into a worker; without it only what is served already can be checked.
        """
        self._session = session
        self._plugin = plugin
        self.plans = plans
        self.examples = examples
        self._shared = shared
        self._serve = serve
        self._unchanged: Unchanged | None = None
        self._memory: Remembered | None = None
        self._explained: dict[Key, tuple[Key, frozenset[str]]] | None = None

    @property
    def max_points(self) -> int:
        """The points of all collected checks."""
        return sum(check.points for check in self.plans.checks.values())

    @property
    def check_ids(self) -> tuple[str, ...]:
        """The ids of all collected checks, in the author's order."""
        return tuple(self.plans.checks)

    @property
    def mistakes(self) -> tuple[KnownMistake, ...]:
        """The known mistakes of the exercise."""
        return tuple(KnownMistake(m.id, m.name, m.explanation) for m in self.plans.reference.mistakes)

    @property
    def said(self) -> dict[str, tuple[str, ...]]:
        """The patterns of the mistakes that a file's text shows, by their ids."""
        return patterns_of(self.plans.reference.mistakes)

    @property
    def names(self) -> tuple[str, ...]:
        """The graded names, in the exercise's order."""
        return self.plans.reference.names

    def record(self) -> str:
        """What the public checks need if there is no solution, see `record`; raises CourseError."""
        return record(self.plans, self._plugin.pairs, self._plugin.models.seen)

    def workload(self, work: Workload) -> Workload:
        """A file as a worker gets it: with what of it is graded here."""
        values = self.plans.reference.values
        return replace(work, names=self.names, examples=self.examples, literals=values, said=self.said)

    def grade(self, work: Workload) -> Graded:
        """Runs a file in a worker and all checks on it; raises UnreadableWork, and WorkerFault if the grader failed."""
        if self._serve is None:
            raise WorkerFault("there is nothing here that could run a file")
        submission = self._serve(self.workload(work))
        if self._memory is not None:
            submission.remember(self._memory)
        try:
            found = self.check(submission, studied=True)
        finally:
            submission.close()
        return replace(
            found,
            flags=(*flags_of(submission.what_ran), *found.flags),
            cells=cells_of(submission.what_ran),
            output=submission.output,
            repeatable=found.repeatable and not submission.was_cut_short,
            sources=tuple(
                FunctionSource(own.name, own.cell, own.line, own.text, own.grams, own.spans, own.helper)
                for own in submission.own
            ),
        )

    def lasts(self) -> bool:
        """Whether one process may grade several works: nothing that it can't look after keeps anything of one for the next."""
        if self._plugin.needs_pytest(self._session.items):
            return False
        try:
            self._shared_parts()
        except CantTell:
            return False
        return True

    def settle(self) -> None:
        """Before the first work of a process that grades several: nobody can write into what they share."""
        self._plugin.lasts = True
        self._unchanged = self._shared_parts()
        self._unchanged.protect()
        self._memory = Remembered()
        self._plugin.verdicts = Verdicts()
        self._explained = {}

    def is_as_it_was(self) -> bool:
        """Whether what works share is as it was when this process was settled; else it must not grade another one."""
        return self._unchanged is not None and self._unchanged.holds()

    def _shared_parts(self) -> Unchanged:
        """What a check can get hold of, and keep something in; raises CantTell."""
        namespaces = [vars(module) for module in modules_of(self._session)]
        solution = self.plans.reference.namespace
        cases = [
            item.callspec.params
            for item in self._session.items
            if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        ]
        planned = [
            each for check in self.plans.checks.values() for call in check.calls for each in (call.call, call.want)
        ]
        return Unchanged([*namespaces, solution], [cases, planned, self._plugin.pairs])

    def check(
        self, submission: Asking, *, public_only: bool = False, only: str | None = None, studied: bool = False
    ) -> Graded:
        """Runs the checks on what is served, or those of one graded name; raises WorkerFault if the grader failed.

        If it is ``studied``, what no known mistake explains is kept.
        """
        trial = Trial(self.plans, submission, Models(submission, self._shared, self._plugin.models))
        self._plugin.trial = trial
        try:
            looked: dict[str, Looked] = {}
            results = self._judge(trial, self._chosen(public_only, only), looked)
            texts = submission.texts if isinstance(submission, Submission) else {}
            found = {each.id: each for each in results}
            wrong = unexplained(self.plans, trial, looked, found, texts) if studied else ()
        finally:
            trial.models.close()
        wanted = tuple(each for each in results if only in (None, self.plans.checks[each.id].function))
        flags = (*trial.notes.values(), *self._of_the_text(submission, trial, results))
        return Graded(wanted, flags, wrong=wrong, repeatable=not trial.models.was_cut_short)

    def _of_the_text(self, submission: Asking, trial: Trial, results: tuple[CheckResult, ...]) -> tuple[Flag, ...]:
        """The flags for the file's own text, if there is one: live names have none."""
        if not isinstance(submission, Submission):
            return ()
        work = submission.work
        held = submission.contents.held(work.names)
        other = (
            ()
            if trial.served_otherwise
            else not_the_exercise(results, work.names, held, work.data, map(submission.absence, work.names))
        )
        return (*other, *notes(self.plans.reference.mistakes, submission.said))

    def _chosen(self, public_only: bool, only: str | None) -> dict[str, CheckPlan]:
        """The checks to run, by their ids: those asked for, and those that they count with."""
        offered = {check.id: check for check in self.plans.checks.values() if not (public_only and check.hidden)}
        wanted = [check.id for check in offered.values() if only in (None, check.function)]
        for ident in wanted:
            needed = offered[ident].needs
            if needed in offered and needed not in wanted:
                wanted.append(needed)
        return {ident: check for ident, check in offered.items() if ident in wanted}

    def _judge(self, trial: Trial, chosen: dict[str, CheckPlan], looked: dict[str, Looked]) -> tuple[CheckResult, ...]:
        """The results; ``looked`` gets, for each check that failed, what told it and which mistakes explain it."""
        reports = self._plugin.run([item for item in self._session.items if check_id(item) in chosen])
        smallest: dict[tuple[Any, ...], Smallest | None] = {}
        results: dict[str, CheckResult] = {}

        def small(check: CheckPlan, *asked: Any) -> Gap | None:
            key = (*asked, counterexample.switches(check.calls[0].call))
            if key not in smallest:
                smallest[key] = counterexample.find(self.plans, trial, *key)
            found = smallest[key]
            return found.gap if found is not None else None

        def recognise(check: CheckPlan, aspect: Aspect, look: Look, named: str | None) -> Any:
            explain = self._explaining(trial, check, aspect, look, named)
            looked[check.id] = Looked(aspect, look, explain)
            return naming.only(self.plans.reference.mistakes, explain)

        for check in sorted(chosen.values(), key=lambda check: check.needs is not None):
            mine = [report for report in reports if report.check == check.id]
            parameters = self.plans.reference.parameters
            result = check_result(check, mine, results, parameters, recognise, partial(small, check))
            hint = next((each.hint for each in smallest.values() if each and each.gap is result.counterexample), "")
            if hint and result.outcome is Outcome.FAILED and result.misconception is None:
                result = replace(result, hint=hint)
            results[check.id] = behind_its_part(check, result, trial.waits_for, trial.blames)
        told = tell_wholes([(check, results[check.id]) for check in chosen.values()], trial.apart, trial.waits_for)
        return add_first(self.plans, trial, told)

    def _explaining(
        self, trial: Trial, check: CheckPlan, aspect: Aspect, look: Look, named: str | None
    ) -> frozenset[str]:
        """The known mistakes that explain a check; in a process that lasts, worked out once for the same answers."""
        if self._explained is None or named is not None:
            return naming.explaining(trial, check, aspect, look, named)
        key = answered_key((check.id, aspect, look), [trial.by_reference(planned) for planned in check.calls])
        if key is None:
            return naming.explaining(trial, check, aspect, look, named)
        if key not in self._explained:
            if len(self._explained) >= MOST_VERDICTS:
                return naming.explaining(trial, check, aspect, look, named)
            self._explained[key] = key, naming.explaining(trial, check, aspect, look, named)
        return self._explained[key][1]
