"""Blackboard: flat files ``ASSIGNMENT_USER_attempt_TIME_FILE`` and a receipt ``..._TIME.txt`` for each attempt."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from grader.errors import UnreadableWork
from grader.submissions.files import open_plain
from grader.submissions.layouts.entries import Entry, Layout

if TYPE_CHECKING:
    from pathlib import Path

    from grader.submissions.files import Folder

_NAME = re.compile(
    r"(?P<head>.+?)_attempt_(?P<when>[0-9]{4}(?:-[0-9]{2}){5})(?:_(?P<file>.+)|(?P<receipt>\.txt))", re.DOTALL
)
_USER = re.compile(r"^Name:[^\r\n]*\((?P<user>[^()\r\n]{1,100})\)[ \t]*$", re.MULTILINE)
_RECEIPT = 64 << 10  # bytes


def read_blackboard(top: Folder) -> Layout | None:
    """Read a folder of files as Blackboard names them; None if not most are so named."""
    names = (*top.works, *top.others)
    found = {name: match for name in names if (match := _NAME.fullmatch(name))}
    if 2 * len(found) <= len(names) + len(top.folders):
        return None
    users = _users(
        {match["head"] for match in found.values()},
        {match["head"]: user for name, match in found.items() if match["receipt"] and (user := _user(top.place(name)))},
    )
    files: list[Entry] = []
    receipts: list[Entry] = []
    for name, match in found.items():
        entry = Entry(
            student=users[match["head"]],
            at=name,
            file=match["file"] or name,
            label=match["when"],
            handed_in=_moment(match["when"]),
            note="Blackboard's receipt, no file" if match["receipt"] else None,
        )
        (receipts if match["receipt"] else files).append(entry)
    return Layout("what Blackboard gives", tuple(files), receipts=tuple(receipts))


def _users(heads: set[str], told: dict[str, str]) -> dict[str, str]:
    """Take each ``ASSIGNMENT_USER`` apart: by the receipts, else by what all have in common."""
    assignments = {head.removesuffix(user) for head, user in told.items() if head.endswith(f"_{user}")}
    if not assignments and len(heads) > 1:
        first, last = min(heads), max(heads)
        common = next(
            (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first)
        )
        assignments = {first[: first.rfind("_", 0, common) + 1]} - {""}
    longest = sorted(assignments, key=len, reverse=True)
    return {
        head: next((head.removeprefix(each) for each in longest if head.startswith(each)), "")
        or head.rpartition("_")[2]
        for head in heads
    }


def _user(receipt: Path) -> str | None:
    try:
        with open_plain(receipt, _RECEIPT) as file:
            text = file.read(_RECEIPT).decode("utf-8", "replace")
    except (UnreadableWork, OSError):
        return None
    found = _USER.search(text.partition("Submission Field:")[0])
    return found["user"] if found else None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None
