"""Tries the lock from inside: a worker does what a hostile submission would do, and the trusted side judges.

In one file because the attacks, one for each protection, are best read side by side.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import signal
import socket
import stat
import tempfile
from collections.abc import Mapping  # noqa: TC003  the fields of `Targets` are looked at when it crosses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.sandbox.lockdown import LAYERS, Plan, syscalls
from grader.sandbox.lockdown.view import DEVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CANARY = "GRADER_SELF_TEST"
_LONGEST_PLACE = 60  # bytes of a temporary folder's path
_TRACE_SEIZE = 0x4206  # unlike attaching, it does not stop the process
_TERMINAL_INPUT = 0x5412  # TIOCSTI


@dataclass(frozen=True, slots=True)
class Targets:
    """Things on the trusted side for the probes to go for: a canary file and its folder, listeners, the grader's process.

    ``address`` is where the canary lies in its memory, ``variable`` names one of its environment, ``memory`` (bytes) is the
    worker's limit, ``namespaces`` are the grader's own by kind. With ``strict`` the probes try every possible descriptor.
    """

    file: str
    folder: str
    pid: int
    user: int
    address: int
    variable: str
    memory: int
    program: str
    unix: str
    datagram: str
    abstract: str
    tcp: int
    udp: int
    strict: bool
    namespaces: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Protection:
    """One thing that a submission must not be able to do, or one layer, and whether it held when tried."""

    name: str
    held: bool
    detail: str


# Each returns what it got hold of; one that is refused raises OSError (or returns nothing). One that works must change
# nothing but the canary and this process: it runs as root on machines where no layer holds.


def _read_outside(targets: Targets) -> object:
    return Path(targets.file).read_text(encoding="utf-8")


def _list_outside(targets: Targets) -> object:
    return os.listdir(targets.folder)


def _see_outside(targets: Targets) -> object:
    return f"a file of {os.stat(targets.file).st_size} bytes is there"


def _write_outside(targets: Targets) -> object:
    path = Path(targets.folder, "written")
    path.write_text("x", encoding="utf-8")
    return f"wrote {path}"


def _change_outside(targets: Targets) -> object:
    os.chmod(targets.file, 0o644)
    os.utime(targets.file, (0, 0))
    return "changed the mode and times of a file"


def _list_root(targets: Targets) -> object:
    return os.listdir("/")


def _tcp(targets: Targets) -> object:
    with socket.create_connection(("127.0.0.1", targets.tcp), timeout=1):
        return "connected"


def _udp(targets: Targets) -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        return sender.sendto(b"x", ("127.0.0.1", targets.udp))


def _unix_path(targets: Targets) -> object:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(targets.unix)
        return "connected"


def _unix_abstract(targets: Targets) -> object:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0" + targets.abstract)
        return "connected"


def _unix_datagram(targets: Targets) -> object:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, other:
        return one.sendto(b"x", targets.datagram)


def _fork(targets: Targets) -> object:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return "started a process"


def _exec(targets: Targets) -> object:
    try:
        pid = os.fork()
    except OSError:
        try:
            os.execv("/nonexistent", ["nonexistent"])
        except OSError as error:
            if error.errno != errno.ENOENT:
                raise
        return "the system looked for the program"
    if pid == 0:
        with contextlib.suppress(OSError):
            os.execv(targets.program, [targets.program])
        os._exit(99)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return "" if status == 99 else "ran a program"


def _signal_others(targets: Targets) -> object:
    for pid in {targets.pid, os.getppid()} - {0}:
        with contextlib.suppress(OSError):
            os.kill(pid, 0)
            return f"could send signals to process {pid}"
    return ""


def _owned_signal(targets: Targets) -> object:
    """Has the kernel send a signal: a file descriptor's owner gets one when there is something to read."""
    import fcntl

    one, other = socket.socketpair()
    with one, other:
        fcntl.fcntl(one, fcntl.F_SETOWN, targets.pid)
        return "could name another process to be signalled"


