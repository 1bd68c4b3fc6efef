"""Splits a script in percent format into its cells.

``# %%`` begins a code cell, ``# %% [markdown]`` a text cell whose lines are comments. Both may carry a title
before the bracket. The tokenizer finds the marks, so one inside a string is only text.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from typing import Literal

from grader.errors import CourseError

MAGIC = "# %"  # a magic in a script is a comment; the notebook has it without the "# "
CELL_MARK = re.compile(r"# ?%%(?:\s+(?P<rest>.*))?")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that has its line to itself: 1-based line, indentation in columns, text from the ``#`` on."""

    line: int
    indent: int
    text: str


@dataclass(frozen=True, slots=True)
class MasterCell:
    """One cell: its text without the mark (and, for markdown, without ``# ``) and the line its mark stands on."""

    kind: Literal["code", "markdown"]
    text: str
    line: int


def with_install_cell(script: str, name: str, package: str) -> str:
    """Put a cell that installs ``package`` before the first code cell; in a script it is a comment, as magics are."""
    if not package:
        return script
    lines = script.split("\n")
    first = next((cell for cell in split_cells(script, name) if cell.kind == "code"), None)
    at = first.line - 1 if first is not None else len(lines)
    install = [
        "# %%",
        "# The students' package, which checks your work. In a terminal, install it once, with pip instead of %pip.",
        f'{MAGIC}pip install --quiet "{package}"',
        "",
    ]
    return "\n".join([*lines[:at], *install, *lines[at:]])


def own_line_comments(source: str, name: str) -> list[Comment]:
    """List the comments that have a line to themselves; CourseError naming ``name`` if it is not Python."""
    try:
        ast.parse(source)
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        where = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise CourseError(f"{name}{where}: this is not valid Python ({error.args[0]}). Correct it first.") from None
    return [
        Comment(token.start[0], token.start[1], token.string.rstrip())
        for token in tokens
        if token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip()
    ]


def split_cells(source: str, name: str) -> tuple[MasterCell, ...]:
    """Split ``source`` into its cells, empty ones left out; CourseError names ``name`` and the line."""
    lines = source.split("\n")
    marks = [(1, "code", 0)] + [
        (comment.line, _kind(comment, name), 1)
        for comment in own_line_comments(source, name)
        if comment.indent == 0 and CELL_MARK.fullmatch(comment.text)
    ]
    ends = [line - 1 for line, _, _ in marks[1:]] + [len(lines)]
    cells = []
    for (line, kind, skip), end in zip(marks, ends, strict=True):
        first = line + skip
        body = lines[first - 1 : end]
        text = "\n".join(_uncomment(body, first, name) if kind == "markdown" else body).strip("\n").rstrip()
        if text.strip():
            cells.append(MasterCell("markdown" if kind == "markdown" else "code", text, line))
    return tuple(cells)


def _kind(mark: Comment, name: str) -> str:
    match = CELL_MARK.fullmatch(mark.text)
    rest = (match and match["rest"]) or ""
    bracket = re.search(r"\[(.*)\]\s*$", rest)
    kind = bracket[1] if bracket else "code"
    if kind not in ("code", "markdown"):
        raise CourseError(f"{name}, line {mark.line}: a cell is '# %%' or '# %% [markdown]', not [{kind}].")
    return kind


def _uncomment(body: list[str], first: int, name: str) -> list[str]:
    """Take the ``# `` off every line of a markdown cell."""
    for number, line in enumerate(body, start=first):
        if line.strip() and not line.startswith("#"):
            raise CourseError(
                f"{name}, line {number}: code inside a markdown cell; put '# ' before it, or '# %%' above it."
            )
    return [line[1:].removeprefix(" ") for line in body]
