"""The floor: an exercise's collected items in one warm process, with a fork for each submission and no isolation.

It takes its orders as lines of JSON: ``way`` is one of

fork   a fork for each file, which does nothing
items  a fork for each file, which runs all items on it
warm   one fork for all files, in which all items run on one file after the other
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

import pytest

TESTS = Path(__file__).parents[2]
OPTIONS = (
    "-p no:cacheprovider -p no:terminal --capture=no --assert=plain --import-mode=importlib "
    "-o python_files=*.py -o python_functions=check_*"
)


class Floor:
    """A pytest plugin that runs the collected items whenever it is told to, in place of pytest's own loop."""

    def __init__(self, told: TextIO) -> None:
        """``told`` is where answers go."""
        self._told = told

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answers each order with the seconds that it took, and how many items failed on each file."""
        from tools.bench import plain

        plain.solution()
        print(json.dumps({"items": len(session.items)}), file=self._told, flush=True)
        for line in sys.stdin:
            order = json.loads(line)
            began = time.perf_counter()
            failed = _run(session, order["way"], order["files"])
            print(json.dumps({"wall": time.perf_counter() - began, "failed": failed}), file=self._told, flush=True)
        return True


def _run(session: pytest.Session, way: str, files: list[str]) -> list[int]:
    if way == "warm":
        return [_in_a_fork(lambda: [_items(session, file) for file in files] and 0)]
    if way == "fork":
        return [_in_a_fork(lambda: 0) for _ in files]
    return [_in_a_fork(lambda file=file: _items(session, file)) for file in files]


def _in_a_fork(work: Any) -> int:
    """What the work gives, done in a fork: a number below 200."""
    pid = os.fork()
    if pid == 0:
        code = 200
        with contextlib.suppress(BaseException):
            code = work()
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if not 0 <= code < 200:
        raise SystemExit(f"the floor's fork ended with {code}")
    return code


def _items(session: pytest.Session, file: str) -> int:
    """How many items fail on a file; their functions are called as they are, without pytest's hooks."""
    from tools.bench import plain

    student, expected = plain.submission(Path(file)), plain.Plain(plain.solution())
    failed = 0
    for item in session.items:
        assert isinstance(item, pytest.Function)
        given = {**getattr(getattr(item, "callspec", None), "params", {}), "student": student, "expected": expected}
        given |= {"rng": plain.numbers(), "shown": plain.last_asked(student, expected)}
        try:
            item.obj(**{name: given[name] for name in item._fixtureinfo.argnames})
        except Exception:
            failed += 1
    return failed


if __name__ == "__main__":
    sys.path.insert(0, str(TESTS))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what solutions and submissions print
    options = [*OPTIONS.split(), "-c", os.devnull, "-p", "tools.bench.plain", *sys.argv[1:]]
    sys.exit(pytest.main(options, plugins=[Floor(answers)]))
