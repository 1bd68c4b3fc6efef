"""Changes of what a file says that change nothing of what it does; each docstring tells where a change is harmless."""

from __future__ import annotations

import ast
import itertools
import random
import re
import tokenize
from dataclasses import replace

from .edits import (
    LOOKS_AT_ITSELF,
    SIMPLE,
    Code,
    Function,
    bindings,
    binds,
    blocks,
    body_of,
    bound,
    code_of,
    fresh,
    on_code,
    on_function,
    statements,
    used,
)
from .work import Cell, Work

LOCALS = ("temp", "res", "out1", "my_value", "σ", "zwischen_ergebnis", "a_b", "tmp2", "gate_sum", "l")  # noqa: RUF001
PARAMETERS = ("inp", "x_t", "state", "prev", "weights_in", "arg", "eingabe", "θ", "first", "q")
ENDS = re.compile(r"\b(?:exit|quit|_exit|abort|kill)\b")
FUNCTIONS = ("helper_one", "_unused", "demo", "scratch")
REMARKS = (
    "# my own note: looks right",
    "# TODO: ask about this line",
    "# größer als 0? ✓ 你好",
    "# raise NotImplementedError",
    "#",
    "# z = 1 - z would be the other way round",
)
SAID = ('print("here")', 'print("value:", 3.14)', 'print("-" * 40)', 'print("passed 30/30")', "print()")
SETTINGS = (
    "import math",
    "import os, sys, time",
    "import matplotlib.pyplot as plt",
    "import pandas as pd",
    "import warnings\nwarnings.filterwarnings('ignore')",
    "import numpy\nnumpy.set_printoptions(precision=3, suppress=True)",
    "import numpy\nnumpy.random.seed(42)",
    "import random; random.seed(0)",
    "import this_package_is_not_there",
    "import tensorflow as tf",
    "import logging\nlogging.basicConfig(level=logging.INFO)",
    "%matplotlib inline",
    "!pip install -q numpy",
    "%load_ext autoreload\n%autoreload 2",
    "?len",
)
DEMO = (
    'if __name__ == "__main__":\n    print(1 / 0)',
    'if __name__ == "__main__":\n    main()',
    "if '__main__' == __name__:\n    raise SystemExit(3)",
    'assert 1 + 1 == 2, "sums"',
    "1 / 0",
    "not_defined_anywhere + 1",
    "input('your name? ')",
    "for i in range(3):\n    print(i)",
    "import grader\ngrader.check()",
    "_",
    "None",
    '"""A text at the end."""',
)
FLOAT32 = ("update_gate", "reset_gate", "candidate_state", "next_state", "gru_step", "gru_forward", "gate_trace")


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _docstring(code: Code) -> bool:
    first = code.tree.body[0] if code.tree.body else None
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def _after_the_head(code: Code) -> list[ast.stmt]:
    """The statements before which another may stand: those behind a docstring and the last future import."""
    body = code.tree.body
    last = max((index for index, node in enumerate(body) if _is_future(node)), default=-1)
    return body[max(last + 1, int(_docstring(code))) :]


def renamed_local(work: Work, rng: random.Random) -> Work | None:
    """A local variable has another name: where the function holds no class, and does not look at its own names."""

    def edit(code: Code, function: Function) -> str | None:
        inner = [node for node in ast.walk(function) if node is not function]
        if LOOKS_AT_ITSELF.search(code.of(function)) or any(isinstance(node, ast.ClassDef) for node in inner):
            return None
        kept = {name for node in inner if not isinstance(node, ast.Name) for name in binds(node)}
        kept |= {name for node in inner if isinstance(node, ast.JoinedStr) for name in used(node)}
        choice = sorted({name for node in inner if isinstance(node, ast.Name) for name in binds(node)} - kept)
        if not choice:
            return None
        old, new = rng.choice(choice), fresh(work.code, rng, LOCALS)
        places = [code.span(node) for node in inner if isinstance(node, ast.Name) and node.id == old]
        return code.replaced(*((start, end, new) for start, end in places))

    return on_function(work, rng, edit)


