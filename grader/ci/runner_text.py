"""What a CI job's runner reads: its log, workflow commands and output files. No text of a submission becomes a command in them.

GitHub's runner reads a line as a command if it begins with "::" after white space of any kind, or has "##[" anywhere
(actions/runner, src/Runner.Common/ActionCommand.cs). It compares by the rules of a language, so characters that are invisible
may stand between. So both marks are broken wherever they stand, every line of the log begins with a bar, and commands are off
while it is printed.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from grader.reports.harmless import clean
from grader.scores.atomic import writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

BAR = "| "  # no problem matcher of a set-up action knows a line that begins so
LONGEST = 4_000  # characters of a line of a log, and of an annotation's message: the runner cuts it after 4,096
_GAP = "\u200a"  # a hair space, which no comparison of texts passes over
# What makes a command, also with something invisible inside: a colon or a hash before anything but a letter or white space.
_MARKS = re.compile(r"[:#](?=[^\w\s])|(?i:section_)(?=(?i:start|end))")
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _DATA | {":": "%3A", ",": "%2C"}


def is_github(environ: Mapping[str, str]) -> bool:
    """Whether a job of GitHub Actions runs here."""
    return any(name in environ for name in ("GITHUB_ACTIONS", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"))


def broken(text: str) -> str:
    """A text in which nothing is a command of GitHub's or a section of GitLab's: a hair space stands in their marks."""
    return _MARKS.sub(lambda found: found[0] + _GAP, clean(text))


def log_lines(text: str) -> list[str]:
    """The lines of a text as a log may show them, each of a bounded length."""
    return [line[:LONGEST].rstrip() for line in broken(text).split("\n")]


def write_log(text: str, environ: Mapping[str, str], out: TextIO) -> None:
    """Writes a text to a job's log; for GitHub's runner no command is obeyed until its end."""
    lines = log_lines(text)
    if not is_github(environ):
        out.write("".join(f"{line}\n" for line in lines))
        return
    token = secrets.token_hex(16)
    shown = "".join(f"{(BAR + line).rstrip()}\n" for line in lines)
    out.write(f"::stop-commands::{token}\n{shown}::{token}::\n")


def command(name: str, message: str, properties: Mapping[str, object]) -> str:
    """One workflow command as the line that the runner obeys; properties without a value are left out."""
    told = ",".join(f"{key}={_escaped(str(value), _PROPERTY)}" for key, value in properties.items() if value)
    return f"::{name}{f' {told}' if told else ''}::{_escaped(message[:LONGEST], _DATA)}\n"


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    """A text as the value of a property or as a command's message; the marks in it are broken, since the log shows it again."""
    return "".join(escapes.get(character, character) for character in broken(text))


def add_outputs(environ: Mapping[str, str], outputs: Mapping[str, int | str]) -> None:
    """Adds outputs to the step's, if a runner wants them; raises OutputError, and ValueError for a value of several lines."""
    if any(len(f"{name}{value}".splitlines()) > 1 for name, value in outputs.items()):
        raise ValueError("an output is one line")
    text = "".join(f"{name}={value}\n" for name, value in outputs.items())
    append(environ.get("GITHUB_OUTPUT", ""), text)


def append(file: str, text: str) -> None:
    """Adds lines to one of the runner's files, which begin a line of their own; raises OutputError.

    If the name is empty, no runner asks for it.
    """
    if not file:
        return
    path = Path(file)
    with writing(path), path.open("ab+") as stream:
        size = stream.tell()
        stream.seek(max(0, size - 1))
        begin = "" if stream.read(1) in (b"", b"\n") else "\n"
        stream.write(f"{begin}{text}".encode())
