"""Starts zygotes, and tidies up after those of runs that were killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import grader
from grader.errors import WorkerFault
from grader.package_table import PRELOADED, is_slow, preloaded_modules
from grader.sandbox.orders import MAX_REPORT, Prepare, packed
from grader.sandbox.outside import packages
from grader.sandbox.outside.imports_named import may_import
from grader.sandbox.outside.process import CONTROL
from grader.sandbox.outside.scratch import Scratch

if TYPE_CHECKING:
    from grader.sandbox import lockdown

START_SECONDS = 180.0  # for the zygote to import its packages on a busy machine
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "XDG_CACHE_HOME", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")

_START = (
    "import sys; sys.path.insert(0, sys.argv[2]); sys.path.append(sys.argv[3]); "
    "from grader.sandbox import zygote; zygote.main(int(sys.argv[1]))"
)


class Zygote:
    """A running zygote: starting it and waiting for it are two steps, so that other work goes on meanwhile."""

    def __init__(self, allowed: tuple[str, ...], plan: lockdown.Plan) -> None:
        """Starts the process; ``allowed`` are the packages that its workers may import."""
        self._ready = False
        with ExitStack() as stack:
            self.control, theirs = socket.socketpair(socket.AF_UNIX, CONTROL)
            stack.enter_context(self.control)
            with theirs:
                self._scratch = Scratch(0o755)  # the worker's own uid must be able to pass through
                stack.callback(self._scratch.close)
                links = self._scratch.path / "packages"
                links.mkdir()
                readable = [*packages.interpreter_paths(), *packages.link_packages(("numpy", *allowed), links), links]
                own_path = str(Path(grader.__file__).parent.parent)
                self._process = _start(theirs.fileno(), own_path, links)
                stack.pop_all()
                stack.callback(self.close)
            order = Prepare(
                preload=tuple(preloaded_modules(allowed, slow=False)),
                slow=tuple(preloaded_modules(allowed, slow=True)),
                plan=plan,
                readable=tuple(str(path) for path in readable),
                scratch=str(self._scratch.path),
                own_path=own_path,
            )
            try:
                self.control.send(packed(order))
            except OSError as error:
                raise WorkerFault(
                    f"the process that workers are forked from could not be told what to do: {error}"
                ) from None
            stack.pop_all()  # from here on `close` ends it

    def __enter__(self) -> Zygote:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait_until_ready(self) -> None:
        """Returns when workers are available; raises WorkerFault if the process did not start."""
        if self._ready:
            return
        self.control.settimeout(START_SECONDS)
        try:
            answer = self.control.recv(MAX_REPORT)
        except OSError:
            answer = b""
        if not answer:
            raise WorkerFault("the process that workers are forked from did not start")
        self.control.settimeout(None)
        self._ready = True

    def close(self) -> None:
        """Ends the process, and with it every worker, and removes its folder."""
        self.control.close()
        self._end()
        self._scratch.close()

    def _end(self) -> None:
        """Waits for the process, whose orders have ended, and ends it if it does not go by itself."""
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _start(control: int, own_path: str, links: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [os.path.abspath(sys.executable), "-I", "-S", "-B", "-c", _START, str(control), own_path, str(links)],
        pass_fds=[control],
        stdin=subprocess.DEVNULL,
        env=_environment(),
        cwd="/",
        process_group=0,  # the terminal's Ctrl-C is for the grader, even before this process can say so itself
    )


def wants_preloaded(allowed: tuple[str, ...], data: bytes) -> bool:
    """Whether a file may want what is imported beforehand; a wrong guess only costs time."""
    return is_slow(allowed) or may_import(PRELOADED, data)


def _environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}  # no GPU: a fork can't use its parent's driver
    plain = {"TF_ENABLE_ONEDNN_OPTS": "0"}  # rewriting the graph for it takes longer than it saves in models this small
    return passed | threads | quiet | plain | {"MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1"}
