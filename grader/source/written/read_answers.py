"""Reads written answers from a file's text, without running any of it: below markdown headings, and in ``ANSWERS``.

This runs in the worker, on hostile text; what comes out is plain.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.source.read_source import read_source
from grader.source.written.sections import ELSEWHERE, Answers, Section, find_answers
from grader.source.written.written_text import Text, is_empty

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from grader.source.text import Kind

LONGEST = 100_000  # characters of one answer that are handed on
_DECORATION = "#>*_-`=|: \t"
_NUMBERED = re.compile(r"^[ \t]*(?:\d{1,2}|[a-f])[.)][ \t]+\w", re.MULTILINE)
_PREFIX = 12  # letters; a shorter line of the stub is no sign that an answer was written behind it


def read_answers(
    data: bytes, kind: Kind, ids: Collection[str], prompts: Mapping[str, str] | None = None
) -> dict[str, Text]:
    """Return what answers each question, less the stub's own lines (``prompts_of``); raises UnreadableWork.

    A question without any text has an empty one; it is certain unless something in the file may be its answer.
    """
    stub = _StubLines((prompts or {}).values())
    wanted = tuple(dict.fromkeys(ids))
    answers = find_answers(read_source(data, kind, ""), wanted)
    found: dict[str, Text] = {}
    for name in wanted:
        section = answers.sections.get(name, Section())
        below = [Text(stub.less(section.text)), *(stub.stripped(each) for each in section.cells)]
        entries = [stub.stripped(each) for each in answers.given.get(name, [])]
        # What equals the stub's takes nothing away from what was given before it.
        last = entries[-1] if entries else Text("")
        entry = next((each for each in reversed(entries) if not (each.certain and is_empty(each.text))), last)
        found[name] = _joined(entry, below if kind == "notebook" or is_empty(entry.text) else [])
    return _with_doubts(found, answers, stub, kind)


def prompts_of(stubs: Iterable[tuple[bytes, Kind]], ids: Collection[str]) -> dict[str, str]:
    """Return what the stubs (a script, a notebook) themselves say at each question, and elsewhere under ``""``."""
    lines: dict[str, list[str]] = {}
    for data, kind in stubs:
        answers = find_answers(read_source(data, kind, ""), ids)
        for name in (ELSEWHERE, *ids):
            lines.setdefault(name, []).extend(answers.texts(name))
        lines[ELSEWHERE] += [title for title, _ in answers.others]
    return {name: "\n".join(parts) for name, parts in lines.items()}


class _StubLines:
    """What the stub itself says, at whichever question: a heading that is gone leaves its prompt under another."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._lines = {_squeezed(line) for text in texts for line in text.split("\n")} - {""}
        self._begins = sorted((line for line in self._lines if len(line) >= _PREFIX), key=len, reverse=True)

    def stripped(self, each: Text) -> Text:
        """Return a given text less the stub's lines."""
        return Text(self.less(each.text), each.certain, each.why)

    def less(self, text: str) -> str:
        """Take the stub's own lines out of a text, even if an answer goes on behind one."""
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


def _joined(entry: Text, below: list[Text]) -> Text:
    """Put together what different places say; the same text twice counts once."""
    parts: list[Text] = []
    for each in (*below, entry):
        new = not is_empty(each.text) and " ".join(each.text.split()) not in {" ".join(p.text.split()) for p in parts}
        if new or (not each.certain and each is entry):
            parts.append(each)
    text = "\n\n".join(part.text for part in parts if part.text)
    why = next((part.why for part in parts if not part.certain), "")
    return Text(_safe(text), not why, why[:200])


def _safe(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")[:LONGEST]


def _with_doubts(found: dict[str, Text], answers: Answers, stub: _StubLines, kind: Kind) -> dict[str, Text]:
    """Mark what seems unanswered, but may be answered where it can't be told."""
    outside = answers.sections[ELSEWHERE]
    stray = "\n\n".join(
        text for each in (outside.text, *(cell.text for cell in outside.cells)) if not is_empty(text := stub.less(each))
    )
    said = not all(is_empty(each.text) for each in found.values())
    under = next((title for title, lines in answers.others if not is_empty(stub.less("\n".join(lines)))), "")
    doubted = {name: _doubted(name, each, answers, stray, said, stub.less(under), kind) for name, each in found.items()}
    return _gathered(doubted)


def _gathered(found: dict[str, Text]) -> dict[str, Text]:
    """Mark empty answers as uncertain where another has a paragraph for each of them: all may have been written in one place."""
    empty = [name for name, each in found.items() if each.certain and is_empty(each.text)]
    place = next(
        (name for name, each in found.items() if name not in empty and _paragraphs(each.text) > len(empty)), None
    )
    if place is None or len(empty) < 2:
        return found
    why = f"it may stand among the paragraphs of {place}"
    return {name: Text(each.text, False, why) if name in empty else each for name, each in found.items()}


def _paragraphs(text: str) -> int:
    """The blocks of a text between blank lines, or its numbered lines where these are more."""
    blocks = sum(not is_empty(block) for block in re.split(r"\n[ \t]*\n", text))
    return max(blocks, len(_NUMBERED.findall(text)))


def _doubted(name: str, each: Text, answers: Answers, stray: str, said: bool, under: str, kind: Kind) -> Text:
    if answers.conflict:
        return Text(each.text, False, "the file holds an unresolved merge conflict")
    if not (each.certain and is_empty(each.text)):
        return each
    if answers.loose:
        return Text(each.text, False, "ANSWERS is given something that can't be read without running it")
    if kind == "script":  # a comment or a text of one's own is ordinary there, as long as there is a place for answers
        lost = bool(stray) and answers.sections.keys() == {ELSEWHERE} and not answers.given
    else:
        lost = name not in answers.sections and bool(stray or said)
    if lost:
        return Text(_safe(stray), False, "its heading is gone, so the answer may stand under another")
    if under:
        title = " ".join(under.split()).strip(_DECORATION)[:60]
        return Text("", False, f"it may stand under the heading “{title}”")
    return each


__all__ = ["Text", "prompts_of", "read_answers"]
