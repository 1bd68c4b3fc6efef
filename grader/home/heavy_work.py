"""Which exercises about deep learning have any work in a folder: ``python -m grader.home.heavy_work`` prints their ids.

A CI job asks this before it installs TensorFlow, which takes longer than all the rest. Files are read here and never run; an
untouched stub is no work, nor is a file that can't be read. If nothing can be said, the exit code is 1 and the job installs it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import GraderError, UsageError
from grader.home.check_work import find
from grader.home.kit import nearest_kit
from grader.package_table import is_about_deep_learning
from grader.source.read_source import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.home.kit import Offered
    from grader.submissions.works import Work


def heavy_work(folder: Path, kit: Sequence[Offered]) -> tuple[str, ...]:
    """The ids of the exercises about deep learning for which the file that counts holds anything but the stub.

    Raises WorkerFault if a file changes while it is read.
    """
    heavy = {each.exercise.id: each for each in kit if is_about_deep_learning(each.exercise.packages)}
    try:
        found = find([folder], kit) if heavy else []
    except UsageError:  # there is no exercise at all
        return ()
    return tuple(work.exercise for work in found if work.exercise in heavy and _has_work(work, heavy[work.exercise]))


def _has_work(work: Work, offered: Offered) -> bool:
    if work.kind is None or work.file is None or not work.can_be_graded:
        return False
    held = describe(work.read(), work.kind, work.file.name, offered.signature.names)
    return offered.signature.has_work(held)


def main() -> int:
    """Prints the ids for the current folder in one line; gives 1 if they can't be told."""
    try:
        print(*heavy_work(Path.cwd(), nearest_kit()))
    except (GraderError, OSError) as error:
        print(f"grader: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
