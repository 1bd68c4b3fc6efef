"""A Dask cluster as a run uses it: which workers there are, calls to one of them, and what these gave.

Only this module knows Dask, and imports it when a cluster is opened. Calls go to a worker by its address, since Dask must not
move work to a machine that has not been tested.
"""

from __future__ import annotations

import json
import logging
import queue
import re
import secrets
import signal
import threading
import warnings
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.resource_tracker import ensure_running
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.engine.own_key import make_own_key
from grader.errors import UsageError, WorkerFault
from grader.sandbox.outside.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONNECT_SECONDS = 15.0  # for a scheduler to answer
WORKERS_SECONDS = 60.0  # for a first worker to be there
FETCH_SECONDS = 60.0  # for a result to come from the worker that has it
CLOSE_SECONDS = 30.0
ADDRESS = r"((tcp|tls|ws|wss|ucx)://)?(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):\d{1,5}"
QUIET = {  # a cluster of our own watches itself less: its samples of what its threads do cost a tenth of a core
    "distributed.worker.profile.enabled": False,
    "distributed.worker.profile.interval": "1s",
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "5s",
}
INSTALL = "pip install -e '.[dask]'"


class Cluster:
    """Workers that Dask keeps, at the scheduler of an address, or on this machine for this run alone."""

    def __init__(self, address: str | None, workers: int, notice: Callable[[str], None] = lambda _: None) -> None:
        """Connects, or starts so many workers here; raises UsageError, in one line, if that is impossible.

        ``notice`` gets a line if others on this machine may reach what is started here.
        """
        distributed = _dask()
        self.run = f"grader-{secrets.token_hex(8)}"
        self.place = "this machine" if address is None else address
        self._stack = ExitStack()
        self._futures: dict[int, Any] = {}
        self._done: queue.SimpleQueue[int] = queue.SimpleQueue()
        try:
            if address is None:
                address, security = self._start_here(distributed, workers, notice)
                self._client = _connected(distributed, address, security=security)
            else:
                self._client = _connected(distributed, address_of(address))
            self._stack.callback(self._client.close, timeout=CLOSE_SECONDS)
            self._wait_for_workers()
        except BaseException:
            self._stack.close()
            raise

    def workers(self) -> dict[str, int]:
        """The addresses of the workers that are there now, and how many threads each has; raises WorkerFault."""
        try:
            return dict(self._client.nthreads())
        except Exception as error:  # Dask has no base class for what can happen to a connection
            raise WorkerFault(f"the Dask scheduler of {self.place} is gone ({_line(error)})") from None

    def call(self, number: int, worker: str, function: Callable[..., bytes], *arguments: Any) -> None:
        """Calls a function of an installed module on a worker; `results` tells what it gave, under the number."""
        future = self._client.submit(
            function, *arguments, workers=[worker], allow_other_workers=False, pure=False, key=f"{self.run}-{number}"
        )
        self._futures[number] = future
        future.add_done_callback(lambda _: self._done.put(number))

    def results(self, seconds: float) -> Iterator[tuple[int, bytes | str]]:
        """What calls gave, at least one unless none comes in time; a text says why one failed."""
        try:
            numbers = [self._done.get(timeout=seconds)]
        except queue.Empty:
            return
        with suppress(queue.Empty):
            while True:
                numbers.append(self._done.get_nowait())
        for number in numbers:
            future = self._futures.pop(number, None)
            if future is not None:  # else it was forgotten
                yield number, _result_of(future)

    def forget(self, number: int) -> None:
        """What this call gives is not wanted any more."""
        future = self._futures.pop(number, None)
        if future is not None:
            with suppress(Exception):  # the connection may be what failed
                future.cancel()

    def close(self, last: Callable[..., Any] | None = None, *arguments: Any) -> None:
        """Calls a last function on every worker, and ends all that was started here; takes a bounded time."""
        for number in list(self._futures):
            self.forget(number)
        if last is not None:
            # A worker that answers no more would be waited for; this thread ends with the process.
            asking = threading.Thread(target=self._tell_all, args=(last, arguments), daemon=True)
            asking.start()
            asking.join(CLOSE_SECONDS)
        with _calmly():
            self._stack.close()

    def _tell_all(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        with suppress(Exception):
            self._client.run(function, *arguments, on_error="ignore")

    def _start_here(self, distributed: Any, workers: int, notice: Callable[[str], None]) -> tuple[str, Any]:
        """Starts a cluster that only this run can speak to; its address, and what one needs to speak to it."""
        import dask

        folder = self._stack.enter_context(Scratch())
        own = make_own_key(folder)
        if own is None:
            notice("There is no openssl here, so other users of this machine may reach this run's Dask cluster.")
        ends = ("tls_ca_file", "tls_client_cert", "tls_scheduler_cert", "tls_worker_cert")
        security = distributed.Security(require_encryption=True, **dict.fromkeys(ends, str(own))) if own else None
        # Ctrl-C on a terminal is for this process, which ends the workers; they inherit what is blocked here.
        with _without_interrupts(), dask.config.set(QUIET):
            cluster = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
                worker_dashboard_address=None, memory_limit=0, local_directory=str(folder), silence_logs=logging.CRITICAL,
                security=security,
            )  # fmt: skip
        self._stack.callback(cluster.close, timeout=CLOSE_SECONDS)
        return str(cluster.scheduler_address), security

    def _wait_for_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=WORKERS_SECONDS)
        except TimeoutError:
            raise UsageError(
                f"The Dask cluster of {self.place} has no worker after {WORKERS_SECONDS:.0f} s: start some with "
                f"`dask worker ADDRESS`, where {INSTALL} was done in a clone of the course."
            ) from None
        except Exception as error:
            raise UsageError(f"The Dask scheduler of {self.place} is gone ({_line(error)}).") from None


