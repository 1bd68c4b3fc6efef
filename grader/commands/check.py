"""``grader check``: the public checks on a student's own files, with hints."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.commands.terminal import columns, harmless, has_colour, safe
from grader.home.check import check_file, find
from grader.home.kit import nearest_kit
from grader.reports.checked import all_right, last_line, row_as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.scores.records import Checked


def run_check(files: Sequence[Path]) -> int:
    """Checks the files (or those in this folder) and prints what was found; exit code 0 where all public checks pass.

    Each exercise is shown as soon as it is checked: one about Keras takes some ten seconds.
    """
    kit = nearest_kit()
    offered = {each.exercise.id: each for each in kit}
    paths = list(dict.fromkeys(path.absolute() for path in files)) or [Path.cwd()]
    rows: list[Checked] = []
    width, colour = columns(), has_colour(sys.stdout)
    for work in find(paths, kit):
        with _waiting(safe(str(work.path or work.file))):
            row = check_file(offered[work.exercise], work)
        rows.append(replace(row, place=safe(row.place)))
        print(harmless(row_as_text(rows[-1], width, colour=colour)), flush=True)
    print(f"\n{last_line(rows)}")
    return 0 if all_right(rows) else 1


@contextmanager
def _waiting(place: str) -> Iterator[None]:
    """Says on a terminal what is being checked for as long as it takes."""
    if not sys.stderr.isatty():
        yield
        return
    said = f"Checking {place[: columns() - 14]} ..."
    print(said, end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        print(f"\r{' ' * len(said)}\r", end="", file=sys.stderr, flush=True)
