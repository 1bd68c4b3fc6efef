"""Classroom 50: the clones ``CLASSROOM-ASSIGNMENT-OWNER/`` of ``gh teacher download``, each with its ``results.json``.

The command and the form of its files are foundation50/classroom50's: ``cli/gh-teacher/internal/download`` and
``schemas/results-v1.schema.json``. A repository is a student's, and so is a ``results.json`` where the command wrote none,
and what stands in any of them if the student published it. So these files only tell when work came and what is doubtful.
The names of the students come from ``scores.csv``, which the command writes beside the clones, or from what most of the
class's files say.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from grader.errors import UnreadableWork
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import Flag
from grader.source.text import display
from grader.submissions.files import open_plain
from grader.submissions.layouts.entries import Entry, Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from grader.submissions.files import Folder

SCORES, HISTORY = "scores.csv", "results.json"
_COLUMNS = frozenset({"username", "score", "max_score", "submission_tag"})  # some of what the command writes there
_LARGEST = 8 << 20  # bytes of either file
_LONGEST = 200  # characters that are shown of a tag or a warning
_TAG = re.compile(r"submit/(?:([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2})-([0-9]{2})-([0-9]{2})Z)?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_NOT_TOUCHED = "its points there are the student's word; the marks here are this run's own"


@dataclass(frozen=True, slots=True)
class _History:
    """What a repository's results.json says: which names come before the owner's, when the last came, what is doubtful."""

    before: str = ""
    handed_in: datetime | None = None
    doubt: str = ""


def read_gh_teacher(top: Folder) -> Layout | None:
    """Read a folder of clones as Classroom 50 names them; None if no clone has a history, or too few to tell the names."""
    told = {name: history for name in top.folders if (history := _history(top.place(name), name)) is not None}
    if not told:
        return None
    users = _users(top)
    before = _most(_before_users(top.folders, users)) if users else ""
    if not before:
        before, votes = _most_and_votes(history.before for history in told.values())
        if not before or (users is None and 2 * votes < len(top.folders)):
            return None  # one student's file must not rename the others
    students = _students(top.folders, before)
    entries = [
        Entry(
            students[name],
            name,
            handed_in=told[name].handed_in if name in told else None,
            late="Classroom 50" if (users or {}).get(students[name].lower()) else "",
        )
        for name in top.folders
    ]
    doubts = {
        students[name]: Flag(FlagKind.UNVERIFIED, _doubt(history, name, before))
        for name, history in told.items()
        if _doubt(history, name, before)
    }
    own = frozenset({SCORES} if users is not None else ())
    logins = frozenset(student for name, student in students.items() if student != name)
    return Layout("what Classroom 50 downloads", tuple(entries), own, doubts=doubts, logins=logins)


def _students(names: Iterable[str], before: str) -> dict[str, str]:
    """Each folder's student: the owner, or the folder's whole name if it is another assignment's or would be somebody's."""
    whole = {name for name in names if not _fits(name, before)}
    return {name: name if name in whole or name[len(before) :] in whole else name[len(before) :] for name in names}


def _fits(name: str, before: str) -> bool:
    return name.lower().startswith(before) and len(name) > len(before)


def _doubt(history: _History, name: str, before: str) -> str:
    if history.doubt or not history.before or history.before == before or not _fits(name, before):
        return history.doubt
    return f"{HISTORY} is about another assignment: {_NOT_TOUCHED}"


def _users(top: Folder) -> dict[str, bool] | None:
    """The user names in small letters in the table that the command writes beside the clones, and whether it calls them late.

    None if there is no such table.
    """
    if SCORES not in top.others:
        return None
    try:
        with open_plain(top.place(SCORES), _LARGEST) as file:
            rows = csv.DictReader(io.StringIO(file.read(_LARGEST).decode("utf-8-sig", "replace")))
            if not _COLUMNS.issubset(rows.fieldnames or ()):
                return None
            named = ((row["username"].lstrip("'").lower(), row.get("late")) for row in rows if row["username"])
            return {user: (late or "").lower() == "true" for user, late in named}
    except (UnreadableWork, OSError, csv.Error):
        return None


def _before_users(names: Iterable[str], users: Iterable[str]) -> list[str]:
    """What stands before a user's name in each folder's; a name that ends as several users' do counts for each of them."""
    lower = [name.lower() for name in names]
    endings = tuple(f"-{user}" for user in users)
    return [
        name[: len(name) - len(end) + 1]
        for name in lower
        if name.endswith(endings)
        for end in endings
        if name.endswith(end)
    ]


def _most(found: Iterable[str]) -> str:
    return _most_and_votes(found)[0]


def _most_and_votes(found: Iterable[str]) -> tuple[str, int]:
    """The text that occurs most often, the shortest of several, and how often; ("", 0) if there is none."""
    counted = Counter(filter(None, found))
    return max(counted.items(), key=lambda pair: (pair[1], -len(pair[0])), default=("", 0))


def _history(clone: Path, name: str) -> _History | None:
    """Read a clone's results.json; None if it has none."""
    file = clone / HISTORY
    if not os.path.lexists(file):
        return None
    try:
        with open_plain(file, _LARGEST) as opened:
            document = json.loads(opened.read(_LARGEST))
    except UnreadableWork as error:
        return _History(doubt=f"{HISTORY} can't be read: {error}")
    except (OSError, ValueError, RecursionError):
        return _History(doubt=f"{HISTORY} can't be read: it is no JSON")
    if not isinstance(document, list) or not all(map(_is_submission, document)):
        return _History(doubt=f"{HISTORY} is not what `gh teacher download` writes")
    submissions: list[dict[str, Any]] = document
    results = [each["result"] for each in submissions if isinstance(each.get("result"), dict)]
    before, claimed = _claimed(results[0], name) if results else ("", True)
    doubt = _warning(submissions) or ("" if claimed else f"{HISTORY} names another repository: {_NOT_TOUCHED}")
    return _History(before, _moment(submissions[0]) if submissions else None, doubt)


def _is_submission(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(tag := entry.get("submission_tag"), str) and tag.startswith("submit/")


def _claimed(result: Mapping[str, Any], name: str) -> tuple[str, bool]:
    """What stands before the owner in the folder's name if a result is right, and whether it can be."""
    classroom, assignment, owner = (result.get(key) for key in ("classroom", "assignment", "owner"))
    if not (isinstance(classroom, str) and isinstance(assignment, str) and isinstance(owner, str)):
        return "", False
    before = f"{classroom}-{assignment}-".lower()
    fits = bool(classroom and assignment and owner) and name.lower() == before + owner.lower()
    return (before, True) if fits else ("", False)


def _warning(submissions: Iterable[Mapping[str, Any]]) -> str:
    """Why Classroom 50 does not vouch for the newest submission of which it says so."""
    for each in submissions:
        warning = each.get("provenance_warning")
        if isinstance(warning, str) and warning:
            tag = each["submission_tag"]
            return f"{display(tag[:_LONGEST])}: {display(warning[:_LONGEST])}; {_NOT_TOUCHED}"
    return ""


def _moment(submission: Mapping[str, Any]) -> datetime | None:
    """When a submission came: the time of its commit, else that in its tag; None if neither is a time."""
    result = submission.get("result")
    written = result.get("datetime") if isinstance(result, dict) else None
    tag = _TAG.match(submission["submission_tag"])
    tried = [written] if isinstance(written, str) and _MOMENT.fullmatch(written) else []
    tried += [f"{tag[1]}T{tag[2]}:{tag[3]}:{tag[4]}Z"] if tag and tag[1] else []
    for text in tried:
        try:
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
