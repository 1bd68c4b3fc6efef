"""The command ``grader``: takes the words apart, calls one function, gives its exit code.

Nothing heavy is imported here; what a command needs is imported by the command.
"""

from __future__ import annotations

import argparse
import errno
import io
import os
import signal
import sys
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import grader
from grader.errors import CourseError, GraderError, OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

OK, NOT_OK, USAGE, INTERRUPTED = 0, 1, 2, 130
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
REFUSED = {errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EISDIR, errno.EEXIST}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line and exit 2, as for every wrong command."""
        raise UsageError(f"{message} (`{self.prog} --help` lists what there is)")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """As argparse does it, with the name that was probably meant."""
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError:
            names = list(map(str, action.choices or ()))
            close = get_close_matches(str(value), names, 1)
            meant = f"did you mean {close[0]}?" if close else f"choose from {', '.join(names)}"
            raise argparse.ArgumentError(action, f"there is no {value}; {meant}") from None


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Prints what decides how work runs."""
        from grader.engine.versions import versions

        found = versions()
        others = ", ".join(f"{name} {number}" for name, number in found.items() if name != "grader")
        print(f"grader {found['grader']} ({others})")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a student's name must not stop a run in an ASCII terminal
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a CI job that is cancelled ends as Ctrl-C does
    try:
        code = _run(arguments)
        sys.stdout.flush()  # here, where a reader that has gone can still be dealt with
        return code
    except (UsageError, CourseError) as error:
        print(f"grader: {error}", file=sys.stderr)
        return USAGE
    except OutputError as error:
        print(f"grader: {error}", file=sys.stderr)
        return NOT_OK
    except GraderError as error:
        print(f"grader: the grader itself failed: {error}", file=sys.stderr)
        return NOT_OK
    except KeyboardInterrupt:
        print("grader: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`); Python must not complain about it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        if error.errno not in FULL | REFUSED:
            raise
        what = "written" if error.errno in FULL else "used"
        print(f"grader: {error.filename or 'the output'} can't be {what} ({error.strerror}).", file=sys.stderr)
        with suppress(OSError):  # what is still to be printed has nowhere to go
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_OK


def _run(arguments: Sequence[str] | None) -> int:
    try:
        given = _parser().parse_args(arguments)
    except SystemExit as done:  # --help and --version
        return done.code if isinstance(done.code, int) else OK
    return int(given.run(given))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="grader", description=grader.__doc__, allow_abbrev=False)
    parser.add_argument("--version", action=_Version, nargs=0, help="show versions and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    _add_score(commands)
    _add_check(commands)
    _add_release(commands)
    doctor = commands.add_parser("doctor", help="say what this machine can isolate, and what not")
    doctor.set_defaults(run=_doctor)
    return parser


def _add_score(commands: argparse._SubParsersAction[_Parser]) -> None:
    score = commands.add_parser("score", help="grade a folder of submissions and write reports", allow_abbrev=False)
    score.add_argument(
        "submissions",
        type=_path,
        metavar="SUBMISSIONS",
        help="a folder per student, or what your learning platform gave for the assignment, as a zip or unpacked",
    )
    score.add_argument("--course", type=_path, metavar="DIR", help="the folder with course.toml (default: the nearest)")
    score.add_argument("--out", type=_path, default=Path("reports/latest"), metavar="DIR", help="where the reports go")
    score.add_argument("--exercise", action="append", default=[], metavar="ID", help="only this one; may be repeated")
    score.add_argument(
        "--jobs", type=_positive, default=_cores(), metavar="N", help="how many at once (default: cores)"
    )
    score.add_argument(
        "--seed", type=_natural, metavar="N", help="the seed of all inputs (default: the one kept in DIR)"
    )
    score.add_argument("--fresh", action="store_true", help="with a new seed, and nothing kept of earlier runs")
    score.add_argument(
        "--isolation", choices=("auto", "strict"), default="auto", help="strict: refuse to run with less"
    )
    score.add_argument(
        "--layout",
        choices=("folders", "flat", "one"),
        help="what SUBMISSIONS is: folders of students, files named after students, or one student",
    )
    score.add_argument("--fail-under", type=float, metavar="POINTS", help="exit 1 if a student stays below")
    score.add_argument("--quiet", action="store_true", help="no progress and no summary")
    score.add_argument("--json", action="store_true", help="print results.json and nothing else")
    score.set_defaults(run=_score)


def _add_check(commands: argparse._SubParsersAction[_Parser]) -> None:
    check = commands.add_parser("check", help="run the public checks on your own files", allow_abbrev=False)
    check.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: the exercises in this folder")
    check.set_defaults(run=_check)


def _add_release(commands: argparse._SubParsersAction[_Parser]) -> None:
    release = commands.add_parser("release", help="make exercises/ from solutions/", allow_abbrev=False)
    release.add_argument("--check", action="store_true", help="change nothing; exit 1 if they disagree")
    release.add_argument("--wheel", action="store_true", help="make the students' package, in dist/ beside the course")
    release.add_argument("--solutions", type=Path, metavar="OUT", help="write the solutions there as .py and .ipynb")
    release.add_argument(
        "--course", type=_path, metavar="DIR", help="the folder with course.toml (default: the nearest)"
    )
    release.set_defaults(run=_release)


def _score(given: argparse.Namespace) -> int:
    _need_a_posix_system()
    try:
        from grader.commands.score import run_score
    except ModuleNotFoundError as error:
        raise UsageError(
            f"grading needs {error.name}, which is not installed here: `make score` in a clone of the course installs it."
        ) from None

    return run_score(given)


def _check(given: argparse.Namespace) -> int:
    from grader.commands.check import run_check

    return run_check(given.files)


def _release(given: argparse.Namespace) -> int:
    from grader.commands.release import run_release

    return run_release(given.course, check=given.check, wheel=given.wheel, solutions=given.solutions)


def _doctor(_given: argparse.Namespace) -> int:
    _need_a_posix_system()
    from grader.commands.doctor import run_doctor

    return run_doctor()


def _need_a_posix_system() -> None:
    if not hasattr(os, "fork"):
        raise UsageError("this needs Linux or macOS: on Windows, use WSL (wsl --install, then run it there).")


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _path(text: str) -> Path:
    """A path; an empty one is refused, since it would be taken for the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("the name is empty")
    return Path(text)


def _positive(text: str) -> int:
    number = _natural(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def _natural(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of 0 or more")
    return int(text)
