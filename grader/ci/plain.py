"""A plain job of GitHub Actions: log, annotations, job summary, and the outputs ``points`` and ``max_points``.

The job fails unless all public checks pass. Where no runner is, the log is all there is; a test of Codio's gets its points.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.ci.annotations import most_costly
from grader.ci.codio import is_codio, send_points
from grader.ci.job_summary import write_summary
from grader.ci.runner_text import add_outputs, is_github, write_log
from grader.reports.checked import all_right, as_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from grader.ci.public_run import PublicRun


def show(run: PublicRun, environ: Mapping[str, str], out: TextIO) -> int:
    """Shows what was found and gives the job's exit code: 0 if all public checks pass, else 1; raises OutputError.

    In Codio it is 0 once the points are sent, since they are what counts there.
    """
    write_log(as_text(run.rows), environ, out)
    if is_github(environ):
        root = Path(environ.get("GITHUB_WORKSPACE") or Path.cwd())
        out.write("".join(map(str, most_costly(run, root))))
    out.flush()
    add_outputs(environ, {"points": run.points, "max_points": run.max_points})
    write_summary(run, environ)
    if is_codio(environ):
        send_points(run, environ)
        return 0
    return 0 if all_right(run.rows) else 1
