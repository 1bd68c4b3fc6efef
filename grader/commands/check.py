"""``grader check``: the public checks on a student's own files, with hints."""

from __future__ import annotations

import textwrap
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from grader.checks.bench import Bench, with_checks
from grader.checks.grading import serve, spawning
from grader.checks.texts import TextBench
from grader.commands.terminal import safe
from grader.course import Course, Exercise, find_course, load_course
from grader.engine.score import find
from grader.errors import CourseError, UnreadableWork, UsageError
from grader.reports.text import line
from grader.rubrics.assess import is_empty
from grader.sandbox import lockdown, packages
from grader.sandbox.launch import Zygote
from grader.sandbox.work import Work
from grader.scores.records import CheckResult, Flag, Outcome
from grader.submissions.files import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.sandbox.submission import Submission
    from grader.submissions.find import Work as FoundWork

WIDTH = 100
SHOWN = 60  # characters of a written answer
WORDS = {
    Outcome.PASSED: "right",
    Outcome.FAILED: "not yet right",
    Outcome.ERROR: "your code stopped",
    Outcome.TIMEOUT: "took too long",
    Outcome.CRASHED: "the process ended",
    Outcome.BLOCKED: "not allowed here",
    Outcome.TODO: "not done yet",
    Outcome.REVIEW: "waits for a person",
}


def run_check(files: Sequence[Path]) -> int:
    """Checks the files (or those in this folder) and prints what was found; exit code 0 where all public checks pass."""
    try:
        course = load_course(find_course(Path.cwd()))
    except CourseError:
        raise
    except UsageError:
        raise UsageError(
            "No solutions/course.toml here or above: `grader check` works in a checkout of the course, so go there first (cd)."
        ) from None
    plan = lockdown.survey(packages.interpreter_paths())
    chosen = _choose(files, course, plan)
    exercises = {exercise.id: exercise for exercise in course.exercises}
    points = public = others = 0
    all_right = True
    for found in chosen:
        results, hidden = _check(found, exercises[found.exercise], plan)
        points += sum(result.points for result in results)
        public += sum(result.max_points for result in results)
        others += hidden
        texts = exercises[found.exercise].rubric is not None
        all_right = (
            all_right and (texts or bool(results)) and all(result.outcome is Outcome.PASSED for result in results)
        )
    print(f"\nPublic checks: {points} of {public} points. The other {others} are decided when it is graded.")
    return 0 if all_right else 1


def _choose(files: Sequence[Path], course: Course, plan: lockdown.Plan) -> list[FoundWork]:
    """The work to check; raises UsageError where there is none."""
    found: list[FoundWork] = []
    for file in dict.fromkeys(path.absolute() for path in files) or (Path.cwd(),):
        if not file.exists():
            raise UsageError(f"{file}: there is no such file")
        works = find(file, course, plan, one_student=True).works
        found += [work for work in works if work.file is not None or work.unreadable is not None]
    if not found:
        names = " or ".join(f"{exercise.id}.ipynb" for exercise in course.exercises[:3])
        raise UsageError(f"no exercise in this folder: name a file, for example `grader check {names}`.")
    return found


def _check(found: FoundWork, exercise: Exercise, plan: lockdown.Plan) -> tuple[tuple[CheckResult, ...], int]:
    """The public results of one file, printed; and the points that hidden checks decide."""
    print(f"\n{exercise.title} ({safe(str(found.path or found.file))})")
    if exercise.rubric is not None:
        return (), _list_answers(found, exercise, plan)
    notes: list[Flag] = list(found.flags)
    results: list[CheckResult] = []
    hidden: list[int] = []
    zygote = Zygote(exercise.packages, plan)

    def use(bench: Bench) -> None:
        zygote.wait_until_ready()
        hidden.append(sum(check.points for check in bench.plans.checks.values() if check.hidden))
        try:
            read, flags = _run(bench, found, exercise, zygote)
            results.extend(read)
            notes.extend(flags)
        except UnreadableWork as error:
            notes.append(Flag("unreadable", f"this file can't be read: {error}"))
            results.extend(_nothing(bench))

    def solve(work: Work) -> Submission:
        zygote.wait_until_ready()
        return serve(exercise, zygote.control, work)

    with zygote:
        with_checks(exercise, zlib.crc32(exercise.id.encode()), use, solve)
    for flag in notes:
        _say(flag)
    if not any(flag.kind == "unreadable" for flag in notes):
        for result in results:
            _tell(result)
    return tuple(results), sum(hidden)


