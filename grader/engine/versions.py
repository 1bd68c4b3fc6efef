"""The versions of what decides how work runs."""

from __future__ import annotations

import platform
from importlib import metadata

import grader

SHOWN = ("numpy", "pandas", "matplotlib", "tensorflow", "keras", "pytest")


def versions() -> dict[str, str]:
    """Name to version of the grader, Python, and those packages that are installed; imports none of them."""
    found = {"grader": grader.__version__, "python": platform.python_version()}
    for name in SHOWN:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
