"""Turns text into syntax trees, and text that does not parse into the pieces that do."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from grader.source.conflicts import LEFT, UNRESOLVED, find_conflicts, is_mark, sides
from grader.source.magics import scan, without_magics, without_numbers, without_prompts
from grader.source.newer import needed
from grader.source.statements import digest
from grader.source.syntax_words import about_comma, in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.source.conflicts import Conflict

FaultCause = Literal["syntax", "conflict", "newer"]
"""Why lines do not parse: they are no Python, an unresolved merge, or Python of a newer version than this one."""

_FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_CONTINUES = re.compile(r"(?:else|elif|except|finally)\b")
_NEVER_IN_BRACKETS = re.compile(r"(?:def|class|import|with|while|try|del|global|assert|raise|return|pass|from)\b")
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?:\s|$)")
_NAMED = re.compile(r"(?:async\s+def|def|class)\s+(\w+)|([^\W\d]\w*)\s*(?::[^=]*)?=(?!=)")
_LONG = 1_000_000
_MAX_PIECES = 200  # broken places that are kept apart; all that comes after them is one


@dataclass(frozen=True, slots=True)
class Fault:
    """Why text does not parse: Python's own words and the line, counted from 1."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of lines that does not parse (from 1, the last included), why, and the names it would have bound.

    For an unresolved merge, whose two sides are read, it is the lines between the marks.
    """

    line: int
    end_line: int
    message: str
    binds: tuple[str, ...]
    cause: FaultCause = "syntax"


@dataclass(slots=True)
class ParsingBudget:
    """How much text may still be looked through and parsed again in search of what does parse."""

    parsed: int
    scanned: int = field(init=False)

    def __post_init__(self) -> None:
        self.scanned = 4 * self.parsed

    @classmethod
    def of(cls, size: int) -> ParsingBudget:
        """Return enough for any homework, and for a hostile file a few times what reading it once takes."""
        return cls(2 * size + 1_000_000)


def parse(text: str) -> list[ast.stmt] | Fault:
    """Return the statements of a text of plain Python (``await`` allowed at its top level), or why there are none.

    Raises MemoryError for a long text only.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a doubtful escape is no error, whatever filter is set around
            tree = compile(text, "<text>", "exec", _FLAGS, dont_inherit=True)
    except SyntaxError as error:
        return Fault(error.lineno or 1, str(error.msg))
    except (RecursionError, OverflowError):
        return Fault(1, "it is nested too deeply to be read")
    except MemoryError:  # so ends the parser's own stack; in a long text memory itself may have run out
        if len(text) > _LONG:
            raise
        return Fault(1, "it is nested too deeply to be read")
    except UnicodeError:
        return Fault(1, "it holds half a character (a lone surrogate)")
    except ValueError:
        return Fault(1, "it holds a NUL character")
    return tree.body  # type: ignore[no-any-return]


def read(text: str, budget: ParsingBudget, *, cell: bool, merged: bool = True) -> tuple[list[ast.stmt], list[Piece]]:
    """Return the statements of a script or cell, notebook commands taken out, and the runs that do not parse.

    Unless ``merged`` is false, both sides of an unresolved merge are read.
    """
    text = without_numbers(text)
    body = parse(text)
    if isinstance(body, list):
        return body, []
    text = without_prompts(text)
    if isinstance(body := parse(without_magics(text)), list):
        return body, []
    lines = text.split("\n")
    if cell and (level := _dedented(lines)) and isinstance(body := parse(without_magics("\n".join(level))), list):
        return body, []
    conflicts = find_conflicts(lines) if merged else []
    return _both_sides(lines, conflicts, budget, cell=cell) if conflicts else _recover(lines, budget)


def _both_sides(
    lines: list[str], conflicts: list[Conflict], budget: ParsingBudget, *, cell: bool
) -> tuple[list[ast.stmt], list[Piece]]:
    """Read a text as one side of a merge has it, and what differs in the other."""
    ours, theirs = (read("\n".join(side), budget, cell=cell, merged=False) for side in sides(lines, conflicts))
    marked = [0] * (len(lines) + 1)
    for each in conflicts:
        marked[each.start + 1 : each.end + 2] = [1] * (each.end + 1 - each.start)
    so_far = list(accumulate(marked))

    def differs(first: int, last: int) -> bool:
        return so_far[last] > so_far[first - 1]

    kept = {(node.lineno, digest(node)) for node in ours[0]}
    more = [node for node in theirs[0] if differs(node.lineno, node.end_lineno or node.lineno)]
    body = [*ours[0], *(node for node in more if (node.lineno, digest(node)) not in kept)]
    pieces = [*ours[1], *(each for each in theirs[1] if differs(each.line, each.end_line) and each not in ours[1])]
    for each in conflicts:
        line = each.start + 1
        pieces.append(Piece(line, each.end + 1, f"line {line}: {UNRESOLVED}", (), "conflict"))
    return sorted(body, key=lambda node: node.lineno), sorted(pieces, key=lambda piece: piece.line)


