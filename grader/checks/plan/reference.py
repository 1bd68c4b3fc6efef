"""The reference solution of an exercise as its checks use it."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.checks.compare.answers import Answer, bounded, copied, perform
from grader.checks.judge.why_stopped import message_of
from grader.checks.mistakes.declare import compile_reference, compose, defining_part, load_mistakes, needs_worker
from grader.checks.mistakes.said import check_against_own
from grader.checks.models.live import sent
from grader.course.master import read_master
from grader.errors import CourseError, WorkerFault
from grader.sandbox.outside.stops import Stopped
from grader.sandbox.outside.work import Workload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

    from grader.checks.compare.answers import Call
    from grader.checks.mistakes.declare import Mistake
    from grader.course.course_toml import Exercise
    from grader.sandbox.outside.submission import Submission


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The reference solution as the checks use it.

    ``names`` are functions and, among them, ``values`` that are written down. ``submission`` is the solution
    in its own worker, if only a worker can run it.
    """

    compiled: CodeType
    namespace: Mapping[str, Any]
    names: tuple[str, ...]
    parameters: Mapping[str, tuple[str, ...]]
    mistakes: tuple[Mistake, ...]
    values: tuple[str, ...] = ()
    submission: Submission | None = None

    def above(self, name: str) -> tuple[str, ...]:
        """The functions that stand above ``name`` in the exercise's table."""
        names = self.names[: self.names.index(name)] if name in self.names else ()
        return tuple(each for each in names if each not in self.values)

    def function(self, name: str) -> Callable[..., Any]:
        """A function of the reference by its name; raises AttributeError for a name that it does not have."""
        if name not in self.names:
            raise AttributeError(f"the exercise has no function {name}; it has {', '.join(self.names)}")
        found = self.namespace[name]
        function: Callable[..., Any] = (lambda: found) if name in self.values else found
        return function

    def answer(self, call: Call) -> Answer:
        """What the solution answers to a call; raises WorkerFault if it runs in a worker and gives nothing."""
        if self.submission is None:
            return perform(self.function(call.function), call)
        reply = self.submission.call(call.function, sent(copied(call.args)), sent(copied(dict(call.kwargs))))
        if isinstance(reply, Stopped):
            raise WorkerFault(f"the solution did not answer: {message_of(reply)}")
        return Answer(call, bounded(reply.value), reply.changed, reply.warned)


def load_reference(
    exercise: Exercise, serve: Callable[[Workload], Submission] | None = None, *, to_be_run: bool = True
) -> Reference:
    """The reference solution of an exercise, compiled, with its known mistakes; raises CourseError.

    If it uses a deep-learning package itself and is ``to_be_run``, ``serve`` puts it into a worker.
    """
    master = read_master(exercise.master)
    compiled = compile_reference(master.text, str(exercise.master))
    namespace = compose(compiled, {})
    names = tuple(name for name in master.graded_names if name in namespace)
    values = tuple(name for name in names if not callable(namespace[name]))
    functions = [name for name in names if name not in values]
    parameters = {name: tuple(inspect.signature(namespace[name]).parameters) for name in functions}
    parameters |= dict.fromkeys(values, ())
    mistakes = load_mistakes(exercise.misconceptions, names) if exercise.misconceptions else ()
    check_against_own(mistakes, master)
    submission = None
    if to_be_run and needs_worker(master.text, functions):
        if serve is None:
            raise CourseError(f"{exercise.master}: its solution can only be run in a worker, and there is none here")
        text = defining_part(master.text)
        submission = serve(Workload(text.encode(), "script", exercise.master.name, names, {}, values))
    return Reference(compiled, namespace, names, parameters, mistakes, values, submission)
