"""What the reports of a large class cost: seconds and memory of each step from results that come to pages that are written.

Nothing is graded. The results are those of a real run, copied under other names with other times, digests and answers, as many
as asked for. Each step says its CPU time and the most memory that the process held in it.

    python tests/tools/bench/reports_at_scale.py --students 10000
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from grader.engine.folder import open_run  # noqa: E402
from grader.engine.judged import judged  # noqa: E402
from grader.reports.classroom.class_view import class_view  # noqa: E402
from grader.reports.gradebook import gradebook  # noqa: E402
from grader.reports.write_run import write_pages  # noqa: E402
from grader.scores.atomic import replace_file  # noqa: E402
from grader.scores.decisions import Decisions  # noqa: E402
from grader.scores.packed_rows import GrowingRows  # noqa: E402
from grader.scores.read_run import read_run  # noqa: E402
from grader.scores.records import Adjustment, Results, SubmissionResult  # noqa: E402
from grader.scores.results import submission_from_json, submission_to_json, to_lines  # noqa: E402
from grader.scores.supposed import supposed_totals  # noqa: E402
from grader.scores.totals import student_totals  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = "gate state update reset memory past sentence parameters smaller faster keeps forgets longer weights".split()


def main() -> None:
    """Runs the steps and prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=1_000)
    parser.add_argument("--results", type=Path, default=ROOT / "reports" / "sample", help="a run to copy from")
    parser.add_argument("--out", type=Path, help="where the reports go (default: a folder that is removed)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measure(read_run(given.results), given.students, given.out or Path(name) / "run")


def measure(sample: Results, students: int, out: Path) -> None:
    """Makes the class and takes it through all steps."""
    print(f"{'step':34} {'CPU s':>7} {'most MB':>8}")
    with open_run(out) as folder:
        with step("take results in (with making)"):
            growing = GrowingRows()
            for row in made_rows(sample, students):
                # as they come from the processes that grade
                growing.add(submission_from_json(submission_to_json(row)))
            results = replace(sample, submissions=growing.rows(), roster=())
        with step("settle"):
            results = judged(results, Decisions(), results.run.void)
        with step("results.json"):
            replace_file(out / "results.json", to_lines(results))
        with step("gradebook"):
            replace_file(out / "gradebook.csv", gradebook(results))
        with step("class page, as a view"):
            class_view(results)
        with step("pages, all"):
            write_pages(results, out)
        with step("pages, none other"):
            write_pages(results, out)
        with step("history"):
            folder.keep_history()
        with step("one mark adjusted, all written"):
            results = judged(read_run(out), one_decision(results), results.run.void)
            folder.write_again(results)
        del results
        with step("what-if"):
            supposed_totals(read_run(out), [("01_gates", "sigmoid_values")], {"01_gates": 20})
    pages = sorted(out.glob("*.html")) + sorted(out.glob("class-pages/*.html"))
    largest = max(pages, key=lambda page: page.stat().st_size)
    print(f"results.json {size(out / 'results.json')}, index.html {size(out / 'index.html')}, ", end="")
    print(f"largest of {len(pages)} class pages {size(largest)}")


def made_rows(sample: Results, students: int) -> Iterator[SubmissionResult]:
    """Yields the rows of a class of this size, student by student; equal sizes give equal rows."""
    dice = random.Random(7)
    models = [list(total.submissions) for total in student_totals(sample) if total.handed_in]
    for number in range(students):
        name = f"student-{number:06d}"
        for row in models[number % len(models)]:
            yield replace(
                row,
                student=name,
                page=f"students/{name}.html",
                path=None if row.path is None else f"{name}/{row.path}",
                sha256=None if row.sha256 is None else hashlib.sha256(dice.randbytes(8)).hexdigest(),
                seconds=round(dice.random(), 3),
                output=f"{row.output}{dice.random()}\n" if row.output else "",
                checks=tuple(replace(check, seconds=round(dice.random(), 4)) for check in row.checks)
                if row.exercise != "04_theory"
                else tuple(
                    replace(
                        check,
                        answer=replace(
                            check.answer,
                            text=f"{check.answer.text} {' '.join(dice.choices(WORDS, k=12))}",
                            sha256=hashlib.sha256(dice.randbytes(8)).hexdigest(),
                        ),
                    )
                    if check.answer is not None
                    else check
                    for check in row.checks
                ),
            )


def one_decision(results: Results) -> Decisions:
    """A person's word on the first check of the class."""
    row = next(row for row in results.submissions if row.checks and row.sha256 is not None)
    check = row.checks[0]
    word = Adjustment(
        row.student, row.exercise, check.id, check.max_points - check.points, "a person", "2026-12-01T10:00:00+00:00",
        "looked at it", str(row.sha256),
    )  # fmt: skip
    return Decisions((word,))


@contextmanager
def step(name: str) -> Iterator[None]:
    """Prints the CPU time of the block and the most memory held in it."""
    forget_peak()
    before = time.process_time()
    yield
    print(f"{name:34} {time.process_time() - before:7.2f} {peak():8.0f}", flush=True)


def forget_peak() -> None:
    """Lets the kernel count the most memory anew, where it can; elsewhere the peaks only rise."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        pass


def peak() -> float:
    """The most memory in MB since it was forgotten."""
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def size(file: Path) -> str:
    """A file's size in words."""
    return f"{file.stat().st_size / 1e6:.2f} MB"


if __name__ == "__main__":
    main()
