"""``grader release``: makes what students get from what instructors keep."""

from __future__ import annotations

import sys
from pathlib import Path

from grader.course import find_course, load_course
from grader.release.write import release, release_solutions


def run_release(course: Path | None, *, check: bool, wheel: bool, solutions: Path | None) -> int:
    """Writes or compares; exit code 1 where ``check`` finds a difference."""
    loaded = load_course(course or find_course(Path.cwd()))
    if solutions is not None:
        for name in release_solutions(loaded, solutions):
            print(solutions / name)
        return 0
    if wheel:
        from grader.home.wheel import make_wheel  # the stubs alone are made without NumPy and pytest

        print(make_wheel(loaded, loaded.folder.parent / "dist"))
        return 0
    out = loaded.folder.parent / "exercises"
    different = release(loaded, out, check=check)
    if check and different:
        names = ", ".join(different)
        print(f"grader: exercises/ is not what solutions/ makes: {names}. Run `grader release`.", file=sys.stderr)
        return 1
    for name in different:
        print(out / name)
    return 0
