"""A zygote, keepers and workers with nothing in them but the lock; run as a script by the tests of the lock.

Reads an order as JSON from standard input; writes the plan, and an answer for each text, run in a worker of its own:
{"got": value} or {"raised": type, "errno": number, "text": message}, {"died": wait status}, {"fault": text}.
"""

import gc
import json
import os
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    """Carries out one order."""
    order = json.load(sys.stdin)
    sys.path[:0] = [order["code"]]
    sys.path += order["packages"]
    from grader.sandbox.lockdown import selftest

    # as in the grader, what is attacked is another process than the zygote, of the same user
    with selftest.open_targets() as targets:
        if (zygote := os.fork()) == 0:
            try:
                print(json.dumps(warm(order, targets)), flush=True)
            except BaseException as error:
                print(json.dumps({"fault": repr(error), "answers": []}), flush=True)
            os._exit(0)
        os.waitpid(zygote, 0)


def warm(order, targets):  # type: ignore[no-untyped-def]
    """The zygote: what became of its workers."""
    from grader.sandbox import lockdown
    from grader.sandbox.lockdown import selftest
    from grader.sandbox.outside import packages
    from grader.sandbox.wire.codec import encode

    for name in order["preload"]:
        __import__(name)
    plan = lockdown.survey()
    off = set(order["without"]) if order["only"] is None else set(lockdown.LAYERS) - set(order["only"])
    plan = plan.without(*off)
    readable = [*packages.interpreter_paths(), *map(Path, order["readable"])]
    try:
        prepared = lockdown.prepare_zygote(plan, readable, Path(order["scratch"]))
    except lockdown.LockFailed as error:
        return {"plan": encode(plan), "fault": str(error), "answers": []}
    sys.path.remove(order["code"])
    os.open(__file__ if os.path.exists(__file__) else "/dev/null", os.O_RDONLY)  # something for workers to inherit
    gc.collect()
    gc.freeze()
    names = {"targets": targets, "run_probes": selftest.run_probes}
    answers = []
    holder = None if order["kill"] else lockdown.prepare_holder(prepared)  # what is killed is a keeper
    for text in order["texts"]:
        reading, writing = os.pipe()
        started = time.perf_counter()
        if holder is not None:
            with lockdown.next_worker(holder):
                if (keeper := os.fork()) == 0:
                    work(holder, lockdown, order["limits"], text, names, writing)
        elif (keeper := os.fork()) == 0:
            os.close(reading)
            keep(prepared, lockdown, order["limits"], text, names, writing)
        os.close(writing)
        with open(reading, "rb") as answer:
            line = answer.readline()
            if order["kill"]:
                os.kill(keeper, signal.SIGKILL)
            answer.read()  # to the end: when nobody is left who could write
        status = os.waitpid(keeper, 0)[1]
        answers.append(json.loads(line) if line else {"died": status} if holder and status else {"fault": "no answer"})
        answers[-1]["gone"] = time.perf_counter() - started
        if "ready" in answers[-1]:
            answers[-1]["ready"] -= started
    left = os.listdir(order["scratch"]) if "view" not in prepared.layers else []
    layers = sorted(prepared.layers)
    return {"plan": encode(plan), "layers": layers, "left": left, "answers": answers}


def keep(prepared, lockdown, limits, text, names, writing):  # type: ignore[no-untyped-def]
    """The keeper; never returns."""
    try:
        lockdown.die_with_parent()
        kept = lockdown.prepare_keeper(prepared)
        pid = os.fork()
        if pid == 0:
            work(kept, lockdown, limits, text, names, writing)
        status = os.waitpid(pid, 0)[1]
        lockdown.finish_keeper(kept)
        if status:
            os.write(writing, json.dumps({"died": status}).encode() + b"\n")
    except BaseException as error:
        os.write(writing, json.dumps({"fault": f"{type(error).__name__}: {error}"}).encode() + b"\n")
    os._exit(0)


def work(kept, lockdown, limits, text, names, writing):  # type: ignore[no-untyped-def]
    """The worker; never returns."""
    try:
        lockdown.lock_worker(kept, lockdown.ResourceLimits(**limits), keep=(writing,))
    except BaseException as error:
        os.write(writing, json.dumps({"fault": f"{type(error).__name__}: {error}"}).encode() + b"\n")
        os._exit(0)
    ready = time.perf_counter()

    def tell(**answer: object) -> None:
        os.write(writing, json.dumps({**answer, "ready": ready}, default=repr).encode() + b"\n")

    try:
        exec(text, own := {**names, "tell": tell})
        tell(got=own.get("got"))
    except OSError as error:
        tell(raised=type(error).__name__, errno=error.errno, text=str(error))
    except BaseException as error:
        tell(raised=type(error).__name__, errno=None, text=str(error))
    os._exit(0)


if __name__ == "__main__":
    main()
