"""Text from submissions, made fit for a terminal and for the log of a CI job."""

from __future__ import annotations

import re

from grader.reports.text import clean

# GitHub's runner takes "::name::" at the beginning of a line (spaces before it do not help) and "##[name]" anywhere as a command.
_COMMAND = re.compile(r"::|##\[")
LONGEST = 400


def safe(text: str) -> str:
    """One line without control characters and without anything that a CI job's runner takes for a command."""
    line = clean(text[:LONGEST]).replace("\n", "\u240a").replace("\t", "\u2409")
    return _COMMAND.sub(lambda found: "\u200a".join(found[0]), line)
