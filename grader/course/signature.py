"""What an exercise is recognised by in its content, and what of a file comes from its stub."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from grader.course.make_notebook import notebook_text
from grader.course.master import read_master, stub_text
from grader.source.contents import Signature
from grader.source.fingerprints import fingerprints, gram_numbers
from grader.source.read_source import answered, definitions, read_source

if TYPE_CHECKING:
    from grader.course.course_toml import Exercise


@cache
def signature(exercise: Exercise) -> Signature:
    """The graded names of an exercise and what the stub holds under each."""
    master = read_master(exercise.master)
    names, stub = master.graded_names, stub_text(master)
    forms = (
        read_source(stub.encode(), "script", exercise.master.name),
        read_source(notebook_text(stub, exercise.id).encode(), "notebook", f"{exercise.id}.ipynb"),
    )
    written = exercise.rubric is not None
    found = [answered(form, names) if written else definitions(form, names) for form in forms]
    digests = {name: frozenset(digest for each in found for digest in each.get(name, ())) for name in names}
    return Signature(exercise.id, names, digests, written)


@cache
def stub_grams(exercise: Exercise) -> frozenset[int]:
    """The hashes of what the stub of an exercise defines: they say nothing of who wrote a file."""
    master = read_master(exercise.master)
    source = read_source(stub_text(master).encode(), "script", exercise.master.name)
    return gram_numbers(fingerprints(source, master.graded_names, {}))
