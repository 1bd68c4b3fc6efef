"""One small case of a function that goes step by step, followed through the solution: what its parts are asked, and answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.checks.compare.answers import Answer, Call, copied, perform
from grader.checks.mistakes.declare import compose
from grader.checks.plan.known_answers import PartCall, Table, spied, split_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

    from grader.checks.compare.looks import Look
    from grader.checks.plan.reference import Reference


@dataclass(frozen=True, slots=True, eq=False)
class Follow:
    """How a check file wants a function followed, to tell a student where it first goes wrong (``FOLLOWED``).

    case      gives the function's arguments; they are drawn for this alone, small, with more than one step
    axis      the axis of the steps in what the function gives
    parts     the values of one step in the order in which they are worked out, each with the function that gives it; the
              function itself gives the last of them back, step by step
    gives     or, if there are no such functions, the looks at the arrays that it gives together, a row for each step
    carried   then the value that is handed on from step to step unseen
    step      what a step is called
    """

    case: Callable[[np.random.Generator], tuple[Any, ...]]
    axis: int
    parts: Mapping[str, str] = field(default_factory=dict)
    gives: tuple[Look, ...] = ()
    carried: str = ""
    step: str = "step"


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """The case as the solution works it out: what it gives, and what each part was ``asked`` and answered, in order.

    ``tables`` know these answers and no others.
    """

    want: Answer
    asked: Mapping[str, list[PartCall]]
    tables: Mapping[str, Table]
    wants: list[Answer] = field(
        default_factory=list, init=False
    )  # of the questions that own functions are asked, once they were


def follow(reference: Reference, function: str, arguments: tuple[Any, ...]) -> Followed:
    """The solution's way through one call; raises what the solution raises."""
    call = Call(function, copied(arguments), {})
    seen: dict[str, list[PartCall]] = {part: [] for part in reference.above(function)}
    namespace = compose(reference.compiled, {})
    for part, asked in seen.items():  # in the namespace itself, so that parts which call parts ask the same
        namespace[part] = spied(namespace[part], asked)
    want = perform(namespace[function], call)
    called = {part: asked for part, asked in seen.items() if asked}
    tables = {part: Table(*split_of(reference.namespace[part], asked)) for part, asked in called.items()}
    return Followed(want, called, tables)
