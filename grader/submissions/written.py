"""Reads written answers from a file's text, without running any of it: below markdown headings, and in ``ANSWERS``.

This runs in the worker, on hostile text; what comes out is plain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.submissions import parsing
from grader.submissions.answer_dict import Given, read_dict
from grader.submissions.answers import heading_title, is_fence
from grader.submissions.cell_text import text_of
from grader.submissions.magics import cell_code
from grader.submissions.notebook import cells
from grader.submissions.text import Kind, decode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

LONGEST = 100_000  # characters of one answer that are handed on
ELSEWHERE = ""  # under this name stands what belongs to no answer
_PERCENT = re.compile(r"#\s?%%")
_MARGIN = re.compile(r"#\s?")
_DECORATION = "#>*_-`=|: \t"
_PREFIX = 12  # letters; a shorter line of the stub is no sign that an answer was written behind it
_IN_COMMENTS = "it stands in comments, not in ANSWERS"
_NUMBER = re.compile(r"(?:(?:q|question|todo|task)?\s*\d+\s*[.:)-]*\s*)?(.*?)\s*(?:\(.*\))?[.:]?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Text:
    """What answers one question; ``certain`` is false where the text may not be all of it, or not it: ``why`` says so."""

    text: str
    certain: bool = True
    why: str = ""


@dataclass(slots=True)
class _Section:
    """What stands below one heading: lines of text, and what code cells that only hold text say."""

    lines: list[str] = field(default_factory=list)
    cells: list[Given] = field(default_factory=list)


def read_answers(
    data: bytes, kind: Kind, ids: Collection[str], prompts: Mapping[str, str] | None = None
) -> dict[str, Text]:
    """Return what answers each question, less the stub's own lines (``prompts_of``); raises UnreadableWork.

    A question without any text has an empty one; it is certain unless something in the file may be its answer.
    """
    prompt = _Prompt((prompts or {}).values())
    wanted = tuple(dict.fromkeys(ids))
    sections, given = _look(data, kind, wanted)
    found: dict[str, Text] = {}
    for name in wanted:
        section = sections.get(name, _Section())
        below = [Given(prompt.less("\n".join(section.lines)), kind == "notebook", _IN_COMMENTS)]
        below += [prompt.stripped(each) for each in section.cells]
        entry = prompt.stripped(given.texts.get(name, Given("")))
        found[name] = _joined(entry, below if kind == "notebook" or not _is_said(entry.text) else [])
    outside = [Given("\n".join(sections[ELSEWHERE].lines)), *sections[ELSEWHERE].cells]
    stray = "\n\n".join(text for each in outside if _is_said(text := prompt.less(each.text)))
    return _with_doubts(found, sections, stray, given.loose, kind)


def prompts_of(stubs: Iterable[tuple[bytes, Kind]], ids: Collection[str]) -> dict[str, str]:
    """Return what the stubs (a script, a notebook) themselves say at each question, and elsewhere under ``""``."""
    lines: dict[str, list[str]] = {}
    for data, kind in stubs:
        sections, given = _look(data, kind, tuple(ids))
        for name, section in sections.items():
            lines.setdefault(name, []).extend([*section.lines, *(each.text for each in section.cells)])
        for name, each in given.texts.items():
            lines.setdefault(name, []).append(each.text)
    return {name: "\n".join(parts) for name, parts in lines.items()}


def to_plain(texts: Mapping[str, Text]) -> dict[str, list[object]]:
    """Return answers as what may leave the worker."""
    return {name: [each.text, each.certain, each.why] for name, each in texts.items()}


def from_plain(plain: object, ids: Collection[str]) -> dict[str, Text]:
    """Return the answers that a worker told of; raises ValueError where anything is not as ``to_plain`` makes it."""
    if not isinstance(plain, dict) or set(plain) != set(ids):
        raise ValueError("answers: a dict with the questions' ids was expected")
    found: dict[str, Text] = {}
    for name, value in plain.items():
        if not isinstance(value, list) or len(value) != 3:
            raise ValueError("answers: three values for each question were expected")
        text, certain, why = value
        if not (isinstance(text, str) and isinstance(certain, bool) and isinstance(why, str)):
            raise ValueError("answers: a text, a truth value and a text were expected")
        if len(text) > LONGEST or len(why) > 200:
            raise ValueError("answers: a text of bounded length was expected")
        found[name] = Text(text, certain, why)
    return found


def _look(data: bytes, kind: Kind, ids: tuple[str, ...]) -> tuple[dict[str, _Section], _Entries]:
    text = decode(data, kind)
    pieces = _script(text) if kind == "script" else _notebook(text)
    exact = {title for part, body in pieces if part != "code" for title in _titles(part, body)} & set(ids)
    loosely = {name: name for name in exact} | {_key(name): name for name in ids if name not in exact}
    sections: dict[str, _Section] = {ELSEWHERE: _Section()}
    entries = _Entries()
    budget = parsing.Budget.of(len(text))
    current = ELSEWHERE
    for part, body in pieces:
        if part == "code":
            code = cell_code(body) if kind == "notebook" else body
            if code is None:
                continue
            statements, broken = parsing.read(code, budget, cell=kind == "notebook")
            entries.add(*read_dict(statements, [_lines(code, each) for each in broken], ids, entries.texts))
            if kind == "notebook" and (held := text_of(code, statements, bool(broken))):
                sections[current].cells.append(held)
            continue
        for line, title in _lines_with_titles(part, body):
            name, rest = _named(title, loosely)
            if name:
                current = name
                sections.setdefault(current, _Section()).lines.append(rest)
            else:
                sections[current].lines.append(line)
    return sections, entries


@dataclass(slots=True)
class _Entries:
    """What ``ANSWERS`` is given; ``loose`` if it may hold more than can be read."""

    texts: dict[str, Given] = field(default_factory=dict)
    loose: bool = False

    def add(self, texts: dict[str, Given], loose: bool) -> None:
        self.texts = texts
        self.loose = self.loose or loose


def _script(text: str) -> list[tuple[str, str]]:
    return [("comments", text), ("code", text)]


def _notebook(text: str) -> list[tuple[str, str]]:
    return [(cell.kind, cell.text) for cell in cells(text)[0]]


def _lines(code: str, piece: parsing.Piece) -> str:
    return "\n".join(code.split("\n")[piece.line - 1 : piece.end_line])


def _titles(part: str, body: str) -> Iterable[str]:
    return (title for _, title in _lines_with_titles(part, body) if title)


def _lines_with_titles(part: str, body: str) -> Iterable[tuple[str, str]]:
    """Yield each line of text with the title that it is ("" for none); of a script, the lines that are comments."""
    fence = ""
    for raw in body.split("\n"):
        line = raw
        if part == "comments":
            if not raw.startswith("#") or _PERCENT.match(raw):
                continue
            line = _MARGIN.sub("", raw, count=1)
        mark = is_fence(line)
        if mark and fence in ("", mark):
            fence = "" if fence else mark
        yield line, "" if fence else heading_title(line)


def _named(title: str, known: Mapping[str, str]) -> tuple[str, str]:
    """Return the question that a heading names, and what follows its name there ("memory_gate: ...")."""
    if not title:
        return "", ""
    if name := known.get(title) or known.get(_key(title)):
        return name, ""
    first, mark, rest = title.partition(":")
    name = known.get(first.strip("`*_ "), "") if mark else ""
    return name, rest if name else ""


def _key(title: str) -> str:
    """Give a title as it is compared where nothing fits exactly: "4. Memory gate (1 point)" is memory_gate."""
    match = _NUMBER.match(title[:200].strip())
    bare = match[1] if match else title
    return re.sub(r"[\s_-]+", "_", bare.strip("`*\"' ")).casefold()


class _Prompt:
    """What the stub itself says, at whichever question: a heading that is gone leaves its prompt under another."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._lines = {_squeezed(line) for text in texts for line in text.split("\n")} - {""}
        self._begins = sorted((line for line in self._lines if len(line) >= _PREFIX), key=len, reverse=True)

    def stripped(self, each: Given) -> Given:
        """Return a given text less the stub's lines."""
        return Given(self.less(each.text), each.certain, each.why)

    def less(self, text: str) -> str:
        """Take the stub's own lines out of a text, also where an answer goes on behind one."""
        kept: list[str] = []
        for line in text.split("\n"):
            squeezed = _squeezed(line)
            if squeezed in self._lines:
                continue
            start = next((begin for begin in self._begins if squeezed.startswith(begin)), "")
            kept.append(squeezed[len(start) :].strip() if start else line)
        return "\n".join(kept).strip()


