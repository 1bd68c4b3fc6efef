"""Finds out which protections hold by letting a worker try to break out."""

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
    """One finding for each protection from several kinds of worker: the first in which it broke, if it broke in any."""
    return tuple(min(same, key=lambda each: each.held) for same in zip(*found, strict=True))


def protections(
    control: socket.socket, targets: selftest.Targets, plan: lockdown.Plan, *, full: bool = False
) -> tuple[selftest.Protection, ...]:
    """What the self-test found in one worker that went for ``targets``; raises WorkerFault if it could not run.

    ``full`` asks for a worker that has imported the larger packages.
    """
    spawning = Spawning(control, "self-test", (), lockdown.ResourceLimits(), full)
    return selftest.judge(try_probes(spawning, targets), plan)
