"""A process that reports the points and known mistakes of exercises that nobody handed in work for.

It collects the checks and reads the rubrics as a host does but rehearses nothing, so an exercise that nobody did starts no
zygote and imports no TensorFlow. It is a separate process since check files are a course's code.
"""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.checks.run.bench import with_checks
from grader.course.course_toml import load_course
from grader.errors import CourseError
from grader.rubrics.text_bench import TextBench
from grader.sandbox import lockdown

if TYPE_CHECKING:
    from grader.course.course_toml import Exercise
    from grader.engine.api import Bench


def main(descriptor: int, course: Path, wanted: list[str]) -> None:
    """Sends what is known about the wanted exercises, by id, or the author's slip that prevents it."""
    lockdown.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run
    told: dict[str, Any] = {}
    with socket.socket(fileno=descriptor) as answer, contextlib.suppress(ConnectionError):
        try:
            for exercise in load_course(course).exercises:
                if exercise.id in wanted:
                    told[exercise.id] = _of(exercise)
        except CourseError as error:
            told = {"course_error": str(error)}
        answer.sendall(json.dumps(told).encode())


def plain_facts(bench: Bench) -> dict[str, Any]:
    """What a run needs to know about an exercise, ready to be sent to it."""
    mistakes = [[each.id, each.name, each.explanation] for each in bench.mistakes]
    return {"max_points": bench.max_points, "mistakes": mistakes, "checks": bench.check_ids}


def _of(exercise: Exercise) -> dict[str, Any]:
    if exercise.rubric is not None:
        return plain_facts(TextBench(exercise))
    found: list[dict[str, Any]] = []
    with_checks(exercise, 0, lambda bench: found.append(plain_facts(bench)), rehearsed=False)
    return found[0]


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
