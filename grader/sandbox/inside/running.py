"""Runs a submission's statements one after the other, each for itself; runs in the worker."""

from __future__ import annotations
import __future__ as features

import ast
import asyncio
import builtins
import inspect
import sys
import time
import types
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from grader.sandbox.inside import faults
from grader.sandbox.wire.messages import LeftOut, RunStopped, Started

if TYPE_CHECKING:
    from grader.sandbox.wire.messages import CodeFault
    from grader.source.read_source import Source, Statement

MODULE_NAME = "submission"  # never "__main__": what stands under that guard is not run
TellEvent = Callable[[Started | RunStopped | LeftOut], None]


def new_module() -> types.ModuleType:
    """The empty module that the statements run in, with what a notebook would find there."""
    module = types.ModuleType(MODULE_NAME)
    module.__dict__["get_ipython"] = _Shell
    module.__dict__["display"] = _display
    sys.modules[MODULE_NAME] = module
    sys.modules["__main__"] = module
    builtins.input = _no_input
    return module


class Wants:
    """The names that a refused import should have bound: what fails for want of them is blocked, not wrong."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.any = False

    def add(self, statement: Statement) -> None:
        """Notes what a statement would have bound."""
        self.names.update(name for name in statement.binds if name != "*")
        self.any = self.any or "*" in statement.binds

    def explain(self, fault: CodeFault, module: types.ModuleType) -> bool:
        """Whether a fault comes from a refused import or from a name that one should have bound."""
        if fault.kind == "import":
            return True
        name = fault.name
        return name is not None and name not in module.__dict__ and (self.any or name in self.names)


def run(
    source: Source,
    module: types.ModuleType,
    wants: Wants,
    tell: TellEvent,
    filenames: frozenset[str],
    skip: Collection[int],
    full_seconds: float,
) -> None:
    """Runs all statements but those in ``skip``; after ``full_seconds`` only those that define something.

    ``tell`` gets a record before each statement that may take its time, and one after each that stopped.
    """
    started = time.monotonic()
    flags = 0
    endless: set[str] = set()  # functions in which a statement had to be stopped
    for index, statement in enumerate(source.statements):
        if index in skip:
            continue
        if not statement.safe and time.monotonic() - started > full_seconds:
            tell(LeftOut(index))
            continue
        if statement.future:
            flags |= _future_flags(statement.node)
            continue
        if not _is_instant(statement.node):
            tell(Started(index, _mentions(statement.node, endless)))
        fault = _run_one(statement, module, flags, filenames, endless)
        flush()
        if fault is None:
            continue
        blocked = wants.explain(fault, module)
        if blocked:
            wants.add(statement)
        tell(RunStopped(index, fault, blocked))
        if fault.kind == "exit":
            return


def _mentions(node: ast.stmt, names: set[str]) -> bool:
    """Whether a statement mentions one of the names, unless it only defines a function."""
    if not names or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(node))


def _run_one(
    statement: Statement, module: types.ModuleType, flags: int, filenames: frozenset[str], endless: set[str]
) -> CodeFault | None:
    try:
        tree = ast.Module(body=[statement.node], type_ignores=[])
        code = compile(
            tree, statement.filename, "exec", flags=flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
        )
        if code.co_flags & inspect.CO_COROUTINE:
            asyncio.run(_awaited(code, module))
        else:
            exec(code, module.__dict__)
    except KeyboardInterrupt as stop:
        endless |= faults.functions_inside(stop, filenames)
        return faults.describe(stop, filenames)
    except BaseException as error:
        return faults.describe(error, filenames)
    return None


def _is_instant(node: ast.stmt) -> bool:
    """Whether a statement can't hang or end the process: none of the submission's own code runs in it."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        defaults = [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]
        return not node.decorator_list and all(isinstance(default, ast.Constant) for default in defaults)
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Constant) and all(isinstance(target, ast.Name) for target in node.targets)
    return isinstance(node, ast.Import | ast.ImportFrom)


async def _awaited(code: types.CodeType, module: types.ModuleType) -> None:
    await types.FunctionType(code, module.__dict__)()


def _future_flags(node: ast.stmt) -> int:
    names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
    known = [getattr(features, name) for name in names if name in features.all_feature_names]
    flags = 0
    for feature in known:
        flags |= feature.compiler_flag
    return flags


def flush() -> None:
    """Hands over what was printed, so that it stands before what comes next."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # a submission may have put anything in its place
            continue


def _no_input(prompt: object = "", /) -> str:
    raise EOFError("input() has nobody to ask here: give the value in the code")


def _display(*things: Any, **_options: Any) -> None:
    """Prints what a notebook would show."""
    for thing in things:
        print(repr(thing)[:2000])


class _Shell:
    """What ``get_ipython()`` gives: magics and shell lines do nothing and give an empty list."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Nothing()


class _Nothing:
    """Does nothing, whatever is called on it (``get_ipython().kernel.do_shutdown(True)``)."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_args: Any, **_options: Any) -> list[Any]:
        return []
