"""Grades the attacks of a class without any lock, so that attacks show that they work: ``unlocked.py COURSE CLASS``; JSON comes out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from grader.course.course_toml import load_course
from grader.engine.api import Task
from grader.engine.local import Pool
from grader.sandbox import lockdown
from grader.sandbox.outside import packages


def main() -> None:
    """Prints what each attack printed."""
    course = load_course(Path(sys.argv[1]))
    plan = lockdown.survey(packages.interpreter_paths())
    files = sorted(Path(sys.argv[2]).glob("* - */*.py"))  # the honest students are there to be attacked
    tasks = [Task(each.parent.name, each.stem, str(each), each.name, "script", "") for each in files]
    exercises = [each for each in course.exercises if each.id in {task.exercise for task in tasks}]
    with Pool(course, exercises, 7, plan.without(*plan.layers)) as pool:
        pool.wait_until_ready()
        graded = {task.student: result.output if result else "" for task, result in pool.grade(tasks, 2)}
    print(json.dumps(graded))


if __name__ == "__main__":
    main()
