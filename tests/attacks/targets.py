"""What attacks go for, laid out open to everybody so that it is the lock that refuses, and what became of it."""

from __future__ import annotations

import contextlib
import ctypes
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grader

COURSE = Path(__file__).parents[2] / "solutions"
SECRET = "what no submission may read"
TO_CHANGE = ("to-rename", "to-remove", "to-empty", "to-change")
# Short, so that a class of hogs is soon graded; honest work needs a hundredth of it.
LIMITS = "\n[limits]\ncall_seconds = 0.3\nstatement_seconds = 0.6\nsubmission_seconds = 2.5\nmemory_gb = 0.75\n"
KERAS_LIMITS = "\n[limits]\ncall_seconds = 6\nstatement_seconds = 6\nsubmission_seconds = 60\nmemory_gb = 1.5\n"  # it traces and trains


@dataclass(frozen=True, slots=True)
class Targets:
    """Folders of one run, the places that attacks are told, and how it all looked before."""

    folder: Path
    places: dict[str, str]
    before: dict[str, tuple[object, ...]]

    def changed(self) -> list[str]:
        """What an attack changed, by the names of the files; what it made carries its own name."""
        now = look(self.folder / "drop")
        return sorted(name for name in now.keys() | self.before.keys() if now.get(name) != self.before.get(name))

    def left(self) -> list[str]:
        """Where on the disk something with this run's token in its name was left."""
        spots = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", "/etc/cron.d", "/usr/local/bin", "/root", "/home")
        found = [str(each) for spot in spots for each in _listed(Path(spot)) if self.places["TOKEN"] in each.name]
        return [each for each in found if each != str(self.folder)]


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def look(folder: Path) -> dict[str, tuple[object, ...]]:
    """Name, mode, owner, size and time of all that lies in a folder."""
    found: dict[str, tuple[object, ...]] = {}
    for each in folder.iterdir():
        status = each.lstat()
        found[each.name] = (status.st_mode, status.st_uid, status.st_size, status.st_mtime_ns)
    return found


@contextlib.contextmanager
def open_targets(limits: str = LIMITS) -> Iterator[Targets]:
    """Lays everything out, the course with these limits, listens, and clears away."""
    token = f"grader-attack-{secrets.token_hex(4)}"
    folder = Path(tempfile.mkdtemp(prefix=token, dir="/tmp"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        for name in ("", "class", "drop", "out"):
            (folder / name).mkdir(exist_ok=True)
            (folder / name).chmod(0o777)
        shutil.copytree(COURSE, folder / "course")
        with (folder / "course" / "course.toml").open("a", encoding="utf-8") as file:
            file.write(limits)
        for name in ("secret.txt", *TO_CHANGE):
            (folder / "drop" / name).write_text(SECRET, encoding="utf-8")
            (folder / "drop" / name).chmod(0o666)
        victim = stack.enter_context(subprocess.Popen(["sleep", "600"], env={"SECRET": SECRET}))
        stack.callback(victim.kill)
        places = {
            "TOKEN": token,
            "CANARY": str(folder / "drop" / "secret.txt"),
            "DROP": str(folder / "drop"),
            "CLASS": str(folder / "class"),
            "OUT": str(folder / "out"),
            "COURSE": str(folder / "course"),
            "GRADER": str(Path(grader.__file__).parent),
            "PID": str(victim.pid),
            "ADDRESS": str(_stack_of(victim.pid)),
            "UNIX": str(folder / "stream"),
            "DATAGRAM": str(folder / "datagram"),
            "ABSTRACT": token,
            "SHM": str(stack.enter_context(_shared_memory())),
            "BREACH": "BREACH:",
        }
        for kind, address in (
            (socket.SOCK_STREAM, places["UNIX"]),
            (socket.SOCK_DGRAM, places["DATAGRAM"]),
            (socket.SOCK_STREAM, "\0" + token),
        ):
            _listen(stack, socket.AF_UNIX, kind, address)
        for name in ("stream", "datagram"):
            (folder / name).chmod(0o777)
        places["TCP"] = str(_listen(stack, socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)).getsockname()[1])
        places["UDP"] = str(_listen(stack, socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)).getsockname()[1])
        yield Targets(folder, places, look(folder / "drop"))


def _stack_of(pid: int) -> int:
    """An address that is readable in another process."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            if line.endswith("[stack]") and Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep"):
                return int(line.partition(" ")[0].partition("-")[2], 16) - 64
    return 0


@contextlib.contextmanager
def _shared_memory() -> Iterator[int]:
    """The key of a System V segment that everybody may open."""
    libc, key = ctypes.CDLL(None, use_errno=True), secrets.randbits(30) | 1
    number = libc.shmget(key, 4096, 0o1666)
    yield key
    if number >= 0:
        libc.shmctl(number, 0, None)


def _listen(stack: contextlib.ExitStack, family: int, kind: int, address: object) -> socket.socket:
    listener = stack.enter_context(socket.socket(family, kind))
    listener.bind(address)  # type: ignore[arg-type]
    if kind == socket.SOCK_STREAM:
        listener.listen(64)
    return listener
