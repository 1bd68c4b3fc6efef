"""Changes of how a file is handed in: notebook or script, cells, bytes, names, and what lies beside it."""

from __future__ import annotations

import ast
import json
import random
import re
from dataclasses import replace

from .edits import Code, bindings, bound, code_of, on_code, used
from .work import Cell, Work, cells_of_script, stub

_MAGIC = re.compile(r"^[ \t]*[%!?]|^\s*[\w.]+\?+\s*$|=\s*!", re.MULTILINE)
REFUSED = re.compile(r"\b(?:scipy|torch|tensorflow|keras|jax)\b")
COMMENTED = "# Commented out IPython magic to ensure Python compatibility."  # as Colab writes it
CELL_MAGICS = ("%%time", "%%capture", "%%timeit -n1 -r1", "%%capture out --no-stderr", "%%time\n%%capture")
PROSE = ("# Notes\n\nThe gates **work**.", "See `np.exp`.\n\n```\nz = 1 - z\n```", "", "<img src='x.png'>", "- a\n- b")
CODE_CELLS = (
    "",
    "   ",
    "# nothing here",
    "print('a cell')",
    "%timeit 1 + 1",
    "!ls",
    "np?",
    "1 / 0",
    "%%bash\necho hi",
    "%%html\n<b>",
)


def as_notebook(work: Work, rng: random.Random) -> Work | None:
    """A script as a notebook, cell by cell, statement by statement or in one: where no export commented code out in it."""
    if work.form != "py" or work.exercise == "04_theory" or COMMENTED in work.code:
        return None
    text = work.cells[0].text
    code = code_of(text)
    ways = [(Cell("code", text),)]
    if marked := cells_of_script(text):
        ways.append(marked)
    if code is not None and all(code.indent(node) == "" for node in code.tree.body) and "__future__" not in text:
        ways.append(tuple(Cell("code", code.of(node)) for node in code.tree.body))
    return replace(work, form="ipynb", cells=rng.choice(ways), paper=replace(work.paper, name=_name(work, "ipynb")))


def as_script(work: Work, rng: random.Random) -> Work | None:
    """A notebook as a script, as Jupytext, nbconvert or Colab write it, or pasted cell by cell: where each cell is Python."""
    if work.form != "ipynb" or work.exercise == "04_theory":
        return None
    codes = [cell for cell in work.cells if cell.kind == "code"]
    if any(code_of(cell.text) is None for cell in codes) or "__future__" in work.code:
        return None
    way = rng.choice(("jupytext", "nbconvert", "colab", "pasted"))
    parts = []
    for number, cell in enumerate(work.cells, start=1):
        quoted = "".join(f"# {line}".rstrip() + "\n" for line in cell.text.split("\n"))
        if cell.kind == "code":
            mark = {"jupytext": "# %%\n", "nbconvert": f"# In[{number}]:\n\n\n"}.get(way, "")
            parts.append(f"{mark}{cell.text.rstrip()}\n")
        elif way == "jupytext":
            parts.append(f"# %% [{cell.kind}]\n{quoted}")
        elif way == "nbconvert":
            parts.append(quoted)
        elif way == "colab" and '"""' not in cell.text and "\\" not in cell.text:
            parts.append(f'"""{cell.text}\n"""\n')
    head = "#!/usr/bin/env python\n# coding: utf-8\n\n" if way == "nbconvert" else ""
    text = head + "\n".join(parts)
    if not text.strip() or code_of(text) is None:
        return None
    return replace(work, form="py", cells=(Cell("code", text),), paper=replace(work.paper, name=_name(work, "py")))


def _name(work: Work, form: str) -> str:
    return f"{work.paper.name.rpartition('.')[0]}.{form}" if work.paper.name else ""


def cell_split(work: Work, rng: random.Random) -> Work | None:
    """A cell in two, between two statements."""
    if work.form != "ipynb":
        return None
    places = [index for index, cell in enumerate(work.cells) if cell.kind == "code"]
    rng.shuffle(places)
    for index in places:
        code = code_of(work.cells[index].text)
        later = [node for node in code.tree.body[1:] if code.indent(node) == ""] if code is not None else []
        if code is not None and later:
            at = code.line_of(code.span(rng.choice(later))[0])[0]
            halves = (Cell("code", code.text[:at].rstrip("\n")), Cell("code", code.text[at:]))
            return replace(work, cells=(*work.cells[:index], *halves, *work.cells[index + 1 :]))
    return None


