"""Gradescope: ``submission_ID/`` folders, and ``submission_metadata.yml``, which says who handed each in and when."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from grader.errors import UnreadableWork, UsageError
from grader.scores.records import Person
from grader.source.text import display
from grader.submissions.files import open_plain
from grader.submissions.layouts.entries import Entry, Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.submissions.files import Folder

METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"submission_[0-9]+")
_LARGEST = 64 << 20  # bytes of metadata: all results of a class stand in it as well
_MOST = 100_000  # people
_LONGEST = 200  # characters of a name, which people choose; a folder's has no more either
_TIME = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ] *(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?P<part>\.[0-9]{1,6})?[0-9]*"
    r" *(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2})?"
)


@dataclass(slots=True)
class _Submission:
    """One entry of the metadata."""

    people: list[dict[str, str]] = field(default_factory=list)
    created: str | None = None


def looks_exported(top: Folder) -> bool:
    """Return whether a folder seems to be an export, by its names alone."""
    return any(map(_FOLDER.fullmatch, top.folders)) and (METADATA in top.others or not top.works)


def read_gradescope(top: Folder) -> Layout | None:
    """Read a folder as Gradescope exports it; None if it holds no metadata and not only folders of its names."""
    if METADATA not in top.others:
        numbered = [name for name in top.folders if _FOLDER.fullmatch(name)]
        if not numbered or len(numbered) < len(top.folders) or top.works:
            return None
        return Layout("what Gradescope exports", tuple(Entry(name, name) for name in numbered))
    told = _metadata(top.place(METADATA))
    present = {*top.folders, *top.works, *top.others}
    students = _ids([person for each in told.values() for person in each.people])
    entries: list[Entry] = []
    absent: list[str] = []
    for name, submission in told.items():
        who = [students[_key(person)] for person in submission.people]
        who = who or [f"{name[:_LONGEST]}~" if name in students.values() else name[:_LONGEST]]
        if name not in present:
            absent += who
            continue
        file = None if name in top.folders else name
        entries += [
            Entry(student, name, file, label=name, handed_in=_moment(submission.created))
            for student in dict.fromkeys(who)
        ]
    others = [name for name in top.folders if _FOLDER.fullmatch(name) and name not in told]
    entries += [Entry(f"{name}~" if name in students.values() else name, name) for name in others]
    people = {student: Person(student, name, email, lms_id=sid) for (name, sid, email), student in students.items()}
    return Layout("what Gradescope exports", tuple(entries), frozenset({METADATA}), absent=tuple(absent), people=people)


def _key(person: dict[str, str]) -> tuple[str, str, str]:
    return person.get("name", ""), person.get("sid", ""), person.get("email", "")


def _ids(people: list[dict[str, str]]) -> dict[tuple[str, str, str], str]:
    """Each person's id: the name; for several people of one name, with what else tells them apart.

    People choose their own names there, so no name may make two people one.
    """
    keys = list(dict.fromkeys(map(_key, people)))
    names = Counter(name for name, _, _ in keys)
    longer = {_longer(key) for key in keys if names[key[0]] > 1}  # one of these may be somebody's name
    ids: dict[tuple[str, str, str], str] = {}
    taken: set[str] = set()
    for name, sid, email in keys:
        is_clear = names[name] == 1 and name not in longer
        found = (name if name and is_clear else _longer((name, sid, email)))[:_LONGEST]
        while found in taken:
            found += "~"
        taken.add(found)
        ids[name, sid, email] = found
    return ids


def _longer(key: tuple[str, str, str]) -> str:
    name, sid, email = key
    return f"{name or email or sid} ({sid or email})".removesuffix(" ()")


def _moment(text: str | None) -> datetime | None:
    found = _TIME.match(text or "")
    if not found:
        return None
    zone = (found["zone"] or "Z").replace("UTC", "Z").replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(f"{found['date']}T{found['time']}{found['part'] or ''}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _metadata(file: Path) -> dict[str, _Submission]:
    """Who handed in what, by the name of the entry; raises UsageError (one line) if the file can't be read."""
    try:
        import yaml
    except ModuleNotFoundError:
        raise UsageError(f"{display(str(file))}: reading this needs PyYAML, which `make score` installs") from None
    try:
        with open_plain(file, _LARGEST) as opened:
            text = opened.read(_LARGEST).decode("utf-8")
        # Events and no objects: nothing that stands in the file is built, and no alias is followed but a single text's.
        events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return _submissions(_Events(iter(events), yaml))
    except (UnreadableWork, OSError, ValueError, RecursionError, yaml.YAMLError, StopIteration) as error:
        reason = (str(error).splitlines() or ["it ends too early"])[0][:100]
        raise UsageError(f"{display(str(file))}: Gradescope's metadata can't be read ({display(reason)})") from None


