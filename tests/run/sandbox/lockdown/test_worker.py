"""What works in a locked worker, and where it ends."""

from __future__ import annotations

import errno
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., dict[str, Any]]

NO_NAMESPACES = ("view", "processes", "network", "ipc", "user")


def answer(ran: dict[str, Any]) -> dict[str, Any]:
    assert ran["answers"], ran
    return dict(ran["answers"][0])


@pytest.mark.parametrize("without", [(), NO_NAMESPACES], ids=["all layers", "no namespaces"])
def test_honest_numerical_work_runs(run: Run, without: tuple[str, ...]) -> None:
    ran = run(
        """
import asyncio, concurrent.futures, decimal, fractions, importlib, io, shutil, sqlite3, statistics, tempfile, threading
import numpy as np, pandas as pd
import matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt
importlib.invalidate_caches()
import wave, zoneinfo
figure, axes = plt.subplots(); axes.plot([1, 2]); figure.savefig("plot.png"); figure.savefig(io.BytesIO())
frame = pd.DataFrame({"a": [1, 2]}); frame.to_csv("a.csv"); assert pd.read_csv("a.csv").a.sum() == 3
assert pd.Timestamp("2024-01-01", tz="Europe/Berlin").tz is not None
np.save("x.npy", np.eye(3)); assert np.load("x.npy").sum() == 3
with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as file:
    file.write(b"x")
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    assert list(pool.map(np.sqrt, [4.0])) == [2.0]
async def wait():
    await asyncio.sleep(0); return await asyncio.to_thread(lambda: 5)
assert asyncio.run(wait()) == 5
open("one", "w").write("x"); import os; os.rename("one", "two"); os.mkdir("d"); os.replace("two", "d/three")
got = float(np.linalg.inv(np.eye(3)).sum())
""",
        without=without,
    )
    assert answer(ran).get("got") == 3.0, answer(ran)


def test_copying_a_file_works_where_the_view_protects_the_others(run: Run) -> None:
    ran = run("import shutil; open('a', 'w').close(); shutil.copy2('a', 'b'); got = 1")
    if "view" not in ran["layers"]:
        pytest.skip("without a view, modes and times are refused altogether")
    assert answer(ran).get("got") == 1, answer(ran)


def test_deep_learning_packages_can_not_be_found(run: Run) -> None:
    """Neither in the folders that Python was told of, nor in those that a submission adds by itself."""
    ran = run(
        """
import importlib, os, sys, sysconfig
added = [sysconfig.get_path("purelib"), "/usr/lib/python3/dist-packages"]
sys.path += [os.path.join(os.path.dirname(os.__file__), "site-packages"), *added]
got = []
for name in ("tensorflow", "keras", "torch", "jax", "scipy", "pip"):
    try:
        importlib.import_module(name); got.append(name)
    except (ImportError, PermissionError):
        pass
"""
    )
    assert answer(ran).get("got") == [], answer(ran)


def test_its_folder_is_limited_in_size_and_entries(run: Run) -> None:
    ran = run(
        "f = open('big', 'wb')\nfor _ in range(4): f.write(bytes(1 << 20)); f.flush()",
        "for n in range(200): open(str(n), 'w').close()",
        folder_size=2 << 20,
        folder_entries=100,
    )
    if "view" not in ran["layers"]:
        pytest.skip("without a view it works in a folder of the machine's own")
    assert [each.get("errno") for each in ran["answers"]] == [errno.ENOSPC, errno.ENOSPC]


def test_a_file_beyond_the_limit_raises(run: Run) -> None:
    ran = run("f = open('big', 'wb'); f.write(bytes(2 << 20)); f.close()", file_size=1 << 20)
    assert answer(ran).get("errno") == errno.EFBIG, answer(ran)


def test_memory_beyond_the_limit_raises(run: Run) -> None:
    ran = run("got = len(bytearray(50 << 20))", "bytearray(200 << 20)", memory=100 << 20)
    assert ran["answers"][0].get("got") == 50 << 20
    assert ran["answers"][1].get("raised") == "MemoryError"


THREADS = """
import threading
event = threading.Event()
started = []
try:
    for _ in range(60):
        thread = threading.Thread(target=event.wait, daemon=True); thread.start(); started.append(thread)
except RuntimeError:
    pass
got = len(started)
event.set()
"""


def test_threads_are_limited(run: Run) -> None:
    """As root the limit binds only for a user other than root, which each worker is where it can be."""
    ran = run(THREADS, threads=20)
    if "view" not in ran["layers"]:
        pytest.skip("without namespaces the limit counts all that the user runs")
    assert answer(ran).get("got") in (18, 19), answer(ran)  # in a user namespace its keeper counts too


