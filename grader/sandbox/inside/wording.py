"""The text of an exception in the student's terms: without what differs between two runs of one file.

Runs in the worker, or in the student's own kernel. Each pattern is bounded or possessive, so a long text costs a long scan and
no more.
"""

from __future__ import annotations

import contextlib
import os
import re

_LOOKED_AT = 50_000  # characters of a message
# Where something lies on this machine; before the folders that a process works in, which paths of packages may begin with.
_PATHS: tuple[tuple[str, str], ...] = (
    (r" \((?:unknown location|(?:/|[A-Za-z]:\\)[^()\n]{1,400}\.(?:py|pyd|so|pyc))\)", ""),
    (r"(?:/|[A-Za-z]:\\)[^\s'\"()]{0,400}(?:site|dist)-packages[/\\]", ""),
    (r"/[^\s'\"()]{0,400}grader-\d{1,10}-\w{8}/packages/", ""),
    (r"(?:/|[A-Za-z]:\\)[^\s'\"()]{0,400}[/\\]lib[/\\]python3\.\d{1,2}[/\\]", ""),
)
_PATTERNS: tuple[tuple[str, str], ...] = (
    (r"\x1b\[[\d;]*m", ""),  # colours mean nothing on a page
    # In a graph TensorFlow puts all frames of Python in front of what was wrong, and the names of its nodes round it.
    (r" defined at \(most recent call last\):\n(?:[ \t]*File \"[^\"\n]*\", line \d+, in [^\n]*\n+)*", ": "),
    (r"\A(?:Graph execution error:\s*)?Detected at node [^\s:]{1,200}:\s*", ""),
    (r"\s*\[\[\{\{node [^}\n]{0,300}\}\}\]\]", ""),
    (r"\{\{(?:function_)?node [^}\n]{0,300}\}\}\s?", ""),
    (r"\s?\[Op:[^\]\n]{0,200}\](?: name:)?", ""),
    (r"\s*\nArguments received by [\s\S]*", ""),
    (r" at 0x[0-9A-Fa-f]{4,16}", ""),
    (r"\(<(?:string|unknown|stdin)>, line (\d{1,9})\)", r"(line \1)"),
    # Where a class comes from, what Keras numbers, and the grader's own.
    (r"<class '(?:\w{1,80}\.){0,12}(\w{1,80})'>", r"\1"),
    (r"<(?:\w{1,80}\.){1,12}(\w{1,80}) object\b", r"<\1 object"),
    (r"\bTensorFlowTrainer\.", "model."),
    (r"module '(?:submission|__main__)'", "this file"),
    (r"\bCountRows\.call\(\)|\bCountRows\b|\bcount_rows(?:_\d{1,6})?\b", "the model's first layer"),
    (r"((?:\blayer |\bname=|\bmodel )['\"]?[a-z_]{1,40}?)(?:_\d{1,6}){1,3}\b", r"\1"),
    # The beginning of a wall of numbers says what they are.
    (r"((?:[-+\d.eE]++[,\s\[\]]++){10})(?:[-+\d.eE]++[,\s\[\]]++){6,}+", r"\1… "),
    (r"[ \t]*+\n\s*+", " "),
)
_TEMPORARY = re.compile(r"(?<=[/\\])tmp[a-z0-9_]{8}\b")  # only in a path: a name may begin like this too
_PLACES = tuple((re.compile(pattern), words) for pattern, words in _PATHS)
_RULES = tuple((re.compile(pattern), words) for pattern, words in _PATTERNS)


def in_plain_words(text: str) -> str:
    """The text as one line, without addresses, folders of this machine, numbers of layers, colours and frames."""
    text = text[:_LOOKED_AT]
    for pattern, words in _PLACES:
        text = pattern.sub(words, text)
    text = _TEMPORARY.sub("a temporary file", text)
    for folder in _own_folders():
        text = text.replace(folder + os.sep, "")
    for pattern, words in _RULES:
        text = pattern.sub(words, text)
    return text.strip()


def _own_folders() -> list[str]:
    """The folders that a process works in: their names differ in every run."""
    found = [os.environ.get("TMPDIR", "")]
    with contextlib.suppress(OSError):
        found.append(os.getcwd())
    return sorted({folder.rstrip("/\\") for folder in found} - {""}, key=len, reverse=True)
