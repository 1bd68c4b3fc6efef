"""Text from submissions, made fit for a terminal and for the log of a CI job."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

from grader.reports.harmless import clean

if TYPE_CHECKING:
    from typing import TextIO

# GitHub's runner obeys "::name::" at the beginning of a line, even after spaces, and "##[name]" anywhere.
_COMMAND = re.compile(r"::|##\[")
LONGEST = 400


def safe(text: str, limit: int = LONGEST) -> str:
    """One line without control characters and without anything that a CI job's runner takes for a command."""
    line = clean(text[:limit]).replace("\n", "\u240a").replace("\t", "\u2409")
    return _COMMAND.sub(lambda found: "\u200a".join(found[0]), line)


def harmless(text: str) -> str:
    """Our own lines, none of which begins like a command for a CI job's runner, wherever a text was wrapped."""
    return re.sub(r"(?m)^([ \t]*)(?=::|##\[)", "\\1\u200b", text)


def columns() -> int:
    """How many columns the terminal has; 80 if there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def has_colour(stream: TextIO) -> bool:
    """Whether the stream can show colours and the user wants them (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    can = os.name != "nt" or "WT_SESSION" in os.environ  # older Windows consoles print the codes
    return can and stream.isatty()