def cells_joined(work: Work, rng: random.Random) -> Work | None:
    """Two cells of Python, one below the other, as one: where neither has a future import."""
    if work.form != "ipynb":
        return None
    good = [c.kind == "code" and code_of(c.text) is not None and "__future__" not in c.text for c in work.cells]
    choice = [index for index in range(len(good) - 1) if good[index] and good[index + 1]]
    if not choice:
        return None
    index = rng.choice(choice)
    one, other = work.cells[index : index + 2]
    both = Cell("code", f"{one.text.rstrip()}\n{rng.choice(('', chr(10)))}{other.text}")
    return replace(work, cells=(*work.cells[:index], both, *work.cells[index + 2 :]))


def cell_marks(work: Work, rng: random.Random) -> Work | None:
    """Marks of cells in a script."""
    if work.form != "py" or work.exercise == "04_theory":
        return None

    def edit(code: Code) -> str | None:
        choice = [node for node in code.tree.body if code.indent(node) == ""]
        mark = rng.choice(
            ("# %%", "#%%", "# %% a title", "# In[1]:", "# <codecell>", "# %% [markdown]\n# some text\n\n# %%")
        )
        return code.above(rng.choice(choice), mark) if choice else None

    return on_code(work, rng, edit)


def cell_magic(work: Work, rng: random.Random) -> Work | None:
    """A cell magic that runs Python above a cell of Python."""
    if work.form != "ipynb" or work.exercise == "04_theory":
        return None
    choice = [
        i for i, c in enumerate(work.cells) if c.kind == "code" and code_of(c.text) and "__future__" not in c.text
    ]
    if not choice:
        return None
    index = rng.choice(choice)
    return work.with_cell(index, f"{rng.choice(CELL_MAGICS)}\n{work.cells[index].text}")


def magic_by_call(work: Work, rng: random.Random) -> Work | None:
    """A cell below a magic, as nbconvert writes it into a script."""
    if work.form != "ipynb" or work.exercise == "04_theory":
        return None
    codes = [c for c in work.cells if c.kind == "code"]
    choice = [c for c in codes if c.text.strip() and "__future__" not in c.text]
    if not choice or any(code_of(cell.text) is None for cell in codes):
        return None
    chosen = rng.choice(choice)
    magic = rng.choice(("'time', ''", "'capture', ''", "'timeit', '-n 1 -r 1'"))
    parts = [f"get_ipython().run_cell_magic({magic}, {c.text + chr(10)!r})" if c is chosen else c.text for c in codes]
    return replace(
        work,
        form="py",
        cells=(Cell("code", "\n\n\n".join(parts) + "\n"),),
        paper=replace(work.paper, name=_name(work, "py")),
    )


def commented_by_colab(work: Work, rng: random.Random) -> Work | None:
    """A cell below a magic, as Colab's export to a script turns it into comments."""
    if work.form != "ipynb" or work.exercise == "04_theory":
        return None
    codes = [c for c in work.cells if c.kind == "code" and c.text.strip()]
    choice = [c for c in codes if "__future__" not in c.text]
    if not choice or any(code_of(cell.text) is None for cell in codes):
        return None
    chosen = rng.choice(choice)
    commented = "\n".join(f"# {line}" for line in f"%%time\n{chosen.text.rstrip()}".split("\n"))
    parts = [f"{COMMENTED}\n{commented}" if cell is chosen else cell.text for cell in codes]
    head = '# -*- coding: utf-8 -*-\n"""gru.ipynb\n\nAutomatically generated by Colab.\n"""\n\n'
    text = head + "\n\n".join(parts) + "\n"
    return replace(
        work, form="py", cells=(Cell("code", text),), paper=replace(work.paper, name=_name(work, "py")), sealed=True
    )


def cells_added(work: Work, rng: random.Random) -> Work | None:
    """Cells of prose, raw or empty cells, and cells of code that define nothing, between the others."""
    if work.form != "ipynb" or work.exercise == "04_theory":
        return None
    cells = list(work.cells)
    for _ in range(rng.randint(1, 3)):
        kind = rng.choice(("markdown", "raw", "code"))
        cell = Cell(kind, rng.choice(CODE_CELLS if kind == "code" else PROSE))  # type: ignore[arg-type]
        first = next((i for i, c in enumerate(cells) if c.kind == "code"), 0) + 1 if "__future__" in work.code else 0
        cells.insert(rng.randint(first, len(cells)), cell)
    return replace(work, cells=tuple(cells))


