"""``grader score``: grades a class, shows its progress, sums up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.commands.arguments import add_course, cores, natural, need_a_posix_system, path, positive
from grader.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from grader.commands.arguments import Subparsers


def add_parser(commands: Subparsers) -> None:
    """Adds the command and its options."""
    score = commands.add_parser("score", help="grade a folder of submissions and write reports", allow_abbrev=False)
    score.add_argument(
        "submissions",
        type=path,
        metavar="SUBMISSIONS",
        help="one folder per student, or your learning platform's download of the assignment, zipped or unpacked",
    )
    add_course(score)
    score.add_argument("--out", type=path, default=Path("reports/latest"), metavar="DIR", help="where the reports go")
    score.add_argument(
        "--exercise", action="append", default=[], metavar="ID", help="grade only this one; may be repeated"
    )
    score.add_argument(
        "--jobs", type=positive, default=cores(), metavar="N", help="grade N at once (default: one per core)"
    )
    score.add_argument(
        "--seed", type=natural, metavar="N", help="the seed of all inputs (default: the one kept with the reports)"
    )
    score.add_argument(
        "--fresh",
        action="store_true",
        help="grade everything again, whatever is kept from earlier runs, and with a new seed",
    )
    where = score.add_mutually_exclusive_group()
    where.add_argument(
        "--store",
        type=path,
        metavar="FILE",
        help="where results are kept, so that a run grades only what changed (default: with the reports); several runs and "
        "courses may use one file",
    )
    where.add_argument("--no-store", action="store_true", help="keep no results, and grade everything")
    score.add_argument(
        "--isolation",
        choices=("auto", "strict"),
        default="auto",
        help="strict: refuse to run if an essential protection is missing",
    )
    score.add_argument(
        "--engine",
        choices=("local", "dask"),
        default="local",
        help="dask: grade on a Dask cluster; without --scheduler, on one of --jobs workers on this machine",
    )
    score.add_argument(
        "--scheduler", metavar="ADDRESS", help="the cluster's scheduler, as tcp://HOST:8786, or its --scheduler-file"
    )
    score.add_argument(
        "--layout",
        choices=("folders", "flat", "one"),
        help="what SUBMISSIONS holds: a folder per student, files named after students, or one student's work",
    )
    score.add_argument(
        "--roster",
        type=path,
        metavar="FILE",
        help="who is in the class: a CSV file with student,name,email,github,lms_id,group (some are enough), or what Canvas, "
        "Moodle, Gradescope, Brightspace or Classroom 50 exports; everyone on it has a row",
    )
    score.add_argument(
        "--shard",
        metavar="I/N",
        help="grade only part I of N, with the same --seed for each; `grader merge` brings the parts together",
    )
    score.add_argument("--fail-under", type=float, metavar="POINTS", help="exit 1 if a student stays below POINTS")
    score.add_argument("--quiet", action="store_true", help="print no progress and no summary")
    score.add_argument("--json", action="store_true", help="print results.json and nothing else")
    score.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Grades; exit code 1 if the grader itself failed on something or a student stays below the bound."""
    need_a_posix_system()
    if given.scheduler is not None and given.engine != "dask":
        raise UsageError("--scheduler is the address of a Dask cluster: give --engine dask with it.")
    try:
        from grader.commands.class_shown import score_and_show
    except ModuleNotFoundError as error:
        raise UsageError(
            f"grading needs {error.name}, which is not installed here: `make score` in a clone of the course installs it."
        ) from None

    return score_and_show(given)
