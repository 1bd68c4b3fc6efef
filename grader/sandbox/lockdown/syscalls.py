"""Thin wrappers of Linux system calls that Python 3.11 does not offer; each raises OSError as ``os`` functions do."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from typing import Any

from grader.sandbox.lockdown.call_numbers import machine, numbers

CLONE_NEWNS = 0x0002_0000
CLONE_NEWUTS = 0x0400_0000
CLONE_NEWIPC = 0x0800_0000
CLONE_NEWUSER = 0x1000_0000
CLONE_NEWPID = 0x2000_0000
CLONE_NEWNET = 0x4000_0000

MS_RDONLY = 0x1
MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_REMOUNT = 0x20
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x4_0000
MNT_DETACH = 0x2

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

SECCOMP_SET_MODE_FILTER = 1
AT_RECURSIVE = 0x8000
_AT_FDCWD = -100
_CAPABILITY_VERSION = 0x2008_0522


@cache
def _entry() -> Any:
    """The C library's ``syscall``; every argument is passed as one machine word."""
    function = ctypes.CDLL(None, use_errno=True).syscall
    function.restype = ctypes.c_long
    return function


@cache
def _numbers() -> dict[str, int]:
    kind = machine()
    if kind is None:
        raise OSError("the system calls of this machine are not known")
    return numbers(kind)


def call(name: str, *arguments: int | bytes | ctypes.Array[Any] | None) -> int:
    """Makes one system call; raises OSError with the kernel's error number."""
    words = [ctypes.c_long(each) if isinstance(each, int) else ctypes.c_void_p(_address(each)) for each in arguments]
    result = int(_entry()(ctypes.c_long(_numbers()[name]), *words))
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return result


def _address(value: bytes | ctypes.Array[Any] | None) -> int | None:
    if value is None:
        return None
    if isinstance(value, bytes):
        return ctypes.cast(ctypes.c_char_p(value), ctypes.c_void_p).value
    return ctypes.addressof(value)


def unshare(flags: int) -> None:
    """Puts this process (for pids: its next children) into new namespaces."""
    call("unshare", flags)


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """Mounts, binds or changes a mount."""
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    try:
        call("mount", texts[0], texts[1], texts[2], flags, texts[3])
    except OSError as error:
        raise OSError(error.errno, error.strerror, target) from None


def umount(target: str, flags: int = 0) -> None:
    """Takes a mount away, as umount2(2)."""
    call("umount2", os.fsencode(target), flags)


def pivot_root(new: str, old: str) -> None:
    """Makes ``new`` the root of this mount namespace and hangs the old root at ``old``."""
    call("pivot_root", os.fsencode(new), os.fsencode(old))


def lock_mounts(target: str) -> None:
    """Makes a mount and all below it read-only, without set-uid programs and devices (Linux 5.12)."""
    attributes = (ctypes.c_uint64 * 4)(MS_RDONLY | MS_NOSUID | MS_NODEV, 0, 0, 0)
    call("mount_setattr", _AT_FDCWD, os.fsencode(target), AT_RECURSIVE, attributes, ctypes.sizeof(attributes))


def prctl(option: int, second: int = 0, third: int = 0) -> int:
    """Reads or changes a property of this process."""
    return call("prctl", option, second, third, 0, 0)


def drop_capabilities() -> None:
    """Gives up all effective, permitted and inheritable capabilities."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    call("capset", header, (ctypes.c_uint32 * 6)())


def seccomp(program: bytes) -> None:
    """Installs a filter, given as packed BPF instructions, for this thread and what it starts."""
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: an unsigned short, padding, a pointer
    header = (ctypes.c_uint64 * 2)(len(program) // 8, ctypes.addressof(code))
    call("seccomp", SECCOMP_SET_MODE_FILTER, 0, header)


def landlock_abi() -> int:
    """The version of Landlock that this kernel offers; raises OSError if it offers none."""
    return call("landlock_create_ruleset", None, 0, 1)


def landlock_create(filesystem: int, network: int, scopes: int, size: int) -> int:
    """A descriptor of a new rule set that handles the given rights; ``size`` is what the ABI knows, in bytes."""
    attributes = (ctypes.c_uint64 * 3)(filesystem, network, scopes)
    return call("landlock_create_ruleset", attributes, size, 0)


def landlock_allow(ruleset: int, rights: int, descriptor: int) -> None:
    """Allows rights on what is beneath the path that a descriptor stands for."""
    attributes = (ctypes.c_uint32 * 3)(rights & 0xFFFF_FFFF, rights >> 32, descriptor)
    call("landlock_add_rule", ruleset, 1, attributes, 0)


def landlock_restrict(ruleset: int, flags: int = 0) -> None:
    """Restricts this thread, and what it starts, to a rule set, for good."""
    call("landlock_restrict_self", ruleset, flags)
