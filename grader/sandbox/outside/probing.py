"""Asks a worker for the self-test of the isolation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import WorkerFault
from grader.sandbox.outside.conversation import WorkerDied, WorkerLate
from grader.sandbox.wire.codec import encode
from grader.sandbox.wire.messages import TryProbes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.sandbox.lockdown.selftest import Targets
    from grader.sandbox.outside.work import Starting

PROBE_SECONDS = 20.0


def try_probes(spawning: Starting, targets: Targets) -> Mapping[str, str]:
    """What each probe said in a worker that went for the targets; raises WorkerFault if the self-test could not be run."""
    process = spawning.start()
    try:
        return process.ask(TryProbes(encode(targets)), PROBE_SECONDS).answers
    except (WorkerDied, WorkerLate) as error:
        raise WorkerFault(f"the self-test of the isolation broke: {error}") from None
    finally:
        process.end()
