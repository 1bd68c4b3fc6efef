"""The command ``grader``: collects the commands, runs the one that was typed, gives its exit code.

Each command is a module of `grader.commands` with ``add_parser(commands)`` and ``run(given) -> int``. What a command needs is
imported when it runs, so asking for help loads no third-party package, and `grader check` loads none that only grading needs.
"""

from __future__ import annotations

import argparse
import errno
import io
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

import grader
from grader.commands.arguments import WordParser
from grader.errors import CourseError, GraderError, OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (  # as `grader --help` lists them
    "score", "check", "release", "dev", "doctor", "merge", "review", "report", "diff", "adjust", "what-if", "export",
    "return", "mine", "similarity",
)  # fmt: skip
MODULES = {
    "report": "render",
    "return": "return_pages",
    "what-if": "what_if",
}  # of grader.commands, where a command is no name that Python can import
OK, NOT_OK, USAGE, INTERRUPTED = 0, 1, 2, 130
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
REFUSED = {errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EISDIR, errno.EEXIST}


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
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a cancelled CI job ends as Ctrl-C does
    try:
        code = _run(arguments)
        sys.stdout.flush()  # here, where we can still deal with a reader that has gone
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
        # The reader of our output has gone (`| head`); Python must not complain about that when it exits.
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
    words = sys.argv[1:] if arguments is None else arguments
    try:
        given = _parser(words).parse_args(words)
    except SystemExit as done:  # --help and --version
        return done.code if isinstance(done.code, int) else OK
    return int(given.run(given))


def _parser(words: Sequence[str]) -> WordParser:
    """The parser for the command that was typed, or for all commands if none was."""
    parser = WordParser(prog="grader", description=grader.__doc__, allow_abbrev=False)
    parser.add_argument("--version", action=_Version, nargs=0, help="show versions and exit")
    parser.set_defaults(known_commands=COMMANDS)  # what a command may point to as the next step
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=WordParser)
    typed = [name for name in COMMANDS if name in words]
    for name in typed or (() if words[:1] == ["--version"] else COMMANDS):
        import_module(f"grader.commands.{MODULES.get(name, name)}").add_parser(commands)
    return parser
