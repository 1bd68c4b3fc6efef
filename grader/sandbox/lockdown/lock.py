"""Putting the lock on: once in the zygote, in each keeper if there is one, and in the worker before a submission's code."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import WorkerFault
from grader.sandbox.lockdown import landlock, limits, namespaces, privileges, seccomp, view
from grader.sandbox.lockdown.call_numbers import machine
from grader.sandbox.lockdown.left_behind import remove_folder
from grader.sandbox.lockdown.plan import NAMESPACES, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.sandbox.lockdown.limits import ResourceLimits

_READABLE_DEVICES = ("/dev/full", "/dev/random", "/dev/urandom", "/dev/zero", "/dev/null")


class LockFailed(WorkerFault):
    """A layer that the plan promises could not be put on, so nothing may run."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the zygote made ready for its workers; ``user`` to ``work`` are filled in by `prepare_keeper`.

    Where `prepare_holder` filled it in, ``home`` is the zygote's own process namespace, and a worker makes its own mounts.
    """

    plan: Plan
    layers: frozenset[str]  # those that are put on
    rules: tuple[landlock.Rule, ...]
    filter: seccomp.Filter | None
    scratch: Path
    tasks: int  # threads that the worker's user already has; its own limit comes on top
    note: str = ""  # a layer of the plan that had to be left off, and why
    kept: bool = False
    user: int | None = None
    keeper: int | None = None  # a pidfd
    home: int | None = None
    work: Path = Path(view.WORK)


def prepare_zygote(plan: Plan, readable: Sequence[Path], scratch: Path, listable: Sequence[Path] = ()) -> Prepared:
    """Prepares what workers share and, if the plan says so, enters the view in which only ``readable`` exists.

    ``listable`` (by default the standard library's folder) may be listed under Landlock, but not read.
    Workers without their own file system work in ``scratch``, the zygote's own folder. A plan with a user
    namespace needs a process with one thread. Raises LockFailed.
    """
    layers = frozenset(plan.layers)
    readable = [path for path in readable if os.path.lexists(path)]
    note = ""
    if "user" in layers and (closed := closed_to_others(readable, parents="view" not in layers)):
        layers -= {"user"}  # the self-test then says that it does not hold
        note = f"no user id of its own: another user can't read {closed}"
    in_user_namespace = plan.user_namespace and bool(NAMESPACES & layers)
    counts_alone = "user" in layers or in_user_namespace  # else along with everything that the user runs
    tasks = 0 if counts_alone or "limits" not in layers else limits.count_tasks(os.getuid())
    try:
        namespaces.enter_shared(layers, user_namespace=in_user_namespace)
        if "view" in layers:
            readable = view.enter_view(readable, scratch)
        rules = _rules(plan, readable, listable or (Path(os.__file__).parent,)) if "landlock" in layers else []
    except OSError as error:
        raise LockFailed(f"the zygote's view could not be made: {error}") from error
    kind = machine()
    program = seccomp.build(kind, metadata="view" in layers) if kind and "seccomp" in layers else None
    return Prepared(plan, layers, tuple(rules), program, scratch, tasks, note)


def _rules(plan: Plan, readable: Sequence[Path], listable: Sequence[Path]) -> list[landlock.Rule]:
    version = plan.landlock_abi
    rules = landlock.rules(sorted({path.resolve() for path in readable}), landlock.READ, version)
    rules += landlock.rules(listable, landlock.READ_DIR, version)
    return rules + landlock.rules(_READABLE_DEVICES, landlock.DEVICE, version)


def closed_to_others(paths: Iterable[Path], *, parents: bool) -> Path | None:
    """The first of the paths (or, if ``parents``, of the folders above) whose mode keeps other users out."""
    seen: set[Path] = set()
    for path in paths:
        real = path.resolve()
        for each in (real, *real.parents) if parents else (real,):
            if each in seen:
                continue
            seen.add(each)
            try:
                mode = each.stat().st_mode
            except OSError:
                return each
            needed = 0o001 if each != real else 0o005 if each.is_dir() else 0o004
            if mode & needed != needed:
                return each
    return None


def prepare_keeper(prepared: Prepared) -> Prepared:
    """In the keeper, before it forks the worker: makes the worker's namespaces, or its folder.

    Returns what the worker is locked with. Raises LockFailed.
    """
    plan, keeper, work = prepared.plan, None, prepared.work
    user = plan.first_user + os.getpid() % plan.users if "user" in prepared.layers else None
    try:
        if "parent" in prepared.layers:
            with contextlib.suppress(OSError, AttributeError):  # before Linux 5.3, and on systems without such a call
                keeper = os.pidfd_open(os.getpid())
        if "view" not in prepared.layers:
            work = Path(tempfile.mkdtemp(prefix="work-", dir=prepared.scratch))
            if user is not None:
                os.chown(work, user, user)
        namespaces.unshare_worker(
            prepared.layers, user_namespace=plan.user_namespace and bool(NAMESPACES & prepared.layers)
        )
    except OSError as error:
        raise LockFailed(f"the worker's namespaces could not be made: {error}") from error
    return replace(prepared, kept=True, user=user, keeper=keeper, work=work)


def lock_worker(prepared: Prepared, limits_: ResourceLimits, keep: Iterable[int]) -> None:
    """Locks this process for good; only the descriptors ``keep`` stay open.

    Raises LockFailed: then nothing may run in it.
    The order matters: what needs privileges comes before they are dropped, the parent's death signal after the last
    change of user (which clears it), Landlock after the mounts (which it forbids), the filter last.
    """
    if not prepared.kept:
        raise LockFailed("neither prepare_keeper nor prepare_holder was called, or its result was not passed on")
    try:
        _lock(prepared, limits_, list(keep))
    except (OSError, ValueError) as error:
        raise LockFailed(f"the worker could not be locked: {error}") from error


def _lock(prepared: Prepared, wanted: ResourceLimits, keep: list[int]) -> None:
    layers, plan = prepared.layers, prepared.plan
    if prepared.home is not None:
        prepared = _on_its_own(prepared)
    user = prepared.user if prepared.user is not None else (os.getuid() if privileges.LINUX else 0)
    group = prepared.user if prepared.user is not None else (os.getgid() if privileges.LINUX else 0)
    used = limits.address_space()
    if "session" in layers:
        limits.new_session()
    namespaces.mount_worker(layers, user, group, wanted.folder_size, wanted.folder_entries)
    os.chdir(prepared.work)
    if "environment" in layers:
        limits.scrub_environment(str(prepared.work))
    tempfile.tempdir = str(prepared.work)  # the zygote may have asked for the folder already
    if "descriptors" in layers:
        limits.close_descriptors({*keep, prepared.keeper} if prepared.keeper is not None else keep)
    if "privileges" in layers:
        privileges.drop_bounds()
    if prepared.user is not None:
        privileges.become(prepared.user)
    if {"privileges", "landlock", "seccomp"} & layers:
        privileges.no_new_privileges()
    if "privileges" in layers:
        privileges.drop_all()
    if "parent" in layers:
        privileges.die_with_parent(prepared.keeper)
    if prepared.keeper is not None:
        os.close(prepared.keeper)
    if "landlock" in layers:
        version = plan.landlock_abi
        own = landlock.rules([prepared.work], landlock.WRITE, version)
        own += landlock.rules([os.path.realpath("/proc/self")], landlock.READ, version)
        landlock.restrict((*prepared.rules, *own), version)
    if "limits" in layers:
        limits.set_limits(wanted, used, prepared.tasks)
    if prepared.filter is not None:
        prepared.filter.install(os.getpid())


def _on_its_own(prepared: Prepared) -> Prepared:
    """What a keeper would have made: the worker's own mounts, and a user id that no other worker has now."""
    view.own_mounts()
    if "user" not in prepared.layers:
        return prepared
    number = os.stat("/proc/self/ns/mnt").st_ino  # as long as a namespace lives, its number is its own
    return replace(prepared, user=prepared.plan.first_user + number % prepared.plan.users)


def finish_keeper(prepared: Prepared) -> None:
    """In the keeper, when the worker has ended: removes what it left behind."""
    if prepared.kept and "view" not in prepared.layers:
        remove_folder(prepared.work)