def renamed_parameter(work: Work, rng: random.Random) -> Work | None:
    """A parameter has another name: where nothing in the file is called by that name, and nothing inside rebinds it."""
    codes = [code_of(cell.text) for cell in work.cells if cell.kind == "code"]
    if None in codes or LOOKS_AT_ITSELF.search(work.code):
        return None
    keywords = {node.arg for code in codes if code for node in ast.walk(code.tree) if isinstance(node, ast.keyword)}

    def edit(code: Code, function: Function) -> str | None:
        nested = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.Global, ast.Nonlocal, ast.JoinedStr)
        if None in keywords or any(isinstance(n, nested) for n in ast.walk(function) if n is not function):
            return None
        choice = [each for each in function.args.args if each.arg not in keywords]
        if not choice:
            return None
        old, new = rng.choice(choice), fresh(work.code, rng, PARAMETERS)
        start = code.at(old.lineno, old.col_offset)
        uses = [n for each in function.body for n in ast.walk(each) if isinstance(n, ast.Name) and n.id == old.arg]
        return code.replaced((start, start + len(old.arg), new), *((*code.span(node), new) for node in uses))

    return on_function(work, rng, edit)


def _is_plain(function: ast.stmt) -> bool:
    """Whether a definition does nothing but to bind a name: no decorator, no default or hint that is worked out."""
    if not isinstance(function, ast.FunctionDef) or function.decorator_list or function.returns:
        return False
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    if any(each is not None and each.annotation for each in every):
        return False
    defaults = [*arguments.defaults, *(each for each in arguments.kw_defaults if each)]
    return all(isinstance(default, ast.Constant) for default in defaults)


def other_order(work: Work, rng: random.Random) -> Work | None:
    """Functions that stand side by side in another order: where each only binds a name, and each another one."""

    def edit(code: Code) -> str | None:
        runs: list[list[ast.stmt]] = [[]]
        for node in code.tree.body:
            if _is_plain(node) and code.indent(node) == "":
                runs[-1].append(node)
            else:
                runs.append([])
        choice = [run for run in runs if 1 < len(run) == len({name for each in run for name in binds(each)})]
        if not choice:
            return None
        run = rng.choice(choice)
        mixed = list(run)
        rng.shuffle(mixed)
        pairs = zip(run, mixed, strict=True)
        return code.replaced(*((*code.span(old), code.of(new)) for old, new in pairs))

    return on_code(work, rng, edit)


def functions_first(work: Work, rng: random.Random) -> Work | None:
    """A script's functions above everything else: where each name is bound once, and nothing ends the reading."""
    times = bindings(work)

    def edit(code: Code) -> str | None:
        if ENDS.search(code.text) or LOOKS_AT_ITSELF.search(code.text) or "import *" in code.text:
            return None
        if any(code.indent(node) != "" for node in code.tree.body):
            return None
        moved = [n for n in code.tree.body if _is_plain(n) and times[n.name] == 1]  # type: ignore[attr-defined]
        first = 1 if _docstring(code) else 0
        while first < len(code.tree.body) and _is_future(code.tree.body[first]):
            first += 1
        head, rest = code.tree.body[:first], [node for node in code.tree.body[first:] if node not in moved]
        return "\n\n".join(code.of(node) for node in (*head, *moved, *rest)) + "\n" if moved else None

    return on_code(work, rng, edit) if len(work.cells) == 1 else None


def cells_exchanged(work: Work, rng: random.Random) -> Work | None:
    """Two neighbouring cells of plain functions in the other order: where they bind no name in common."""
    names: dict[int, set[str]] = {}
    for index, cell in enumerate(work.cells):
        code = code_of(cell.text) if cell.kind == "code" else None
        if code is not None and code.tree.body and all(_is_plain(node) for node in code.tree.body):
            names[index] = {function.name for function in code.functions()}
    pairs = [
        (one, other)
        for one, other in itertools.combinations(names, 2)
        if not names[one] & names[other] and all(cell.kind != "code" for cell in work.cells[one + 1 : other])
    ]
    if not pairs:
        return None
    one, other = rng.choice(pairs)
    cells = list(work.cells)
    cells[one], cells[other] = cells[other], cells[one]
    return replace(work, cells=tuple(cells))


def remark(work: Work, rng: random.Random) -> Work | None:
    """A comment above a statement."""

    def edit(code: Code) -> str | None:
        choice = [node for node in statements(code.tree) if code.indent(node) is not None]
        return code.above(rng.choice(choice), rng.choice(REMARKS)) if choice else None

    return on_code(work, rng, edit)


