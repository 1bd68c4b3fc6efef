"""Where written answers may stand in a file: below headings of its text, in raw and in code cells, and in ``ANSWERS``.

The one reader of them, for choosing a file and for marking it. It runs in the worker, on hostile text.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.source.written.answer_dict import key_of, read_dict
from grader.source.written.cell_text import text_of
from grader.source.written.written_text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from grader.source.read_source import Part, Source

ELSEWHERE = ""  # under this name stands what belongs to no answer
IN_COMMENTS = "it stands in comments, not in ANSWERS"
IN_TEXT = "it stands in a text of its own, not in ANSWERS"
IN_RAW = "it stands in a raw cell"
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*)$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_PERCENT = re.compile(r"#\s?%%")
_MARGIN = re.compile(r"#\s?")
_CONFLICT = re.compile(r"(?:<{7}|>{7})(?: |$)", re.MULTILINE)
_WRITES = frozenset({"markdown", "md", "html", "latex", "writefile", "file"})  # cell magics below which text may stand
_MAGIC = re.compile(r"\s*%%(\w+)[^\n]*\n?")
_MAX_HEADINGS = 10_000


@dataclass(slots=True)
class Section:
    """What stands below one heading: its lines of text, and what cells say that hold text and are no text cells."""

    lines: list[str] = field(default_factory=list)
    cells: list[Text] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


@dataclass(slots=True)
class Answers:
    """All places of a file that may hold answers.

    ``sections`` are by question, with what stands below no question's heading under ``""``; ``given`` has for each question
    what ``ANSWERS`` is given for it, in order, and is ``loose`` if it may hold more than can be read. ``others`` are the
    headings that belong to no question and are no lower than one (an answer may have headings too), each with the lines up to
    the next. ``conflict`` says that a merge is unresolved.
    """

    sections: dict[str, Section] = field(default_factory=lambda: {ELSEWHERE: Section()})
    given: dict[str, list[Text]] = field(default_factory=dict)
    loose: bool = False
    others: list[tuple[str, list[str]]] = field(default_factory=list)
    conflict: bool = False

    def texts(self, name: str) -> list[str]:
        """Each text that may answer a question, wherever it stands."""
        section = self.sections.get(name, Section())
        return [section.text, *(each.text for each in section.cells), *(each.text for each in self.given.get(name, []))]


def find_answers(source: Source, ids: Collection[str]) -> Answers:
    """Find whatever a file has for some questions, by their ids."""
    found = Answers(conflict=any(piece.cause == "conflict" for piece in source.broken))
    texts = [text for part in source.parts for text in _texts_of(part)]
    exact = {title for _, text, _ in texts for _, title in _lines_with_titles(text) if title} & set(ids)
    known = {name: name for name in exact} | {key_of(name): name for name in ids if name not in exact}
    reader = _Below(found, known)
    for part in source.parts:
        for _, text, why in _texts_of(part):
            found.conflict = found.conflict or bool(_CONFLICT.search(text))
            reader.read(text, why)
        if part.kind != "code":
            continue
        broken = ["\n".join(part.text.split("\n")[each.line - 1 : each.end_line]) for each in part.pieces]
        found.loose = read_dict(part.body, broken, ids, found.given) or found.loose
        if part.cell is not None and (held := text_of(part.text, part.body, bool(part.pieces))):
            found.sections[reader.question].cells.append(held)
    return found


class _Below:
    """Puts each line of a file's texts below the heading that it belongs to.

    ``question`` is the one that what follows belongs to, and ``level`` its heading's. If a heading of no
    question came after it, ``other`` collects the lines below that one as well.
    """

    def __init__(self, found: Answers, known: Mapping[str, str]) -> None:
        self.found = found
        self.known = known
        self.question = ELSEWHERE
        self.level = 6
        self.other: list[str] | None = None

    def read(self, text: str, why: str) -> None:
        """Read one text; ``why`` says that what stands there may not be an answer."""
        doubtful: dict[str, list[str]] = {}
        for line, title in _lines_with_titles(text):
            name, rest = _named(title, self.known)
            if name:
                self.question, self.level, self.other = name, _level(line), None
            elif title and _level(line) <= self.level and len(self.found.others) < _MAX_HEADINGS:
                self.other = []
                self.found.others.append((line, self.other))
            elif self.other is not None:
                self.other.append(line)
            section = self.found.sections.setdefault(self.question, Section())
            lines = doubtful.setdefault(self.question, []) if why else section.lines
            lines.append(rest if name else line)
        for name, lines in doubtful.items():
            if any(map(str.isalnum, "".join(lines))):
                self.found.sections[name].cells.append(Text("\n".join(lines), False, why))


def _texts_of(part: Part) -> list[tuple[int, str, str]]:
    """Return the texts of a cell or script: the line where each begins, the text, and why it may not be an answer."""
    if part.kind == "markdown":
        return [(1, part.text, "")]
    if part.kind == "raw":
        return [(1, part.text, IN_RAW)]
    if part.kind == "silent":
        magic = _MAGIC.match(part.text)
        writes = magic is not None and magic[1] in _WRITES
        return [(1, part.text[magic.end() :], f"it stands below %%{magic[1]}")] if magic and writes else []
    return sorted([*_comments(part), *_strings(part)]) if part.cell is None else []


def _comments(part: Part) -> Iterator[tuple[int, str, str]]:
    """Yield the comments of a script that begin in column 0 and stand in no statement, each run of lines as one text."""
    inside = {line for node in part.body for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    run: list[str] = []
    lines = part.text.split("\n")
    for number, line in enumerate([*lines, ""], start=1):
        if line.startswith("#") and number not in inside:
            if not _PERCENT.match(line):
                run.append(_MARGIN.sub("", line, count=1))
        elif run:
            yield number - len(run), "\n".join(run), IN_COMMENTS
            run = []


def _strings(part: Part) -> Iterator[tuple[int, str, str]]:
    """Yield the strings of a script that are statements by themselves, as Colab's script export writes text cells."""
    for node in part.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value, IN_TEXT


def heading_title(line: str) -> str:
    """Return the title that a line of markdown is a heading for, bare of marks; "" for any other line."""
    found = _HEADING.match(line)
    return found[2].rstrip("# \t").strip("*`: \t") if found else ""


def _level(line: str) -> int:
    """Return the level of a line that is a heading, 1 for the highest."""
    return len(line.lstrip()) - len(line.lstrip().lstrip("#"))


def _lines_with_titles(text: str) -> Iterable[tuple[str, str]]:
    """Yield each line of a text with the title that it is ("" for none); a heading in a block of code is none."""
    fence = ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        mark = found[1] if found else ""
        if mark and fence in ("", mark):
            fence = "" if fence else mark
        yield line, "" if fence else heading_title(line)


def _named(title: str, known: Mapping[str, str]) -> tuple[str, str]:
    """Return the question that a heading names, and what follows its name there ("memory_gate: ...")."""
    if not title:
        return "", ""
    if name := known.get(title) or known.get(key_of(title)):
        return name, ""
    first, mark, rest = title.partition(":")
    name = known.get(first.strip("`*_ "), "") if mark else ""
    return name, rest if name else ""
