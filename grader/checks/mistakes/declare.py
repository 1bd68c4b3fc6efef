"""Known mistakes as small variants of the reference, and the reference with one of them put in its place.

An author declares them in ``solutions/misconceptions/ID.py`` with `mistake` and `variant`. A variant bears the name of the
function that it replaces, and finds every other name (``sigmoid``, ``update_gate``) where a student's function would: in the
exercise. Only what the exercise does not define comes from the author's file.
"""

from __future__ import annotations

import ast
import itertools
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from grader.checks.mistakes.said import check_patterns
from grader.errors import CourseError
from grader.package_table import DEEP_LEARNING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

Function = TypeVar("Function", bound="Callable[..., Any]")

_MARK = "__misconceptions__"  # in the globals of an author's file: tells its variants from functions drawn for a call


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One way of making a mistake: the functions that it changes, by name. Compared by identity."""

    id: str
    form: str
    overrides: Mapping[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known mistake: what reports say of it, every way of making it, and patterns of what a file says that makes it."""

    id: str
    name: str
    explanation: str
    hint: str
    instances: tuple[Instance, ...]
    said: tuple[str, ...] = ()


@dataclass(slots=True)
class _Written:
    """What one author's file has declared so far."""

    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    forms: dict[str, dict[str, dict[str, FunctionType]]] = field(default_factory=dict)
    said: dict[str, tuple[str, ...]] = field(default_factory=dict)


_READING: ContextVar[_Written] = ContextVar("the misconceptions file that is being read")


def mistake(
    key: str, /, *, name: str, explanation: str, hint: str, named_by_checks: bool = False, said: tuple[str, ...] = ()
) -> None:
    """Declare a mistake, in a file of ``solutions/misconceptions/``.

    key               its id, by which `variant`, checks and reports speak of it
    name              what it is, in plain words that go on after "This looks like:"
    explanation       a sentence for the class page: why people come to think so
    hint              one question that leads there, for the student, without the answer
    named_by_checks   it has no variant: a check recognises it by what it sees (`NotRight`'s ``mistake``)
    said              it has no variant: regular expressions, one of which is found in a sentence of the file that makes it
                      (`grader.source.sentences`)
    raises            CourseError for an id that is declared already, an empty text, an invalid pattern

    >>> mistake("G1", name="old and new are averaged", explanation="z is overlooked.", hint="What if z is 1?")
    """
    written = _reading()
    if key in written.texts:
        raise CourseError(f"the mistake {key} is declared twice; give the second one an id of its own")
    texts = {"name": name, "explanation": explanation, "hint": hint}
    for what, text in texts.items():
        if not text.strip():
            raise CourseError(f"the mistake {key} has an empty {what}; students and teachers read it, so write one")
    written.texts[key] = {what: " ".join(text.split()) for what, text in texts.items()}
    check_patterns(key, said)
    written.said[key] = said
    if named_by_checks or said:
        written.forms.setdefault(key, {})


def variant(key: str, /, *, form: str = "") -> Callable[[Function], Function]:
    """Declare the decorated function to be what a student writes who makes this mistake.

    key      the mistake's id
    form     tells alternatives of one mistake apart, such as ``"inline"``. Within a form the functions combine freely: a mistake
             that has a variant of two gates is made in the one, in the other or in both
    raises   CourseError for something that is not a function, or a second variant of the same function in one form

    >>> @variant("G1")
    ... def next_state(z, h, h_tilde):
    ...     return (h + h_tilde) / 2
    """
    written = _reading()

    def declare(function: Function) -> Function:
        if not isinstance(function, FunctionType):
            raise CourseError(f"@variant({key!r}) must stand above a function")
        functions = written.forms.setdefault(key, {}).setdefault(form, {})
        if function.__name__ in functions:
            raise CourseError(
                f"the mistake {key} has two variants of {function.__name__}; tell them apart by form={form or '...'!r}"
            )
        functions[function.__name__] = function
        return function

    return declare


def load_mistakes(file: Path, names: Collection[str] | None = None) -> tuple[Mistake, ...]:
    """Read an author's file, in its order; ``names`` are the functions that the exercise has.

    Raises CourseError, naming the file and the slip: a variant without its mistake or the other way round, an id
    declared twice, an empty text, a variant of a function that is not in ``names``, code that does not run.
    """
    written = _Written()
    token = _READING.set(written)
    try:
        code = compile(file.read_text(encoding="utf-8"), str(file), "exec", dont_inherit=True)
        exec(code, {"__name__": file.stem, "__file__": str(file), _MARK: True})
    except (OSError, UnicodeError) as error:
        raise CourseError(f"{file}: can't be read ({error})") from error
    except SyntaxError as error:
        raise CourseError(f"{file}, line {error.lineno}: {error.msg}") from error
    except CourseError as error:
        raise CourseError(f"{file}, line {_line(error, file)}: {error}") from error
    except Exception as error:
        raise CourseError(f"{file}, line {_line(error, file)}: {type(error).__name__}: {error}") from error
    finally:
        _READING.reset(token)
    for slip in _slips(written, names):
        raise CourseError(f"{file}: {slip}")
    return tuple(
        Mistake(key, **texts, instances=_instances(key, written.forms[key]), said=written.said[key])
        for key, texts in written.texts.items()
    )