def stub_cell_below(work: Work, rng: random.Random) -> Work | None:
    """The untouched cell of one function below the finished work: where the work is all Python."""
    if not _takes_a_stub(work):
        return None
    found = [
        cell for cell in stub(work.exercise, "ipynb").cells if cell.kind == "code" and "raise NotImpl" in cell.text
    ]
    return _below(work, [rng.choice(found)]) if found else None


def stub_below(work: Work, rng: random.Random) -> Work | None:
    """The whole stub below the finished work: where its examples give no name of the work another meaning."""
    if not _takes_a_stub(work):
        return None
    del rng
    cells = [cell for cell in stub(work.exercise, "ipynb").cells if cell.kind == "code"]
    return _below(work, cells) if not _meets(work, cells) else None


def stub_above(work: Work, rng: random.Random) -> Work | None:
    """The whole stub above the finished work: where no import from a package that is refused should bind a name of it."""
    if not _takes_a_stub(work) or "__future__" in work.code or REFUSED.search(work.code):
        return None
    del rng
    cells = [cell for cell in stub(work.exercise, "ipynb").cells if cell.kind == "code"]
    if _meets(work, cells):
        return None
    if work.form == "ipynb":
        return replace(work, cells=(*cells, *work.cells))
    return work.with_cell(
        0, "\n\n\n".join([*(cell.text for cell in cells if not _MAGIC.search(cell.text)), work.cells[0].text])
    )


def _takes_a_stub(work: Work) -> bool:
    """Whether all graded names of a work are bound by Python in it, and it reads on to its end."""
    if work.exercise not in ("01_gates", "05_trace"):
        return False
    codes = [cell for cell in work.cells if cell.kind == "code"]
    if any(code_of(cell.text) is None for cell in codes if not _MAGIC.search(cell.text)):
        return False
    graded = {name for cell in stub(work.exercise, "py").cells if (c := code_of(cell.text)) for name in _graded(c)}
    return graded <= bindings(work).keys() and not re.search(r"\b(?:exit|quit|_exit|abort|kill)\b", work.code)


def _graded(code: Code) -> set[str]:
    return {f.name for f in code.functions() if "raise NotImplementedError(" in code.of(f)}


def _meets(work: Work, cells: list[Cell]) -> bool:
    """Whether the stub's examples bind a name that the work mentions."""
    words = _global_names(work)
    for cell in cells:
        code = code_of(cell.text)
        graded = _graded(code) if code is not None else set()
        for node in code.tree.body if code is not None else []:
            scoped = isinstance(node, ast.FunctionDef | ast.Import)
            names = {node.name} if isinstance(node, ast.FunctionDef) else set() if scoped else bound(node)
            if (names - graded) & words and ast.unparse(node) not in _written(work):
                return True
    return False


def _global_names(work: Work) -> set[str]:
    """The names of the module that a work binds or looks for."""
    codes = [code for cell in work.cells if cell.kind == "code" and (code := code_of(cell.text)) is not None]
    nodes = [node for code in codes for node in code.tree.body]
    local = {id(node): bound(node) if isinstance(node, ast.FunctionDef) else set() for node in nodes}
    return {name for node in nodes for name in used(node) - local[id(node)]} | set(bindings(work))


def _written(work: Work) -> set[str]:
    codes = [code for cell in work.cells if cell.kind == "code" and (code := code_of(cell.text)) is not None]
    return {ast.unparse(node) for code in codes for node in code.tree.body}


def _below(work: Work, cells: list[Cell]) -> Work:
    if work.form == "ipynb":
        return replace(work, cells=(*work.cells, *cells), sealed=True)
    text = "\n\n\n".join(cell.text for cell in cells if not _MAGIC.search(cell.text))
    return replace(work.with_cell(0, f"{work.cells[0].text.rstrip()}\n\n\n{text}\n"), sealed=True)


