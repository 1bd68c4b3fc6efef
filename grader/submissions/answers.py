"""Written answers in a submission's text: markdown headings with what stands below, and the dict ``ANSWERS``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from grader.submissions.statements import digest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from grader.submissions.source import Source

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*)$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_MAX_HEADINGS = 10_000


def heading_title(line: str) -> str:
    """Return the title that a line of markdown is a heading for, bare of marks; "" for any other line."""
    found = _HEADING.match(line)
    return found[2].rstrip("# \t").strip("*`: \t") if found else ""


def is_fence(line: str) -> str:
    """Return the mark by which a line begins or ends a block of code in markdown; "" for any other line."""
    found = _FENCE.match(line)
    return found[1] if found else ""


def headings(source: Source) -> list[tuple[str, str]]:
    """Return each markdown heading, bare of marks, with all markdown text between it and the next; in order."""
    found: list[tuple[str, list[str]]] = []
    for markdown in source.markdown:
        fence = ""
        for line in markdown.text.split("\n"):
            mark = is_fence(line)
            if mark and fence in ("", mark):
                fence = "" if fence else mark
            title = "" if fence else heading_title(line)
            if title and len(found) < _MAX_HEADINGS:
                found.append((title, []))
            elif found:
                found[-1][1].append(line)
    return [(title, "\n".join(lines)) for title, lines in found]


def answered(source: Source, names: Collection[str]) -> dict[str, str]:
    """Return the text (or the digest of the expression) that answers each wanted name; empty answers are left out."""
    wanted = set(names)
    texts: dict[str, str] = {}
    current = ""
    for title, text in headings(source):
        if title in wanted:
            current = title
            texts[current] = ""
        if current:
            texts[current] += text + "\n"
    for name, value in _items(source):
        if name in wanted:
            is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
            texts[name] = str(value.value) if is_text and isinstance(value, ast.Constant) else digest(value)
    squeezed = {name: " ".join(text.split()) for name, text in texts.items()}
    return {name: text for name, text in squeezed.items() if any(map(str.isalnum, text))}


def answer_names(source: Source) -> set[str]:
    """Return the keys that the module-level dict ``ANSWERS`` is given in the text, empty answers included."""
    return {name for name, _ in _items(source)}


def _items(source: Source) -> Iterator[tuple[str, ast.expr]]:
    for statement in source.statements:
        node = statement.node
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and target.id == "ANSWERS" and isinstance(value, ast.Dict):
                for key, item in zip(value.keys, value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield key.value, item
            elif (
                isinstance(target, ast.Subscript)
                and isinstance(target.value, ast.Name)
                and target.value.id == "ANSWERS"
                and isinstance(target.slice, ast.Constant)
                and isinstance(target.slice.value, str)
            ):
                yield target.slice.value, value
