"""Whether two machines would grade alike: the grader's own code, Python and the packages that decide how work runs."""

from __future__ import annotations

from contextlib import suppress
from importlib import metadata
from typing import TYPE_CHECKING

from grader.engine.code_digest import grader_digest
from grader.engine.versions import versions

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE = "the grader's code"
_CLUSTER = "distributed"  # its own versions must agree for messages to be read at all
_SHOWN_DIGITS = 12


def code_here() -> dict[str, str]:
    """Name to version of all that decides how work is graded here; the grader's code is known by its digest."""
    found = versions()
    with suppress(metadata.PackageNotFoundError):
        found[_CLUSTER] = metadata.version(_CLUSTER)
    return found | {CODE: grader_digest()[:_SHOWN_DIGITS]}


def differences_of_code(there: Mapping[str, str], here: Mapping[str, str]) -> str:
    """What differs, as in ``numpy 2.3.0 (here 2.4.6)``; empty if nothing does."""
    names = sorted({*there, *here})
    differing = [name for name in names if there.get(name) != here.get(name)]
    if CODE in differing and "grader" in differing:
        differing.remove(CODE)  # another version has other code
    return ", ".join(f"{name} {there.get(name, 'missing')} (here {here.get(name, 'missing')})" for name in differing)
