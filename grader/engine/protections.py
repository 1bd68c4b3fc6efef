"""Which protections hold: asked of a worker that tries to break out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.errors import WorkerFault
from grader.sandbox import lockdown
from grader.sandbox.lockdown import selftest
from grader.sandbox.outside.process import Spawning, WorkerDied, WorkerLate, WorkerProcess

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Mapping

PROBE_SECONDS = 20.0


def weakest(found: Iterable[tuple[selftest.Protection, ...]]) -> tuple[selftest.Protection, ...]:
    """Of the findings in several kinds of worker those that hold in all, the others with the first that broke."""
    return tuple(min(same, key=lambda each: each.held) for same in zip(*found, strict=True))


def protections(
    control: socket.socket, targets: Mapping[str, Any], plan: lockdown.Plan, *, full: bool = False
) -> tuple[selftest.Protection, ...]:
    """What the self-test found in one worker that went for ``targets``; raises WorkerFault where it could not be run.

    ``full`` is a worker that has imported the larger packages.
    """
    process = WorkerProcess(Spawning(control, "self-test", (), lockdown.ResourceLimits(), full))
    try:
        answer = process.ask({"do": "probe", "targets": dict(targets)}, PROBE_SECONDS)
    except (WorkerDied, WorkerLate) as error:
        raise WorkerFault(f"the self-test of the isolation broke: {error}") from None
    finally:
        process.end()
    return selftest.judge(answer.get("probed"), plan)
