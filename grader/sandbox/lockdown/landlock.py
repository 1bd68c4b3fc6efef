"""Landlock: what the worker may read and write, whatever the file modes say. Needs no privilege (Linux 5.13)."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.sandbox.lockdown import syscalls

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15

_BIND_TCP, _CONNECT_TCP = 1, 2
_ABSTRACT_SOCKETS, _SIGNALS = 1, 2
_LOG_OFF = 1  # refusals are expected here: they must not flood the system's audit log

READ = READ_FILE | READ_DIR  # no EXECUTE: shared libraries load without it, and programs don't start
WRITE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
DEVICE = READ_FILE | WRITE_FILE
_ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV


@dataclass(frozen=True, slots=True)
class Rule:
    """Rights on one path and what is beneath it."""

    path: str
    rights: int


def abi() -> int:
    """The version of Landlock here; 0 if there is none."""
    try:
        return syscalls.landlock_abi()
    except OSError:
        return 0


def handled(version: int) -> int:
    """All rights on files that a version knows, so that each is refused unless a rule gives it."""
    bits = 13 if version < 2 else 14 if version < 3 else 15 if version < 5 else 16
    return (1 << bits) - 1


def rules(paths: Iterable[Path | str], rights: int, version: int) -> list[Rule]:
    """One rule for each path that exists, with those of the rights that fit a file or a folder."""
    known = rights & handled(version)
    made = []
    for path in paths:
        try:
            mode = os.stat(path).st_mode
        except OSError:
            continue  # what isn't there needs no rule
        made.append(Rule(str(path), known if stat.S_ISDIR(mode) else known & _ON_FILES))
    return made


def restrict(allowed: Iterable[Rule], version: int) -> None:
    """Restricts this process to the rules, for good: nothing else is read or written.

    TCP (version 4), abstract sockets and signals to others (version 6) are gone too. Needs no_new_privs; raises
    OSError.
    """
    network = _BIND_TCP | _CONNECT_TCP if version >= 4 else 0
    scopes = _ABSTRACT_SOCKETS | _SIGNALS if version >= 6 else 0
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = syscalls.landlock_create(handled(version), network, scopes, size)
    try:
        for rule in allowed:
            try:
                descriptor = os.open(rule.path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue  # gone since the rules were made: it can't be read either way
            try:
                syscalls.landlock_allow(ruleset, rule.rights, descriptor)
            finally:
                os.close(descriptor)
        syscalls.landlock_restrict(ruleset, _LOG_OFF if version >= 7 else 0)
    finally:
        os.close(ruleset)
