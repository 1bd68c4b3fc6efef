"""A made class for the benchmark: 100 distinct files, half of them notebooks; 50 right, 40 with one fault, 10 unfinished."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING

from course.otherwise.files import faulty, honest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
RIGHT, FAULTY, UNFINISHED = 50, 40, 10


def write_class(folder: Path) -> list[Path]:
    """Writes the class, one folder per student, and gives its files in order."""
    files = []
    for number, source in enumerate(_sources()):
        # The comment makes every file a distinct one, as a class's files are.
        source = f"# handed in by student {number:03d}\n{source}"
        name = "01_gates.ipynb" if number % 2 else "01_gates.py"
        file = folder / f"student-{number:03d}" / name
        file.parent.mkdir(parents=True)
        file.write_text(_notebook(source) if number % 2 else source, encoding="utf-8")
        files.append(file)
    return files


def _sources() -> Iterator[str]:
    right = itertools.cycle(submission.source for submission in honest("01_gates"))
    wrong = itertools.cycle(submission.source for submission in faulty("01_gates"))
    stub = (ROOT / "exercises" / "01_gates.py").read_text(encoding="utf-8")
    yield from itertools.islice(right, RIGHT)
    yield from itertools.islice(wrong, FAULTY)
    yield from itertools.repeat(stub, UNFINISHED)


def _notebook(source: str) -> str:
    """A notebook with one cell for each block of lines that begins in column 0 after an empty line."""
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": block}
        for block in _blocks(source)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _blocks(source: str) -> Iterator[str]:
    block: list[str] = []
    for line in source.splitlines(keepends=True):
        starts = block and not block[-1].strip() and line[:1] not in (" ", "\t", "\n", ")", "]", "}", '"')
        if starts and '"""' not in "".join(block).replace('"""', "", 2 * ("".join(block).count('"""') // 2)):
            yield "".join(block)
            block = []
        block.append(line)
    yield "".join(block)
