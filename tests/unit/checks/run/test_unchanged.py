"""A process that grades several submissions sees whether a check file kept anything, or that it can't see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checks.run.unchanged import CantTell, Unchanged

FILE = """
import functools, itertools, random
import numpy as np
from grader.checks.authoring import Follow, same
SIZES = {"wide": (3, [4])}
SEEN, SET, ARRAY = [], {1}, np.zeros(3)
FOLLOWED = Follow(case=lambda rng: (SEEN,), axis=0, parts={"z": "f"})
HALF = functools.partial(round, 2.5)

def counting():
    seen = [0]
    def count():
        seen[0] += 1
    return count

COUNT = counting()

def check_half(student, expected, kept=[]):
    same(student.half(3.0), expected.half(3.0))
"""
KEPT: dict[str, Callable[[dict[str, Any]], object]] = {
    "a list at the top": lambda file: file["SEEN"].append(1),
    "a list within a tuple within a dict": lambda file: file["SIZES"]["wide"][1].append(5),
    "another value of the same key": lambda file: file["SIZES"].update(wide=(3, [4])),
    "a set": lambda file: file["SET"].add(2),
    "a new name": lambda file: file.update(MORE=1),
    "another value of a name": lambda file: file.update(ARRAY=np.zeros(3)),
    "a name less": lambda file: file.pop("SET"),
    "a default": lambda file: file["check_half"].__defaults__[0].append(1),
    "an attribute of a function": lambda file: setattr(file["check_half"], "calls", 1),
    "a variable of a closure": lambda file: file["COUNT"](),
    "a field of a record": lambda file: file["FOLLOWED"].parts.update(r="g"),
    "a case of a check": lambda file: file["cases"][0].append(1),
}
CANT = {
    "an iterator": "NEXT = itertools.count()",
    "a generator": "NEXT = (x for x in SEEN)",
    "a cache": "@functools.cache\ndef kept(x):\n    return x",
    "a generator of random numbers": "RNG = np.random.default_rng(1)",
    "a class": "class State:\n    seen = 0",
    "an array of objects": "ODD = np.array([SEEN], dtype=object)",
    "bytes that can be written to": "DATA = bytearray(3)",
    "a module of somebody else": "import packaging",
    "a function of somebody else": "from packaging.version import parse",
}


def check_file(more: str = "") -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "check_01_two"}
    exec(FILE + more, namespace)
    return namespace


def test_a_file_that_keeps_nothing_is_as_it_was() -> None:
    file = check_file()
    unchanged = Unchanged([file], [[[1, 2]]])
    with pytest.raises(AttributeError):
        file["check_half"](None, None)
    assert unchanged.holds()


@pytest.mark.parametrize("what", KEPT)
def test_whatever_is_kept_shows(what: str) -> None:
    file, cases = check_file(), [[1, 2]]
    unchanged = Unchanged([file], [cases])
    KEPT[what](file | {"cases": cases} if what == "a case of a check" else file)
    assert not unchanged.holds()


@pytest.mark.parametrize("what", CANT)
def test_what_cannot_be_looked_into_is_told(what: str) -> None:
    with pytest.raises(CantTell):
        Unchanged([check_file(CANT[what])])


def test_an_array_that_is_shared_cannot_be_written_to() -> None:
    file = check_file("WHOLE = np.zeros((2, 2))\nPART = WHOLE[0]")
    Unchanged([file]).protect()
    for name in ("ARRAY", "PART", "WHOLE"):
        with pytest.raises(ValueError, match="read-only"):
            file[name][0] = 1
