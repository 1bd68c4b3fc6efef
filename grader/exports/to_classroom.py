"""Classroom 50: puts the marks into a classroom's ``scores.json`` as overrides, which its collection leaves alone.

Sources: foundation50/classroom50, schemas/scores-v1.schema.json (the file) and, for what an override looks like, its web
app's `editScoreOverride`: the entry gets ``"override": true`` and a record in front of the others whose tag begins with
``submit/manual-`` and whose moment is after theirs; an earlier override is replaced, and everything else stays.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from grader.errors import UsageError
from grader.exports.export_words import Export, count, listed, named
from grader.exports.marks import max_points, still_waits
from grader.exports.row_matching import InFile, Sought, keys, match
from grader.scores.records import as_written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.exports.marks import Mark
    from grader.scores.records import Results

SCHEMA = "classroom50/scores/v1"
_RESULT = "classroom50/result/v1"
_MANUAL = "submit/manual-"
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
_SHOWN = 10  # assignments that an error lists


@dataclass(frozen=True, slots=True)
class _Bucket:
    """One assignment of a classroom: all ``assignments`` of the file, and which one takes the marks."""

    assignments: dict[str, Any]
    slug: str
    classroom: str

    @property
    def repository(self) -> str:
        """What the names of this assignment's repositories begin with; the owner's login follows."""
        return f"{self.classroom}-{self.slug}-"


def override_scores(results: Results, found: Sequence[Mark], data: bytes, name: str, wanted: str | None) -> Export:
    """Return ``scores.json`` with the marks of one assignment: the one that was named, titled as the course, or the only one.

    A group's entry gets its members' mark if they all have the same one. A student of the roster who has no entry yet gets
    one, unless the assignment is a group's. Raises UsageError if the file is not of that schema, or if it is not clear which
    assignment is meant.
    """
    assignments = _read(data, name)
    slug = _slug(list(assignments), wanted, results.run.course, name)
    logins = {as_written(person.student): person.github for person in results.roster}
    return _overrides(results, found, _Bucket(assignments, slug, _classroom(assignments, name)), logins, name)


def new_scores(results: Results, found: Sequence[Mark], wanted: str | None) -> Export:
    """Return a ``scores.json`` of one assignment alone, whose entries go into the classroom's own.

    Owners are the roster's GitHub logins, else ids that can be logins. Raises UsageError unless ``wanted`` is
    ``CLASSROOM/ASSIGNMENT``, or if there is no owner.
    """
    classroom, _, slug = (wanted or "").partition("/")
    way_out = "Better give the classroom's own scores.json as --template FILE: then nothing has to be merged by hand."
    if not (classroom and re.fullmatch(r"[a-z0-9][a-z0-9-]{1,99}", slug)):
        raise UsageError(
            f"without the classroom's scores.json, say where the marks belong: --column CLASSROOM/ASSIGNMENT. {way_out}"
        )
    bucket = _Bucket({slug: {"type": "individual", "entries": []}}, slug, classroom)
    ids = {student: student.removeprefix(bucket.repository) for student in _students(results)}
    logins = {student: login if _LOGIN.fullmatch(login) else "" for student, login in ids.items()}
    logins |= {as_written(person.student): person.github for person in results.roster if person.github}
    listed = {as_written(person.student) for person in results.roster}
    taken = {logins.get(student, "").casefold() for student in listed}
    # Whoever is not on the roster may be called as somebody who is.
    logins |= {each: "" for each, login in logins.items() if each not in listed and login.casefold() in taken}
    if not any(logins.values()):
        raise UsageError(f"nobody's GitHub login is known: give `grader score` a roster with github. {way_out}")
    return _overrides(results, found, bucket, logins, "a new scores.json")


def _overrides(
    results: Results, found: Sequence[Mark], bucket: _Bucket, logins: Mapping[str, str], name: str
) -> Export:
    kind, entries = (bucket.assignments[bucket.slug][each] for each in ("type", "entries"))
    marks = {mark.student: mark.points for mark in found if mark.points is not None}
    people = [(at, login) for at, entry in enumerate(entries) for login in _members(entry)]
    listing = [InFile(row, login, keys([("github", login)])) for row, (_, login) in enumerate(people)]
    matching = match([_sought(student, logins, bucket.repository) for student in _students(results)], listing)
    owned: dict[int, dict[str, int]] = {}
    for student, row in matching.rows.items():
        if student in marks:
            owned.setdefault(people[row][0], {})[student] = marks[student]
    agreed = {at: own for at, own in owned.items() if len(set(own.values())) == 1}
    fresh = _fresh(matching.unmatched, logins, marks) if kind == "individual" else {}
    order = [(at, entries[at], next(iter(own.values()))) for at, own in agreed.items()]
    order += [
        (len(entries) + more, {"owner": login, "submissions": []}, marks[student])
        for more, (student, login) in enumerate(fresh.items())
    ]
    waiting = {mark.student: still_waits(mark) for mark in found}
    lower = [
        f"{named(str(entry['owner']))}: {was} -> {points}{waiting[min(agreed[at])]}"
        for at, entry, points in order
        if at in agreed and (was := _decided(entry)) is not None and was > points
    ]
    whole = max_points(results)
    for at, entry, points in order:
        entries[at : at + 1] = [_overridden(entry, kind, bucket.classroom, (points, whole), results.run.started)]
    sent = {student for own in agreed.values() for student in own} | fresh.keys()
    unsure = [student for student in marks if student in matching.ambiguous or student in matching.rows.keys() - sent]
    lost = [student for student in marks if student not in sent and student not in unsure]
    told = (
        f"{named(bucket.slug)} in {name}: {count(len(order), 'override')}, of {whole} points each.",
        *listed("Marks that would go down", lower),
        *listed("Matched", (f"{named(str(entry['owner']))}: {points}" for _, entry, points in order)),
        *listed("New there, since nothing of theirs was collected yet", map(named, fresh)),
        *listed("Ambiguous, or in a group with different marks: their entries stay as they are", map(named, unsure)),
        *listed("Unmatched: graded, and not in the file (the roster's github says who is who)", map(named, lost)),
        *listed("Unmatched: in the file, and not in the class", (named(people[row][1]) for row in matching.nobody)),
    )
    text = json.dumps({"schema": SCHEMA, "assignments": bucket.assignments}, indent=2, ensure_ascii=False)
    return Export(f"{text}\n".encode("utf-8", "backslashreplace"), told, lost=bool(lost or unsure))


def _fresh(students: Sequence[str], logins: Mapping[str, str], marks: Mapping[str, int]) -> dict[str, str]:
    """The logins of graded students who have no entry yet; nobody's if two have the same one."""
    found = {student: logins[student] for student in students if student in marks and logins.get(student)}
    times = Counter(login.casefold() for login in found.values())
    return {student: login for student, login in found.items() if times[login.casefold()] == 1}