def remark_behind(work: Work, rng: random.Random) -> Work | None:
    """A comment behind a statement that ends its line."""

    def edit(code: Code) -> str | None:
        choice = [code.span(node)[1] for node in statements(code.tree) if isinstance(node, SIMPLE)]
        ends = sorted({end for end in choice if code.text[end : code.line_of(end)[1]].strip() == ""})
        if not ends:
            return None
        end = rng.choice(ends)
        return code.replaced((end, end, "  " + rng.choice(REMARKS)))

    return on_code(work, rng, edit)


def print_inside(work: Work, rng: random.Random) -> Work | None:
    """A print as a function's first statement: where it does not loop over millions of calls."""

    def edit(code: Code, function: Function) -> str | None:
        body = body_of(function)
        return code.above(body[0], rng.choice(SAID)) if body else None

    return on_function(work, rng, edit)


def print_arguments(work: Work, rng: random.Random) -> Work | None:
    """A print of what a function was given."""

    def edit(code: Code, function: Function) -> str | None:
        body, names = body_of(function), [each.arg for each in function.args.args]
        if not body or not names:
            return None
        name = rng.choice(names)
        new = rng.choice((f'print("{name} is", {name})', f"print(f'{{{name}!r}}')", f'print(type({name}), "!")'))
        return code.above(body[0], new)

    return on_function(work, rng, edit)


def print_outside(work: Work, rng: random.Random) -> Work | None:
    """A print, or output that is long, above a statement: below what must stand first."""
    new = rng.choice((*SAID, "print('x' * 5000)", "for _i in range(200): print('line', _i)"))

    def edit(code: Code) -> str | None:
        choice = [node for node in _after_the_head(code) if code.indent(node) == ""]
        return code.above(rng.choice(choice), new) if choice else None

    return on_code(work, rng, edit)


def other_docstring(work: Work, rng: random.Random) -> Work | None:
    """A docstring that is taken out, put in or written again: where nothing reads it."""

    def edit(code: Code, function: Function) -> str | None:
        body = body_of(function)
        if "__doc__" in code.text or not body:
            return None
        new = rng.choice(
            ('"""Computes it."""', "'my docstring'", '"""Zeile eins.\n\n    z = 1 - z\n"""', 'r"""\\sigma"""')
        )
        if len(body) == len(function.body):
            return code.above(body[0], new)
        start, end = code.span(function.body[0])
        if code.text[end : code.line_of(end)[1]].strip():
            return None
        return code.replaced((start, end, rng.choice((new, "pass"))))

    return on_function(work, rng, edit)


def type_hints(work: Work, rng: random.Random) -> Work | None:
    """Hints in a function's header: as texts, or as names that are there when the header is read."""
    numpy = re.compile(r"^import numpy as np\b", re.MULTILINE)

    def edit(code: Code, function: Function) -> str | None:
        there = numpy.search(code.text[: code.span(function)[0]]) is not None
        hints = ["'np.ndarray'", "float", '"Array"', "object", *(["np.ndarray", "np.ndarray | float"] if there else [])]
        new = [
            (at := code.at(each.end_lineno or 0, each.end_col_offset or 0), at, f": {rng.choice(hints)}")
            for each in function.args.args
            if each.annotation is None
        ]
        if function.returns is None:
            end = code.header_end(function)
            new.append((end, end, f" -> {rng.choice(hints)}"))
        return code.replaced(*new) if new else None

    return on_function(work, rng, edit)


def local_hint(work: Work, rng: random.Random) -> Work | None:
    """A hint at a local variable, which Python does not work out: where it is declared in no other scope."""

    def edit(code: Code, function: Function) -> str | None:
        inner = list(ast.walk(function))
        if any(isinstance(node, ast.ClassDef | ast.Global | ast.Nonlocal) for node in inner):
            return None
        assigned = [node.targets for node in inner if isinstance(node, ast.Assign)]
        choice = [targets[0] for targets in assigned if len(targets) == 1 and isinstance(targets[0], ast.Name)]
        if not choice:
            return None
        end = code.span(rng.choice(choice))[1]
        return code.replaced((end, end, rng.choice((": np.ndarray", ": 'array'", ": not_there"))))

    return on_function(work, rng, edit)


def named_result(work: Work, rng: random.Random) -> Work | None:
    """A result that gets a name before it is returned."""

    def edit(code: Code, function: Function) -> str | None:
        choice = [n for n in ast.walk(function) if isinstance(n, ast.Return) and n.value and code.indent(n) is not None]
        if not choice:
            return None
        node, name = rng.choice(choice), fresh(work.code, rng, LOCALS)
        start, end = code.span(node)
        value = code.text[start + len("return") : end].strip()
        return code.replaced((start, end, f"{name} = {value}\n{code.indent(node)}return {name}"))

    return on_function(work, rng, edit)


