"""A run of one exercise into the folder of another's run: nothing of the other is lost, and everybody has a row for each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.engine.earlier_rows import joined
from grader.engine.rows import ungraded
from grader.engine.run import NOT_ASKED
from grader.scores.records import (
    ExerciseRecord,
    Isolation,
    KnownMistake,
    Person,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
)
from grader.scores.results import from_json, to_json
from grader.submissions.works import Work

RUN = RunRecord("2026-11-25T02:18:00+00:00", 1.0, 7, {}, Isolation("none", ()), "local", 1)
LATER = replace(RUN, started="2026-11-28T10:00:00+00:00")
ORDER = ("01_gates", "02_swap", "05_trace")


def row(student: str, exercise: str, points: int, at: str | None = None) -> SubmissionResult:
    return SubmissionResult(
        student, exercise, f"{student}/{exercise}.py", f"students/{student}.html", None, Status.GRADED, points, 0, 30, 1.0,
        graded_at=at,
    )  # fmt: skip


def results(run: RunRecord, exercise: str, *rows: SubmissionResult) -> Results:
    known = KnownMistake(exercise[0:2], "name", "why")
    return Results(run, (ExerciseRecord(exercise, "title", 30),), rows, misconceptions=(known,))


def work(student: str, exercise: str, file: str | None) -> Work:
    if file is None:
        return Work((student,), exercise)
    return Work((student,), exercise, Path(file), file, "script", "0" * 64)


def join(new: Results, earlier: Results, works: tuple[Work, ...] = ()) -> Results:
    return joined(new, earlier, works, ORDER, lambda row: ungraded(row, NOT_ASKED))


EARLIER = results(RUN, "01_gates", row("ada", "01_gates", 30), row("bob", "01_gates", 12))
NEW = results(LATER, "05_trace", row("ada", "05_trace", 11, LATER.started), row("cy", "05_trace", 12, LATER.started))


def test_rows_of_exercises_that_were_not_asked_for_stay_as_they_were_and_say_when_they_were_graded() -> None:
    """The report of the one exercise replaced that of the other."""
    found = {(each.student, each.exercise): each for each in join(NEW, EARLIER).submissions}
    assert found["ada", "01_gates"] == replace(EARLIER.submissions[0], graded_at=RUN.started)
    assert found["bob", "01_gates"].points == 12
    assert found["ada", "05_trace"] == NEW.submissions[0]


def test_exercises_stand_in_the_courses_order_and_the_known_mistakes_of_both_are_there() -> None:
    both = join(NEW, EARLIER)
    assert [exercise.id for exercise in both.exercises] == ["01_gates", "05_trace"]
    assert {mistake.id for mistake in both.misconceptions} == {"01", "05"}
    assert both.run == LATER


def test_each_student_of_either_run_has_a_row_for_each_exercise() -> None:
    """An LMS gives one assignment at a time, and who did the one need not have done the other."""
    both = join(NEW, EARLIER, (work("cy", "01_gates", None),))
    assert {(each.student, each.exercise) for each in both.submissions} == {
        (student, exercise) for student in ("ada", "bob", "cy") for exercise in ("01_gates", "05_trace")
    }
    states = {(each.student, each.exercise): each.status for each in both.submissions}
    assert states["bob", "05_trace"] is Status.MISSING
    assert states["cy", "01_gates"] is Status.MISSING


def test_work_that_nobody_has_graded_yet_is_open_and_no_zero() -> None:
    both = join(NEW, EARLIER, (work("cy", "01_gates", "cy/01_gates.py"),))
    (found,) = [each for each in both.submissions if (each.student, each.exercise) == ("cy", "01_gates")]
    assert (found.status, found.points, found.pending_points) == (Status.FAILED, 0, 30)
    assert found.is_ungraded
    assert found.flags[-1].message == NOT_ASKED


def test_where_the_same_exercise_is_graded_once_more_only_its_new_rows_count() -> None:
    again = results(LATER, "01_gates", row("ada", "01_gates", 25))
    assert join(again, EARLIER) == again


def test_a_student_whose_name_is_no_utf8_is_one_student_in_both_runs() -> None:
    name = "ana\udcff"
    earlier = from_json(to_json(results(RUN, "01_gates", row(name, "01_gates", 30))))
    both = join(results(LATER, "05_trace", row(name, "05_trace", 3)), earlier)
    assert {each.student for each in both.submissions} == {name}
    assert len({each.page for each in both.submissions}) == 1


def test_earlier_rows_follow_who_has_another_id_by_the_roster_and_a_groups_go_to_all_members() -> None:
    earlier = results(
        RUN, "01_gates", row("gru-kim", "01_gates", 30), row("gru-team", "01_gates", 12), row("leo", "01_gates", 5)
    )
    roster = tuple(Person(student, group="team" if student != "kim" else "") for student in ("kim", "leo", "zoe"))
    new = results(LATER, "05_trace", *(row(person.student, "05_trace", 11, LATER.started) for person in roster))
    renamed = {"gru-kim": ("kim",), "gru-team": ("leo", "zoe"), "leo": ("gone",)}

    both = joined(replace(new, roster=roster), earlier, (), ORDER, lambda row: row, renamed)

    assert {each.student: each.points for each in both.submissions if each.exercise == "01_gates"} == {
        "kim": 30, "leo": 5, "zoe": 12,
    }  # fmt: skip
    assert len(both.submissions) == 6


def test_who_left_the_roster_is_gone_unless_something_was_handed_in() -> None:
    people = tuple(map(Person, ("ada", "bob", "eve")))
    absent = replace(row("eve", "01_gates", 0), status=Status.MISSING)
    earlier = replace(EARLIER, submissions=(*EARLIER.submissions, absent), roster=people)
    assert {each.student for each in join(replace(NEW, roster=people[:1]), earlier).submissions} == {"ada", "bob", "cy"}
    assert {each.student for each in join(NEW, earlier).submissions} == {"ada", "bob", "cy", "eve"}


def test_a_roster_stays_with_the_rows_if_a_later_run_has_none() -> None:
    people = (Person("ada"), Person("bob"))
    assert join(NEW, replace(EARLIER, roster=people)).roster == people
    assert join(replace(NEW, roster=people[:1]), replace(EARLIER, roster=people)).roster == people[:1]