def _read(data: bytes, name: str) -> dict[str, Any]:
    """The assignments of a file; raises UsageError for one of another form."""
    try:
        scores = json.loads(data.decode("utf-8-sig"))
        assignments = scores["assignments"]
        is_right = scores["schema"] == SCHEMA and scores.keys() == {"schema", "assignments"}
        for bucket in assignments.values():
            for entry in bucket["entries"]:
                is_right &= isinstance(entry["owner"], str) and isinstance(entry["submissions"], list)
                is_right &= all(isinstance(member, str) for member in _members(entry))
                is_right &= all(isinstance(each, dict) for each in entry["submissions"])
            is_right &= isinstance(bucket["type"], str) and isinstance(bucket["entries"], list)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        is_right = False
    if not is_right:
        raise UsageError(
            f"{name} is no scores.json of Classroom 50 ({SCHEMA}); take the one of the classroom's folder in the repository "
            "`classroom50` of its organisation."
        )
    return dict(assignments)


def _slug(slugs: Sequence[str], wanted: str | None, course: str, name: str) -> str:
    title = wanted if wanted is not None else re.sub(r"[^a-z0-9]+", "-", course.lower()).strip("-")
    if title in slugs:
        return title
    if wanted is None and len(slugs) == 1:
        return slugs[0]
    shown = ", ".join(map(named, slugs[:_SHOWN])) or "it has none yet, so collect the scores first"
    raise UsageError(f"{name} has no assignment {named(title)!r}; name one with --column SLUG: {shown}.")


def _classroom(assignments: Mapping[str, Any], name: str) -> str:
    """The classroom's name, which stands in each record of a hand-in."""
    for bucket in assignments.values():
        for entry in bucket["entries"]:
            for record in entry["submissions"]:
                if isinstance(record.get("classroom"), str) and record["classroom"]:
                    return str(record["classroom"])
    raise UsageError(
        f"{name} holds no submission yet, so it does not say which classroom it is of: collect the scores first."
    )


def _decided(entry: Mapping[str, Any]) -> float | None:
    """The score that an override of the entry gives, which a person may have typed; None if there is none."""
    for record in entry["submissions"] if entry.get("override") is True else ():
        score = record.get("score")
        if str(record.get("submission", "")).startswith(_MANUAL) and type(score) in (int, float):
            return float(score) if score % 1 else int(score)
    return None


def _members(entry: Mapping[str, Any]) -> list[str]:
    return list(entry.get("member_usernames") or [entry["owner"]])


def _students(results: Results) -> list[str]:
    return sorted({as_written(row.student) for row in results.submissions})


def _sought(student: str, logins: Mapping[str, str], repository: str) -> Sought:
    """A student by the roster's GitHub login, else by the id, which may be the login or the repository that ends in it.

    An id on the roster is surer than one that is not, but it is no login of somebody who has another one there.
    """
    if login := logins.get(student):
        return Sought(student, (keys([("github", login)]), frozenset()))
    called = keys([("github", student), ("github", student.removeprefix(repository))])
    return Sought(student, (called, frozenset()) if student in logins else (called,))


def _overridden(
    entry: Mapping[str, Any], kind: str, classroom: str, points: tuple[int, int], started: str
) -> dict[str, Any]:
    """The entry with an override in front of what was collected, later than all of it."""
    collected = [each for each in entry["submissions"] if not str(each.get("submission", "")).startswith(_MANUAL)]
    moments = [moment for each in collected if (moment := _moment(each.get("datetime")))]
    now = _moment(started) or datetime.fromtimestamp(0, UTC)
    tag = f"{_MANUAL}{now.strftime(_MOMENT).replace(':', '-')}"
    record = {
        "schema": _RESULT,
        "classroom": classroom,
        "assignment_type": kind,
        "owner": entry["owner"],
        **dict.fromkeys(("submission", "commit", "release", "review"), tag),
        "datetime": max([now, *(moment + timedelta(seconds=1) for moment in moments)]).strftime(_MOMENT),
        "score": points[0],
        "max-score": points[1],
        "tests": [],
    }
    return {**entry, "override": True, "submissions": [record, *collected]}


def _moment(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