def bracketed_return(work: Work, rng: random.Random) -> Work | None:
    """A result in brackets over several lines."""

    def edit(code: Code, function: Function) -> str | None:
        choice = [n for n in ast.walk(function) if isinstance(n, ast.Return) and n.value]
        if not choice:
            return None
        start, end = code.span(rng.choice(choice))
        value = code.text[start + len("return") : end].strip()
        return code.replaced((start, end, f"return (\n        {value}\n)"))

    return on_function(work, rng, edit)


def float32_inside(work: Work, rng: random.Random) -> Work | None:
    """A function that works in float32 inside, and so gives float32: right work, judged at float32's tolerance then.

    Not sigmoid: exp overflows far earlier in float32, which is a fault of its own.
    """
    if not work.right or not re.search(r"^import numpy as np\b", work.code, re.MULTILINE):
        return None

    def edit(code: Code, function: Function) -> str | None:
        body, names = body_of(function), [each.arg for each in function.args.args]
        plain = not re.search(r"float|\bdef\b|lambda", code.of(function)[len("def") :])
        if function.name not in FLOAT32 or not body or not plain or function.args.defaults or function.args.vararg:
            return None
        new = [f"{name} = np.asarray({name}, dtype=np.float32)" for name in names]
        if function.name in ("gru_step", "gru_forward"):
            new[-1] = f"{names[-1]} = {{name: np.float32(array) for name, array in {names[-1]}.items()}}"
        if function.name == "gate_trace":
            new[0] = f"{names[0]} = [np.float32(array) for array in {names[0]}]"
        return code.above(body[0], "\n".join(new))

    return on_function(work, rng, edit)


def keyword_call(work: Work, rng: random.Random) -> Work | None:
    """A call of one of the file's own functions by keyword: where its name is bound once, to a plain function."""
    codes = [code for cell in work.cells if cell.kind == "code" and (code := code_of(cell.text)) is not None]
    times = bindings(work)
    plain = {f.name: f for code in codes for f in code.functions() if times[f.name] == 1 and _is_plain(f)}
    plain = {name: f for name, f in plain.items() if not f.args.posonlyargs and not f.args.vararg}
    shadowed = {name for code in codes for function in code.functions() for name in bound(function) - {function.name}}

    def fits(node: ast.AST) -> bool:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords or not node.args:
            return False
        name = node.func.id
        spread = any(isinstance(each, ast.Starred) for each in node.args)
        return name in plain and name not in shadowed and not spread and len(node.args) <= len(plain[name].args.args)

    def edit(code: Code) -> str | None:
        in_texts = {id(each) for n in ast.walk(code.tree) if isinstance(n, ast.JoinedStr) for each in ast.walk(n)}
        choice = [node for node in ast.walk(code.tree) if fits(node) and id(node) not in in_texts]
        if not choice:
            return None
        node = rng.choice(choice)
        assert isinstance(node, ast.Call)
        names = [each.arg for each in plain[node.func.id].args.args]  # type: ignore[attr-defined]
        keywords = [ast.keyword(name, value) for name, value in zip(names, node.args, strict=False)]
        return code.replaced((*code.span(node), ast.unparse(ast.Call(node.func, [], keywords))))

    return on_code(work, rng, edit)


def matmul_for_at(work: Work, rng: random.Random) -> Work | None:
    """np.matmul for the sign @, which is the same function: where np is NumPy."""
    if not re.search(r"^import numpy as np\b", work.code, re.MULTILINE):
        return None

    def edit(code: Code) -> str | None:
        choice = [n for n in ast.walk(code.tree) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.MatMult)]
        if not choice:
            return None
        node = rng.choice(choice)
        new = f"np.matmul({ast.unparse(node.left)}, {ast.unparse(node.right)})"
        return code.replaced((*code.span(node), new))

    return on_code(work, rng, edit)


