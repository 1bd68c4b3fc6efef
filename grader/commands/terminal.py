"""Text from submissions, made fit for a terminal and for the log of a CI job."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

from grader.reports.harmless import clean

if TYPE_CHECKING:
    from typing import TextIO

# GitHub's runner takes "::name::" at the beginning of a line (spaces before it do not help) and "##[name]" anywhere as a command.
_COMMAND = re.compile(r"::|##\[")
LONGEST = 400


def safe(text: str) -> str:
    """One line without control characters and without anything that a CI job's runner takes for a command."""
    line = clean(text[:LONGEST]).replace("\n", "\u240a").replace("\t", "\u2409")
    return _COMMAND.sub(lambda found: "\u200a".join(found[0]), line)


def harmless(text: str) -> str:
    """Lines of our own, none of which begins as a command of a CI job's runner does, wherever a text was wrapped."""
    return re.sub(r"(?m)^([ \t]*)(?=::|##\[)", "\\1\u200b", text)


def columns() -> int:
    """How many columns the terminal has; 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def has_colour(stream: TextIO) -> bool:
    """Whether colours can be shown there and are wanted (https://no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    can = os.name != "nt" or "WT_SESSION" in os.environ  # older consoles of Windows print the codes
    return can and stream.isatty()