def _trace(targets: Targets) -> object:
    syscalls.call("ptrace", _TRACE_SEIZE, targets.pid, 0, 0)
    return "traced the grader"


def _read_memory(targets: Targets) -> object:
    size = len(CANARY)
    own = ctypes.create_string_buffer(size)
    local = (ctypes.c_uint64 * 2)(ctypes.addressof(own), size)
    remote = (ctypes.c_uint64 * 2)(targets.address, size)
    syscalls.call("process_vm_readv", targets.pid, local, 1, remote, 1, 0)
    return own.raw


def _read_proc(targets: Targets) -> object:
    return Path(f"/proc/{targets.pid}/environ").read_bytes()[:20]


def _see_processes(targets: Targets) -> object:
    try:
        others = {name for name in os.listdir("/proc") if name.isdigit()} - {str(os.getpid())}
    except OSError:
        others = set()
    return f"sees {len(others)} processes" if others or os.getpid() != 1 else ""


def _environment(targets: Targets) -> object:
    name = targets.variable
    held = Path("/proc/self/environ").read_bytes() if os.path.exists("/proc/self/environ") else b""
    return name if name in os.environ or name.encode() in held else ""


def _descriptors(targets: Targets) -> object:
    found = []
    sockets = 0
    for descriptor in range(resource.getrlimit(resource.RLIMIT_NOFILE)[0] if targets.strict else 256):
        try:
            status = os.fstat(descriptor)
        except OSError:
            continue
        kind = stat.S_IFMT(status.st_mode)
        sockets += kind == stat.S_IFSOCK
        null = kind == stat.S_IFCHR and status.st_rdev == os.makedev(1, 3)
        if kind not in (stat.S_IFSOCK, stat.S_IFIFO) and not null:
            found.append(descriptor)
    return f"open: {found}" if found or sockets > 1 else ""


def _terminal(targets: Targets) -> object:
    import fcntl

    for number in (0, 1, 2):
        try:
            fcntl.ioctl(number, _TERMINAL_INPUT, 0)
        except OSError as error:
            if error.errno == errno.EFAULT:  # it got as far as asking what to type, and there is nothing at address 0
                return "may type into a terminal"
    with contextlib.suppress(OSError):
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
        return "opened the terminal"
    return "" if os.getsid(0) in (0, os.getpid()) else "it shares the grader's session"


def _raise_limits(targets: Targets) -> object:
    raised = []
    for name in ("AS", "NOFILE", "FSIZE", "NPROC", "CPU", "CORE"):
        number = getattr(resource, f"RLIMIT_{name}")
        _soft, hard = resource.getrlimit(number)
        if hard == resource.RLIM_INFINITY:
            raised.append(name)
            continue
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(number, (hard + 1, hard + 1))
            raised.append(name)
    return " ".join(raised)


def _memory(targets: Targets) -> object:
    try:
        return f"got {len(bytes(2 * targets.memory))} bytes"  # never touched, so that it costs nothing
    except MemoryError:
        return ""


def _become_root(targets: Targets) -> object:
    with contextlib.suppress(OSError):
        os.setresuid(0, 0, 0)
        return "became root"
    return _status("CapEff") or ""


def _mount(targets: Targets) -> object:
    """Asks for a kind of file system that does not exist: the kernel checks the right to mount first, so no harm is done."""
    try:
        syscalls.mount("probe", "/", "grader-no-such-kind", 0)
    except OSError as error:
        if error.errno != errno.ENODEV:
            raise
    return "may mount file systems"


def _new_namespace(targets: Targets) -> object:
    syscalls.unshare(syscalls.CLONE_NEWUSER)
    return "made a user namespace"


