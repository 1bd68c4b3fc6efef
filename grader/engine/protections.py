"""Which protections hold: asked of a worker that tries to break out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.sandbox import lockdown
from grader.sandbox.lockdown import selftest
from grader.sandbox.outside.probing import try_probes
from grader.sandbox.outside.process import Spawning

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable


def weakest(found: Iterable[tuple[selftest.Protection, ...]]) -> tuple[selftest.Protection, ...]:
    """Of the findings in several kinds of worker those that hold in all, the others with the first that broke."""
    return tuple(min(same, key=lambda each: each.held) for same in zip(*found, strict=True))


def protections(
    control: socket.socket, targets: selftest.Targets, plan: lockdown.Plan, *, full: bool = False
) -> tuple[selftest.Protection, ...]:
    """What the self-test found in one worker that went for ``targets``; raises WorkerFault where it could not be run.

    ``full`` is a worker that has imported the larger packages.
    """
    spawning = Spawning(control, "self-test", (), lockdown.ResourceLimits(), full)
    return selftest.judge(try_probes(spawning, targets), plan)
