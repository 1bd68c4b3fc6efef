"""Stands for a submission without a worker: its functions are called in this process."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from grader.sandbox.inside import calls
from grader.sandbox.inside.objects import Live
from grader.sandbox.outside.conversation import AnswerPart, NoAnswer
from grader.sandbox.outside.replies import Reply, Returned
from grader.sandbox.outside.stops import StopKind, Stopped, Thrown
from grader.sandbox.wire import values
from grader.sandbox.wire.messages import CallOne, CallReturned


class InProcess:
    """Stands for a submission: calls its functions here, and notes with which parts replaced."""

    def __init__(self, module: Mapping[str, Any]) -> None:
        self.module = type(ast)("submission")
        self.module.__dict__.update(module)
        for name, value in module.items():
            if hasattr(value, "__globals__"):
                self.module.__dict__[name] = type(value)(
                    value.__code__, self.module.__dict__, value.__name__, value.__defaults__, value.__closure__
                )
        self.calls: list[tuple[str, tuple[str, ...]]] = []

    def call_each(self, asked: Sequence[tuple[str, Sequence[Any], Mapping[str, Any]]]) -> list[Reply]:
        """Call one after the other."""
        return [self.call(*each) for each in asked]

    def call(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        parts: Mapping[str, Sequence[str]] | None = None,
        answer_part: AnswerPart | None = None,
        otherwise: str | None = None,
    ) -> Reply:
        """Call as the worker would."""
        self.calls.append((name, tuple(parts or ())))

        def ask(part: str, given: list[Any]) -> Any:
            assert answer_part is not None
            try:
                return values.loads(*values.dumps(answer_part(part, values.loads(*values.dumps(given)))))
            except NoAnswer as none:
                raise TypeError(str(none)) from None

        given = values.loads(*values.dumps(tuple(args)))
        replaced = {part: tuple(taken) for part, taken in (parts or {}).items()}
        answer = calls.call(
            self.module, CallOne(name, given, kwargs or {}, replaced), tuple(args), ask, frozenset(), Live()
        )
        if not isinstance(answer, CallReturned):
            return Stopped(name, StopKind.RAISED, thrown=Thrown("Error", str(answer)))
        return Returned(values.loads(*values.dumps(answer.value)), answer.changed, frozenset(answer.warned))
