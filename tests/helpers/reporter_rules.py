"""What the reporter of GitHub Classroom makes of a runner's result, written down from its source.

Sources: classroom-resources/autograding-grading-reporter, ``src/main.js``, ``src/notify-classroom.js``, ``src/console-results.js``.
"""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass
from typing import Any

MOST_OF_A_VARIABLE = 131_072  # bytes that Linux passes on of one variable, name and all


@dataclass(frozen=True)
class Reported:
    """The two notices, the row of the table as the first versions make it, whether the job fails, and the log."""

    points: float
    max_points: float
    notices: tuple[str, ...]
    table: float
    failed: bool
    log: str


def reported(encoded: str, runner: str = "public") -> Reported:
    """Do as the reporter does with one runner; raises ValueError or KeyError where it would end with an error."""
    if len(f"{runner.upper()}_RESULTS={encoded}") >= MOST_OF_A_VARIABLE:
        raise ValueError("Argument list too long")
    results: dict[str, Any] = json.loads(base64.b64decode(encoded, validate=True).decode("utf-8"))
    tests = results["tests"]
    lines = [f"🔄 Processing: {runner}"]
    for test in tests:
        place = f" - line {test['line_no']}" if test["line_no"] != 0 else ""
        if test["status"] == "pass":
            lines.append(f"✅ {test['name']}{place}")
        else:
            lines.append(f"❌ {test['name']}{place}\nError: {test.get('message') or 'Failed to run test'}")
        if test["test_code"]:
            lines.append(f"Test code:\n{test['test_code']}")
    passed = sum(test["status"] == "pass" for test in tests)
    table = passed / len(tests) * results["max_score"] if tests else math.nan
    points, most = 0, 0
    if results["max_score"]:
        most = results["max_score"]
        points = sum(test["score"] for test in tests)
    notices = (f"Points {points}/{most}", json.dumps({"totalPoints": points, "maxPoints": most})) if most else ()
    return Reported(points, most, notices, table, results["status"] in ("fail", "error"), "\n".join(lines))
