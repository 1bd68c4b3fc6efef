"""Checks right work and stubs with the installed students' package, as a student types it; run beside both folders.

Ends with 1 where a public check says anything else than it should, or where the package brought in anything heavy.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

HEAVY = {"tensorflow", "keras", "pandas", "jinja2", "matplotlib"}
LAST = re.compile(r"Public checks: (\d+) of (\d+) points\. The other \d+ are decided when it is graded\.")


def check(folder: Path, ending: str, *, passes: bool) -> None:
    """Type `grader check` in a folder with the files of one ending; exit where it does not end as it should."""
    with tempfile.TemporaryDirectory() as place:
        for file in folder.glob(f"*{ending}"):
            shutil.copy(file, place)
        command = [sys.executable, "-m", "grader", "check"]
        run = subprocess.run(command, cwd=place, capture_output=True, encoding="utf-8", errors="replace", check=False)
    print(f"{folder.name}, {ending}: exit {run.returncode}\n{run.stdout}{run.stderr}")
    found = LAST.search(run.stdout)
    reached, public = (int(number) for number in found.groups()) if found else (-1, -2)
    if run.returncode != (0 if passes else 1) or reached != (public if passes else 0):
        sys.exit(f"{folder.name}, {ending}: this is not what it should say")


def main() -> None:
    """Check everything."""
    installed = {each.name.lower() for each in metadata.distributions()}
    if HEAVY & installed:
        sys.exit(f"the package brought in {', '.join(sorted(HEAVY & installed))}")
    for ending in (".py", ".ipynb"):
        check(Path("solved"), ending, passes=True)
        check(Path("stubs"), ending, passes=False)


main()
