"""Classroom 50: ``result.json``, the release's text, and the outputs of the job that its runner starts for a submission.

The forms are foundation50/classroom50's: ``schemas/result-v1.schema.json``, its wiki page Advanced-Autograding, and its
``runner.py``, which reads what is written here. Exit code 0 says that the checks ran to their end, whatever they found; any
other is a failure of the job, and no result is left.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from grader.ci.job_summary import job_summary
from grader.ci.runner_text import add_outputs, write_log
from grader.errors import OutputError
from grader.reports.checked import as_text
from grader.reports.harmless import line
from grader.scores.atomic import replace_file
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import Outcome, as_written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.ci.public_run import PublicRun
    from grader.scores.records import CheckResult

SCHEMA = "classroom50/result/v1"
RESULT_FILE, BODY_FILE = "result.json", "release-body.md"
TYPES = ("individual", "group", "team")
LONGEST_SUMMARY = 140  # characters; GitHub cuts the description of a commit status there
LARGEST_BODY = 120_000  # bytes of a release's text, of which GitHub takes 125,000 characters
_NEEDED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
_TAG_TIME = re.compile(r"submit/([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2})-([0-9]{2})-([0-9]{2})Z")
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class RunnerFacts:
    """What the runner says of a submission; ``handed_in`` is the commit's own time, in UTC."""

    classroom: str
    assignment: str
    kind: str
    owner: str
    tag: str
    commit: str
    release: str
    review: str
    handed_in: datetime
    pushed_by: str = ""
    pusher: int | None = None


class _NotTold(Exception):
    """The job's environment does not say what a result has to hold; one line."""


def show(
    run: PublicRun,
    environ: Mapping[str, str],
    out: TextIO,
    committed: Callable[[Mapping[str, str]], datetime | None] | None = None,
) -> int:
    """Write what Classroom 50 reads into this folder, and the outputs; the answer is the job's exit code.

    ``committed`` gives the time of the commit that is graded, by default git's. Raises OutputError if the folder can't be
    written.
    """
    try:
        told = _told(environ, committed or commit_time)
    except _NotTold as reason:
        return _fail(str(reason), environ, out)
    if why := _fault(run):
        return _fail(why, environ, out)
    write_log(as_text(run.rows), environ, out)
    result = result_of(run, told, datetime.now(UTC))
    try:
        replace_file(Path(BODY_FILE), job_summary(run, LARGEST_BODY))
        replace_file(Path(RESULT_FILE), json.dumps(result, indent=1) + "\n")
    except OutputError:
        _take_away()
        raise
    summary = summary_of(result)
    status = "success" if all(test["passed"] for test in result["tests"]) else "failure"
    add_outputs(environ, {"status": status, "summary": summary})
    return 0


def result_of(run: PublicRun, told: RunnerFacts, now: datetime) -> dict[str, Any]:
    """The document of schema classroom50/result/v1: a test for each public check, and the sums of their points."""
    checks = [(row.exercise, result) for row in run.rows for result in row.results]
    names = [as_written(line(f"{exercise}: {check.title}")) for exercise, check in checks]
    shared = {name for name, times in Counter(names).items() if times > 1}
    tests = [
        _test(f"{name} ({check.id})" if name in shared else name, exercise, check)
        for name, (exercise, check) in zip(names, checks, strict=True)
    ]
    by = {"submitted_by": {"username": told.pushed_by, "id": told.pusher}} if told.pushed_by else {}
    return {
        "schema": SCHEMA,
        "classroom": told.classroom,
        "assignment": told.assignment,
        "assignment_type": told.kind,
        "owner": told.owner,
        "submission": told.tag,
        "commit": told.commit,
        "release": told.release,
        "review": told.review,
        "datetime": told.handed_in.strftime(_MOMENT),
        "graded_at": now.strftime(_MOMENT),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
        **by,
    }


def _test(name: str, exercise: str, check: CheckResult) -> dict[str, Any]:
    """One test; the schema leaves further fields to whoever writes it."""
    message = {"message": as_written(line(check.message))} if check.message else {}
    return {
        "test-name": name,
        "passed": check.passes,
        "score": check.points,
        "max-score": check.max_points,
        "exercise": exercise,
        "check": check.id,
        "outcome": check.outcome.value,
        **message,
    }