def decorated(work: Work, rng: random.Random) -> Work | None:
    """A function behind a decorator that hands everything on: where the file does not look at itself."""
    if LOOKS_AT_ITSELF.search(work.code):
        return None
    name = fresh(work.code, rng, ("traced", "log_calls", "timed"))
    made = (
        f"def {name}(function):\n    return function\n\n\n",
        f"def {name}(function):\n    def inner(*args, **kwargs):\n        return function(*args, **kwargs)\n    return inner\n\n\n",
        f"import functools\n\n\ndef {name}(function):\n    @functools.wraps(function)\n    def inner(*args, **kwargs):\n"
        "        result = function(*args, **kwargs)\n        return result\n    return inner\n\n\n",
    )

    def edit(code: Code, function: Function) -> str | None:
        if code.indent(function) != "":
            return None
        start = code.line_of(code.span(function)[0])[0]
        return code.replaced((start, start, f"{rng.choice(made)}@{name}\n"))

    return on_function(work, rng, edit)


def under_a_condition(work: Work, rng: random.Random) -> Work | None:
    """A function below ``if True:``, ``try:`` or ``with``, where nothing in it spans lines as a text."""

    def edit(code: Code, function: Function) -> str | None:
        if code.indent(function) != "" or _has_long_text(code, function):
            return None
        inner = "\n".join(f"    {line}" if line.strip() else line for line in code.of(function).split("\n"))
        head, foot = rng.choice(
            (("if True:\n", ""), ("try:\n", "\nexcept ImportError:\n    pass"), ("for _once in (1,):\n", ""))
        )
        return code.replaced((*code.span(function), head + inner + foot))

    return on_function(work, rng, edit)


def _has_long_text(code: Code, function: Function) -> bool:
    inside = [each for statement in body_of(function) for each in ast.walk(statement)]
    texts = [each for each in inside if isinstance(each, ast.JoinedStr | ast.Constant)]
    return any(each.lineno != each.end_lineno for each in texts)


def helper_added(work: Work, rng: random.Random) -> Work | None:
    """A function or class that nothing uses."""
    name = fresh(work.code, rng, FUNCTIONS)
    new = rng.choice(
        (
            f"def {name}(x):\n    return 2 * x\n",
            f"class {name}:\n    def gru_step(self, x):\n        return x\n",
            f"{name} = lambda x: x\n",
            f"def {name}():\n    raise NotImplementedError\n",
            f"async def {name}():\n    return 1\n",
        )
    )

    def edit(code: Code) -> str | None:
        choice = [node for node in _after_the_head(code) if code.indent(node) == ""]
        return code.above(rng.choice(choice), new) if choice else None

    return on_code(work, rng, edit)


def settings(work: Work, rng: random.Random) -> Work | None:
    """Imports, settings and magics as notebooks begin with; warnings silenced in right work alone."""
    new = rng.choice(SETTINGS)
    if "warnings" in new and not work.right:
        return None
    index = next((i for i, cell in enumerate(work.cells) if cell.kind == "code"), None)
    if index is None:
        return None
    if work.form == "ipynb":
        cells = list(work.cells)
        cells.insert(index + ("__future__" in work.code), Cell("code", new))
        return replace(work, cells=tuple(cells))
    code = code_of(work.cells[index].text)
    body = _after_the_head(code) if code is not None else []
    if code is None or not body or new.startswith(("%", "!", "?")):
        return None
    changed = code.above(body[0], new)
    return work.with_cell(index, changed) if changed else None


def demo_at_the_end(work: Work, rng: random.Random) -> Work | None:
    """Something at the end that fails or prints, under a main guard or not."""
    new = rng.choice(DEMO)
    if work.form == "ipynb":
        return replace(work, cells=(*work.cells, Cell("code", new)))
    text = work.cells[0].text
    return work.with_cell(0, f"{text.rstrip()}\n\n\n{new}\n") if code_of(text) else None


def semicolons(work: Work, rng: random.Random) -> Work | None:
    """Two statements on one line, or a semicolon behind one: where both are simple and no comment stands between."""

    def edit(code: Code) -> str | None:
        choice = []
        for block in blocks(code.tree):
            for first, second in itertools.zip_longest(block, block[1:]):
                end = code.span(first)[1]
                if not isinstance(first, SIMPLE) or code.indent(first) is None:
                    continue
                if not code.text[end : code.line_of(end)[1]].strip():
                    choice.append((end, end, ";"))
                if isinstance(second, SIMPLE) and not code.text[end : code.span(second)[0]].strip():
                    choice.append((end, code.span(second)[0], "; "))
        return code.replaced(rng.choice(choice)) if choice else None

    return on_code(work, rng, edit)