def _list_answers(found: FoundWork, exercise: Exercise, plan: lockdown.Plan) -> int:
    """Prints which written answers were found; gives the points of the questions, all of which wait for the grading."""
    bench = TextBench(exercise)
    for flag in found.flags:
        _say(flag)
    try:
        if found.file is None or found.kind is None or found.unreadable is not None:
            raise UnreadableWork(found.unreadable or "there is no file")
        data = load(found.file, found.kind)
        with Zygote((), plan) as zygote:
            zygote.wait_until_ready()
            texts = bench.read(data, found.kind, found.file.name, spawning(exercise, zygote.control, data))
    except UnreadableWork as error:
        _say(Flag("unreadable", f"this file can't be read: {error}"))
        return bench.max_points
    for question in bench.rubric.questions:
        text = texts[question.id]
        if text.certain and is_empty(text.text):
            print(f"  empty     {question.id}")
            continue
        count = len(text.text.split())
        words = f"{count} word{'s' * (count != 1)}"
        print(
            _wrapped(f"answered  {question.id} ({words}): {line(text.text[:SHOWN])}{'…' * (len(text.text) > SHOWN)}", 2)
        )
        if not text.certain:
            print(_wrapped(f"A person has to look for it in the file: {text.why or 'it is not plain text'}.", 12))
    return bench.max_points


def _run(
    bench: Bench, found: FoundWork, exercise: Exercise, zygote: Zygote
) -> tuple[tuple[CheckResult, ...], tuple[Flag, ...]]:
    if found.file is None or found.kind is None or found.unreadable is not None:
        raise UnreadableWork(found.unreadable or "there is no file")
    data = load(found.file, found.kind)
    work = Work(data, found.kind, found.file.name, bench.names, bench.examples, bench.plans.reference.values)
    submission = serve(exercise, zygote.control, work)
    try:
        results = bench.grade(submission, public_only=True)
    finally:
        submission.close()
    return results, (*submission.flags, *bench.notes)


def _nothing(bench: Bench) -> list[CheckResult]:
    """The public checks of a file that can't be read: none passes."""
    return [
        CheckResult(plan.id, plan.title, 0, plan.points, Outcome.ERROR)
        for plan in bench.plans.checks.values()
        if not plan.hidden
    ]


def _say(flag: Flag) -> None:
    print(_wrapped(f"note: {line(flag.message)}", 2))


def _tell(result: CheckResult) -> None:
    mark = "ok  " if result.outcome is Outcome.PASSED else "    "
    points = f"{result.points}/{result.max_points}"
    print(f"  {mark}{points:>4}  {line(result.title)}{'' if mark.strip() else f' - {WORDS[result.outcome]}'}")
    if result.outcome is Outcome.TODO and " There is " in result.message:
        print(_wrapped(line(result.message), 12))
    if result.outcome in (Outcome.PASSED, Outcome.TODO):
        return
    gap = result.counterexample or result.gap
    if gap is not None:
        for label, text in (("called", gap.called), ("expected", gap.expected), ("got", gap.got)):
            print(_wrapped(f"{label + ':':9} {line(text)}", 12))
    elif result.message:
        print(_wrapped(line(result.message), 12))
    if result.misconception is not None:
        print(_wrapped(f"This looks like: {result.misconception.name}.", 12))
    if result.hint:
        print(_wrapped(f"Hint: {result.hint}", 12))


def _wrapped(text: str, indent: int) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 4), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
