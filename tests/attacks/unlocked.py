"""Grades the attacks of a class without any lock, so that attacks show that they work: ``unlocked.py COURSE CLASS``; JSON comes out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from grader.course.course_toml import load_course
from grader.engine.local import Pool
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.submissions.files import load
from grader.submissions.works import Work, digest_of


def main() -> None:
    """Prints what each attack printed."""
    course = load_course(Path(sys.argv[1]))
    plan = lockdown.survey(packages.interpreter_paths())
    files = sorted(Path(sys.argv[2]).glob("* - */*.py"))  # the honest students are there to be attacked
    works = [
        Work((each.parent.name,), each.stem, each, each.name, "script", digest_of(data := load(each, "script")), data)
        for each in files
    ]
    with Pool(course, course.exercises, 7, plan.without(*plan.layers), 2) as pool:
        graded = {result.student: result.output for _, result in pool.grade(works)}
    print(json.dumps(graded))


if __name__ == "__main__":
    main()
