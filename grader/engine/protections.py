"""Which protections hold: asked of a worker that tries to break out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.errors import WorkerFault
from grader.sandbox import lockdown, selftest
from grader.sandbox.process import Spawning, WorkerDied, WorkerLate, WorkerProcess

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

PROBE_SECONDS = 20.0


def protections(
    control: socket.socket, targets: Mapping[str, Any], plan: lockdown.Plan
) -> tuple[selftest.Protection, ...]:
    """What the self-test found in one worker that went for ``targets``; raises WorkerFault where it could not be run."""
    process = WorkerProcess(Spawning(control, "self-test", (), lockdown.Limits()))
    try:
        answer = process.ask({"do": "probe", "targets": dict(targets)}, PROBE_SECONDS)
    except (WorkerDied, WorkerLate) as error:
        raise WorkerFault(f"the self-test of the isolation broke: {error}") from None
    finally:
        process.end()
    return selftest.judge(answer.get("probed"), plan)