def _dedented(lines: Sequence[str]) -> list[str] | None:
    """Return a cell that is indented as a whole, moved to column 0 as notebooks do before running it."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    return [line.removeprefix(indent) for line in lines] if indent else None


def _recover(lines: list[str], budget: ParsingBudget) -> tuple[list[ast.stmt], list[Piece]]:
    starts = _starts(lines)
    bounds = [*starts, len(lines)]
    block_at = {line: number for number, line in enumerate(bounds)}
    filled = [0]
    for line in lines:
        filled.append(filled[-1] + bool(line.strip()))
    # best[k]: how many lines can be kept from block k on; ends[k]: the block after the run that begins with k.
    best = [0] * len(bounds)
    ends = [0] * len(bounds)
    for block in range(len(starts) - 1, -1, -1):
        best[block] = best[block + 1]
        for end in _runs(lines, bounds, block, block_at, budget):
            kept = filled[bounds[end]] - filled[bounds[block]] + best[end]
            if kept >= best[block]:
                best[block], ends[block] = kept, end
    kept_lines = [""] * len(lines)
    lost: list[int] = []
    block = 0
    while block < len(starts):
        if not ends[block]:
            lost.append(block)
            block += 1
            continue
        first, last = bounds[block], bounds[ends[block]]
        for number, replaced in zip(range(first, last), scan(lines, first), strict=False):
            kept_lines[number] = replaced.text
        block = ends[block]
    body = parse("\n".join(kept_lines))
    spans = _spans(lines, bounds, lost)
    if isinstance(body, Fault):  # each run parses, yet not all of them together: too much of it
        return [], [Piece(1, len(lines), body.message, _names(lines))]
    return body, [_piece(lines, *span, budget) for span in spans]


def _starts(lines: Sequence[str]) -> list[int]:
    """Return the lines in column 0 where a run may begin; a conflict marker inside an indented block is none."""
    starts: list[int] = []
    after = ""  # the next line below that is neither blank nor a comment
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        code = line.strip(" \t\f")
        if not code or code.startswith("#"):
            continue
        inside = _CONFLICT.match(line) and after.startswith((" ", "\t"))
        if line[0] not in " \t\f" and not inside:
            starts.append(number)
        after = line
    return starts[::-1]


def _runs(
    lines: list[str], bounds: list[int], block: int, block_at: dict[int, int], budget: ParsingBudget
) -> Iterator[int]:
    """Yield the blocks before which a statement that begins with this block can end."""
    first = bounds[block]
    if _CONTINUES.match(lines[first]):
        return
    run: list[str] = []
    for number, line in enumerate(scan(lines, first), first):
        size = len(line.text) + 1
        budget.scanned -= size
        run.append(line.text)
        end = block_at.get(number + 1)
        if budget.scanned < 0:
            return
        if end is None:
            continue
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if not line.ends:
            if line.depth and _NEVER_IN_BRACKETS.match(following):
                return
            continue
        text = "\n".join(run)
        budget.parsed -= len(text)
        if budget.parsed < 0:
            return
        parsed = isinstance(parse(text), list)
        if parsed:
            yield end
        decorated = lines[first].startswith("@") and lines[number].startswith("@")
        if not (_CONTINUES.match(following) or (decorated and not parsed)):
            return


def _spans(lines: list[str], bounds: list[int], lost: list[int]) -> list[tuple[int, int]]:
    """Return the lost blocks as ranges of lines, those that hang together as one."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    spans: list[tuple[int, int]] = []
    if first < bounds[0] and any(_is_code(line) for line in lines[first : bounds[0]]):
        spans.append((first, bounds[0]))
    decorator = False
    for block in lost:
        span = (bounds[block], bounds[block + 1])
        joins = bool(spans) and spans[-1][1] == span[0]
        if (joins and (decorator or not _NAMED.match(lines[span[0]]))) or len(spans) >= _MAX_PIECES:
            spans[-1] = (spans[-1][0], span[1])
        else:
            spans.append(span)
        decorator = lines[span[0]].startswith("@")
    return spans


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _piece(lines: list[str], start: int, end: int, budget: ParsingBudget) -> Piece:
    while end > start + 1 and not _is_code(lines[end - 1]):
        end -= 1
    span = lines[start:end]
    mark = next((number for number, line in enumerate(span, start + 1) if is_mark(line)), None)
    if mark is not None:
        return Piece(start + 1, end, f"line {mark}: {LEFT}", _names(span), "conflict")
    text = without_magics("\n".join(span))
    fault = parse(text)
    if isinstance(fault, Fault):
        at = min(start + max(fault.line, 1), end)
        budget.parsed -= len(text)
        if budget.parsed > 0 and (version := needed(text)):
            told = "it needs Python {}.{}, and this run has {}.{}".format(*version, *sys.version_info[:2])
            return Piece(start + 1, end, f"line {start + 1}: {told}", _names(span), "newer")
        # Python counts from the first line of the piece, in its texts as well
        words = about_comma(fault.message, lines[at - 1]) or in_words(fault.message)
        told = re.sub(r"\bon line (\d+)", lambda found: f"on line {start + int(found[1])}", words)
        message = f"line {at}: {told}"
    else:
        message = f"line {start + 1}: this part could not be read within the time for it"
    return Piece(start + 1, end, message, _names(span))


def _names(lines: Sequence[str]) -> tuple[str, ...]:
    found = (_NAMED.match(line) for line in lines)
    return tuple(dict.fromkeys(match[1] or match[2] for match in found if match))
