"""A job of GitLab CI: a log with a section for each exercise, and ``points.env`` for ``artifacts:reports:dotenv``.

GitLab shows each check by the JUnit file that the command writes, ``junit.xml`` unless it is told another name. Both files need
``when: always``, since the job fails unless all public checks pass.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from grader.ci.runner_text import log_lines, write_log
from grader.reports.checked import all_right, last_line, points, row_as_text
from grader.reports.harmless import line
from grader.scores.atomic import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

    from grader.ci.public_run import PublicRun
    from grader.scores.records import Checked

POINTS = "points.env"
WIDTH = 100


def show(run: PublicRun, environ: Mapping[str, str], out: TextIO) -> int:
    """Shows what was found and gives the job's exit code: 0 if all public checks pass, else 1; raises OutputError.

    Whatever a student wrote has lost its escapes and returns before it is printed, and no section begins or ends without them.
    """
    sections = "GITLAB_CI" in environ
    for number, row in enumerate(run.rows, 1):
        name = f"exercise_{number}"
        if sections:
            folded = "[collapsed=true]" if all_right([row]) else ""
            out.write(f"\x1b[0Ksection_start:{int(time.time())}:{name}{folded}\r\x1b[0K{_header(row)}\n")
        write_log(row_as_text(row, WIDTH).lstrip("\n"), {}, out)
        if sections:
            out.write(f"\x1b[0Ksection_end:{int(time.time())}:{name}\r\x1b[0K\n")
    write_log(f"\n{last_line(run.rows)}", {}, out)
    out.flush()
    if sections:
        replace_file(Path(POINTS), f"POINTS={run.points}\nMAX_POINTS={run.max_points}\n")
    return 0 if all_right(run.rows) else 1


def _header(row: Checked) -> str:
    """What stands above the section of an exercise, also while that is folded."""
    reached, public, _ = points([row])
    return log_lines(line(row.title) + (f": {reached} of {public} points" if row.results else ""))[0]
