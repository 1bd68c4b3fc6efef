"""What the figures were measured on, and whether anything else was at work there meanwhile."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path

BUSY = 0.1  # share of the machine that others used: more than that, and wall times are theirs as well


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine in a few words."""

    cores: int
    kernel: str
    python: str
    processor: str
    load: float

    def __str__(self) -> str:
        return f"{self.cores} cores ({self.processor}), {self.kernel}, Python {self.python}, load {self.load:.1f} at the start"


def this_machine() -> Machine:
    """The machine this runs on."""
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    cores = len(os.sched_getaffinity(0))
    system = f"{platform.system()} {platform.release()}"
    return Machine(
        cores, system, platform.python_version(), names[0] if names else platform.machine(), os.getloadavg()[0]
    )


class Others:
    """How much of the machine is used by processes that are not the benchmark's."""

    def __init__(self, own_cpu: float) -> None:
        """``own_cpu`` is what the benchmark has used so far, in CPU seconds."""
        self._began, self._busy, self._own = time.monotonic(), busy_seconds(), own_cpu

    def share(self, own_cpu: float) -> float:
        """The share of all cores since this was made, 0 to 1."""
        elapsed = (time.monotonic() - self._began) * (os.cpu_count() or 1)
        others = busy_seconds() - self._busy - (own_cpu - self._own)
        return max(0.0, others / elapsed) if elapsed > 0 else 0.0


def busy_seconds() -> float:
    """CPU seconds that all processes of the machine have used since it started."""
    first = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _waiting, interrupts, soft, *_ = map(int, first)
    return (user + nice + system + interrupts + soft) / os.sysconf("SC_CLK_TCK")