def _dask() -> Any:
    """Dask's package for clusters, made quiet; raises UsageError if it is not installed."""
    try:
        import distributed
    except ModuleNotFoundError as error:
        raise UsageError(
            f"--engine dask needs {error.name}, which is not installed here: {INSTALL} in a clone of the course"
        ) from None
    for name in (
        "asyncio",
        *(name for name in logging.root.manager.loggerDict if name.startswith(("distributed", "tornado"))),
    ):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is told in one line
    warnings.filterwarnings("ignore", module="distributed")
    return distributed


def address_of(scheduler: str) -> str:
    """The address that was typed, or that a scheduler file of this name holds; raises UsageError for anything else."""
    address = scheduler
    try:
        file = Path(scheduler)
        if file.is_file():
            address = str(json.loads(file.read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(
            f"--scheduler {scheduler}: this is no file that `dask scheduler --scheduler-file` wrote."
        ) from None
    if not re.fullmatch(ADDRESS, address):
        raise UsageError(
            f"--scheduler {scheduler}: this is neither an address, such as tcp://HOST:8786, nor a file that "
            "`dask scheduler --scheduler-file` wrote."
        )
    return address


def _connected(distributed: Any, address: str, **more: Any) -> Any:
    """A client of the scheduler at an address."""
    try:
        return distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="gru-grader", **more)
    except Exception as error:
        raise UsageError(
            f"--scheduler {address}: no Dask scheduler answers there ({_line(error)}). Start one with `dask scheduler`, and "
            "give the address that it prints, or its --scheduler-file."
        ) from None


def _result_of(future: Any) -> bytes | str:
    """What a call gave; a text if it gave anything but bytes."""
    try:
        if future.cancelled():  # not by us, or nobody would ask
            return "the connection to its scheduler was lost"
        result = future.result(timeout=FETCH_SECONDS)
    except Exception as error:
        return _line(error) or type(error).__name__
    finally:
        with suppress(Exception):
            future.release()
    return result if isinstance(result, bytes) else f"it returned {type(result).__name__}"


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """What is started here, threads and processes, never hears of Ctrl-C."""
    ensure_running()  # it would lift the block in the thread that first starts a process
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _calmly() -> Iterator[None]:
    """Whatever goes wrong while a cluster ends is of no interest any more."""
    with suppress(Exception):
        yield


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
