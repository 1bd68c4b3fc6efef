"""Changes of how written answers are put down, each of which leaves their words as they are."""

from __future__ import annotations

import ast
import random
import re
from dataclasses import replace

from .edits import Code, code_of, on_code
from .work import Cell, Work

_HEADING = re.compile(r"^(#{1,6}) ([a-z]+(?:_[a-z]+)+)\s*$", re.MULTILINE)
IDS = ("gates_in_your_own_words", "lstm_versus_gru", "why_faster", "memory_gate", "simpler_model", "long_term")


def _given(tree: ast.Module) -> list[tuple[str, ast.expr]] | None:
    """What a script gives to ANSWERS, question by question; None where it does anything else."""
    found: list[tuple[str, ast.expr]] = []
    for node in tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            return None
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Name) and target.id == "ANSWERS" and isinstance(value, ast.Dict):
            pairs = list(zip(value.keys, value.values, strict=True))
        elif isinstance(target, ast.Subscript) and ast.unparse(target.value) == "ANSWERS":
            pairs = [(target.slice, value)]
        else:
            return None
        for key, item in pairs:
            if not isinstance(key, ast.Constant) or key.value not in IDS:
                return None
            found.append((key.value, item))
    return found


def _texts(work: Work) -> dict[str, str] | None:
    """The answers of a script by question: where each is given once, as one plain text, and nothing else is done."""
    code = code_of(work.cells[0].text) if work.form == "py" else None
    given = _given(code.tree) if code is not None else None
    if not given or len(dict(given)) < len(given):
        return None
    texts = {
        key: value.value for key, value in given if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }
    return texts if len(texts) == len(given) else None


def other_quotes(work: Work, rng: random.Random) -> Work | None:
    """An answer as one string, as strings side by side, or joined by the sign +."""

    def edit(code: Code) -> str | None:
        plain = [value for _, value in _given(code.tree) or [] if isinstance(value, ast.Constant)]
        plain = [value for value in plain if isinstance(value.value, str)]
        if not plain:
            return None
        node = rng.choice(plain)
        text = str(node.value)
        cut = rng.randint(0, len(text))
        one, other = repr(text[:cut]), repr(text[cut:])
        ways = (f"({text!r})", f"({one}\n    {other})", f"({one} + {other})", f"({one}\n    + {other}\n)")
        start, end = code.span(node)
        return code.replaced((start, end, rng.choice(ways)))

    return on_code(work, rng, edit)


def one_by_one(work: Work, rng: random.Random) -> Work | None:
    """The answers one by one, in any order."""
    texts = list((_texts(work) or {}).items())
    rng.shuffle(texts)
    return (
        work.with_cell(0, "".join(["ANSWERS = {}\n", *(f"ANSWERS[{k!r}] = {v!r}\n" for k, v in texts)]))
        if texts
        else None
    )


def one_dict(work: Work, rng: random.Random) -> Work | None:
    """All answers in one dict, with a hint or without."""
    texts = _texts(work)
    hint = rng.choice(("", ": dict", ": dict[str, str]"))
    return work.with_cell(0, f"ANSWERS{hint} = {texts!r}\n") if texts else None


def answers_as_notebook(work: Work, rng: random.Random) -> Work | None:
    """The answers below headings in a notebook: where they hold no heading and no code."""
    texts = _texts(work)
    if not texts or any(re.search(r"^\s*(?:#|```|~~~)", text, re.MULTILINE) for text in texts.values()):
        return None
    cells = [Cell("markdown", "# Questions")]
    for key in IDS:
        parts = [f"## {key}", texts.get(key, "").strip()]
        cells += (
            [Cell("markdown", "\n\n".join(parts))] if rng.random() < 0.5 else [Cell("markdown", part) for part in parts]
        )
    return replace(work, form="ipynb", cells=tuple(cells), paper=replace(work.paper, name="", bom=False))


def other_headings(work: Work, rng: random.Random) -> Work | None:
    """Headings of another level, bold, numbered, or written with spaces."""
    if work.form != "ipynb":
        return None
    ways = (
        "# {0}",
        "### {0}",
        "## **{0}**",
        "## `{0}`",
        "## {0}:",
        "## {0} ##",
        "## 4. {1}",
        "## {1}",
        "## 4. {1} (1 point)",
    )
    places = [
        i for i, c in enumerate(work.cells) if c.kind == "markdown" and (m := _HEADING.search(c.text)) and m[2] in IDS
    ]
    if not places:
        return None
    index = rng.choice(places)
    text = work.cells[index].text
    way = rng.choice(ways)
    new = _HEADING.sub(lambda m: way.format(m[2], m[2].replace("_", " ").capitalize()), text, count=1)
    return work.with_cell(index, new)


def text_cells_split(work: Work, rng: random.Random) -> Work | None:
    """A text cell in two at a blank line, outside code."""
    if work.form != "ipynb":
        return None
    places = [
        i for i, c in enumerate(work.cells) if c.kind == "markdown" and "\n\n" in c.text.strip() and "```" not in c.text
    ]
    if not places:
        return None
    index = rng.choice(places)
    parts = work.cells[index].text.strip().split("\n\n")
    at = rng.randint(1, len(parts) - 1)
    halves = (Cell("markdown", "\n\n".join(parts[:at])), Cell("markdown", "\n\n".join(parts[at:])))
    return replace(work, cells=(*work.cells[:index], *halves, *work.cells[index + 1 :]))


def empty_cells(work: Work, rng: random.Random) -> Work | None:
    """Empty cells between the others."""
    if work.form != "ipynb":
        return None
    cells = list(work.cells)
    cells.insert(
        rng.randint(0, len(cells)), Cell(rng.choice(("code", "markdown", "raw")), rng.choice(("", "\n", "  ")))
    )  # type: ignore[arg-type]
    return replace(work, cells=tuple(cells))


def imports_added(work: Work, rng: random.Random) -> Work | None:
    """Code that gives no answer, above all else."""
    new = rng.choice(("import math", "import numpy as np\nimport pandas as pd", "print('hello')", "x = 1\ny = x + 1"))
    if work.form == "ipynb":
        return replace(work, cells=(Cell("code", new.replace("print('hello')", "import os")), *work.cells))
    return work.with_cell(0, f"{new}\n\n{work.cells[0].text}")


CHANGES = (
    other_quotes,
    one_by_one,
    one_dict,
    answers_as_notebook,
    other_headings,
    text_cells_split,
    empty_cells,
    imports_added,
)
