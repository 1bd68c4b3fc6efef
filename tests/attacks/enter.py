"""Becomes another sort of user on another sort of machine, then runs a command: ``enter.py MODE COMMAND...``.

MODE is words joined by commas: ``plain`` (a user without rights), ``alone`` (root of a user namespace with one user id, as
in a rootless container), ``no-namespaces`` (as under Docker's default profile), ``no-landlock`` (as on a kernel before
5.13), ``same`` (nothing).
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from pathlib import Path

PLAIN_USER = 65_534
SUBREAPER = 36
NUMBERS = {
    "x86_64": {
        "no-namespaces": (272, 308, 165, 155, 428, 429, 442),  # unshare, setns, mount, pivot_root, tree calls
        "no-landlock": (444, 445, 446),
    },
    "aarch64": {"no-namespaces": (97, 268, 40, 41, 428, 429, 442), "no-landlock": (444, 445, 446)},
}
ERRORS = {"no-namespaces": errno.EPERM, "no-landlock": errno.ENOSYS}


def main() -> int:
    """Runs the command and waits for all that it left behind; says on the last line of stderr how many that were."""
    words, command = sys.argv[1].split(","), sys.argv[2:]
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(SUBREAPER, 1, 0, 0, 0)  # what outlives the command becomes a child of this process
    pid = os.fork()
    if pid == 0:
        try:
            become(words, libc)
            os.execv(command[0], command)
        except BaseException as error:
            print(f"cannot: {error}", file=sys.stderr, flush=True)
            os._exit(77)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    left = 0
    while True:
        try:
            found = os.waitpid(-1, os.WNOHANG)[0]
        except ChildProcessError:
            break
        if found == 0:
            left += 1
            for child in _children():
                os.kill(child, 9)
            os.waitpid(-1, 0)
    print(f"left alive: {left}", file=sys.stderr, flush=True)
    return status


def _children() -> list[int]:
    return [int(each) for each in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def become(words: list[str], libc: ctypes.CDLL) -> None:
    """Changes this process as the words say; raises OSError with the reason where it can't."""
    if "plain" in words and os.geteuid() == 0:
        _open_the_way(libc)
        os.setgroups([])
        os.setresgid(PLAIN_USER, PLAIN_USER, PLAIN_USER)
        os.setresuid(PLAIN_USER, PLAIN_USER, PLAIN_USER)
    if "alone" in words:
        user, group = os.geteuid(), os.getegid()
        _called(libc.unshare(0x10000000), "a user namespace is refused")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    for word in ERRORS:
        if word in words:
            _refuse(libc, NUMBERS[os.uname().machine][word], ERRORS[word])


def _open_the_way(libc: ctypes.CDLL) -> None:
    """Lets everybody reach this Python, where it lies in a folder that is root's alone: in this process's view only."""
    python = Path(sys.executable).resolve().parents[1]
    for closed in reversed(python.parents):
        if closed.stat().st_mode & 0o001:
            continue
        _called(libc.unshare(0x20000), "a mount namespace is refused")
        kept = os.open(python, os.O_PATH)  # of the new namespace, or it can't be mounted there
        _called(libc.mount(None, b"/", None, 0x4000 | 0x40000, None), "mounts can't be made private")
        _called(libc.mount(b"way", os.fsencode(closed), b"tmpfs", 0, b"mode=755"), "a mount is refused")
        python.mkdir(parents=True)
        source = f"/proc/self/fd/{kept}".encode()
        _called(libc.mount(source, os.fsencode(python), None, 0x1000 | 0x4000, None), "a mount is refused")
        return


def _refuse(libc: ctypes.CDLL, numbers: tuple[int, ...], error: int) -> None:
    """Has the kernel refuse system calls of these numbers from here on."""
    lines = [(0x20, 0, 0, 0)]  # load the call's number
    for at, number in enumerate(numbers):
        lines.append((0x15, len(numbers) - at, 0, number))
    lines += [(0x06, 0, 0, 0x7FFF0000), (0x06, 0, 0, 0x00050000 | error)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    header = struct.pack("HL", len(lines), ctypes.addressof(program))
    _called(libc.prctl(38, 1, 0, 0, 0), "no_new_privs is refused")
    _called(libc.prctl(22, 2, ctypes.create_string_buffer(header)), "a system-call filter is refused")


def _called(result: int, words: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), words)


if __name__ == "__main__":
    sys.exit(main())
