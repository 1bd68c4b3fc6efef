"""The end of a run: what was graded is written, the marks first, whatever comes between."""

from __future__ import annotations

import signal
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from grader.engine.folder import RESULTS
from grader.errors import OutputError
from grader.reports.write_run import write_pages, write_results

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.engine.folder import RunFolder
    from grader.scores.records import Results


@contextmanager
def unbroken() -> Iterator[None]:
    """Holds Ctrl-C off for the seconds that ending and writing take: half a report is none."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is ever interrupted
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave(results: Results, folder: RunFolder, *, interrupted: bool) -> Path | None:
    """Writes what the run leaves, the marks first, and gives where the results are kept that it replaced.

    Raises OutputError, which says where the marks are: nothing that was graded is lost.
    """
    try:
        replaced = folder.keep_history(pages=interrupted)
        write_results(results, folder.path)
    except OutputError as error:
        raise OutputError(f"{error} {_rescued(results)}") from None
    try:
        write_pages(results, folder.path)
    except OutputError as error:
        raise OutputError(f"{error} The marks are written: {folder.path / RESULTS} and gradebook.csv.") from None
    return replaced


def _rescued(results: Results) -> str:
    """Says where the results are kept that could not be written to their place."""
    try:
        other = Path(tempfile.mkdtemp(prefix="gradebook-"))
        write_results(results, other)
    except (OSError, OutputError) as error:
        return f"What was graded could not be kept elsewhere either: {error}"
    return f"What was graded is in {other}, results.json and gradebook.csv."
