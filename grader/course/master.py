"""Reads a master: a reference solution with markers round what a student must write.

The marks are comments with a line to themselves:

    # TODO 2 (one line): ...     the number that stub, hint and check share
    # >>> solution               from here ...
    # stub: NAME = ...           (optional) what the stub holds in place of the block
    # <<<                        ... to here is what a student writes
    # >>> instructors            from here to the next ``# <<<`` is in no stub at all

Grading reads ``graded_names`` from here, so this module needs nothing but the standard library.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn

from grader.course.cells import Comment, own_line_comments, split_cells
from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OPEN = re.compile(r"#+\s*>>>\s*(.*)")  # looser than the rule, so that a slip is an error and not a leaked solution
CLOSE = re.compile(r"#+\s*<<<.*")
TODO = re.compile(r"# TODO (\d+)\b.*")
STUB = re.compile(r"# stub:(?: (.*))?")
POINTS = re.compile(r"^#[ \t]*(?:[-*][ \t]+)?\**points:?\**:?[ \t]*(\d{1,4})\b", re.MULTILINE | re.IGNORECASE)
EMPTY_CELL = re.compile(r"^# ?%%(?:[ \t][^\n]*)?\n(?:#?[ \t]*\n)*(?=# ?%%(?:\s|\Z)|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines ``first`` to ``last`` (1-based, the marks included) and what a stub holds in their place."""

    kind: Literal["solution", "instructors"]
    first: int
    last: int
    names: tuple[str, ...] = ()
    stub: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Master:
    """A master's text, read and found to keep the rules."""

    id: str
    text: str
    blocks: tuple[Block, ...]

    @property
    def graded_names(self) -> tuple[str, ...]:
        """The functions and assignments that hold a solution block, in the file's order."""
        return tuple(dict.fromkeys(name for block in self.blocks for name in block.names))


def read_master(file: Path) -> Master:
    """Read and parse a master from its file; CourseError if it can't be read or breaks a rule."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CourseError(f"{file} can't be read ({error.strerror}): check the path and its permissions.") from None
    except UnicodeDecodeError:
        raise CourseError(f"{file} is not UTF-8 text: save it as UTF-8.") from None
    return parse_master(text, file.stem)


def graded_names(master_text: str) -> tuple[str, ...]:
    """Name the top-level functions and assignments that hold a solution block, in the file's order."""
    return parse_master(master_text, "master").graded_names


def parse_master(text: str, exercise: str) -> Master:
    """Parse the text of ``exercise``'s master; CourseError names the line of what breaks a rule."""
    return _Parser(text.replace("\r\n", "\n"), exercise).master()


def points_told(master: Master) -> int | None:
    """The points that the head of a master names (``Points: 12``), or None if it names none."""
    head = re.split(r"^# ?%%", master.text, maxsplit=2, flags=re.MULTILINE)[:2]
    found = POINTS.search("\n".join(head))
    return int(found[1]) if found else None


def stub_text(master: Master) -> str:
    """Make what students get: the master with every solution replaced and the instructors' parts gone."""
    stub = _replace_blocks(master, lambda block, inside: list(block.stub))
    try:
        ast.parse(stub)
    except SyntaxError as error:
        raise CourseError(
            f"{master.id}.py: the stub would not be valid Python (its line {error.lineno}: {error.msg}). "
            "Put the marks round whole statements."
        ) from None
    return stub


def solution_text(master: Master) -> str:
    """Make what instructors read: the master without its marks."""

    def unmarked(block: Block, inside: list[str]) -> list[str]:
        return [line for line in inside if block.kind == "instructors" or not STUB.fullmatch(line.strip())]

    return _replace_blocks(master, unmarked)


def _replace_blocks(master: Master, replacement: Callable[[Block, list[str]], list[str]]) -> str:
    """Put ``replacement(block, lines between its marks)`` where each block stands."""
    lines = master.text.split("\n")
    for block in reversed(master.blocks):
        new = replacement(block, lines[block.first : block.last - 1])
        after = block.last
        while not new and after < len(lines) and not lines[after].strip() and not lines[block.first - 2].strip():
            after += 1
        lines[block.first - 1 : after] = new
    text = EMPTY_CELL.sub("", "\n".join(lines))
    return text.strip("\n") + "\n"


def assigned_name(target: ast.expr) -> str:
    """Name what an assignment gives: a variable, or an item under a text (``ANSWERS["why"] = ...``); "" for others."""
    if isinstance(target, ast.Name):
        return target.id
    key = target.slice if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) else None
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def _targets(body: list[ast.stmt]) -> list[ast.expr]:
    return [
        target
        for statement in body
        if isinstance(statement, (ast.Assign, ast.AnnAssign))
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
    ]


