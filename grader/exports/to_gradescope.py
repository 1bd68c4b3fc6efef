"""Gradescope: a ``results.json`` for each student, in a zip that is an autograder which hands them out.

Source: gradescope/autograder_samples, docs/specs.md. The zip holds ``setup.sh`` and ``run_autograder`` at its root. Nothing
of a student's runs there, so the container needs no isolation and learns no hidden check: work is graded before, where it is
locked, and the container only looks up the mark of the one who handed in (by email: names are chosen by people), if the files
are those that were graded.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from grader.exports.export_words import Export, count, listed, named
from grader.exports.marks import max_points
from grader.exports.pack_pages import as_zip
from grader.exports.platform_names import folded
from grader.reports.harmless import PARAGRAPH, block, line
from grader.reports.words import state
from grader.scores.records import CheckResult, Outcome, as_written
from grader.scores.totals import student_totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.exports.marks import Mark, Pending
    from grader.scores.records import Results
    from grader.scores.totals import StudentTotal

SETUP = """#!/usr/bin/env bash
# Makes sure that there is a Python for run_autograder, which needs nothing else.
set -e
command -v python3 > /dev/null || (apt-get update && apt-get install -y python3)
"""
HAND_OUT = '''#!/usr/bin/env python3
"""Hands out the mark of whoever handed in; runs nothing of the submission."""

import hashlib
import json
import os
import sys
from pathlib import Path

PLACE = Path(os.environ.get("AUTOGRADER", "/autograder"))
SOURCE = PLACE / "source"


def main():
    """Write results.json, or say why there is no mark: without one, Gradescope shows no points rather than 0."""
    people = json.loads((SOURCE / "people.json").read_text(encoding="utf-8"))
    metadata = json.loads((PLACE / "submission_metadata.json").read_text(encoding="utf-8"))
    emails = {str(user.get("email", "")).strip().casefold() for user in metadata.get("users", [])}
    known = [people[email] for email in sorted(emails) if email in people]
    if not known:
        return "This hand-in has not been graded yet."
    files = [path for path in (PLACE / "submission").rglob("*") if path.is_file() and not path.is_symlink()]
    found = {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    if not all(set(person["files"]) <= found for person in known):
        return "These files are not the ones that were graded."
    marks = {(SOURCE / person["results"]).read_bytes() for person in known}
    if len(marks) > 1:
        return "The members of this group have different marks, which one hand-in can't show."
    (PLACE / "results").mkdir(exist_ok=True)
    (PLACE / "results" / "results.json").write_bytes(marks.pop())
    return ""


if __name__ == "__main__":
    sys.exit(main() or 0)
'''
_STEM = re.compile(r"students/(?P<stem>[^/]+)\.html")


def gradescope_zip(results: Results, found: Sequence[Mark], pending: Pending | None) -> Export:
    """Return the zip: ``results/STUDENT/results.json`` for all who handed in, and what hands them out by email.

    If the roster has emails, whoever lacks one, or shares one, is lost; if it has none, the zip is just the results.
    """
    emails = {as_written(person.student): folded(person.email) for person in results.roster if person.email.strip()}
    taken = Counter(emails.values())
    points = {mark.student: mark.points for mark in found if mark.points is not None}
    files: dict[str, bytes] = {}
    people: dict[str, dict[str, object]] = {}
    lost: list[str] = []
    for total in student_totals(results):
        student = as_written(total.student)
        if student not in points:
            continue
        place = f"results/{_stem(total)}/results.json"
        files[place] = _json(student_results(results, total, points[student], pending))
        mail = emails.get(student, "")
        if mail and taken[mail] == 1:
            digests = sorted({row.sha256 for row in total.submissions if row.sha256 is not None})
            people[mail] = {"results": place, "files": digests}
        else:
            lost.append(named(student))
    files["people.json"] = _json(people)
    files |= {"setup.sh": SETUP.encode(), "run_autograder": HAND_OUT.encode()}
    without = [named(mark.student) for mark in found if mark.points is None]
    way = (
        f"{count(len(people), 'student')} known by email: upload the zip as the assignment's autograder, then Regrade All."
        if people
        else "The roster has no emails, so its autograder can hand out none of them: give `grader score` a roster with emails."
    )
    told = (
        f"results.json for {count(len(points), 'student')}, of {max_points(results)} points each. {way}",
        *listed("In the zip", (f"{named(student)}: {mark}" for student, mark in points.items())),
        *(listed("Not handed out, since no email is theirs alone", lost) if people else ()),
        *listed("Nothing handed in, so there is no mark", without),
    )
    return Export(as_zip(files), told, lost=bool(people and lost))


def student_results(
    results: Results, total: StudentTotal, points: int | None, pending: Pending | None
) -> dict[str, Any]:
    """Return one student's ``results.json``: a test for each check, hidden ones after the grades are published.

    Of a hidden check it holds title, points, mistake and hint, as the student's page does. All texts are plain.
    """
    titles = {exercise.id: exercise.title for exercise in results.exercises}
    tests = [
        _test(check, f"{number}.{at}", titles.get(row.exercise, row.exercise), pending)
        for number, row in enumerate(total.submissions, 1)
        for at, check in enumerate(row.checks, 1)
    ]
    left = [
        f"{line(titles.get(row.exercise, row.exercise))}: {row.status.value}"
        for row in total.submissions
        if not row.checks
    ]
    return {
        "score": points,
        "output": "\n".join(left),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }


def _test(check: CheckResult, number: str, title: str, pending: Pending | None) -> dict[str, Any]:
    points = check.points
    if check.waits and pending == "suggested":
        points = check.suggested_points or 0
    return {
        "score": points,
        "max_score": check.max_points,
        "status": "passed" if check.passes or (check.waits and points >= check.max_points) else "failed",
        "name": line(f"{title}: {check.title}"),
        "number": number,
        "output": _output(check),
        "visibility": "after_published" if check.hidden else "visible",
    }


def _output(check: CheckResult) -> str:
    if check.passes or check.outcome is Outcome.REVIEW or check.adjusted is not None:
        return state(check)
    said = [state(check)]
    if not check.hidden:
        said.append(block(check.message, PARAGRAPH))
        gap = check.counterexample or check.gap
        if gap is not None:
            said += [f"called: {block(gap.called)}", f"expected: {block(gap.expected)}", f"got: {block(gap.got)}"]
    if check.misconception is not None:
        said.append(f"This looks like: {line(check.misconception.name)}")
    if check.hint:
        said.append(f"Hint: {block(check.hint)}")
    return "\n".join(filter(None, said))


def _stem(total: StudentTotal) -> str:
    found = _STEM.fullmatch(total.page)
    return found["stem"] if found else "student"


def _json(content: Mapping[str, object]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
