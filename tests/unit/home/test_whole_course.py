"""A CI job's run covers the whole course: the same tests in the same order, whatever is there and however it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.ci.public_run import PublicRun, Spot
from grader.course.course_toml import load_course
from grader.errors import UsageError, WorkerFault
from grader.home import whole_course
from grader.home.kit import Offered, of_course, public_checks
from grader.home.whole_course import public_run
from grader.reports.checked import all_right
from grader.scores.records import Checked, Flag, Outcome
from grader.submissions.works import Work

ROOT = Path(__file__).parents[3]
STUBS = ROOT / "exercises"


@pytest.fixture(scope="module")
def kit() -> tuple[Offered, ...]:
    return of_course(load_course(ROOT / "solutions"))


def right(offered: Offered, work: Work, _seconds: float) -> Checked:
    """Find everything right, without running anything."""
    results = tuple(
        replace(each, points=each.max_points, outcome=Outcome.PASSED) for each in public_checks(offered.exercise)
    )
    return Checked(offered.exercise.id, offered.exercise.title, str(work.path), work.flags, results, offered.points[1])


def failing(ident: str, error: BaseException) -> Callable[[Offered, Work, float], Checked]:
    """Find everything right, but raise at one exercise."""

    def check(offered: Offered, work: Work, seconds: float) -> Checked:
        if offered.exercise.id == ident:
            raise error
        return right(offered, work, seconds)

    return check


def hand_in(folder: Path, *names: str) -> Path:
    """Write the stubs of these exercises."""
    for name in names:
        (folder / name).write_bytes((STUBS / name).read_bytes())
    return folder


ALL = ("01_gates.py", "02_swap.py", "03_measure.py", "04_theory.py", "05_trace.py")


def all_tests(run: PublicRun) -> list[tuple[str, str, int]]:
    return [(row.exercise, result.id, result.max_points) for row in run.rows for result in row.results]


def outcomes(run: PublicRun) -> dict[str, set[Outcome]]:
    return {row.exercise: {result.outcome for result in row.results} for row in run.rows}


@pytest.fixture
def everything(kit: tuple[Offered, ...], tmp_path: Path) -> PublicRun:
    return public_run("GRUs", kit, [hand_in(tmp_path, *ALL)], right)


def test_the_maximum_is_that_of_the_public_checks_of_the_whole_course(everything, kit):
    assert everything.max_points == everything.points == sum(offered.points[0] for offered in kit)
    assert everything.hidden_points == sum(offered.points[1] for offered in kit)
    assert all_right(everything.rows)


def test_an_empty_repository_has_all_tests_at_0_and_is_no_success(everything, kit, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    run = public_run("GRUs", kit, [folder], right)
    assert all_tests(run) == all_tests(everything)
    assert (run.points, all_right(run.rows), run.spots) == (0, False, {})
    assert {result.outcome for row in run.rows for result in row.results} == {Outcome.TODO}
    assert "No file was handed in" in run.rows[0].results[0].message
    assert any("No file was handed in" in note.message for note in run.rows[3].notes)


def test_what_a_repository_holds_besides_is_not_held_against_anyone(kit, tmp_path):
    (tmp_path / "README.md").write_text("The course")
    (tmp_path / "requirements.txt").write_text("numpy")
    run = public_run("GRUs", kit, [tmp_path], right)
    assert [flag for row in run.rows for flag in row.notes if "README" in flag.message] == []


def test_only_what_is_there_is_checked_also_one_level_below(everything, kit, tmp_path):
    (tmp_path / "repo" / "week1").mkdir(parents=True)
    hand_in(tmp_path / "repo" / "week1", "01_gates.py")
    run = public_run("GRUs", kit, [tmp_path / "repo"], right)
    assert all_tests(run) == all_tests(everything)
    assert outcomes(run)["01_gates"] == {Outcome.PASSED}
    assert outcomes(run)["05_trace"] == {Outcome.TODO}


@pytest.mark.parametrize("error", [WorkerFault("no process"), KeyError("x"), RecursionError(), OSError(28, "full")])
def test_a_fault_of_the_grader_loses_one_exercise_and_is_said(everything, kit, tmp_path, error):
    run = public_run("GRUs", kit, [tmp_path], failing("01_gates", error))
    assert all_tests(run) == all_tests(everything)
    assert outcomes(run) == outcomes(everything) | {"01_gates": {Outcome.ERROR}}
    assert "which is not your fault" in run.rows[0].results[0].message
    assert not all_right(run.rows)


def test_who_is_told_to_stop_keeps_what_is_done_and_lists_the_rest_as_timed_out(everything, kit, tmp_path):
    run = public_run("GRUs", kit, [tmp_path], failing("02_swap", KeyboardInterrupt()))
    assert all_tests(run) == all_tests(everything)
    late = {"02_swap": {Outcome.TIMEOUT}, "03_measure": {Outcome.TIMEOUT}, "05_trace": {Outcome.TIMEOUT}}
    assert outcomes(run) == outcomes(everything) | late
    assert "the job was cancelled" in run.rows[3].notes[-1].message


def test_a_stop_that_something_on_the_way_turned_into_an_error_is_a_stop(kit, tmp_path):
    """As pytest does while it collects."""
    run = public_run("GRUs", kit, [hand_in(tmp_path, *ALL)], failing("01_gates", WorkerFault("exit 2")), lambda: True)
    assert outcomes(run)["01_gates"] == outcomes(run)["05_trace"] == {Outcome.TIMEOUT}


def test_all_exercises_together_have_a_time_limit(everything, kit, tmp_path):
    now, given = [0.0], []

    def slow(offered: Offered, work: Work, seconds: float) -> Checked:
        given.append(seconds)
        now[0] += 200.0
        return right(offered, work, seconds)

    run = public_run("GRUs", kit, [tmp_path], slow, clock=lambda: now[0])
    assert given == [480.0, 280.0, 80.0]
    assert all_tests(run) == all_tests(everything)
    assert outcomes(run)["05_trace"] == {Outcome.TIMEOUT}
    assert "8 minutes" in run.rows[4].results[0].message


def test_where_a_package_is_missing_only_what_was_begun_is_an_error(everything, kit, tmp_path, monkeypatch):
    monkeypatch.setattr(
        whole_course, "missing_package", lambda exercise: "tensorflow" if "keras" in exercise.packages else None
    )
    (tmp_path / "03_measure.py").write_text(
        "def gru_parameter_count(input_dim, units, reset_after=True):\n    return 1\n"
    )

    def check(offered: Offered, work: Work, seconds: float) -> Checked:
        if offered.exercise.id != "03_measure":
            return right(offered, work, seconds)
        told = (Flag("unchecked", "it needs tensorflow, which is not installed here"),)
        return Checked(offered.exercise.id, "", "", told, (), sum(offered.points))

    run = public_run("GRUs", kit, [tmp_path], check)
    assert all_tests(run) == all_tests(everything)
    assert outcomes(run) == outcomes(everything) | {"02_swap": {Outcome.TODO}, "03_measure": {Outcome.ERROR}}
    assert run.hidden_points == everything.hidden_points
    assert {result.message for result in run.rows[2].results} == {"it needs tensorflow, which is not installed here"}


def test_the_place_of_a_check_is_its_function_or_the_first_line(everything, tmp_path):
    lines = (tmp_path / "01_gates.py").read_text().split("\n")
    spot = everything.spots["01_gates", "next_state_blend"]
    assert isinstance(spot, Spot)
    assert spot.file == str(tmp_path / "01_gates.py")
    assert lines[spot.line - 1].startswith("def next_state(")


def test_a_file_that_is_named_and_not_there_is_a_slip_of_the_command(kit, tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        public_run("GRUs", kit, [tmp_path / "01_gates.py"], right)


def notes(run: PublicRun, ident: str) -> list[str]:
    return [note.message for row in run.rows if row.exercise == ident for note in row.notes]


@pytest.mark.parametrize("stub_at_the_top", [True, False])
def test_work_that_lies_too_deep_is_named(kit, tmp_path, stub_at_the_top):
    (tmp_path / "week1" / "work").mkdir(parents=True)
    hand_in(tmp_path / "week1" / "work", "01_gates.py")
    if stub_at_the_top:
        hand_in(tmp_path, *ALL)
    run = public_run("GRUs", kit, [tmp_path], right)
    told = "A file called 01_gates.py lies in week1/work, where it is not looked for: put it at the top or one folder below."
    assert told in notes(run, "01_gates")
    assert not [note for each in ALL[1:] for note in notes(run, each.removesuffix(".py")) if "lies in" in note]


def test_who_has_begun_where_it_is_looked_for_hears_nothing_of_other_copies(kit, tmp_path):
    (tmp_path / "old" / "work").mkdir(parents=True)
    hand_in(tmp_path / "old" / "work", "01_gates.py")
    (tmp_path / "01_gates.py").write_text("def sigmoid(a):\n    return 1 / (1 + 2.718281828 ** -a)\n")
    assert not [note for note in notes(public_run("GRUs", kit, [tmp_path], right), "01_gates") if "lies in" in note]
