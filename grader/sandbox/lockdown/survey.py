"""Finds out what this machine offers by trying in forked children; namespaces all the way to a locked worker."""

from __future__ import annotations

import contextlib
import os
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.lockdown import landlock, lock, privileges, seccomp
from grader.sandbox.lockdown.call_numbers import machine
from grader.sandbox.lockdown.limits import ResourceLimits
from grader.sandbox.lockdown.plan import LAYERS, POSIX, Plan

if TYPE_CHECKING:
    from collections.abc import Callable

_TRIES = (
    ("view", "processes", "network", "ipc"),
    ("processes", "network", "ipc"),
    ("network", "ipc"),
)


def survey(readable: tuple[Path, ...] = ()) -> Plan:
    """The plan that holds as much as this machine offers.

    ``readable`` is what a worker must be able to read, by default the standard library. Runs no one else's
    code and changes nothing; call it while this process has one thread.
    """
    if not privileges.LINUX:
        return Plan(POSIX, tuple((name, "only Linux offers it") for name in LAYERS if name not in POSIX))
    readable = readable or (Path(os.__file__).parent,)
    missing: dict[str, str] = {}
    plan = Plan((*POSIX, "parent", "privileges"))
    if machine() is None:
        reason = "only known for Linux on x86_64 and aarch64, 64 bit"
        others = [name for name in LAYERS if name not in POSIX]
        return Plan(POSIX, tuple((name, reason) for name in others))
    version = landlock.abi()
    if version:
        plan = replace(plan, layers=(*plan.layers, "landlock"), landlock_abi=version)
    else:
        missing["landlock"] = "the kernel is older than 5.13, or was started without it"
    if reason := _in_child(_try_filter):
        missing["seccomp"] = f"the system refuses it ({reason})"
    else:
        plan = replace(plan, layers=(*plan.layers, "seccomp"))
    with tempfile.TemporaryDirectory(prefix="grader-survey-") as folder:
        os.chmod(folder, 0o755)
        plan, reasons = _with_namespaces(plan, readable, Path(folder))
    missing |= reasons
    plan, reason = _with_user(plan, readable)
    if reason:
        missing["user"] = reason
    order = tuple(name for name in LAYERS if name in plan.layers)
    return replace(plan, layers=order, missing=tuple((name, missing[name]) for name in LAYERS if name in missing))


def _with_namespaces(plan: Plan, readable: tuple[Path, ...], folder: Path) -> tuple[Plan, dict[str, str]]:
    first_reason = ""
    root = os.geteuid() == 0
    for names in _TRIES:
        for user_namespace in (False, True) if root else (True,):
            tried = replace(plan, layers=(*plan.layers, *names), user_namespace=user_namespace)
            tried = tried if user_namespace else _with_user(tried, readable)[0]
            reason = _in_child(lambda tried=tried: _try_worker(tried, readable, folder))  # type: ignore[misc]
            if not reason:
                left = [name for name in _TRIES[0] if name not in names]
                found = replace(plan, layers=(*plan.layers, *names), user_namespace=user_namespace)
                return found, dict.fromkeys(left, f"the system refuses it ({first_reason})")
            first_reason = first_reason or reason
    return plan, dict.fromkeys(_TRIES[0], f"the system refuses it ({first_reason})")


def _with_user(plan: Plan, readable: tuple[Path, ...]) -> tuple[Plan, str]:
    """The plan with the worker's own user if that is possible, else the reason why not."""
    if os.geteuid() != 0:
        return plan, "only root can give each worker another one"
    if plan.user_namespace:
        return plan, "this root has no right to make namespaces, and a user namespace has one user"
    span = privileges.user_range()
    if span is None:
        return plan, "this container knows too few user ids"
    if closed := lock.closed_to_others(readable, parents="view" not in plan.layers):
        return plan, f"another user can't read {closed}"
    if "view" not in plan.layers and (reason := _in_child(lambda: privileges.become(span[0]))):
        return plan, f"the system refuses it ({reason})"
    return replace(plan, layers=(*plan.layers, "user"), first_user=span[0], users=span[1]), ""


def _try_filter() -> None:
    kind = machine()
    assert kind is not None
    privileges.no_new_privileges()
    seccomp.build(kind, metadata=False).install(os.getpid())
    with contextlib.suppress(PermissionError):
        os.setsid()
        raise OSError("it refuses nothing")


def _try_worker(plan: Plan, readable: tuple[Path, ...], folder: Path) -> None:
    """Goes the whole way: zygote, keeper, worker, and reads a file there."""
    prepared = lock.prepare_zygote(plan, readable, folder)
    reason = _in_child(lambda: _keep(prepared, readable))
    if reason:
        raise OSError(reason)


def _keep(prepared: lock.Prepared, readable: tuple[Path, ...]) -> None:
    kept = lock.prepare_keeper(prepared)
    try:
        reason = _in_child(lambda: _work(kept, readable), locks=kept)
    finally:
        lock.finish_keeper(kept)
    if reason:
        raise OSError(reason)


def _work(prepared: lock.Prepared, readable: tuple[Path, ...]) -> None:
    for path in readable:
        os.stat(path)
    if "processes" in prepared.layers and os.getpid() != 1:
        raise OSError("it is not the first process of its namespace")
    os.close(os.open("probe", os.O_CREAT | os.O_WRONLY, 0o600))
    os.unlink("probe")


def _in_child(function: Callable[[], None], locks: lock.Prepared | None = None) -> str:
    """Calls a function in a forked child, locked first by ``locks``: "" if it returned, else why it did not."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child uses no threads
        pid = os.fork()
    if pid == 0:
        reason = "?"
        try:
            os.close(reading)
            if locks is not None:
                lock.lock_worker(locks, ResourceLimits(), keep=(writing,))
            function()
            reason = ""
        except BaseException as error:
            reason = str(error) or type(error).__name__
        finally:
            with contextlib.suppress(OSError):
                os.write(writing, reason.encode()[:512])
            os._exit(0 if not reason else 1)
    os.close(writing)
    with open(reading, "rb") as answer:
        reason = answer.read(1024).decode(errors="replace")
    _, status = os.waitpid(pid, 0)
    return reason or ("" if status == 0 else f"the trial ended with status {status}")
