"""For repositories of GitHub Classroom, whose actions and reporter go on: the JSON that the reporter reads, as an output.

A job has a step with an id that runs ``grader check --ci classic``, and after it the reporter, whose ``runners`` is that id and
whose environment holds the step's output ``result`` as ``ID_RESULTS``; the id is of letters and digits alone, since the reporter
refuses another if anything else is wrong. The step needs a time limit of ten minutes (`whole_course`).

The reporter's notice adds up the tests' scores, and these are our points. Some of its versions print a table that counts tests
instead, whatever they are worth; the log says so. It shows every test's code to the student, so that stays empty.
(classroom-resources/autograding-grading-reporter, src/notify-classroom.js, src/console-results.js.)
"""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING, Any

from grader.ci.job_summary import write_summary
from grader.ci.runner_text import add_outputs, broken, write_log
from grader.reports.checked import as_text, said_lines
from grader.reports.harmless import line
from grader.scores.records import CheckResult, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from grader.ci.public_run import PublicRun
    from grader.scores.records import Checked

MOST_BYTES = (
    90_000  # of the JSON: a system passes on no variable of more than 131,072 bytes, and base64 makes four of three
)
# Characters of each message and of each name: what fits first is taken. No test is ever left out.
LENGTHS = ((1_200, 300), (600, 300), (300, 200), (120, 160), (40, 120), (0, 80), (0, 40), (0, 12))
BROKE = frozenset({Outcome.BLOCKED, Outcome.CRASHED, Outcome.TIMEOUT, Outcome.ERROR})
VERSION = 1  # as the command grader writes it
WHAT_COUNTS = "The mark is in the reporter's notice. A table of its that counts tests may say something else.\n"


def show(run: PublicRun, environ: Mapping[str, str], out: TextIO) -> int:
    """Shows what was found and leaves it for the reporter; 0, since the reporter makes the job fail; raises OutputError."""
    write_log(as_text(run.rows), environ, out)
    if "GITHUB_OUTPUT" in environ:
        out.write(WHAT_COUNTS)
    out.flush()
    result = base64.b64encode(result_json(run)).decode("ascii")
    add_outputs(environ, {"result": result, "points": run.points, "max_points": run.max_points})
    write_summary(run, environ)
    return 0


def result_json(run: PublicRun) -> bytes:
    """What the reporter reads, with a test for each public check; some 600 of them fit, without a word about each."""
    found = b""
    for message, name in LENGTHS:
        found = json.dumps(_result(run, message, name), ensure_ascii=False, separators=(",", ":")).encode()
        if len(found) < MOST_BYTES:
            break
    return found


def _result(run: PublicRun, message: int, name: int) -> dict[str, Any]:
    tests = [_test(run, row, result, message, name) for row in run.rows for result in row.results]
    passed = all(result.passes for row in run.rows for result in row.results)
    # Of no test at all the reporter would make "NaN".
    tests = tests or [_written("Public checks", "pass", 0, "", "", 0, 0.0)]
    return {"version": VERSION, "status": "pass" if passed else "fail", "max_score": run.max_points, "tests": tests}


def _test(run: PublicRun, row: Checked, result: CheckResult, message: int, name: int) -> dict[str, Any]:
    status = "pass" if result.passes else "error" if result.outcome in BROKE else "fail"
    told = " ".join(said_lines(result))
    spot = run.spots.get((row.exercise, result.id))
    called = f"{row.exercise}: {result.title}"
    score = result.max_points if result.passes else 0
    told = _cut(told, message) if status != "pass" else ""
    file = _cut(os.path.basename(spot.file), name) if spot else ""
    return _written(_cut(called, name), status, score, told, file, spot.line if spot else 0, round(result.seconds, 3))


def _written(
    name: str, status: str, score: int, message: str, filename: str, line_no: int, duration: float
) -> dict[str, Any]:
    return {
        "name": name, "status": status, "score": score, "message": message, "test_code": "", "filename": filename,
        "line_no": line_no, "duration": duration,
    }  # fmt: skip


def _cut(text: str, most: int) -> str:
    """A text in one line of at most so many characters, as the reporter may print it."""
    shown = broken(line(text, max(most, 1)))
    return shown if len(shown) <= most else f"{shown[: max(0, most - 1)]}…"[:most]
