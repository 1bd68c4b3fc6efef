"""The system-call filter of the worker. Needs no privilege.

NumPy, pandas, matplotlib, threads, asyncio and temporary files work under it; other processes, the network, other
files' metadata, privileges and the machine's settings are out of reach.
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass

from grader.sandbox.lockdown import syscalls
from grader.sandbox.lockdown.bpf import (
    Code,
    Instruction,
    Label,
    any_bit,
    argument,
    assemble,
    equal,
    give,
    jump,
    load,
    mask,
    search,
)
from grader.sandbox.lockdown.call_numbers import HIGHEST, numbers

_ARCHITECTURES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
_X32 = 0x4000_0000

_ALLOW = 0x7FFF_0000
_KILL = 0x8000_0000
_REFUSE = 0x0005_0000 | errno.EPERM
_UNKNOWN = 0x0005_0000 | errno.ENOSYS
_NO_TERMINAL = 0x0005_0000 | errno.ENOTTY

_REFUSED = """
accept accept4 bind connect listen socket
execve execveat fork vfork
kcmp pidfd_getfd pidfd_open pidfd_send_signal process_madvise process_mrelease process_vm_readv process_vm_writev ptrace
tkill setsid setpgid setpriority ioprio_set
fsconfig fsmount fsopen fspick mount mount_setattr move_mount open_tree open_tree_attr pivot_root umount2 chroot setns
unshare capset setfsgid setfsuid setgid setgroups setregid setresgid setresuid setreuid setuid seccomp lsm_set_self_attr
chown fchown fchownat lchown fremovexattr fsetxattr lremovexattr lsetxattr removexattr removexattrat setxattr setxattrat
file_setattr link linkat symlink symlinkat mknod mknodat name_to_handle_at open_by_handle_at fanotify_init fanotify_mark
memfd_create memfd_secret shmat shmctl shmdt shmget semctl semget semop semtimedop msgctl msgget msgrcv msgsnd
mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink
add_key bpf io_cancel io_destroy io_getevents io_pgetevents io_setup io_submit io_uring_enter io_uring_register
io_uring_setup keyctl perf_event_open request_key userfaultfd vmsplice
acct adjtimex clock_adjtime clock_settime create_module delete_module finit_module get_kernel_syms init_module ioperm
iopl kexec_file_load kexec_load lookup_dcookie migrate_pages modify_ldt move_pages nfsservctl personality quotactl
quotactl_fd reboot
sched_setattr sched_setparam sched_setscheduler setdomainname sethostname settimeofday swapoff swapon sync syncfs
sysfs syslog _sysctl uselib ustat vhangup
"""

# A file's mode and times: Landlock has no rule for them. Harmless where all but the worker's own folder is mounted
# read-only, and `shutil.copy` wants them.
_METADATA = "chmod fchmod fchmodat fchmodat2 futimesat utime utimensat utimes"

_NEW_NAMESPACES = 0x7E02_0080
_CLONE_THREAD = 0x0001_0000
_UNIX, _STREAM, _TYPE_MASK = 1, 1, 0xF
# reading the name and state of this process, its own timer slack, names of memory areas (malloc), capabilities read
_PRCTL = (2, 3, 7, 15, 16, 21, 23, 27, 29, 30, 38, 39, 41, 42, 0x5356_4D41)
# F_SETSIG, F_SETOWN, F_SETOWN_EX (any signal to any process of the same user), leases and notifications
_FCNTL = (8, 10, 15, 1024, 1026)
# TCGETS (isatty), TIOCGWINSZ, TIOCGPGRP, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX, FICLONE: not TIOCSTI, not FIOASYNC
_IOCTL = (0x5401, 0x5413, 0x540F, 0x541B, 0x5421, 0x5450, 0x5451, 0x4004_9409)


def _only(index: int, values: tuple[int | str, ...], otherwise: str = "refuse") -> list[Code]:
    """Allows a call if one argument is one of the values."""
    return [argument(index), *(equal(value, yes="allow") for value in values), jump(otherwise)]


def _conditions() -> dict[str, list[Code]]:
    own: tuple[int | str, ...] = ("pid",)
    return {
        "clone": [argument(0), any_bit(_NEW_NAMESPACES, yes="refuse"), any_bit(_CLONE_THREAD, "allow", "refuse")],
        "kill": _only(0, own),
        "tgkill": _only(0, own),
        "rt_sigqueueinfo": _only(0, own),
        "rt_tgsigqueueinfo": _only(0, own),
        "prlimit64": _only(0, (0, *own)),
        "sched_setaffinity": _only(0, (0, *own)),
        "prctl": _only(0, _PRCTL),
        "ioctl": _only(1, _IOCTL, "no terminal"),
        "fcntl": [argument(1), *(equal(command, yes="refuse") for command in _FCNTL), jump("allow")],
        # a datagram socket could still send to a socket outside by its name
        "socketpair": [
            argument(0),
            equal(_UNIX, no="refuse"),
            argument(1),
            mask(_TYPE_MASK),
            equal(_STREAM, yes="allow", no="refuse"),
        ],
    }


@dataclass(frozen=True, slots=True)
class Filter:
    """An assembled filter; ``pids`` are the offsets at which the worker's own pid belongs."""

    program: bytes
    pids: tuple[int, ...]

    def install(self, pid: int) -> None:
        """Filters the calls of this process, whose pid (in its own namespace) is given, for good; raises OSError."""
        code = bytearray(self.program)
        for offset in self.pids:
            struct.pack_into("<I", code, offset, pid)
        syscalls.seccomp(bytes(code))


def build(kind: str, *, metadata: bool) -> Filter:
    """The filter for a machine (``x86_64``, ``aarch64``); ``metadata`` allows changing files' modes and times."""
    known = numbers(kind)
    conditions = _conditions()
    leaves: dict[int, Instruction] = {known[name]: give(_REFUSE) for name in _REFUSED.split() if name in known}
    if not metadata:
        leaves |= {known[name]: give(_REFUSE) for name in _METADATA.split() if name in known}
    leaves |= {known[name]: jump(name) for name in conditions}
    leaves[known["clone3"]] = give(_UNKNOWN)  # its flags can't be seen from here: the C library then takes clone

    starts: list[tuple[int, Instruction]] = []
    for number in range(HIGHEST + 1):
        leaf = leaves.get(number, give(_ALLOW))
        if not starts or starts[-1][1] != leaf:
            starts.append((number, leaf))
    starts.append((HIGHEST + 1, give(_UNKNOWN)))
    if kind == "x86_64":
        starts.append((_X32, give(_KILL)))

    code: list[Code] = [load(4), equal(_ARCHITECTURES[kind], yes="right"), give(_KILL), Label("right"), load(0)]
    code += search(starts)
    for name, block in conditions.items():
        code += [Label(name), *block]
    for name, action in (("allow", _ALLOW), ("refuse", _REFUSE), ("no terminal", _NO_TERMINAL)):
        code += [Label(name), give(action)]
    here, there = assemble(code, {"pid": 0}), assemble(code, {"pid": 0xFFFF_FFFF})
    differing = tuple(i for i in range(4, len(here), 8) if here[i : i + 4] != there[i : i + 4])
    return Filter(here, differing)
