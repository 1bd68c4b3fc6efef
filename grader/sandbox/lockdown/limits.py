"""What POSIX offers everywhere: resource limits, descriptors, environment, session."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PASSED_ON = frozenset(
    """
    LANG LC_ALL LC_CTYPE TZ MPLBACKEND PYTHONDONTWRITEBYTECODE TF_CPP_MIN_LOG_LEVEL TF_ENABLE_ONEDNN_OPTS
    CUDA_VISIBLE_DEVICES OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
    """.split()
)


@dataclass(frozen=True, slots=True)
class ResourceLimits:
    """What one worker may use. Sizes in bytes, time in seconds."""

    memory: int = 2 << 30  # beyond what the zygote uses
    cpu: int = 120
    file_size: int = 64 << 20
    folder_size: int = 64 << 20
    folder_entries: int = 4096
    open_files: int = 256
    threads: int = 256


def address_space() -> int:
    """Bytes of address space that this process uses now; 0 if the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()


def count_tasks(user: int) -> int:
    """Threads that a user has now on this machine, as far as this process can see."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == user:
                count += process.joinpath("task").stat().st_nlink - 2
    return count


def set_limits(limits: ResourceLimits, used: int, tasks: int) -> None:
    """Sets hard limits on this process: memory on top of the bytes ``used``, threads on top of ``tasks``.

    A limit that is already lower stays; one that the system refuses raises OSError or ValueError.
    """
    wanted = {
        "AS": used + limits.memory if used else resource.RLIM_INFINITY,
        "FSIZE": limits.file_size,
        "NOFILE": limits.open_files,
        "NPROC": limits.threads + tasks,
        "CORE": 0,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
        "SIGPENDING": 512,
        "NICE": 0,
        "RTPRIO": 0,
    }
    for name, value in wanted.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is not None:
            least = _lower(value, resource.getrlimit(number)[1])
            resource.setrlimit(number, (least, least))
    # SIGXCPU comes first, SIGKILL two seconds later: the first process of a pid namespace ignores what it does not
    # handle
    hard = _lower(limits.cpu + 2, resource.getrlimit(resource.RLIMIT_CPU)[1])
    resource.setrlimit(resource.RLIMIT_CPU, (min(limits.cpu, hard), hard))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that a write beyond the limit raises OSError


def _lower(value: int, hard: int) -> int:
    if value == resource.RLIM_INFINITY:
        return hard
    return value if hard == resource.RLIM_INFINITY else min(value, hard)


def close_descriptors(keep: Iterable[int]) -> None:
    """Closes every descriptor but those in ``keep``; 0, 1 and 2, if not among them, become /dev/null."""
    kept = sorted(set(keep))
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        if standard not in kept:
            os.dup2(null, standard)
    last = 2
    for descriptor in kept:
        if descriptor > 2:
            os.closerange(last + 1, descriptor)
            last = descriptor
    os.closerange(last + 1, _most_descriptors())


def _most_descriptors() -> int:
    try:
        return max(map(int, os.listdir("/proc/self/fd"))) + 1
    except OSError:
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return 65_536 if most == resource.RLIM_INFINITY else most


def scrub_environment(folder: str) -> None:
    """Leaves only settings of language and numerical libraries in the environment, and ``folder`` as the home."""
    for name in [name for name in os.environ if name not in _PASSED_ON]:
        del os.environ[name]
    os.environ.update({"HOME": folder, "TMPDIR": folder, "USER": "student", "LOGNAME": "student", "PATH": ""})


def new_session() -> None:
    """Gives this process its own session, so no terminal, and files that only it can read."""
    with contextlib.suppress(OSError):  # it may already lead one
        os.setsid()
    os.umask(0o077)