def _squeezed(line: str) -> str:
    return " ".join(line.split()).strip(_DECORATION)


def _joined(entry: Given, below: list[Given]) -> Text:
    """Put together what is said at different places; the same said twice counts once."""
    parts: list[Given] = []
    for each in (*below, entry):
        new = _is_said(each.text) and " ".join(each.text.split()) not in {" ".join(p.text.split()) for p in parts}
        if new or (not each.certain and each is entry):
            parts.append(each)
    text = "\n\n".join(part.text for part in parts if part.text)
    why = next((part.why for part in parts if not part.certain), "")
    return Text(_safe(text), not why, why[:200])


def _safe(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")[:LONGEST]


def _is_said(text: str) -> bool:
    return any(map(str.isalnum, text)) and not text.lstrip(_DECORATION + "\n").startswith("TODO")


def _with_doubts(
    found: dict[str, Text], sections: dict[str, _Section], stray: str, loose: bool, kind: Kind
) -> dict[str, Text]:
    """Mark what seems unanswered, but may be answered where it can't be told."""
    said = any(_is_said(each.text) for each in found.values())
    lost = kind == "notebook" and bool(stray or said)
    marked = dict(found)
    for name, each in found.items():
        if not each.certain or _is_said(each.text):
            continue
        if loose:
            marked[name] = Text(each.text, False, "ANSWERS is given something that can't be read without running it")
        elif lost and name not in sections:
            marked[name] = Text(_safe(stray), False, "its heading is gone, so the answer may stand under another")
    return marked


__all__ = ["Text", "from_plain", "prompts_of", "read_answers", "to_plain"]
