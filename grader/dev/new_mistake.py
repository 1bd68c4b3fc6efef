"""Makes a known mistake of a course from a wrong function that several students wrote: tried out first, then written down."""

from __future__ import annotations

import hashlib
import inspect
import json
import multiprocessing
import re
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from grader.checks.mistakes.declare import compile_reference, compose, load_mistakes, needs_worker
from grader.course.master import read_master
from grader.dev.mistake_table import variants_table
from grader.dev.plain_function import in_one_form, why_refused
from grader.errors import GraderError, UsageError
from grader.scores.atomic import make_folder, replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from multiprocessing.connection import Connection

    from grader.course.course_toml import Exercise
    from grader.dev.mistake_table import MistakeRow

ID = re.compile(r"[A-Z][A-Za-z]{0,3}[0-9]{1,4}")
LONGEST = {"title": 80, "explanation": 600, "hint": 600}  # characters
WIDTH = 110  # of a line of text in the file
SECONDS = 180.0  # to put all mistakes of an exercise before its public checks, which takes some seconds
SEEDS = (0,)
NOTE = "# From a submission of the class, as its author wrote it but for the layout; somebody has read it."
HEAD = '''# ruff: noqa: F811  a variant bears the name of the function it replaces, and its mistake's name says what it does
"""What goes wrong in {exercise}: each mistake with its name, a sentence for the next lecture, a hint and its variants."""

import math

import numpy as np

from grader.checks.authoring import mistake, variant
'''


@dataclass(frozen=True, slots=True)
class NewMistake:
    """A mistake that is to be declared: its texts, and the source of the function that makes it."""

    id: str
    title: str
    explanation: str
    hint: str
    source: str


def chosen_source(exercise: Exercise, function: str, sources: Sequence[str]) -> str:
    """The first of some sources of a function that may become code of the course, in one form; raises UsageError if none may."""
    master = read_master(exercise.master)
    if exercise.rubric is not None or function not in master.graded_names:
        raise UsageError(f"{exercise.id} has no function {function}; was it graded with another course?")
    if needs_worker(master.text, master.graded_names):
        raise UsageError(
            f"{exercise.id} runs in a worker alone, so a variant can't be made of {function}; write a file."
        )
    namespace = compose(compile_reference(master.text, str(exercise.master)), {})
    if not callable(namespace.get(function)):
        raise UsageError(f"{function} is no function, so no variant can be made of it.")
    parameters = len(inspect.signature(namespace[function]).parameters)
    above = master.graded_names[: master.graded_names.index(function)]
    why = ""
    for source in sources or [""]:
        refused = why_refused(source, function, above, parameters)
        if not refused:
            return "\n".join(in_one_form(source))
        why = why or refused
    raise UsageError(
        f"no source of this group may become code of the course: {why}. Write the variant yourself, as CONTRIBUTING says."
    )


def digest_of_source(source: str) -> str:
    """What a person types to say that they have read this source, and no other."""
    return hashlib.sha256(source.encode()).hexdigest()[:8]


def declaration(new: NewMistake) -> str:
    """The lines that declare a mistake in the file of its exercise; raises UsageError for texts that can't be shown."""
    if not ID.fullmatch(new.id):
        raise UsageError(f"--id {new.id[:20]!a} is no id: it is a letter or a few and a number, as G47.")
    texts = {"title": new.title, "explanation": new.explanation, "hint": new.hint}
    for what, text in texts.items():
        if not text.strip() or len(text) > LONGEST[what] or not text.isprintable():
            raise UsageError(f"the {what} has to be one line of 1 to {LONGEST[what]} characters that can be printed.")
    lines = [
        "mistake(",
        f"    {_quoted(new.id)},",
        *_field("name", new.title),
        *_field("explanation", new.explanation),
        *_field("hint", new.hint),
        ")",
        "",
        "",
        NOTE,
        f"@variant({_quoted(new.id)})",
        new.source,
    ]
    return "\n".join(lines) + "\n"


