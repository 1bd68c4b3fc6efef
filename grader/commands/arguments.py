"""Takes the words of a command apart: one parser for all commands, and the types of their arguments."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import NoReturn, TypeAlias

from grader.errors import UsageError
from grader.meant import did_you_mean


class WordParser(argparse.ArgumentParser):
    """A parser that reports a slip as the grader reports every other wrong use of a command.

    If ``any_order`` is set, options may stand between its arguments; argparse alone takes no argument after one then.
    """

    any_order = False

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """Takes the options out first where ``any_order`` is set, and then the arguments."""
        if not self.any_order:
            return super().parse_known_args(args, namespace)
        self.any_order = False  # argparse comes back here for each of the two
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self.any_order = True

    def error(self, message: str) -> NoReturn:
        """One line and exit 2, as for every wrong command."""
        raise UsageError(f"{message} (see `{self.prog} --help`)")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Does what argparse does, and adds the name that was probably meant."""
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError:
            names = list(map(str, action.choices or ()))
            meant = did_you_mean(str(value), names, f"choose from {', '.join(names)}")
            raise argparse.ArgumentError(action, f"there is no {value}; {meant}") from None


Subparsers: TypeAlias = "argparse._SubParsersAction[WordParser]"


def add_course(parser: argparse.ArgumentParser) -> None:
    """Adds the option that names a course."""
    parser.add_argument("--course", type=path, metavar="DIR", help="the folder with course.toml (default: the nearest)")


def need_a_posix_system() -> None:
    """Raises UsageError on Windows, which can't fork and so can't grade."""
    if not hasattr(os, "fork"):
        raise UsageError("this needs Linux or macOS: on Windows, use WSL (wsl --install, then run it there).")


def decider(named: str | None, option: str) -> str:
    """Who decides: the name that was given with ``option``, or else the login name; raises UsageError if there is none."""
    import getpass

    if named is not None:
        if not named.strip():
            raise UsageError(f"{option} is empty; give the name of whoever decides, or leave {option} out.")
        return named.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run as a user without a name
        raise UsageError(f"this machine does not know your name; say it with {option} NAME.") from None


def cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def path(text: str) -> Path:
    """A path; an empty one is refused, since it would be taken for the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("the name is empty")
    return Path(text)


def positive(text: str) -> int:
    """A whole number of 1 or more."""
    if not _is_whole(text) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of 1 or more")
    return int(text)


def natural(text: str) -> int:
    """A whole number of 0 or more."""
    if not _is_whole(text):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of 0 or more")
    return int(text)


def _is_whole(text: str) -> bool:
    return text.isdecimal() and len(text) <= 18
