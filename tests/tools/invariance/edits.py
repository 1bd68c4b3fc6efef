"""Places in Python's text: where a statement, a name or a header stands, and how something is put there."""

from __future__ import annotations

import ast
import io
import random
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from .work import Work

Function = ast.FunctionDef
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Pass, ast.Raise, ast.Assert)


class Code:
    """A piece of text that is Python, with its tree."""

    def __init__(self, text: str) -> None:
        """Raises SyntaxError for any other text."""
        self.text = text
        self.tree = compile(text, "<text>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        assert isinstance(self.tree, ast.Module)
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def at(self, line: int, column: int) -> int:
        """The place of a line (from 1) and a column in bytes, as the trees give them."""
        return self._starts[line - 1] + len(self._lines[line - 1].encode()[:column].decode())

    def at_token(self, place: tuple[int, int]) -> int:
        """The place of a token, whose column counts characters."""
        return self._starts[place[0] - 1] + place[1]

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins, decorators included, and where it ends."""
        first = min([node, *getattr(node, "decorator_list", [])], key=lambda each: each.lineno)
        start = self.at(first.lineno, first.col_offset)
        start = start if first is node else self.text.rindex("@", 0, start)
        return start, self.at(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def of(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def line_of(self, place: int) -> tuple[int, int]:
        """Where the line around a place begins and ends, without its newline."""
        start = self.text.rfind("\n", 0, place) + 1
        end = self.text.find("\n", place)
        return start, len(self.text) if end < 0 else end

    def indent(self, node: ast.AST) -> str | None:
        """What stands before a statement on its line; None if that is more than blanks."""
        start = self.span(node)[0]
        before = self.text[self.line_of(start)[0] : start]
        return None if before.strip() else before

    def replaced(self, *edits: tuple[int, int, str]) -> str:
        """The text with some pieces exchanged for others."""
        text = self.text
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def above(self, node: ast.stmt, new: str) -> str | None:
        """The text with a line of its own above a statement; None where none can stand."""
        indent = self.indent(node)
        if indent is None:
            return None
        start = self.line_of(self.span(node)[0])[0]
        return self.replaced((start, start, "".join(f"{indent}{line}\n" for line in new.split("\n"))))

    def tokens(self) -> list[tokenize.TokenInfo]:
        """All tokens."""
        return list(tokenize.generate_tokens(io.StringIO(self.text).readline))

    def functions(self) -> list[Function]:
        """The functions that are defined at the top level, each by one statement."""
        return [node for node in self.tree.body if isinstance(node, ast.FunctionDef)]

    def header_end(self, function: Function) -> int:
        """The place of the colon that ends a function's header."""
        start, depth = self.at(function.lineno, function.col_offset), 0
        for token in self.tokens():
            if token.type != tokenize.OP or self.at_token(token.start) < start:
                continue
            depth += (token.string in "([{") - (token.string in ")]}")
            if token.string == ":" and depth == 0:
                return self.at_token(token.start)
        raise AssertionError("a function without a colon")


def code_of(text: str) -> Code | None:
    """The text as Python; None where it is not."""
    try:
        return Code(text)
    except (SyntaxError, ValueError):
        return None


def body_of(function: Function) -> list[ast.stmt]:
    """A function's statements without its docstring."""
    has_docstring = ast.get_docstring(function, clean=False) is not None
    return function.body[1:] if has_docstring else function.body


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """All lists of statements in a tree."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def statements(tree: ast.AST) -> list[ast.stmt]:
    """All statements of a tree."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]


def names_in(text: str) -> set[str]:
    """Everything in a text that could be a name."""
    return set(re.findall(r"\w+", text))


def fresh(text: str, rng: random.Random, names: Sequence[str]) -> str:
    """A name that does not occur in a text."""
    taken = names_in(text)
    name = rng.choice(names)
    while name in taken:
        name += "_"
    return name


def binds(node: ast.AST) -> set[str]:
    """The names that a node binds by itself, in whichever scope."""
    if isinstance(node, ast.Name):
        return set() if isinstance(node.ctx, ast.Load) else {node.id}
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.alias):
        return {node.asname or node.name.partition(".")[0]}
    if isinstance(node, ast.arg):
        return {node.arg}
    if isinstance(node, ast.Global | ast.Nonlocal):
        return set(node.names)
    if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        return {node.name} if node.name else set()
    return set()


def bound(node: ast.AST) -> set[str]:
    """The names that a piece of a tree may bind, in whichever scope."""
    return {name for each in ast.walk(node) for name in binds(each)}


def bindings(work: Work) -> Counter[str]:
    """How many top-level statements of a work bind each name."""
    counted: Counter[str] = Counter()
    for cell in work.cells:
        code = code_of(cell.text) if cell.kind == "code" else None
        for node in code.tree.body if code is not None else []:
            scoped = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            declared = {name for each in ast.walk(node) if isinstance(each, ast.Global) for name in each.names}
            counted.update(binds(node) | declared if scoped else bound(node))
    return counted


def used(node: ast.AST) -> set[str]:
    """The names that a piece of a tree mentions."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


LOOKS_AT_ITSELF = re.compile(
    r"\b(?:exec|eval|locals|globals|vars|dir|inspect|getsource|__code__|__doc__|_getframe|open|gc|ast|compile|__main__)\b"
)


def on_code(work: Work, rng: random.Random, edit: Callable[[Code], str | None]) -> Work | None:
    """The work with an edit of one cell of code that is Python, and stays so; None if it fits none."""
    places = [index for index, cell in enumerate(work.cells) if cell.kind == "code" and cell.text.strip()]
    rng.shuffle(places)
    for index in places:
        code = code_of(work.cells[index].text)
        new = edit(code) if code is not None else None
        if code is not None and new is not None and new != code.text and code_of(new) is not None:
            return work.with_cell(index, new)
    return None


def on_function(work: Work, rng: random.Random, edit: Callable[[Code, Function], str | None]) -> Work | None:
    """The work with an edit of one function, drawn among those that it fits; None if it fits none."""

    def one_of(code: Code) -> str | None:
        functions = code.functions()
        rng.shuffle(functions)
        return next((new for function in functions if (new := edit(code, function)) is not None), None)

    return on_code(work, rng, one_of)