def add_mistake(exercise: Exercise, new: NewMistake, seconds: float = SECONDS) -> Path:
    """Writes a mistake into its exercise's file, once it has been tried, and returns the file.

    Raises UsageError, with nothing written, for an id that is taken, and if with the new mistake the course no longer holds: it
    must fail a public check, be named in one, and leave to each other mistake its name.
    """
    path = exercise.misconceptions or exercise.master.parent / "misconceptions" / exercise.master.name
    before = path.read_text(encoding="utf-8") if path.is_file() else HEAD.format(exercise=exercise.id)
    known = load_mistakes(path) if path.is_file() else ()
    if any(mistake.id == new.id for mistake in known):
        raise UsageError(f"{path} has a mistake {new.id} already; choose another --id.")
    if "math." in new.source and not re.search(r"(?m)^import math$", before):
        raise UsageError(f"the function needs math; write `import math` at the head of {path} first.")
    text = f"{before.rstrip()}\n\n\n{declaration(new)}"
    with TemporaryDirectory(prefix="grader-") as folder:
        candidate = Path(folder) / path.name
        candidate.write_text(text, encoding="utf-8")
        for fault in _tried(exercise, candidate, new.id, seconds):
            raise UsageError(f"{new.id} was not added: {fault}")
    if path.is_file() and path.read_text(encoding="utf-8") != before:
        raise UsageError(f"{path} has changed in the meantime; nothing was written. Try again.")
    make_folder(path.parent)
    replace_file(path, text)
    return path


def _tried(exercise: Exercise, candidate: Path, new: str, seconds: float) -> list[str]:
    """What is wrong with an exercise that has a new mistake; found out in a process of its own, which may be ended."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=_try, args=(exercise, candidate, new, theirs, seconds)
    )
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            return [f"its function does not come back within {seconds:g} s."]
        found: list[str] = ours.recv()
    except EOFError:
        return ["the process that tried it ended; does it ask for much memory?"]
    else:
        return found
    finally:
        process.kill()
        process.join()
        ours.close()


def _try(exercise: Exercise, candidate: Path, new: str, told: Connection, seconds: float) -> None:
    """Puts all mistakes before the checks, with bounds on time and memory, and tells what is wrong."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    try:
        told.send(_faults(exercise, candidate, new))
    except GraderError as error:
        told.send([str(error)])
    except Exception as error:  # the new function runs here, and may raise anything
        told.send([f"it can't be tried: {type(error).__name__}: {' '.join(str(error).split())[:200]}"])


def _faults(exercise: Exercise, candidate: Path, new: str) -> list[str]:
    rows = variants_table(replace(exercise, misconceptions=candidate), SEEDS, combined=False).rows
    own = [row for row in rows if row.mistake == new]
    found = [f"it {fault}." for row in own for fault in row.faults]
    if not any(new in marks.named for row in own for marks in row.marks):
        found.append("no check names it: another mistake gives the same answers, or it gives no answer at all.")
    before = variants_table(exercise, (), combined=False).rows if exercise.misconceptions is not None else ()
    gone = _named_at_home(before) - _named_at_home(rows)
    taken = {row.mistake for row in rows if row.mistake != new and any(new in marks.named for marks in row.marks)}
    if alike := sorted(gone | taken):
        found.append(f"it can't be told from {', '.join(alike)}, which is known already.")
    return found


def _named_at_home(rows: Iterable[MistakeRow]) -> set[str]:
    """The mistakes that are named by the public checks when they are made."""
    return {row.mistake for row in rows if row.at_home is not None and row.mistake in row.at_home.named}


def _field(name: str, text: str) -> list[str]:
    """One argument of `mistake`, in as many lines as it needs."""
    pieces = textwrap.wrap(
        " ".join(text.split()), WIDTH - len(name), break_long_words=True, break_on_hyphens=False, drop_whitespace=False
    )
    first, *rest = map(_quoted, pieces)
    lines = [f"    {name}={first}", *(f"    {piece}" for piece in rest)]
    return [*lines[:-1], f"{lines[-1]},"]


def _quoted(text: str) -> str:
    """A printable text as Python reads it, in double quotes unless it holds some: JSON's escapes are Python's as well."""
    return repr(text) if '"' in text and "'" not in text else json.dumps(text, ensure_ascii=False)