def test_processor_time_is_limited(run: Run) -> None:
    ran = run("import resource; got = resource.getrlimit(resource.RLIMIT_CPU)", cpu=7)
    assert answer(ran)["got"] == [7, 9]


def test_a_call_of_the_other_kind_of_machine_ends_it(run: Run) -> None:
    """x32 calls have the same numbers plus a bit, and would pass a filter that only looks at numbers."""
    if os.uname().machine != "x86_64":
        pytest.skip("only x86_64 has such calls")
    ran = run("import ctypes; ctypes.CDLL(None).syscall(0x40000000 + 39)")
    if "seccomp" not in ran["layers"]:
        pytest.skip("this machine has no filters")
    assert answer(ran)["died"] & 0x7F == signal.SIGSYS


def test_calls_of_the_future_are_not_there(run: Run) -> None:
    ran = run("import ctypes; c = ctypes.CDLL(None, use_errno=True); got = [c.syscall(900), ctypes.get_errno()]")
    if "seccomp" not in ran["layers"]:
        pytest.skip("this machine has no filters")
    assert answer(ran)["got"] == [-1, errno.ENOSYS]


@pytest.mark.parametrize(
    "text",
    [
        "import os; os.symlink('/etc/passwd', 'x')",
        "import os; open('a', 'w').close(); os.link('a', 'b')",
        "import os; os.mkfifo('x')",
        "import os; os.setsid()",
        "import os; os.setpgid(0, 0)",
        "import os; os.kill(-1, 0)",
        "import os; os.nice(1)",
        "import os; os.memfd_create('x')",
        "import os; os.pidfd_open(os.getpid())",
        "import os; os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
        "import subprocess; subprocess.run(['true'])",
        "import subprocess; subprocess.run('true', shell=True)",
        "import multiprocessing; p = multiprocessing.Process(target=print); p.start()",
        "import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
        "import os; open('a', 'w').close(); os.setxattr('a', 'user.x', b'x')",
        "import resource; resource.prlimit(2, resource.RLIMIT_CORE)",
        "import os; os.chroot('.')",
        "import signal, os; signal.pidfd_send_signal(0, 0)",
    ],
)
def test_the_filter_refuses(run: Run, text: str) -> None:
    ran = run(*FILTERED, only=("seccomp", "descriptors", "view", "processes"))
    if "seccomp" not in ran["layers"]:
        pytest.skip("this machine has no filters")
    got = ran["answers"][FILTERED.index(text)]
    assert got.get("errno") == errno.EPERM, got


FILTERED: list[str] = [
    text
    for mark in test_the_filter_refuses.pytestmark
    for text in mark.args[1]  # type: ignore[attr-defined]
]


def test_signals_to_itself_work(run: Run) -> None:
    """The grader stops a slow statement by SIGINT, and so may a submission test its own handlers."""
    ran = run(
        "import os, signal\n"
        "seen = []\n"
        "signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))\n"
        "os.kill(os.getpid(), signal.SIGUSR1); signal.raise_signal(signal.SIGUSR1)\n"
        "got = len(seen)"
    )
    assert answer(ran).get("got") == 2, answer(ran)


def test_it_ends_with_its_keeper(run: Run) -> None:
    """The trial ends only when no process is left that holds the pipe."""
    ran = run("tell(got='alive')\nimport time\ntime.sleep(50)", kill=True)
    assert answer(ran)["gone"] < 40


def test_nothing_is_left_of_its_folder_without_a_view(run: Run) -> None:
    deep = "import os\nfor _ in range(1200): os.mkdir('d'); os.chdir('d')\nos.chmod"
    ran = run(deep, "open('x', 'w').write('x')", without=NO_NAMESPACES)
    assert [each.get("raised") for each in ran["answers"]] == [None, None]
    assert ran["left"] == []


def test_its_environment_is_scrubbed(run: Run) -> None:
    ran = run("import os; got = sorted(os.environ)")
    assert set(answer(ran)["got"]) <= {
        "HOME", "TMPDIR", "USER", "LOGNAME", "PATH", "MPLBACKEND", "OPENBLAS_NUM_THREADS", "LC_CTYPE"
    }  # fmt: skip


def test_it_sees_no_more_of_proc_than_itself(run: Run) -> None:
    ran = run(
        "import os; got = [os.getpid(), open('/proc/self/cmdline').read() != '', os.path.exists('/proc/meminfo')]"
    )
    if "processes" not in ran["layers"]:
        pytest.skip("this machine gives no process namespace in this mode")
    assert answer(ran)["got"] == [1, True, False]
