"""The warm process that workers are forked from: it has imported the packages, runs no submission and knows no secret.

    grader ── starts ──> zygote ── forks ──> keeper ── forks ──> worker
                                             (trusted)           (locked, runs the submission)

The keeper stays outside the worker's namespaces. It ends the worker when the grader says so or closes its end
of the status socket, and reports how the worker ended. Where `lockdown.prepare_holder` finds that none is needed,
the zygote forks the worker itself and does what its keeper would do.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox import lockdown
from grader.sandbox.inside import imports, serve
from grader.sandbox.inside.warm_up import warm_up
from grader.sandbox.lockdown import selftest
from grader.sandbox.orders import (
    INTERRUPT,
    MAX_ORDER,
    MAX_REPORT,
    Ended,
    Forked,
    KeeperFault,
    Prepare,
    Ready,
    Spawn,
    packed,
    unpacked,
)
from grader.sandbox.wire.channel import pack
from grader.sandbox.wire.codec import decode, prepare
from grader.sandbox.wire.messages import BEFORE_ANY, LockFailure, message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.sandbox.wire.codec import Plain

prepare(selftest.Targets)
LAST_SECONDS = 5  # for the keepers to end their workers and clean up when the run is over


def main(control_descriptor: int) -> None:
    """Takes its orders from the control socket: first how to prepare, then one worker for each message."""
    control = socket.socket(fileno=control_descriptor)
    lockdown.die_with_parent()
    data = control.recv(MAX_ORDER)
    if not data:
        return  # the run was interrupted before it had begun
    order = unpacked(Prepare, data)
    sys.path[:] = [path for path in sys.path if path != order.own_path]
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C is for the grader; its end reaches us as the end of the socket
    warm_up()
    full = _fork_full(order, control) if order.preload or order.slow else None
    prepared = _prepare(order)
    with contextlib.suppress(ConnectionError):  # whoever gave the orders has gone, and wants no worker
        control.send(packed(Ready()))
        _serve(prepared, control, full)


def _fork_full(order: Prepare, control: socket.socket) -> socket.socket:
    """Forks a second zygote that has imported the larger packages; gives the socket on which it takes its orders.

    A fork costs as much as its parent is large, and most scripts need NumPy alone. It waits for what is slow
    to import and imports it last, since that starts threads: a process with threads can't enter namespaces.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, control.type)
    try:
        pid = os.fork()
    except OSError:
        ours.close()
        theirs.close()
        raise
    if pid == 0:
        ours.close()
        control.close()
        lockdown.die_with_parent()
        try:
            _import(order.preload)
            prepared = _prepare(order)
            if order.slow:
                with _quietly():
                    _import(order.slow)
                _freeze()
                theirs.send(packed(Ready()))
            _serve(prepared, theirs, None)
        except ConnectionError:
            pass  # whoever gave the orders has gone
        except BaseException:
            traceback.print_exc()  # the other end sees that nobody is there
        finally:
            os._exit(0)
    theirs.close()
    if order.slow and not ours.recv(MAX_REPORT):
        raise RuntimeError("what is slow to import was not imported")
    return ours


def _prepare(order: Prepare) -> lockdown.Prepared:
    prepared = lockdown.prepare_zygote(order.plan, [Path(path) for path in order.readable], Path(order.scratch))
    _freeze()
    return prepared


def _freeze() -> None:
    """Makes the last things ready that forks share, and keeps a collection in a fork from copying every page."""
    imports.list_modules()
    gc.collect()
    gc.freeze()


