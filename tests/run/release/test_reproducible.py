"""The package that is made again is the same, byte for byte: a template names its digest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .conftest import light_course

ADDRESS = "https://example.org/gru_grader-0.1.0-py3-none-any.whl"


def test_another_process_elsewhere_makes_the_same_package(light_templates: Path, tmp_path: Path) -> None:
    """With other random hashes, in another time zone, and after its address was written down."""
    (wheel,) = (light_templates / "course" / "dist").glob("*.whl")
    course = light_course(tmp_path / "elsewhere", package=ADDRESS)
    done = subprocess.run(
        [sys.executable, "-m", "grader", "release", "--wheel"], cwd=course, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).read_bytes() == wheel.read_bytes()
