"""A student's file as its cells, so that one change serves scripts and notebooks; how it is read, and written again."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from course.otherwise.files import faulty, honest
from grader.course.cells import split_cells
from helpers.expected import expected_of

TESTS = Path(__file__).parents[2]
ROOT = TESTS.parent

# They are stopped by a limit, so that each of them takes longer to grade than a hundred others.
SLOW = frozenset({"farid-loops", "lars-never-ends", "mia-eats-memory", "tariq-loops-in-a-cell"})
FULL_MARKS = 30  # of 01_gates
_COOKIE = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
KERAS = ("02_swap", "03_measure")
NUMPY = ("01_gates", "05_trace")
WRITTEN = ("04_theory",)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; a script is a single cell of code."""

    kind: Literal["code", "markdown", "raw"]
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What of a file is not its text: its name, its bytes, the JSON around the cells, and what lies beside it."""

    name: str = ""
    folder: str = ""
    newline: str = "\n"
    bom: bool = False
    minor: int = 5
    version: int = 4
    one_string: bool = False
    indent: int | None = 1
    ascii: bool = False
    outputs: bool = False
    extras: bool = False
    beside: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """A file for one exercise; ``right`` says that its original gets every point that is settled by running it.

    The code of one that is ``sealed`` is left as it is: a copy of the stub must stay one, and what a program commented out too.
    """

    title: str
    exercise: str
    form: Literal["py", "ipynb"]
    cells: tuple[Cell, ...]
    paper: Paper = field(default_factory=Paper)
    right: bool = False
    sealed: bool = False

    @property
    def code(self) -> str:
        """All code in the order in which it runs."""
        return "\n".join(cell.text for cell in self.cells if cell.kind == "code")

    @property
    def declared(self) -> str | None:
        """The encoding that a script declares in one of its first two lines."""
        lines = self.cells[0].text.split("\n")[:2] if self.form == "py" else []
        return next((found[1] for line in lines if (found := _COOKIE.match(line))), None)

    def with_cell(self, index: int, text: str) -> Work:
        """The same work with another text in one cell."""
        cells = list(self.cells)
        cells[index] = replace(cells[index], text=text)
        return replace(self, cells=tuple(cells))

    def on(self, **paper: Any) -> Work:
        """The same work with other things about its file."""
        return replace(self, paper=replace(self.paper, **paper))

    def files(self) -> dict[str, bytes]:
        """What the student's folder holds, by path."""
        paper = self.paper
        name = paper.name or f"{self.exercise}.{self.form}"
        below = f"{paper.folder}/" if paper.folder else ""
        return {f"{below}{name}": self.data(), **dict(paper.beside)}

    def data(self) -> bytes:
        """The file's bytes."""
        paper = self.paper
        if self.form == "py":
            (cell,) = self.cells
            text, encoding = cell.text.replace("\n", paper.newline), self.declared or "utf-8"
        else:
            text, encoding = _json(self), "utf-8"
        return (b"\xef\xbb\xbf" if paper.bom else b"") + text.encode(encoding)


Change = Callable[[Work, random.Random], Work | None]


def read_work(title: str, exercise: str, path: Path) -> Work | None:
    """Read a file; None for one that is damaged, or of an old form, since it can't be written again as it was."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    if path.suffix == ".py":
        return Work(title, exercise, "py", (Cell("code", text),)) if text.strip() else None
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError):
        return None
    read = tuple(Cell(cell["cell_type"], "".join(cell["source"])) for cell in cells)
    return Work(title, exercise, "ipynb", read)


@cache
def originals(exercises: tuple[str, ...], *, slow: bool = False) -> tuple[Work, ...]:
    """The made-up students' files for some exercises: the golden class, those written otherwise, the written answers."""
    found: list[Work | None] = []
    for exercise in exercises:
        for folder in sorted((TESTS / "class").iterdir()):
            if folder.name in SLOW and not slow:
                continue
            files = [file for form in ("py", "ipynb") if (file := folder / f"{exercise}.{form}").is_file()]
            if len(files) == 1 and len(_of(folder, exercise)) == 1:
                work = read_work(folder.name, exercise, files[0])
                found.append(
                    work and replace(work, right=exercise == "01_gates" and _points(folder.name) == FULL_MARKS)
                )
        for kind, submissions in (("honest", honest(exercise)), ("faulty", faulty(exercise))):
            for each in submissions:
                work = read_work(f"{exercise[:2]}-{kind}-{each.path.stem}", exercise, each.path)
                found.append(work and replace(work, right=kind == "honest"))
    if "04_theory" in exercises:
        files = sorted((TESTS / "written" / "class").glob("*/04_theory.*"))
        found += [read_work(f"theory-{file.parent.name}", "04_theory", file) for file in files]
    return tuple(work for work in found if work is not None)


