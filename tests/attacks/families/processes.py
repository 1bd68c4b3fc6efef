"""Other processes: signals, tracing, memory, survivors, terminals, descriptors, privileges, limits raised back."""

from __future__ import annotations

from attacks.attack import Attack, reach

# Numbers are those of x86_64; elsewhere they are other calls, and what is refused there says less.
CALL = (
    "libc = ctypes.CDLL(None, use_errno=True)\n"
    "call = lambda *words: libc.syscall(*(ctypes.c_long(w) if isinstance(w, int) else w for w in words))\n"
)

ATTACKS: tuple[Attack, ...] = (
    reach("processes", "signal a process", "os.kill(@PID@, 0); return 'may signal'"),
    reach("processes", "signal the parent", "os.kill(os.getppid(), 0); return os.getppid()"),
    reach(
        "processes",
        "signal everybody",
        """
        seen = [int(each) for each in os.listdir('/proc') if each.isdigit()]
        for pid in seen:
            if pid != os.getpid():
                with contextlib.suppress(OSError):
                    os.kill(pid, 0)
                    return pid
        """,
    ),
    reach("processes", "signal by descriptor", "signal.pidfd_send_signal(os.pidfd_open(@PID@), 0); return 'signalled'"),
    reach(
        "processes",
        "signal by the owner of a socket",
        """
        import fcntl
        one, other = socket.socketpair()
        fcntl.fcntl(one, fcntl.F_SETOWN, @PID@)
        return 'named the process to be signalled'
        """,
    ),
    reach("processes", "read an environment", "return open('/proc/@PID@/environ', 'rb').read()"),
    reach("processes", "read a command line", "return open('/proc/@PID@/cmdline', 'rb').read()"),
    reach("processes", "read the parent's memory map", "return open(f'/proc/{os.getppid()}/maps').read()"),
    reach("processes", "open a process's memory", "return open('/proc/@PID@/mem', 'rb')"),
    reach(
        "processes",
        "trace a process",
        CALL + "return call(101, 0x4206, @PID@, 0, 0) == 0 and 'traced'",
    ),
    reach(
        "processes",
        "read another process's memory by call",
        CALL
        + """
own = ctypes.create_string_buffer(16)
local, remote = (ctypes.c_uint64 * 2)(ctypes.addressof(own), 16), (ctypes.c_uint64 * 2)(int('@ADDRESS@'), 16)
return call(310, @PID@, local, 1, remote, 1, 0) == 16 and own.raw
""",
    ),
    reach(
        "processes",
        "take a descriptor of another process",
        CALL + "fd = os.pidfd_open(@PID@)\nreturn call(438, fd, 0, 0) >= 0 and 'took one'",
    ),
    reach("processes", "change a process's priority", "os.setpriority(os.PRIO_PROCESS, @PID@, 5); return 'set'"),
    reach(
        "processes",
        "change a process's limits",
        "resource.prlimit(@PID@, resource.RLIMIT_CORE, (0, 0)); return 'set'",
    ),
    reach(
        "processes", "bind a process to a core", "os.sched_setaffinity(@PID@, os.sched_getaffinity(@PID@)); return 'set'"
    ),
    reach("processes", "list processes", "return [e for e in os.listdir('/proc') if e == '@PID@']"),
    reach("survivors", "fork", "pid = os.fork()\nif pid == 0: os._exit(0)\nreturn os.waitpid(pid, 0)"),
    reach(
        "survivors",
        "fork twice and sleep",
        """
        pid = os.fork()
        if pid == 0:
            os.setsid()
            if os.fork() == 0:
                open('@DROP@/@NAME@', 'w').close()
                time.sleep(3)
            os._exit(0)
        return os.waitpid(pid, 0)
        """,
    ),
    reach("survivors", "vfork by call", CALL + "pid = call(57)\nif pid == 0: os._exit(0)\nreturn pid > 0 and pid"),
    reach(
        "survivors",
        "clone by call",
        CALL + "pid = call(56, 17, 0, 0, 0, 0)\nif pid == 0: os._exit(0)\nreturn pid > 0 and pid",
    ),
    reach(
        "survivors",
        "clone3 by call",
        CALL
        + "args = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)\npid = call(435, args, 88)\nif pid == 0: os._exit(0)\nreturn pid > 0 and pid",
    ),
    reach("survivors", "spawn", "return os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)[1] == 0 and 'ran'"),
    reach("survivors", "a subprocess", "import subprocess; return subprocess.check_output(['/bin/echo', 'hello'])"),
    reach("survivors", "a shell", "return os.popen('echo hello').read()"),
    reach(
        "survivors",
        "multiprocessing",
        """
        import multiprocessing
        one = multiprocessing.get_context('fork').Process(target=print)
        one.start(); one.join()
        return one.exitcode == 0 and 'ran'
        """,
    ),
    reach("survivors", "a daemon by exec", "os.execv('/bin/echo', ['echo', '@BREACH@ a daemon by exec: ran'])", reason="it replaces the process, whose zero follows"),
    reach(
        "survivors",
        "a program from memory",
        """
        import subprocess
        fd = os.memfd_create('x')
        os.write(fd, open('/bin/true', 'rb').read())
        return subprocess.run([f'/proc/self/fd/{fd}'], pass_fds=[fd]).returncode == 0 and 'ran'
        """,
    ),
    reach("survivors", "leave the session", "return os.setsid()", reason="whoever leads a session already can't"),
    reach(
        "survivors",
        "outlive the parent",
        "ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)\nvalue = ctypes.c_int(9)\nctypes.CDLL(None).prctl(2, ctypes.byref(value))\nreturn value.value == 0 and 'no signal'",
        needs=("processes", "parent"),
        reason="clearing the signal is allowed: the keeper and the process namespace end it all the same",
    ),
    reach("terminals", "open the terminal", "return os.open('/dev/tty', os.O_RDWR)", reason="there may be no terminal"),
    reach(
        "terminals",
        "type into the terminal",
        "import fcntl\nfor fd in range(3):\n    with contextlib.suppress(OSError):\n        fcntl.ioctl(fd, 0x5412, b'x'); return fd",
        reason="there may be no terminal",
    ),
    reach("terminals", "make a terminal", "return os.openpty()"),
    reach("terminals", "list terminals", "return os.listdir('/dev/pts')"),
    reach("terminals", "read the kernel's log", CALL + "return call(103, 10, 0, 0) > 0 and 'its size'"),
    reach(
        "descriptors",
        "read what was left open",
        """
        for fd in range(3, 256):
            with contextlib.suppress(OSError):
                if (os.fstat(fd).st_mode & 0o170000) == 0o100000 and (text := os.pread(fd, 100, 0)):
                    return fd, text
        """,
        reason="nothing is left open on purpose",
    ),
    reach(
        "descriptors",
        "walk up from an open folder",
        """
        for fd in range(3, 256):
            with contextlib.suppress(OSError):
                return os.listdir(os.open('..', os.O_RDONLY, dir_fd=fd))
        """,
        reason="no folder is left open on purpose",
    ),
    reach("shared memory", "a segment of others", CALL + "return call(29, int('@SHM@'), 0, 0) >= 0 and 'found it'"),
    reach("shared memory", "a new segment", CALL + "i = call(29, 0, 4096, 0o1600)\nif i >= 0: call(31, i, 0, 0)\nreturn i >= 0 and 'made'"),
    reach("shared memory", "message queue", CALL + "i = call(68, 0, 0o1600)\nif i >= 0: call(71, i, 0, 0)\nreturn i >= 0 and 'made'"),
    reach("shared memory", "semaphores", CALL + "i = call(64, 0, 1, 0o1600)\nif i >= 0: call(66, i, 0, 0, 0)\nreturn i >= 0 and 'made'"),
    reach("shared memory", "a shared file", "open('/dev/shm/@TOKEN@', 'w').close(); os.unlink('/dev/shm/@TOKEN@'); return 'wrote'"),
    reach("limits", "raise all limits back", """
        raised = []
        for name in ('AS', 'CPU', 'NOFILE', 'FSIZE', 'CORE'):
            number = getattr(resource, 'RLIMIT_' + name)
            with contextlib.suppress(OSError, ValueError):
                hard = resource.getrlimit(number)[1]
                resource.setrlimit(number, (-1, -1) if hard == -1 else (hard + 1, hard + 1))
                raised.append(name)
        return raised
        """),
    reach("limits", "raise a priority", "os.nice(-5); return 'raised'", reason="a plain user can't anywhere"),
    reach("limits", "allow core files", "resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, -1)); return 'allowed'"),
    reach("limits", "lock memory", "return ctypes.CDLL(None, use_errno=True).mlockall(3) == 0 and 'locked'", reason="the limit decides, and locking by itself harms nobody"),
    reach("privileges", "become root", "os.setuid(0); return 'root' if os.getuid() == 0 else ''", reason="a plain user can't anywhere", needs=("user", "user namespaces")),
    reach("privileges", "change the group", "os.setgroups([0]); return 'set'", reason="a plain user can't anywhere"),
    reach("privileges", "a set-uid program", "import subprocess; return subprocess.run(['/bin/su', '-c', 'id'], stdin=-3).returncode is not None and 'ran'"),
    reach("privileges", "a user namespace", "os_unshare = ctypes.CDLL(None, use_errno=True).unshare\nreturn os_unshare(0x10000000) == 0 and 'made'"),
    reach("privileges", "a mount namespace", "os_unshare = ctypes.CDLL(None, use_errno=True).unshare\nreturn os_unshare(0x20000) == 0 and 'made'", reason="a plain user can't anywhere"),
    reach("privileges", "join a namespace", "return ctypes.CDLL(None, use_errno=True).setns(os.open('/proc/@PID@/ns/net', os.O_RDONLY), 0) == 0 and 'joined'", reason="a plain user can't anywhere"),
    reach("privileges", "mount a file system", "m = ctypes.CDLL(None, use_errno=True)\nm.mount(b'x', b'/', b'no-such-kind', 0, None)\nreturn ctypes.get_errno() == 19 and 'may mount'", reason="a plain user can't anywhere"),
    reach("privileges", "change the root", "os.chroot('.'); return 'changed'", reason="a plain user can't anywhere"),
    reach("privileges", "a control group", "name = '/sys/fs/cgroup/@TOKEN@'; os.mkdir(name); os.rmdir(name); return name", reason="control groups may not be writable"),
    reach("privileges", "list control groups", "return os.listdir('/sys/fs/cgroup')", reason="they may not be there"),
    reach("privileges", "a kernel program", CALL + "return call(321, 0, (ctypes.c_char * 72)(), 72) != -1 or ctypes.get_errno() not in (1, 38)"),
    reach("privileges", "a key ring", CALL + "return call(250, 0, -3, 1) > 0 and 'there'"),
    reach("privileges", "an asynchronous ring", CALL + "return call(425, 1, (ctypes.c_char * 120)()) >= 0 and 'made'", reason="a system may have switched it off"),
    reach("privileges", "page faults of its own", CALL + "return call(323, 1) >= 0 and 'made'", reason="a system may have switched it off"),
    reach("privileges", "count what the processor does", CALL + "return call(298, (ctypes.c_char * 128)(), 0, -1, -1, 0) != -1 or ctypes.get_errno() not in (1, 13, 38)", reason="a system may have switched it off"),
    reach("privileges", "set the clock", CALL + "return call(305, 0, (ctypes.c_char * 208)()) >= 0 and 'asked'", reason="reading it is allowed elsewhere"),
    reach("privileges", "another personality", CALL + "return call(135, 0x0040000) >= 0 and 'set'", reason="harmless where nothing is protected"),
)  # fmt: skip
