"""What a check asks: the submission's module, and the solution's, as they look from inside a check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.checks.compare.answers import Answer, Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.checks.plan.reference import Reference


class Module:
    """Looks like a module of the exercise: every function of it gives an Answer, and a value that is written down is one."""

    def __init__(self, reference: Reference, ask: Callable[[Call], Answer]) -> None:
        self._reference = reference
        self._ask = ask

    def __getattr__(self, name: str) -> Any:
        self._reference.function(name)
        if name in self._reference.values:
            return self._ask(Call(name, (), {}, of_value=True))
        return lambda *args, **kwargs: self._ask(Call(name, args, kwargs))