def _points(student: str) -> int:
    """What a student of the golden class gets for 01_gates, as it is written down."""
    return expected_of(TESTS / "class" / student)["01_gates"].points


def _of(folder: Path, exercise: str) -> list[Path]:
    """All files that look as if they were for an exercise, those of odd names and of folders below too."""
    digits, word = exercise.split("_")
    looks = re.compile(rf"{digits}.?{word}|homework", re.IGNORECASE)
    return [file for file in folder.rglob("*") if file.suffix in (".py", ".ipynb") and looks.search(file.name)]


def stub(exercise: str, form: Literal["py", "ipynb"]) -> Work:
    """The exercise as it is handed out."""
    work = read_work("stub", exercise, ROOT / "exercises" / f"{exercise}.{form}")
    assert work is not None
    return work


def cells_of_script(text: str) -> tuple[Cell, ...] | None:
    """The cells of a script in percent format; None if its text is no Python, or no such format."""
    try:
        return tuple(Cell(cell.kind, cell.text) for cell in split_cells(text, "script"))
    except Exception:
        return None


def _json(work: Work) -> str:
    paper = work.paper
    cells = [_cell(work, number, cell) for number, cell in enumerate(work.cells)]
    metadata: dict[str, Any] = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    if paper.extras:
        metadata |= {
            "colab": {"provenance": [], "toc_visible": True},
            "accelerator": "GPU",
            "widgets": {
                "application/vnd.jupyter.widget-state+json": {
                    "version_major": 2,
                    "version_minor": 0,
                    "state": {"ab12": {"model_name": "IntSliderModel", "state": {"value": 3, "source": ["x = 1"]}}},
                }
            },
        }
    content: dict[str, Any]
    if paper.version == 3:
        content = {
            "metadata": {"name": ""},
            "nbformat": 3,
            "nbformat_minor": 0,
            "worksheets": [{"cells": cells, "metadata": {}}],
        }
    else:
        content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": paper.minor}
    return json.dumps(content, indent=paper.indent, ensure_ascii=paper.ascii) + "\n"


def _cell(work: Work, number: int, cell: Cell) -> dict[str, Any]:
    paper = work.paper
    text = cell.text.replace("\n", paper.newline)
    source: Any = text if paper.one_string else text.splitlines(keepends=True)
    made: dict[str, Any] = {"cell_type": cell.kind, "metadata": {}}
    if paper.extras:
        made["metadata"] = {"id": f"c{number}", "colab": {"base_uri": "https://localhost:8080/"}, "tags": ["part"]}
    if paper.version == 4 and paper.minor >= 5:
        made["id"] = f"cell-{number}"
    if cell.kind != "code":
        return {**made, "source": source}
    outputs: list[dict[str, Any]] = []
    if paper.outputs:
        outputs = [
            {"output_type": "stream", "name": "stdout", "text": ["ok\n", "def sigmoid(a): return 0\n"]},
            {
                "output_type": "display_data",
                "data": {"image/png": "iVBORw0KGgo=", "text/plain": ["<Figure>"]},
                "metadata": {},
            },
            {
                "output_type": "error",
                "ename": "NameError",
                "evalue": "x",
                "traceback": ["\u001b[0;31mNameError\u001b[0m"],
            },
        ]
    made["outputs"] = outputs
    counter = "prompt_number" if paper.version == 3 else "execution_count"
    made[counter] = number + 1 if paper.outputs else None
    if paper.version == 3:
        return {**made, "language": "python", "input": source}
    return {**made, "source": source}