@dataclass(slots=True)
class _Events:
    """A walk over what stands in a YAML file, in the order of the text."""

    left: Iterator[Any]
    yaml: Any
    texts: dict[str, str] = field(default_factory=dict)

    def node(self) -> Any:
        """The event with which the next node begins; None at the end of a mapping or list."""
        event = next(self.left)
        return None if isinstance(event, self.yaml.CollectionEndEvent) else event

    def text(self, event: Any) -> str | None:
        """The text that begins with this event; None, with all that belongs to it passed over, if it is something else."""
        if isinstance(event, self.yaml.AliasEvent):
            return self.texts.get(event.anchor)
        if not isinstance(event, self.yaml.ScalarEvent):
            self.skip(event)
            return None
        value = event.value
        if event.tag in ("tag:yaml.org,2002:binary", "!binary"):
            try:
                value = base64.b64decode(value).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                value = ""
        if event.anchor is not None:
            self.texts[event.anchor] = value
        return str(value)

    def skip(self, event: Any) -> None:
        """Pass over the rest of a node that began with this event."""
        depth = int(isinstance(event, self.yaml.CollectionStartEvent))
        while depth:
            event = next(self.left)
            depth += isinstance(event, self.yaml.CollectionStartEvent) - isinstance(event, self.yaml.CollectionEndEvent)

    def pairs(self, event: Any) -> Iterator[tuple[str | None, Any]]:
        """Each key of a mapping that begins with this event, with the event of its value, which is to be read next."""
        if not isinstance(event, self.yaml.MappingStartEvent):
            self.skip(event)
            return
        while (key := self.node()) is not None:
            name = self.text(key)
            yield None if name is None else name.removeprefix(":"), self.node()


def _submissions(events: _Events) -> dict[str, _Submission]:
    yaml = events.yaml
    for event in events.left:
        if isinstance(event, yaml.NodeEvent):
            break
    else:
        return {}
    if not isinstance(event, yaml.MappingStartEvent):
        raise ValueError("it is no list of submissions")
    found: dict[str, _Submission] = {}
    people = 0
    for name, value in events.pairs(event):
        submission = _Submission()
        for key, inner in events.pairs(value):
            if key == "submitters":
                submission.people = list(_people(events, inner))
            elif key == "created_at":
                submission.created = _time(events, inner)
            else:
                events.skip(inner)
        people += len(submission.people)
        if people > _MOST:
            raise ValueError(f"it names more than {_MOST:,} people")
        if name is not None:
            found[name] = submission
    return found


def _people(events: _Events, event: Any) -> Iterator[dict[str, str]]:
    if not isinstance(event, events.yaml.SequenceStartEvent):
        events.skip(event)
        return
    while (item := events.node()) is not None:
        person = {}
        for key, value in events.pairs(item):
            text = events.text(value)
            if key in ("name", "sid", "email") and text not in (None, "", "~", "null"):
                person[key] = str(text)
        if person:
            yield person


def _time(events: _Events, event: Any) -> str | None:
    """A time, also where Ruby wrote it as an object with its time in UTC in it."""
    if not isinstance(event, events.yaml.MappingStartEvent):
        return events.text(event)
    found = None
    for key, value in events.pairs(event):
        text = events.text(value)
        found = text if key == "utc" else found
    return found