def summary_of(result: Mapping[str, Any]) -> str:
    """One line for the commit's status."""
    tests = result["tests"]
    right = sum(test["passed"] for test in tests)
    points = f"{result['score']} of {result['max-score']} public points"
    return f"{points}, {right} of {len(tests)} checks pass. Advice: the mark is decided when it is graded."[
        :LONGEST_SUMMARY
    ]


def commit_time(environ: Mapping[str, str]) -> datetime | None:
    """The committer's time of the commit that is graded, in UTC, as git tells it; None if it can't."""
    sha = environ.get("GITHUB_SHA", "")
    wanted = sha if re.fullmatch(r"[0-9a-fA-F]{7,64}", sha) else "HEAD"
    # A container's user does not own the checkout, and git would refuse to look at it; a signature is not looked at.
    command = ["git", "-c", "safe.directory=*", "-c", "log.showSignature=false", "show", "-s", "--format=%ct", wanted]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=True, stdin=subprocess.DEVNULL)
        return datetime.fromtimestamp(int(done.stdout), UTC)
    except (OSError, subprocess.SubprocessError, ValueError, OverflowError):
        return None


def _told(environ: Mapping[str, str], committed: Callable[[Mapping[str, str]], datetime | None]) -> RunnerFacts:
    """What the environment says; raises _NotTold."""
    said = {name: environ.get(name, "").strip() for name in (*_NEEDED, "REVIEW_URL", "GITHUB_ACTOR", "GITHUB_ACTOR_ID")}
    owner = environ.get("OWNER", "").strip() or environ.get("USERNAME", "").strip()
    missing = [name for name in _NEEDED if not said[name]] + ["OWNER"] * (not owner)
    if missing:
        raise _NotTold(
            f"the environment lacks {', '.join(missing)}: Classroom 50's runner sets them, and starts this job"
        )
    kind = environ.get("ASSIGNMENT_TYPE", "").strip() or TYPES[0]
    if kind not in TYPES:
        raise _NotTold(f"ASSIGNMENT_TYPE is {line(kind, 40)!r}: it must be one of {', '.join(TYPES)}")
    if not said["SUBMISSION_TAG"].startswith("submit/"):
        raise _NotTold(
            f"SUBMISSION_TAG is {line(said['SUBMISSION_TAG'], 40)!r}: the tag of a submission begins with submit/"
        )
    handed_in = committed(environ) or _time_in(said["SUBMISSION_TAG"])
    if handed_in is None:
        raise _NotTold("neither git nor the tag tells when this was committed: check it out with its history")
    pusher = said["GITHUB_ACTOR_ID"]
    return RunnerFacts(
        said["CLASSROOM"], said["ASSIGNMENT"], kind, owner, said["SUBMISSION_TAG"], said["COMMIT_URL"],
        said["RELEASE_URL"], said["REVIEW_URL"] or said["COMMIT_URL"], handed_in.astimezone(UTC),
        said["GITHUB_ACTOR"], int(pusher) if re.fullmatch("[0-9]{1,18}", pusher) else None,
    )  # fmt: skip


def _time_in(tag: str) -> datetime | None:
    """When a tag was made, in UTC, as its name says."""
    found = _TAG_TIME.match(tag)
    try:
        text = f"{found[1]}T{found[2]}:{found[3]}:{found[4]}Z" if found else ""
        return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def _fault(run: PublicRun) -> str:
    """Why an exercise could not be checked, if that is not the student's: a package is missing, or the grader failed.

    One that had no time left was checked as far as it goes, and its checks say so.
    """
    for row in run.rows:
        told = [note.message for note in row.notes if note.kind == FlagKind.UNCHECKED]
        if told and any(result.outcome is not Outcome.TIMEOUT for result in row.results):
            return f"{row.exercise} could not be checked: {line(told[0])}"
    return ""


def _fail(why: str, environ: Mapping[str, str], out: TextIO) -> int:
    """Say why there is no result, and take away what may look like one."""
    _take_away()
    told = as_written(line(f"Not checked: {why}"))
    write_log(told, environ, out)
    summary = told if len(told) <= LONGEST_SUMMARY else f"{told[: LONGEST_SUMMARY - 1]}…"
    add_outputs(environ, {"status": "error", "summary": summary})
    return 1


def _take_away() -> None:
    """Remove what the runner would take for a result; a folder of that name is none, and stays."""
    for name in (RESULT_FILE, BODY_FILE):
        with suppress(IsADirectoryError, PermissionError):  # macOS says the latter of a folder
            Path(name).unlink(missing_ok=True)