def compose(
    reference: str | CodeType, overrides: Mapping[str, Callable[..., Any]], filename: str = "<reference>"
) -> dict[str, Any]:
    """Make a fresh namespace of the reference with the overrides in place: variants of it, or any other callables.

    ``reference`` is the text of the master file or what ``compile_reference`` made of it. A variant is rebuilt so that
    it looks its names up in this namespace; any other callable is put in as it is.
    """
    code = reference if isinstance(reference, CodeType) else compile_reference(reference, filename)
    namespace: dict[str, Any] = {"__name__": "reference", "__file__": code.co_filename}
    variants = {name: f for name, f in overrides.items() if isinstance(f, FunctionType) and _MARK in f.__globals__}
    for function in variants.values():
        _lend(function.__globals__, namespace)
    try:
        exec(code, namespace)
    except Exception as error:
        raise CourseError(
            f"{code.co_filename}: {type(error).__name__}: {error} (only its imports, functions, classes and literal "
            "assignments are run here)"
        ) from error
    namespace.update(overrides)
    namespace.update((name, _rebuilt(function, namespace)) for name, function in variants.items())
    return namespace


@lru_cache(maxsize=32)
def compile_reference(source: str, filename: str) -> CodeType:
    """Compile the part of a master file that defines things; once for the same text.

    Kept are functions, classes, literal assignments and the imports that these use; cells that show, plot or train
    are not, nor are imports that only they need, nor those of `DEEP_LEARNING`, which no process but a worker may hold.
    Raises CourseError if the text does not parse.
    """
    try:
        body = ast.parse(source, filename).body
    except SyntaxError as error:
        raise CourseError(f"{filename}, line {error.lineno}: {error.msg}") from error
    definitions = [statement for statement in body if _defines(statement)]
    used = {node.id for kept in definitions for node in ast.walk(kept) if isinstance(node, ast.Name)}
    kept = [statement for statement in body if statement in definitions or _imports(statement, used)]
    return compile(ast.Module(kept, type_ignores=[]), filename, "exec", dont_inherit=True)


def defining_part(source: str) -> str:
    """The part of a master file that defines things, as text, with every import that it uses."""
    body = ast.parse(source).body
    definitions = [statement for statement in body if _defines(statement)]
    used = {node.id for kept in definitions for node in ast.walk(kept) if isinstance(node, ast.Name)}
    kept = [each for each in body if each in definitions or not _bound(each).isdisjoint(used)]
    return ast.unparse(ast.Module(kept, type_ignores=[]))


def needs_worker(source: str, names: Collection[str]) -> bool:
    """Whether one of the functions named uses a deep-learning package itself, so that only a worker can run it."""
    body = ast.parse(source).body
    heavy = {name for statement in body for name in _bound(statement, DEEP_LEARNING)}
    functions = [node for node in body if isinstance(node, ast.FunctionDef) and node.name in names]
    return any(isinstance(node, ast.Name) and node.id in heavy for each in functions for node in ast.walk(each))


def _reading() -> _Written:
    try:
        return _READING.get()
    except LookupError:
        raise CourseError("a file of misconceptions is read by the grader; it can't be run by itself") from None


def _slips(written: _Written, names: Collection[str] | None) -> Iterator[str]:
    """Tell what is wrong with a file as a whole, in words."""
    for key, forms in written.forms.items():
        if key not in written.texts:
            yield f'there is a variant of {key}, but no mistake("{key}", ...) that gives its name and hint'
        for function in itertools.chain.from_iterable(forms.values()):
            if names is not None and function not in names:
                yield f"a variant of {key} is called {function}, but the exercise has only {', '.join(names)}"
    for key in written.texts:
        if key not in written.forms:
            yield f'the mistake {key} has no variant; put @variant("{key}") above a function that makes it'


def _instances(key: str, forms: Mapping[str, Mapping[str, FunctionType]]) -> tuple[Instance, ...]:
    """List every form in every non-empty choice of its functions, the small choices first."""
    return tuple(
        Instance(key, form, MappingProxyType({name: functions[name] for name in chosen}))
        for form, functions in forms.items()
        for size in range(1, len(functions) + 1)
        for chosen in itertools.combinations(functions, size)
    )


def _line(error: BaseException, file: Path) -> int:
    """Find the line of the author's file at which an error arose."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _lend(lender: Mapping[str, Any], namespace: dict[str, Any]) -> None:
    """Give the namespace what an author's file imports and defines for itself; its functions look names up there."""
    for name, value in lender.items():
        if name.startswith("__"):
            continue
        own = isinstance(value, FunctionType) and value.__globals__ is lender
        namespace[name] = _rebuilt(value, namespace) if own else value


def _rebuilt(function: FunctionType, namespace: dict[str, Any]) -> FunctionType:
    """Copy a function with its global names looked up in another namespace."""
    rebuilt = FunctionType(function.__code__, namespace, function.__name__, function.__defaults__, function.__closure__)
    rebuilt.__kwdefaults__ = function.__kwdefaults__
    return rebuilt


def _defines(statement: ast.stmt) -> bool:
    """Tell whether a statement defines something without doing any work."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return True
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return False
    try:
        ast.literal_eval(statement.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _imports(statement: ast.stmt, used: Collection[str]) -> bool:
    """Tell whether a statement imports something that is used; future imports and ``*`` always are."""
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return True
    bound = _bound(statement) - _bound(statement, DEEP_LEARNING)
    return "*" in bound or not bound.isdisjoint(used)


def _bound(statement: ast.stmt, packages: Collection[str] | None = None) -> set[str]:
    """The names that an import binds, all or those that come from some packages."""
    if isinstance(statement, ast.ImportFrom):
        top = (statement.module or "").partition(".")[0]
        wanted = packages is None or top in packages
        return {alias.asname or alias.name for alias in statement.names} if wanted else set()
    if not isinstance(statement, ast.Import):
        return set()
    names = [(alias.name.partition(".")[0], alias.asname) for alias in statement.names]
    return {asname or top for top, asname in names if packages is None or top in packages}
