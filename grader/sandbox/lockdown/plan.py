"""The layers of the lock, and a plan: which of them one machine offers."""

from __future__ import annotations

from dataclasses import dataclass, replace

LAYERS = {
    "session": "a session of its own, without terminal",
    "environment": "an environment without the grader's variables",
    "descriptors": "no open files but its own channel",
    "limits": "limits on memory, CPU time, threads, files and their sizes",
    "parent": "ends with the process that keeps it",
    "privileges": "no capabilities and none to be gained",
    "landlock": "Landlock: reads and writes only what it was given",
    "seccomp": "a system-call filter: no processes, network, tracing, mounts",
    "user": "a user id of its own",
    "view": "a read-only file system of its own with a small private folder",
    "processes": "sees and reaches no process but itself, and nothing outlives it",
    "network": "a network of its own with nobody in it",
    "ipc": "messages, shared memory and host name of its own",
}

NAMESPACES = frozenset({"view", "processes", "network", "ipc"})
POSIX = ("session", "environment", "descriptors", "limits")
# What `--isolation strict` asks for: with these, files, network, processes and limits are each held by at least one
# wall.
ESSENTIAL = frozenset(LAYERS) - {"user", "ipc"}


@dataclass(frozen=True, slots=True)
class Plan:
    """Which layers are put on, and why the others are not; plain data, so that it can be handed to another process."""

    layers: tuple[str, ...]
    missing: tuple[tuple[str, str], ...] = ()
    user_namespace: bool = False  # namespaces are made by an ordinary user, in a user namespace
    landlock_abi: int = 0
    first_user: int = 0
    users: int = 0

    @property
    def backend(self) -> str:
        """How the worker is locked, in one word for the run's record."""
        if NAMESPACES & set(self.layers):
            return "user namespaces" if self.user_namespace else "namespaces"
        if {"landlock", "seccomp"} & set(self.layers):
            return "landlock and seccomp" if {"landlock", "seccomp"} <= set(self.layers) else "partial"
        return "process"

    @property
    def lacks(self) -> tuple[str, ...]:
        """The essential layers that are not put on."""
        return tuple(name for name in LAYERS if name in ESSENTIAL and name not in self.layers)

    def without(self, *names: str) -> Plan:
        """The same plan with some layers switched off; raises ValueError for a name that no layer has."""
        unknown = sorted(set(names) - set(LAYERS))
        if unknown:
            raise ValueError(f"no such layer: {', '.join(unknown)}")
        off = tuple((name, "switched off") for name in LAYERS if name in names and name in self.layers)
        return replace(
            self, layers=tuple(name for name in self.layers if name not in names), missing=(*self.missing, *off)
        )
