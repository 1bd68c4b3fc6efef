"""``grader check``: the public checks on a student's own files, with hints."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.commands.progress import Doing
from grader.commands.terminal import columns, harmless, has_colour, safe
from grader.home.check_work import check_file, find
from grader.home.kit import nearest_kit
from grader.reports.checked import all_right, last_line, row_as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        with Doing(work.path or work.exercise) as doing:
            row = check_file(offered[work.exercise], work, doing.tell)
        rows.append(replace(row, place=safe(row.place)))
        print(harmless(row_as_text(rows[-1], width, colour=colour)), flush=True)
    print(f"\n{last_line(rows)}")
    return 0 if all_right(rows) else 1
