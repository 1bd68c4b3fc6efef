"""A run's folder as an export finds it: the results of a class in it, and its own files, which no export may replace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.scores.read_run import read_run

if TYPE_CHECKING:
    from pathlib import Path

    from grader.scores.records import Results

OWN = (
    "results.json",
    "sources.jsonl",
    "gradebook.csv",
    "index.html",
    "decisions.jsonl",
    "students",
    "class-pages",
    "history",
    ".",
)


def run_folder(named_so: Path) -> Path:
    """Return the folder of a run that was named by its ``results.json``, or the folder itself."""
    return named_so.parent if named_so.name == "results.json" and named_so.is_file() else named_so


def run_results(run: Path) -> Results:
    """Return what ``run/results.json`` holds; raises UsageError, in one line, for no student and for a part of a class."""
    results = read_run(run)
    if (shard := results.run.shard) is not None:
        raise UsageError(
            f"{run} holds part {shard.index} of {shard.of} alone: bring all parts together first, grader merge OUT PART..."
        )
    if not results.submissions:
        raise UsageError(f"{run / 'results.json'} holds no student: grade a class into this folder first.")
    return results


def refuse_to_overwrite(target: Path, run: Path, template: Path | None = None) -> None:
    """Raises UsageError if an export would replace the file that it fills, or what a run wrote."""
    if template is not None and _is_same(target, template):
        raise UsageError(
            f"--write {target} is the template itself; name another file, so that you keep what was exported."
        )
    below = any(_is_same(target.parent, run / name) for name in ("students", "class-pages"))
    if below or any(_is_same(target, run / name) for name in OWN):
        raise UsageError(f"--write {target} is a place of the run's own files; name another one.")


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return one.absolute() == other.absolute()
