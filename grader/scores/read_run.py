"""The results in a run's folder, for commands that look at them or change them without grading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.scores.results import from_json

if TYPE_CHECKING:
    from pathlib import Path

    from grader.scores.records import Results


def read_run(run: Path) -> Results:
    """Return what ``run/results.json`` holds; raises UsageError, in one line, if the folder is none that a run wrote."""
    path = run / "results.json"
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(
            f"{run} is no folder that `grader score` wrote: there is no results.json in it. Name the folder of --out."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise UsageError(f"{path} can't be read ({reason}).") from None
    return from_json(text, str(path))
