"""The layers that a worker is locked with before it runs anything of a submission's.

plan = survey()                                        in the grader: what this machine offers
prepared = prepare_zygote(plan, readable, scratch)     once in the zygote
kept = prepare_keeper(prepared)                        in the keeper, before it forks
lock_worker(kept, limits, keep)                        in the worker
finish_keeper(kept)                                    in the keeper, when the worker has ended

or, where no keeper is needed:

held = prepare_holder(prepared)                        once in the zygote; None where keepers are needed
with next_worker(held): os.fork()                      in the zygote
lock_worker(held, limits, keep)                        in the worker
"""

from grader.sandbox.lockdown.holding import next_worker, prepare_holder
from grader.sandbox.lockdown.limits import ResourceLimits
from grader.sandbox.lockdown.lock import (
    LockFailed,
    Prepared,
    finish_keeper,
    lock_worker,
    prepare_keeper,
    prepare_zygote,
)
from grader.sandbox.lockdown.plan import ESSENTIAL, LAYERS, Plan
from grader.sandbox.lockdown.privileges import die_with_parent
from grader.sandbox.lockdown.survey import survey

__all__ = [
    "ESSENTIAL",
    "LAYERS",
    "LockFailed",
    "Plan",
    "Prepared",
    "ResourceLimits",
    "die_with_parent",
    "finish_keeper",
    "lock_worker",
    "next_worker",
    "prepare_holder",
    "prepare_keeper",
    "prepare_zygote",
    "survey",
]
