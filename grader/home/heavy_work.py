"""Which exercises about deep learning have any work in a folder: ``python -m grader.home.heavy_work`` prints their ids.

A CI job asks this before it installs TensorFlow, which takes longer than all the rest. Files are read here and never run, and an
untouched stub is no work. If nothing can be said, the exit code is 1 and the job installs it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import GraderError
from grader.home.check_work import works_in
from grader.home.kit import nearest_kit
from grader.home.whole_course import is_begun
from grader.package_table import is_about_deep_learning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.home.kit import Offered


def heavy_work(folder: Path, kit: Sequence[Offered]) -> tuple[str, ...]:
    """The ids of the exercises about deep learning for which the file that counts holds anything but the stub.

    A file that can't be read counts: to say why is for the check, which needs the packages for that as well.
    """
    heavy = {each.exercise.id: each for each in kit if is_about_deep_learning(each.exercise.packages)}
    found = works_in([folder], kit, whole=True) if heavy else []
    begun = {
        each.exercise
        for each in found
        if each.exercise in heavy and not each.is_missing and is_begun(heavy[each.exercise], each)
    }
    return tuple(ident for ident in heavy if ident in begun)


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
