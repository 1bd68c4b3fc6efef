"""Grades a class without any lock, so that attacks show that they work: ``unlocked.py COURSE CLASS``; JSON comes out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from grader.checks.task import Task
from grader.course import load_course
from grader.engine.pool import Pool
from grader.sandbox import lockdown, packages

EXERCISE = "01_gates"


def main() -> None:
    """Prints what each submission printed."""
    course = load_course(Path(sys.argv[1]))
    exercises = [each for each in course.exercises if each.id == EXERCISE]
    plan = lockdown.survey(packages.interpreter_paths())
    files = sorted(Path(sys.argv[2]).glob(f"*/{EXERCISE}.py"))
    tasks = [Task(each.parent.name, EXERCISE, str(each), each.name, "script", "") for each in files]
    with Pool(course, exercises, 7, plan.without(*plan.layers)) as pool:
        pool.wait_until_ready()
        graded = {task.student: result.output if result else "" for task, result in pool.grade(tasks, 2)}
    print(json.dumps(graded))


if __name__ == "__main__":
    main()