def other_newlines(work: Work, rng: random.Random) -> Work | None:
    """Line ends of Windows, or of an old Mac: where no text holds one."""
    return work.on(newline=rng.choice(("\r\n", "\r"))) if "\\\n" not in work.code else work.on(newline="\r\n")


def byte_order_mark(work: Work, rng: random.Random) -> Work | None:
    """A mark of UTF-8 at the file's beginning."""
    del rng
    return work.on(bom=True) if work.declared in (None, "utf-8") else None


def declared_encoding(work: Work, rng: random.Random) -> Work | None:
    """A script in the encoding that its first line declares: where it can be written in it."""
    if work.form != "py" or work.paper.bom or work.declared:
        return None
    name = rng.choice(("utf-8", "latin-1", "cp1252", "ascii"))
    head = rng.choice((f"# -*- coding: {name} -*-\n", f"# vim: set fileencoding={name} :\n"))
    return work.with_cell(0, head + work.cells[0].text)


def other_json(work: Work, rng: random.Random) -> Work | None:
    """A notebook saved by another program: indentation, escapes, texts as one string."""
    if work.form != "ipynb":
        return None
    return work.on(indent=rng.choice((None, 0, 4)), ascii=rng.random() < 0.5, one_string=rng.random() < 0.5)


def other_format(work: Work, rng: random.Random) -> Work | None:
    """A notebook in another version of the format, 3.0 and 4.0 to 4.5: raw cells are kept."""
    if work.form != "ipynb":
        return None
    version, minor = rng.choice(((3, 0), (4, 0), (4, 1), (4, 2), (4, 3), (4, 4)))
    return work.on(version=version, minor=minor)


def outputs_and_widgets(work: Work, rng: random.Random) -> Work | None:
    """A notebook that was run, with outputs, counts, and the metadata of Colab and ipywidgets."""
    if work.form != "ipynb":
        return None
    return work.on(outputs=True, extras=rng.random() < 0.7)


def other_name(work: Work, rng: random.Random) -> Work | None:
    """The file's name with what browsers, Colab and people add."""
    names = ("Copy of {0}.{1}", "Copy_of_{0}.{1}", "{0} (1).{1}", "{0}-1.{1}", "{2}.{1}", "{3}.{1}", "{0} (2) (1).{1}")
    spaced = work.exercise.replace("_", " ")
    name = rng.choice(names).format(work.exercise, work.form, work.exercise.upper(), spaced.title())
    return work.on(name=name)


def in_a_folder(work: Work, rng: random.Random) -> Work | None:
    """The file in a folder below the student's."""
    return (
        work.on(folder=rng.choice(("homework", "week 34", "src", "gru-assignment-main", "Übung")))
        if not work.paper.beside
        else None
    )


def things_beside(work: Work, rng: random.Random) -> Work | None:
    """Other things in the folder: notes, data, a checkpoint, what a Mac leaves, the stub in the other form."""
    name = work.paper.name or f"{work.exercise}.{work.form}"
    if work.paper.folder:
        return None
    other = "ipynb" if work.form == "py" else "py"
    empty = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    things: tuple[tuple[str, bytes], ...] = (
        ("README.md", b"# My homework\n"),
        ("data.csv", b"a,b\n1,2\n"),
        ("__MACOSX/._" + name, b"\x00\x05\x16\x07"),
        ("._" + name, b"\x00\x05\x16\x07"),
        (f".ipynb_checkpoints/{work.exercise}-checkpoint.ipynb", empty),
        ("__pycache__/x.cpython-311.pyc", b"\xa7\r\r\n"),
        (f"{work.exercise}.{other}", stub(work.exercise, other).data()),
        ("utils.py", b"def helper():\n    return 1\n"),
        ("numpy.py", b"raise SystemExit\n"),
    )
    chosen = rng.choice(things)
    return work.on(beside=(*work.paper.beside, chosen)) if chosen[0] not in work.files() else None


CHANGES = (
    as_notebook,
    as_script,
    cell_split,
    cells_joined,
    cell_marks,
    cell_magic,
    magic_by_call,
    commented_by_colab,
    cells_added,
    stub_cell_below,
    stub_below,
    stub_above,
    other_newlines,
    byte_order_mark,
    declared_encoding,
    other_json,
    other_format,
    outputs_and_widgets,
    other_name,
    in_a_folder,
    things_beside,
)
