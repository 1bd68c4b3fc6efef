"""The worker's own namespaces: users, processes, network, messages between processes, host name and mounts."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from grader.sandbox.lockdown import syscalls, view
from grader.sandbox.lockdown.syscalls import MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY

_SHARED = {
    "network": syscalls.CLONE_NEWNET,
    "ipc": syscalls.CLONE_NEWIPC | syscalls.CLONE_NEWUTS,
}


def enter_user_namespace(flags: int = 0) -> None:
    """Enters a new user namespace: still the same user, this process gets all rights over what it makes there.

    Other namespaces named by ``flags`` are made with it. The process must have one thread only. Raises OSError.
    """
    user, group = os.getuid(), os.getgid()
    syscalls.unshare(syscalls.CLONE_NEWUSER | flags)
    dumpable = syscalls.call("prctl", 3, 0, 0, 0, 0)
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)  # else the files below belong to root
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, dumpable)


def enter_shared(layers: frozenset[str], *, user_namespace: bool) -> None:
    """In the zygote: the namespaces that its workers share, by the names of their layers; raises OSError.

    Workers can share an empty network and an empty set of message queues, since the filter refuses both
    anyway; one for each worker cost several milliseconds, most of them when it goes.
    """
    if user_namespace:
        enter_user_namespace()
    flags = sum(_SHARED[name] for name in layers & _SHARED.keys())
    if flags:
        syscalls.unshare(flags)


def unshare_worker(layers: frozenset[str], *, user_namespace: bool) -> None:
    """In the keeper: the namespaces that its next child (the worker) has for itself; raises OSError.

    With ``user_namespace`` it gets its own, so that its limit on threads counts only its own and the zygote's
    mounts are locked for it.
    """
    flags = syscalls.CLONE_NEWPID if "processes" in layers else 0
    if user_namespace:
        enter_user_namespace(flags)
    elif flags:
        syscalls.unshare(flags)
    if layers & {"view", "processes"}:
        view.own_mounts()


def mount_worker(layers: frozenset[str], user: int, group: int, size: int, entries: int) -> None:
    """In the worker: a /proc that shows only itself, and its own folder, limited in size (bytes) and number of entries.

    Raises OSError.
    """
    if "processes" in layers:
        flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC
        try:
            syscalls.mount("proc", "/proc", "proc", flags, "subset=pid")
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            syscalls.mount("proc", "/proc", "proc", flags)  # before Linux 5.8
    if "view" in layers:
        options = f"mode=700,uid={user},gid={group},size={size},nr_inodes={entries}"
        view.renew_work(options)
