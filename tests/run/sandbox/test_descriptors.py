"""A worker that can't be had leaves no descriptor open: a run asks for thousands, and a leak ends it with the honest ones."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.errors import WorkerFault
from grader.home.plain_process import PlainStart
from grader.sandbox import orders, zygote
from grader.sandbox.lockdown import Plan, ResourceLimits
from grader.sandbox.outside import launch, packages
from grader.sandbox.outside.process import CONTROL, Spawning, WorkerProcess

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="descriptors are counted in /proc")


def descriptors() -> dict[str, str]:
    """List what this process has open."""
    return {name: os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if is_open(int(name))}


def is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


@pytest.fixture
def same_open() -> Iterator[None]:
    """Nothing more and nothing less is open afterwards."""
    before = descriptors()
    yield
    assert descriptors() == before


@pytest.fixture
def control() -> Iterator[socket.socket]:
    """A socket to a zygote that has gone."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, CONTROL)
    theirs.close()
    with ours:
        yield ours


def test_a_worker_that_nobody_can_be_asked_for_leaves_nothing_open(control: socket.socket, same_open: None) -> None:
    for _ in range(3):
        with pytest.raises(WorkerFault, match="is gone"):
            WorkerProcess(Spawning(control, "x", (), ResourceLimits()))


@pytest.mark.parametrize("free", range(7))
def test_a_worker_for_which_no_handedare_left_leaves_nothing_open(
    free: int, control: socket.socket, same_open: None
) -> None:
    """Whichever of them is the one too many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    filled = []
    least = max(map(int, descriptors())) + 1 + free
    resource.setrlimit(resource.RLIMIT_NOFILE, (least, hard))
    try:
        while len(handedbelow(least)) < least - free:  # the gaps below
            filled.append(os.open(os.devnull, os.O_RDONLY))
        with pytest.raises(WorkerFault):
            WorkerProcess(Spawning(control, "x", (), ResourceLimits()))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for number in filled:
            os.close(number)


def handedbelow(least: int) -> list[int]:
    return [number for number in range(least) if is_open(number)]


def fails(*_args: Any, **_options: Any) -> Any:
    """Stand for what the system refuses."""
    raise OSError("no more of it")


def too_large(_made: object) -> bytes:
    """Make a packet that no socket takes."""
    return bytes(1 << 26)


@pytest.mark.parametrize(
    ("where", "name", "instead"),
    [
        (packages, "link_packages", fails),
        (launch.subprocess, "Popen", fails),
        (launch, "packed", too_large),
        (launch, "Scratch", fails),
    ],
    ids=["linking fails", "no process starts", "the order is not taken", "no folder"],
)
def test_a_zygote_that_can_not_be_started_leaves_nothing_behind(
    where: Any, name: str, instead: Any, same_open: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(where, name, instead)
    with pytest.raises((OSError, WorkerFault)):
        launch.Zygote((), Plan(()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("order", [orders.packed(orders.Spawn(ResourceLimits(), (), "x", True)), b"{}", b"\xff"])
def test_an_order_that_can_not_be_carried_out_is_told_to_who_gave_it(
    order: bytes, control: socket.socket, same_open: None
) -> None:
    """The larger zygote has gone, or the order is none: the process goes on, and has nothing open for it."""
    orders_end, full = socket.socketpair(socket.AF_UNIX, CONTROL)
    status, theirs = socket.socketpair(socket.AF_UNIX, CONTROL)
    reading, writing = os.pipe()
    with orders_end, full, status, theirs:
        held, handed = zygote._Held(orders_end), [reading, writing, theirs.fileno()]
        zygote._pass_on(None, order, handed, orders_end, control, None, held)  # type: ignore[arg-type]
        told = orders.unpacked(orders.KeeperReport, status.recv(orders.MAX_REPORT))
    os.close(reading)
    os.close(writing)
    assert isinstance(told, orders.KeeperFault)


def test_a_worker_that_can_not_be_watched_is_ended_and_leaves_nothing_open(
    same_open: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders_end, other = socket.socketpair(socket.AF_UNIX, CONTROL)
    with orders_end, other:
        held = zygote._Held(orders_end)
        pid = os.fork()
        if pid == 0:
            signal.pause()
        monkeypatch.setattr(os, "pidfd_open", fails)
        with pytest.raises(OSError, match="no more"):
            held.add(pid, other)
    with pytest.raises(ChildProcessError):  # it has been waited for
        os.waitpid(pid, 0)


def test_a_plain_process_that_can_not_be_listened_to_leaves_nothing_open(
    same_open: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_thread(_self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with PlainStart("x", (), 1 << 30) as start:
        monkeypatch.setattr(threading.Thread, "start", no_thread)
        with pytest.raises(WorkerFault, match="listened to"):
            start.start()
        monkeypatch.undo()
