"""A process with a warm pool of the grader, in whichever checkout its Python has installed; it grades when it is told to.

    python -P warm_pool.py EXERCISE JOBS SEED COURSE

Orders and answers are lines of JSON. It names what it uses of the grader in one place, so that an older checkout can be
measured beside a newer one.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any


def main(exercise_id: str, jobs: str, seed: str, course_folder: str) -> None:
    """Starts the pool with the first order's files, says how long that took, then grades what it is told to."""
    import grader
    from grader.course.course_toml import load_course
    from grader.engine.local import Pool
    from grader.sandbox import lockdown
    from grader.sandbox.outside import packages

    told = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    course = load_course(Path(course_folder))
    (exercise,) = (each for each in course.exercises if each.id == exercise_id)
    plan = lockdown.survey(packages.interpreter_paths())
    with Pool(course, [exercise], int(seed), plan, int(jobs)) as pool:
        for line in sys.stdin:
            works = [_work(Path(file), exercise_id) for file in json.loads(line)["files"]]
            began = time.perf_counter()
            coming = pool.grade(works)
            ready = time.perf_counter()
            results = [_said(result) for _, result in coming]
            answer = {"start": ready - began, "wall": time.perf_counter() - ready, "results": results}
            facts = {"grader": grader.__file__, "backend": plan.backend, "layers": list(plan.layers)}
            print(json.dumps(answer | facts), file=told, flush=True)


def _work(file: Path, exercise: str) -> Any:
    from grader.submissions.files import load
    from grader.submissions.names import kind_of
    from grader.submissions.works import Work, digest_of

    kind = kind_of(file.name)
    assert kind is not None, file
    data = load(file, kind)
    return Work((file.parent.name,), exercise, file, file.name, kind, digest_of(data), data)


def _said(result: Any) -> dict[str, Any]:
    return {"student": result.student, "status": result.status, "points": result.points, "max": result.max_points}


if __name__ == "__main__":
    main(*sys.argv[1:])
