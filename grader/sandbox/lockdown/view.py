"""The zygote's view of the file system: its own root with the readable paths, read-only, and nothing else."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.lockdown import syscalls
from grader.sandbox.lockdown.syscalls import (
    MNT_DETACH,
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    MS_REMOUNT,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WORK = "/tmp"  # where the worker's own folder is in the view
DEVICES = ("null", "zero", "full", "random", "urandom")

_EMPTY = "/dev/shm"
_READ_ONLY = MS_RDONLY | MS_NOSUID | MS_NODEV
_MANY = 12  # children of one folder from which on the folder is shown and the rest of it covered: fewer mounts to copy


def own_mounts() -> None:
    """Gives this process its own mounts, which change nothing outside; raises OSError."""
    syscalls.unshare(syscalls.CLONE_NEWNS)
    syscalls.mount(None, "/", None, MS_REC | MS_PRIVATE)


def enter_view(readable: Sequence[Path], scratch: Path) -> list[Path]:
    """Makes a new root of just the readable paths, each at its own place, and enters it, in its own mounts.

    Returns the paths as they are shown: many of one folder are shown as that folder, with the rest of it covered.
    ``scratch`` is any folder that exists; it hides nothing of ``readable``. Folders above a readable path get mode 755,
    so that a Python under a home of mode 700 is reachable. Raises OSError.
    """
    own_mounts()
    root = str(scratch)
    # the new root may cover what is to be shown (scratch may lie anywhere): look everything up before
    wanted = sorted({place for path in readable for place in _places(str(path))})
    links = [place for place in wanted if os.path.islink(place)]
    shown, covered, within = _group([place for place in wanted if place not in set(links)])
    opened = {place: os.open(place, os.O_PATH | os.O_CLOEXEC) for place in (*shown, *within)}
    texts = {place: os.readlink(place) for place in links}
    devices = {f"/dev/{name}": os.open(f"/dev/{name}", os.O_PATH | os.O_CLOEXEC) for name in DEVICES}
    syscalls.mount("grader", root, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m")
    try:
        for folder in (_EMPTY, "/proc", WORK):
            os.makedirs(root + folder, 0o755, exist_ok=True)
        for place, text in texts.items():
            _folders(root, place)
            os.symlink(text, root + place)
        for place in shown:
            _show(root, place, opened[place], _READ_ONLY)
        for place in covered:
            _cover(root, place, empty=not any(each.startswith(f"{place}/") for each in within))
        for place in within:
            _show(root, place, opened[place], _READ_ONLY)
        for place in covered:
            target = root + place
            syscalls.mount(None, target, None, MS_REMOUNT | MS_BIND | _READ_ONLY | _kept_flags(target))
        for place, descriptor in devices.items():
            _show(root, place, descriptor, MS_RDONLY | MS_NOSUID | MS_NOEXEC)
    finally:
        for descriptor in (*opened.values(), *devices.values()):
            os.close(descriptor)
    # a process in a user namespace may only mount a new /proc if it sees a whole one
    syscalls.mount("/proc", root + "/proc", None, MS_BIND | MS_REC)
    os.chdir(root)
    syscalls.pivot_root(".", ".")
    syscalls.umount(".", MNT_DETACH)
    os.chdir("/")
    syscalls.mount(None, "/", None, MS_REMOUNT | MS_BIND | _READ_ONLY)
    return [Path(place) for place in (*shown, *within)]


def _places(path: str) -> Iterable[str]:
    """The path with every link on its way resolved, and each link met, at its own resolved place."""
    todo = [part for part in reversed(path.split("/")) if part not in ("", ".")]
    here, met = "/", 0
    while todo:
        part = todo.pop()
        if part == "..":
            here = os.path.dirname(here)
            continue
        step = os.path.join(here, part)
        if not os.path.islink(step):
            here = step
            continue
        met += 1
        if met > 40:
            return  # a ring of links leads nowhere
        yield step
        text = os.readlink(step)
        here = "/" if text.startswith("/") else here
        todo += [each for each in reversed(text.split("/")) if each not in ("", ".")]
    if os.path.exists(here) and here != "/":
        yield here


def _group(places: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """What to show; what to cover within that; and what to show within what is covered. Nothing is named twice."""
    children: dict[str, set[str]] = defaultdict(set)
    for place in places:
        children[os.path.dirname(place)].add(place)
    shown, covered, whole = set(places), set[str](), frozenset(places)
    for folder, listed in children.items():
        if len(listed) < _MANY or folder == "/":
            continue
        if folder in whole or any(str(parent) in whole for parent in Path(folder).parents):
            continue
        with os.scandir(folder) as entries:
            hidden = {entry.path for entry in entries if entry.path not in listed and not entry.is_symlink()}
        if len(hidden) < len(listed):
            shown = (shown - listed) | {folder}
            covered |= hidden
    top, within = [], []
    for place in sorted(shown):
        above = [str(parent) for parent in Path(place).parents]  # the nearest first
        nearest = next((each for each in above if each in covered or each in shown), None)
        if nearest in covered:
            within.append(place)
        elif nearest is None:
            top.append(place)
    return top, sorted(covered), within


def _folders(root: str, place: str) -> None:
    os.makedirs(root + os.path.dirname(place), 0o755, exist_ok=True)


def renew_work(options: str) -> None:
    """Puts a new file system at `WORK`, with what the view shows below it (a package folder may lie there)."""
    shown = {entry.path: os.open(entry.path, os.O_PATH | os.O_CLOEXEC) for entry in os.scandir(WORK)}
    syscalls.mount("work", WORK, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options)
    for place, descriptor in shown.items():
        # they keep the flags that the view gave them
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            os.mkdir(place, 0o755)
        else:
            os.close(os.open(place, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o444))
        syscalls.mount(f"/proc/self/fd/{descriptor}", place, None, MS_BIND | MS_REC)
        os.close(descriptor)


def _show(root: str, place: str, descriptor: int, flags: int) -> None:
    """Binds what a descriptor stands for at its place below the new root."""
    target, source = root + place, f"/proc/self/fd/{descriptor}"
    _folders(root, place)
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.makedirs(target, 0o755, exist_ok=True)
    else:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o444))
    try:
        syscalls.mount(source, target, None, MS_BIND)
    except OSError:  # in a user namespace a folder with mounts below it comes with them or not at all
        syscalls.mount(source, target, None, MS_BIND | MS_REC)
        syscalls.lock_mounts(target)
    syscalls.mount(None, target, None, MS_REMOUNT | MS_BIND | flags | _kept_flags(target))


def _cover(root: str, place: str, *, empty: bool) -> None:
    """Hides a folder behind an empty one (unless ``empty``, more is shown in it), anything else behind /dev/null."""
    target = root + place
    if not os.path.isdir(target):
        syscalls.mount("/dev/null", target, None, MS_BIND)
    elif empty:
        syscalls.mount(root + _EMPTY, target, None, MS_BIND)
    else:
        syscalls.mount("grader", target, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m")


def _kept_flags(target: str) -> int:
    """Flags of a mount that a user namespace may not take off again; the kernel's numbers are those of mount(2)."""
    kept = os.ST_RDONLY | os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC | os.ST_NOATIME | os.ST_NODIRATIME
    relative = 0x20_0000 if os.statvfs(target).f_flag & os.ST_RELATIME else 0
    return os.statvfs(target).f_flag & kept | relative
