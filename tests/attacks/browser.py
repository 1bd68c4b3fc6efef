"""A real browser without a window, that opens a page and tells what became of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def missing() -> str:
    """Why no page can be opened here; "" if one can."""
    return "" if any(map(shutil.which, NAMES)) else f"no browser is installed (looked for {', '.join(NAMES)})"


def opened(page: Path) -> str:
    """The page as it stands after all its scripts have run."""
    program = next(filter(None, map(shutil.which, NAMES)))
    with tempfile.TemporaryDirectory(prefix="browser-") as profile:
        command = [program, "--headless", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}"]
        command += ["--disable-dev-shm-usage", "--virtual-time-budget=2000", "--dump-dom"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        done = subprocess.run([*command, page.as_uri()], capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    return done.stdout.decode("utf-8", "replace")