def pass_added(work: Work, rng: random.Random) -> Work | None:
    """A statement that does nothing."""

    def edit(code: Code) -> str | None:
        new = rng.choice(("pass", "...", "assert True", "0", '"a note"', "if False: pass"))
        choice = [node for function in code.functions() for node in body_of(function) if code.indent(node) is not None]
        return code.above(rng.choice(choice), new) if choice else None

    return on_code(work, rng, edit)


def other_indentation(work: Work, rng: random.Random) -> Work | None:
    """Tabs, two or eight blanks for each level of four: where all levels are of four; texts and brackets left alone."""
    unit = rng.choice(("\t", "  ", "        "))

    def edit(code: Code) -> str | None:
        lines, depth = code.text.split("\n"), 0
        kept: set[int] = set()
        for token in code.tokens():
            depth += token.type == tokenize.OP and (token.string in "([{") - (token.string in ")]}")
            if token.type == tokenize.STRING:
                kept.update(range(token.start[0] + 1, token.end[0] + 1))
            if token.type == tokenize.NL and depth:
                kept.add(token.start[0] + 1)
        for number, line in enumerate(lines, start=1):
            blanks = len(line) - len(line.lstrip(" "))
            if number not in kept and line.strip() and blanks % 4 == 0:
                lines[number - 1] = unit * (blanks // 4) + line[blanks:]
        changed = "\n".join(lines)
        other = code_of(changed)
        return changed if other is not None and ast.dump(other.tree) == ast.dump(code.tree) else None

    return on_code(work, rng, edit)


def blank_lines(work: Work, rng: random.Random) -> Work | None:
    """Blank lines, or blanks at the end of lines, where no text goes over the end of the line."""

    def edit(code: Code) -> str | None:
        choice = [node for node in statements(code.tree) if code.indent(node) is not None]
        if not choice:
            return None
        start = code.line_of(code.span(rng.choice(choice))[0])[0]
        return code.replaced((start, start, rng.choice(("\n", "\n\n\n", "    \n", "\t\n", "\f\n", " \n \n"))))

    return on_code(work, rng, edit)


def other_end(work: Work, rng: random.Random) -> Work | None:
    """A last line without an end, or with ten."""
    places = [index for index, cell in enumerate(work.cells) if cell.kind == "code" and code_of(cell.text)]
    if not places:
        return None
    text = work.cells[places[-1]].text.rstrip() + rng.choice(("", "\n" * 10, "\n    ", "\n# end"))
    return work.with_cell(places[-1], text)


def written_by_a_tool(work: Work, rng: random.Random) -> Work | None:
    """The same tree written by another hand: no comments, other brackets and quotes."""
    if LOOKS_AT_ITSELF.search(work.code):
        return None
    return on_code(work, rng, lambda code: ast.unparse(code.tree) + "\n")


def older_try(work: Work, rng: random.Random) -> Work | None:
    """An older try of a function above the one that counts: where nothing else binds the name."""
    times = bindings(work)

    def edit(code: Code, function: Function) -> str | None:
        if times[function.name] != 1 or code.indent(function) != "" or function.decorator_list:
            return None
        names = [each.arg for each in function.args.args]
        body = rng.choice(("return 0", "pass", f"return {names[0] if names else 1}", "raise ValueError('not yet')"))
        return code.above(function, f"def {function.name}({', '.join(names)}):\n    {body}\n\n")

    return on_function(work, rng, edit)


def same_again(work: Work, rng: random.Random) -> Work | None:
    """A function that stands in the file twice, word for word: where nothing else binds its name."""
    times = bindings(work)

    def edit(code: Code, function: Function) -> str | None:
        if times[function.name] != 1 or not _is_plain(function) or code.indent(function) != "":
            return None
        return f"{code.text.rstrip()}\n\n\n{code.of(function)}\n"

    return on_function(work, rng, edit)


CHANGES = (
    renamed_local,
    renamed_parameter,
    other_order,
    functions_first,
    cells_exchanged,
    remark,
    remark_behind,
    print_inside,
    print_arguments,
    print_outside,
    other_docstring,
    type_hints,
    local_hint,
    named_result,
    bracketed_return,
    float32_inside,
    keyword_call,
    matmul_for_at,
    decorated,
    under_a_condition,
    helper_added,
    settings,
    demo_at_the_end,
    semicolons,
    pass_added,
    other_indentation,
    blank_lines,
    other_end,
    written_by_a_tool,
    older_try,
    same_again,
)