def _status(name: str) -> str:
    """A field of this process's status; "" if it is zero."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(name + ":"):
            value = line.split()[1]
            return value if value.strip("0") else ""
    return ""


def _no_filter(targets: Targets) -> object:
    return "" if _status("Seccomp") == "2" else "no filter is in force"


def _new_privileges(targets: Targets) -> object:
    return "" if _status("NoNewPrivs") == "1" else "programs may gain privileges"


def _own_user(targets: Targets) -> object:
    return "" if os.getuid() not in (0, targets.user) else f"it is user {os.getuid()}"


def _survives_parent(targets: Targets) -> object:
    value = ctypes.c_int(0)
    syscalls.call("prctl", 2, ctypes.addressof(value), 0, 0, 0)
    return "" if value.value == signal.SIGKILL else "it would outlive the process that keeps it"


def _namespace(kind: str) -> Callable[[Targets], object]:
    def same(targets: Targets) -> object:
        here = os.readlink(f"/proc/self/ns/{kind}")
        return f"it is the grader's: {here}" if here == targets.namespaces.get(kind) else ""

    return same


def _more_devices(targets: Targets) -> object:
    """Devices or other things in /dev besides the harmless ones; none if the listing is refused."""
    return " ".join(sorted(set(os.listdir("/dev")) - {*DEVICES, "shm"})[:5])


PROBES: Mapping[str, Callable[[Targets], object]] = {
    "read_outside": _read_outside,
    "list_outside": _list_outside,
    "see_outside": _see_outside,
    "write_outside": _write_outside,
    "change_outside": _change_outside,
    "list_root": _list_root,
    "more_devices": _more_devices,
    "tcp": _tcp,
    "udp": _udp,
    "unix_path": _unix_path,
    "unix_abstract": _unix_abstract,
    "unix_datagram": _unix_datagram,
    "fork": _fork,
    "exec": _exec,
    "signal_others": _signal_others,
    "owned_signal": _owned_signal,
    "read_memory": _read_memory,
    "read_proc": _read_proc,
    "see_processes": _see_processes,
    "environment": _environment,
    "descriptors": _descriptors,
    "terminal": _terminal,
    "raise_limits": _raise_limits,
    "memory": _memory,
    "become_root": _become_root,
    "mount": _mount,
    "no_filter": _no_filter,
    "new_privileges": _new_privileges,
    "own_user": _own_user,
    "survives_parent": _survives_parent,
    "network_namespace": _namespace("net"),
    "ipc_namespace": _namespace("ipc"),
    # last, since a probe that works changes what this process belongs to until it ends
    "trace": _trace,
    "new_namespace": _new_namespace,
}

# What instructors care about, then the layers one by one.
_FAMILIES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "reading": ("reads no file of others", ("read_outside", "list_outside")),
    "writing": ("writes and changes nothing outside its own folder", ("write_outside", "change_outside")),
    "connections": ("connects to nothing", ("tcp", "udp", "unix_path", "unix_abstract", "unix_datagram")),
    "programs": ("starts no process and no program", ("fork", "exec")),
    "others": (
        "reaches no other process",
        ("signal_others", "owned_signal", "trace", "read_memory", "read_proc"),
    ),
    "memory": ("gets no more memory than its limit", ("memory",)),
    "terminal": ("has no terminal", ("terminal",)),
}
_LAYERS: Mapping[str, tuple[str, ...]] = {
    "session": ("terminal",),
    "environment": ("environment",),
    "descriptors": ("descriptors",),
    "limits": ("raise_limits", "memory"),
    "parent": ("survives_parent",),
    "privileges": ("become_root", "mount", "new_privileges"),
    "landlock": ("list_root", "read_outside"),
    "seccomp": ("no_filter", "new_namespace", "fork"),
    "user": ("own_user",),
    "view": ("see_outside", "more_devices"),
    "processes": ("see_processes",),
    "network": ("network_namespace",),
    "ipc": ("ipc_namespace",),
}


def run_probes(targets: Targets) -> dict[str, str]:
    """Tries each probe in this (locked) process: its answer begins with "refused" or "worked"."""
    answers = {}
    for name, probe in PROBES.items():
        try:
            got = probe(targets)
        except Exception as error:
            answers[name] = f"refused: {type(error).__name__}: {error}"[:200]
        else:
            answers[name] = f"worked: {got}"[:200] if got else "refused"
    return answers


@contextlib.contextmanager
def open_targets(memory: int = 2 << 30, strict: bool = False) -> Iterator[Targets]:
    """Things on the trusted side for the probes to go for, which end with the block.

    ``memory`` is the worker's limit in bytes. Enter it before the zygote starts: what it sets in the environment is
    meant to be inherited if nothing takes it out.
    """
    canary = ctypes.create_string_buffer(CANARY.encode())
    with contextlib.ExitStack() as stack:
        # A socket's path may have some hundred bytes: a temporary folder far down is too deep for it.
        place = (
            "/tmp" if len(os.fsencode(tempfile.gettempdir())) > _LONGEST_PLACE and os.access("/tmp", os.W_OK) else None
        )
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-canary-", dir=place)))
        folder.chmod(0o777)  # so that it is the lock that refuses, not the mode
        file = folder / "solution.txt"
        file.write_text(CANARY, encoding="utf-8")
        file.chmod(0o666)
        unix, datagram = folder / "stream", folder / "datagram"
        for kind, path in ((socket.SOCK_STREAM, unix), (socket.SOCK_DGRAM, datagram)):
            _listen(stack, socket.AF_UNIX, kind, str(path))
            path.chmod(0o777)
        abstract = f"grader-canary-{os.getpid()}"
        with contextlib.suppress(OSError):  # only Linux has them
            _listen(stack, socket.AF_UNIX, socket.SOCK_STREAM, "\0" + abstract)
        targets = Targets(
            file=str(file),
            folder=str(folder),
            pid=os.getpid(),
            user=os.getuid(),
            address=ctypes.addressof(canary),
            variable=CANARY,
            memory=memory,
            program="/bin/true",
            unix=str(unix),
            datagram=str(datagram),
            abstract=abstract,
            tcp=_listen(stack, socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)).getsockname()[1],
            udp=_listen(stack, socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)).getsockname()[1],
            strict=strict,
            namespaces=_namespaces(),
        )
        before = os.environ.get(CANARY)
        os.environ[CANARY] = CANARY
        try:
            yield targets
        finally:
            os.environ.pop(CANARY)
            if before is not None:
                os.environ[CANARY] = before


def _listen(stack: contextlib.ExitStack, family: int, kind: int, address: Any) -> socket.socket:
    listener = stack.enter_context(socket.socket(family, kind))
    listener.bind(address)
    if kind == socket.SOCK_STREAM:
        listener.listen(16)
    return listener


def _namespaces() -> dict[str, str]:
    found = {}
    for kind in ("net", "ipc"):
        with contextlib.suppress(OSError):
            found[kind] = os.readlink(f"/proc/self/ns/{kind}")
    return found


def judge(given: Mapping[str, str], plan: Plan) -> tuple[Protection, ...]:
    """What held, going by a worker's answers: what a submission can't do, then each layer; no answer means not held."""
    judged = []
    for name, (sentence, probes) in _FAMILIES.items():
        judged.append(_judged(name, sentence, probes, given))
    reasons = dict(plan.missing)
    for name, sentence in LAYERS.items():
        if name in plan.layers:
            judged.append(_judged(name, sentence, _LAYERS[name], given))
        else:
            judged.append(Protection(name, False, f"{sentence}: not here, {reasons.get(name, 'not planned')}"))
    return tuple(judged)


def _judged(name: str, sentence: str, probes: tuple[str, ...], answers: Mapping[str, str]) -> Protection:
    for probe in probes:
        said = answers.get(probe, "no answer")
        if not said.startswith("refused"):
            return Protection(name, False, f"{sentence}: does not hold ({probe}: {said[:120]})")
    return Protection(name, True, sentence)