class _Parser:
    """The rules of a master, each with the line that breaks it."""

    def __init__(self, text: str, exercise: str) -> None:
        self.text = text
        self.exercise = exercise
        self.name = f"{exercise}.py"
        self.lines = text.split("\n")
        self.comments = own_line_comments(text, self.name)
        self.top_level = ast.parse(text).body
        self.todos = self.numbers()

    def fail(self, line: int, reason: str) -> NoReturn:
        raise CourseError(f"{self.name}, line {line}: {reason}.")

    def master(self) -> Master:
        blocks: list[Block] = []
        parts: list[tuple[int, int, Block]] = []
        for opened, closed in self.pairs():
            if opened.text == "# >>> instructors":
                blocks.append(Block("instructors", opened.line, closed.line))
                continue
            owner = self.owner(opened.line).lineno if opened.indent else opened.line
            todo = self.todo(opened, owner if opened.indent else blocks[-1].last if blocks else 0)
            blocks.append(self.solution(opened, closed, todo))
            parts.append((todo, owner, blocks[-1]))
        self.check_numbers(parts)
        return Master(self.exercise, self.text, tuple(blocks))

    def pairs(self) -> list[tuple[Comment, Comment]]:
        """Match every opening mark with its closing one."""
        pairs: list[tuple[Comment, Comment]] = []
        opened: Comment | None = None
        for comment in self.comments:
            if OPEN.fullmatch(comment.text):
                if opened:
                    self.fail(comment.line, f"a block begins inside that of line {opened.line}; close it with # <<<")
                if comment.text not in ("# >>> solution", "# >>> instructors"):
                    self.fail(
                        comment.line, f"{comment.text!r} is not a mark; write # >>> solution or # >>> instructors"
                    )
                opened = comment
            elif CLOSE.fullmatch(comment.text):
                if not opened:
                    self.fail(comment.line, "# <<< closes nothing; put # >>> solution before it, or take it out")
                if comment.text != "# <<<":
                    self.fail(comment.line, f"{comment.text!r} is not a mark; write # <<< and nothing else")
                if comment.indent != opened.indent:
                    self.fail(comment.line, f"# <<< must be indented as its opening mark in line {opened.line}")
                pairs.append((opened, comment))
                opened = None
        if opened:
            self.fail(opened.line, "this block is never closed; put # <<< after its last line")
        return pairs

    def numbers(self) -> list[tuple[int, int]]:
        """List line and number of every TODO comment in the code cells."""
        cells = split_cells(self.text, self.name)
        found = []
        for comment in self.comments:
            kind = next((cell.kind for cell in reversed(cells) if cell.line <= comment.line), "code")
            if kind == "code" and (match := TODO.fullmatch(comment.text)):
                found.append((comment.line, int(match[1])))
        return found

    def todo(self, opened: Comment, after: int) -> int:
        """Find the number nearest above a block, below line ``after``."""
        found = [todo for line, todo in self.todos if after < line < opened.line]
        if not found:
            self.fail(opened.line, "this block has no number; put a comment '# TODO 1 (one line): ...' above it")
        return found[-1]

    def owner(self, line: int) -> ast.stmt:
        """Find the top-level statement that an indented line belongs to."""
        above = [statement for statement in self.top_level if statement.lineno < line]
        if not above:
            self.fail(line, "this mark is indented, but nothing stands above it")
        return above[-1]

    def solution(self, opened: Comment, closed: Comment, todo: int) -> Block:
        inside = self.lines[opened.line : closed.line - 1]
        body = self.statements(opened, inside)
        names = self.names_at_top(opened, closed, body) if not opened.indent else (self.function(opened),)
        stub = self.own_stub(opened, closed)
        if not stub and opened.indent:
            stub = [f'raise NotImplementedError("{self.exercise}, TODO {todo}: {names[0]}")']
        elif not stub:
            stub = [f"{ast.unparse(target)} = None" for target in _targets(body) if assigned_name(target)]
        margin = " " * opened.indent
        return Block("solution", opened.line, closed.line, names, tuple((margin + line).rstrip() for line in stub))

    def statements(self, opened: Comment, inside: list[str]) -> list[ast.stmt]:
        """Parse the inside of a block: it must be whole statements, indented as its marks."""
        wrapped = ["if True:", *inside] if opened.indent else inside
        try:
            body = ast.parse("\n".join(wrapped)).body
        except SyntaxError:
            body = []
        if opened.indent and body:
            body = body[0].body if len(body) == 1 and isinstance(body[0], ast.If) and not body[0].orelse else []
        if not body or body[0].col_offset != opened.indent:
            self.fail(opened.line, "a block must hold one or more whole statements, indented as its marks")
        return body

    def function(self, opened: Comment) -> str:
        owner = self.owner(opened.line)
        if not isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.fail(opened.line, "a block stands in a top-level function, or round a top-level assignment")
        return owner.name

    def names_at_top(self, opened: Comment, closed: Comment, body: list[ast.stmt]) -> tuple[str, ...]:
        for statement in self.top_level:
            if statement.lineno < closed.line <= (statement.end_lineno or 0):
                self.fail(closed.line, "# <<< stands in the middle of a statement; put it after the last line of it")
            if statement.lineno < opened.line <= (statement.end_lineno or 0):
                self.fail(opened.line, "# >>> stands in the middle of a statement; indent it, or put it before")
        names = tuple(name for target in _targets(body) if (name := assigned_name(target)))
        if not names:
            self.fail(opened.line, "a block outside a function must hold an assignment to a name or a named item")
        return names

    def own_stub(self, opened: Comment, closed: Comment) -> list[str]:
        found = [STUB.fullmatch(comment.text) for comment in self.comments if opened.line < comment.line < closed.line]
        return [match[1] or "" for match in found if match]

    def check_numbers(self, parts: list[tuple[int, int, Block]]) -> None:
        """Fail unless the numbers run 1, 2, 3 ... in the file's order, each for one part that has its block."""
        if not parts:
            self.fail(1, "no # >>> solution block; mark what students must write")
        owners: dict[str, int] = {}
        seen: list[tuple[int, int]] = []
        for todo, owner, block in parts:
            for name in block.names:
                if owners.setdefault(name, owner) != owner:
                    self.fail(block.first, f"{name} is defined a second time; take one of the two out")
            if seen and seen[-1] == (todo, owner):
                continue
            seen.append((todo, owner))
            if todo != len(seen):
                self.fail(block.first, f"TODO {todo} comes where TODO {len(seen)} should; number the parts 1, 2, 3 ...")
        for line, todo in self.todos:
            if todo > len(seen):
                self.fail(line, f"TODO {todo} has no block below it; put # >>> solution and # <<< round its lines")