class _Held:
    """The workers that this process keeps itself: it ends each when it is told to or nobody listens any more, and says how."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders.fileno()
        self._poll = select.poll()
        self._poll.register(self._orders, select.POLLIN)
        self._workers: dict[int, tuple[int, int, socket.socket]] = {}  # by each descriptor that says something of it

    def add(self, pid: int, status: socket.socket) -> None:
        """Keeps a worker that has just been forked; raises OSError, and then has ended it."""
        try:
            pidfd = os.pidfd_open(pid)
        except OSError:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        for descriptor in (pidfd, status.fileno()):
            self._workers[descriptor] = (pid, pidfd, status)
            self._poll.register(descriptor, select.POLLIN)

    def until_ordered(self) -> None:
        """Sees to the workers until there is an order, or no more of them will come."""
        while True:
            ready = [descriptor for descriptor, _ in self._poll.poll()]
            for descriptor in ready:
                if descriptor in self._workers:  # not if the same worker has just ended
                    self._see_to(descriptor)
            if self._orders in ready:
                return

    def end(self) -> None:
        """Tells all workers to end."""
        for pid, _, _ in self._workers.values():
            os.kill(pid, signal.SIGKILL)  # each is still a child of this process, ended or not

    def _see_to(self, descriptor: int) -> None:
        pid, pidfd, status = self._workers[descriptor]
        if descriptor != pidfd:
            order = _order(status)
            os.kill(pid, signal.SIGINT if order == INTERRUPT else signal.SIGKILL)
            if not order:
                self._forget(descriptor)
            return
        ended, code = os.waitpid(pid, os.WNOHANG)
        if ended:
            with contextlib.suppress(OSError):
                status.send(packed(Ended(code)), socket.MSG_DONTWAIT)
            self._forget(pidfd)
            self._forget(status.fileno())
            os.close(pidfd)
            status.close()

    def _forget(self, descriptor: int) -> None:
        if self._workers.pop(descriptor, None):
            self._poll.unregister(descriptor)


def _order(status: socket.socket) -> bytes:
    try:
        return status.recv(64)
    except ConnectionError:  # they left without reading our last word: nobody listens any more
        return b""


def _serve(prepared: lockdown.Prepared, orders: socket.socket, full: socket.socket | None) -> None:
    """Forks a worker or a keeper for each order, or passes the order on, until the orders end."""
    holder, held = lockdown.prepare_holder(prepared), _Held(orders)
    while True:
        held.until_ordered()
        try:
            data, descriptors, _flags, _address = socket.recv_fds(orders, MAX_ORDER, 3)
        except ConnectionError:  # the grader left without reading our last word: the orders have ended
            break
        try:
            if holder is None:
                _reap(os.WNOHANG)
            if not data:
                break
            if len(descriptors) == 3:
                _pass_on(prepared, data, descriptors, orders, full, holder, held)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
    if full is not None:
        full.close()
    held.end()
    signal.alarm(LAST_SECONDS)
    _reap(0)


def _pass_on(
    prepared: lockdown.Prepared,
    data: bytes,
    descriptors: list[int],
    orders: socket.socket,
    full: socket.socket | None,
    holder: lockdown.Prepared | None,
    held: _Held,
) -> None:
    """Forks a worker or its keeper for one order, or hands it to the larger zygote; says so to whoever asked if neither works."""
    try:
        order = unpacked(Spawn, data)
        if full is not None and order.full:
            socket.send_fds(full, [data], descriptors)
        elif holder is not None:
            _hold(holder, order, descriptors, held)
        elif os.fork() == 0:
            _keep(prepared, order, descriptors, (orders, full))
    except (OSError, ValueError) as error:  # one worker less is no reason to have none any more
        status = socket.socket(fileno=os.dup(descriptors[2]))
        with status, contextlib.suppress(OSError):
            status.send(packed(KeeperFault(f"{type(error).__name__}: {error}")))


def _hold(holder: lockdown.Prepared, order: Spawn, descriptors: list[int], held: _Held) -> None:
    """Forks a worker that this process keeps itself; raises OSError."""
    channel, output, status_descriptor = descriptors
    status = socket.socket(fileno=os.dup(status_descriptor))  # before there is a worker that would have to be ended
    with lockdown.next_worker(holder):
        pid = os.fork()
        if pid == 0:
            _work(holder, order, channel, output)
    held.add(pid, status)
    with contextlib.suppress(OSError):  # whoever asked may have gone: its end of the socket says so as well
        status.send(packed(Forked(pid)), socket.MSG_DONTWAIT)


def _reap(options: int) -> None:
    """Reaps keepers that have ended, so that their CPU time counts; with no options it waits for all children."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            pass


def _import(names: Iterable[str]) -> None:
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].use("Agg", force=True)


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Keeps what a library prints while it is imported off the terminal, and gives it a name for a temporary folder."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    tempfile.tempdir = os.sep  # no folder can be written to in this view; some modules only ask for one
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _keep(
    prepared: lockdown.Prepared,
    order: Spawn,
    descriptors: list[int],
    others: tuple[socket.socket | None, ...],
) -> None:
    """The keeper's whole life. Never returns."""
    channel, output, status_descriptor = descriptors
    status = socket.socket(fileno=status_descriptor)
    try:
        for other in others:
            if other is not None:
                other.close()
        lockdown.die_with_parent()
        kept = lockdown.prepare_keeper(prepared)
        wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _work(kept, order, channel, output)
        os.close(channel)
        os.close(output)
        with contextlib.suppress(ConnectionError):  # whoever asked may have gone: watching it notices that
            status.send(packed(Forked(pid)))
        ended = _watch(pid, status, wake_read)
        lockdown.finish_keeper(kept)
        with contextlib.suppress(OSError):
            status.send(packed(Ended(ended)))
    except BaseException as error:
        with contextlib.suppress(OSError):
            status.send(packed(KeeperFault(f"{type(error).__name__}: {error}")))
    os._exit(0)


def _watch(pid: int, status: socket.socket, wake: int) -> int:
    """Waits for the worker's end, ending it when asked or when nobody listens any more; returns its wait status."""
    poll = select.poll()
    poll.register(status, select.POLLIN)
    poll.register(wake, select.POLLIN)
    while True:
        ended, code = os.waitpid(pid, os.WNOHANG)
        if ended:
            return code
        for descriptor, _ in poll.poll():
            if descriptor == wake:
                os.read(wake, 512)
                continue
            order = _order(status)
            os.kill(pid, signal.SIGINT if order == INTERRUPT else signal.SIGKILL)
            if not order:
                poll.unregister(status)


def _work(kept: lockdown.Prepared, order: Spawn, channel: int, output: int) -> None:
    """Locks this process and serves the submission. Never returns."""
    sock = socket.socket(fileno=channel)
    try:
        lockdown.lock_worker(kept, order.limits, keep=(channel, output))
    except BaseException as error:
        sock.sendall(pack(message(BEFORE_ANY, LockFailure(f"{type(error).__name__}: {error}"))))
        os._exit(71)
    serve.main(sock, output, frozenset(order.refused), order.exercise, _probe)


def _probe(targets: Plain) -> dict[str, str]:
    return selftest.run_probes(decode(selftest.Targets, targets))
