"""What Classroom 50's runner reads after the checks: by its own rules, for every student alike, whatever stands in their work."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.ci.classroom50 import BODY_FILE, RESULT_FILE, RunnerFacts, result_of, show
from grader.ci.public_run import PublicRun
from grader.errors import OutputError
from grader.scores.records import Checked, CheckResult, Flag, Gap, Outcome
from helpers.classroom50 import ENVIRONMENT, outputs, taken
from helpers.hostile_texts import HOSTILE
from helpers.runner_rules import commands_in

COMMITTED = datetime(2026, 6, 1, 16, 30, 1, tzinfo=UTC)


def check(
    ident: str = "sigmoid_values", points: int = 1, outcome: Outcome = Outcome.PASSED, message: str = "", of: int = 1
):
    return CheckResult(ident, f"title of {ident}", points, of, outcome, message=message)


def exercise(*results: CheckResult, ident: str = "one", notes: tuple[Flag, ...] = (), place: str = "one.py") -> Checked:
    return Checked(ident, f"Exercise {ident}", place, notes, results, 4)


RIGHT = PublicRun(
    "GRUs", (exercise(check(), check("b", 2, of=2)), exercise(ident="two"), exercise(check("c"), ident="three"))
)
HALF = PublicRun("GRUs", (exercise(check(), check("b", 0, Outcome.TIMEOUT, "took too long", 2)), exercise(ident="two")))


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """Show a run as the runner's job does: the exit code, the folder, the outputs and the log."""
    monkeypatch.chdir(tmp_path)

    def shown(run=RIGHT, committed=COMMITTED, without=(), **environ):
        told = {name: value for name, value in ENVIRONMENT.items() if name not in without} | environ
        out = io.StringIO()
        Path("outputs").unlink(missing_ok=True)
        code = show(run, told | {"GITHUB_OUTPUT": "outputs"}, out, lambda _environ: committed)
        return code, outputs(Path("outputs").read_text(encoding="utf-8")), out.getvalue()

    return shown


def result():
    return taken(Path(RESULT_FILE).read_text(encoding="utf-8"))


class TestTheResult:
    def test_it_holds_what_the_runner_said_and_a_test_for_each_public_check(self, shown):
        assert shown()[0] == 0
        found = result()
        tests = found.pop("tests")

        assert found.pop("graded_at") > "2026"
        assert found == {
            "schema": "classroom50/result/v1",
            "classroom": "cs-autumn",
            "assignment": "gru",
            "assignment_type": "individual",
            "owner": "kim",
            "submission": ENVIRONMENT["SUBMISSION_TAG"],
            "commit": ENVIRONMENT["COMMIT_URL"],
            "release": ENVIRONMENT["RELEASE_URL"],
            "review": ENVIRONMENT["REVIEW_URL"],
            "datetime": "2026-06-01T16:30:01Z",
            "score": 4,
            "max-score": 4,
            "submitted_by": {"username": "kim", "id": 4711},
        }
        assert [(test["exercise"], test["check"], test["passed"], test["score"]) for test in tests] == [
            ("one", "sigmoid_values", True, 1),
            ("one", "b", True, 2),
            ("three", "c", True, 1),
        ]

    @pytest.mark.parametrize("kind, owner", [("individual", "kim"), ("group", "kim"), ("team", "group-3")])
    def test_groups_and_teams_are_told_by_their_owner(self, kind, owner, shown):
        assert shown(ASSIGNMENT_TYPE=kind, OWNER=owner)[0] == 0
        assert (result()["assignment_type"], result()["owner"]) == (kind, owner)

    def test_a_timeout_changes_no_test_but_its_own(self, shown):
        shown(RIGHT)
        before = [test["test-name"] for test in result()["tests"]]
        rows = tuple(
            replace(row, results=tuple(replace(each, points=0, outcome=Outcome.TIMEOUT) for each in row.results))
            for row in RIGHT.rows
        )
        shown(PublicRun("GRUs", rows))

        assert [test["test-name"] for test in result()["tests"]] == before
        assert (result()["score"], result()["max-score"]) == (0, 4)

    def test_two_checks_of_one_title_have_two_names(self, shown):
        same = replace(check("b"), title=check().title)
        shown(PublicRun("GRUs", (exercise(check(), same),)))

        assert len({test["test-name"] for test in result()["tests"]}) == 2

    def test_a_check_that_is_worth_nothing_passes_all_the_same(self, shown):
        shown(PublicRun("GRUs", (exercise(check("note", 0, of=0)),)))

        assert result()["tests"][0] | {"passed": True, "score": 0, "max-score": 0} == result()["tests"][0]

    @given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8))
    def test_the_sums_are_right_whatever_was_found(self, pairs):
        told = RunnerFacts("c", "a", "team", "group-1", "submit/x", "u", "u", "u", COMMITTED)
        checks = [
            check(f"c{at}", min(pair), Outcome.PASSED if pair[0] >= pair[1] else Outcome.FAILED, of=pair[1])
            for at, pair in enumerate(pairs)
        ]
        found = result_of(PublicRun("GRUs", (exercise(*checks),)), told, COMMITTED)

        assert taken(json.dumps(found))["max-score"] == sum(most for _, most in pairs)

    def test_without_a_link_to_review_it_is_the_commit(self, shown):
        shown(without=("REVIEW_URL",))

        assert result()["review"] == ENVIRONMENT["COMMIT_URL"]

    def test_the_moment_is_the_commits_and_without_git_that_of_the_tag(self, shown):
        shown(committed=None)

        assert result()["datetime"] == "2026-06-01T14:32:05Z"


class TestTheOutputs:
    def test_all_right_is_a_success(self, shown):
        assert shown(RIGHT)[1]["status"] == "success"

    def test_anything_else_is_a_failure_and_the_job_ends_well(self, shown):
        code, told, _ = shown(HALF)

        assert (code, told["status"]) == (0, "failure")
        assert told["summary"].startswith("1 of 3 public points, 1 of 2 checks pass.")

    def test_the_summary_is_one_line_of_at_most_140_characters_and_calls_it_advice(self, shown):
        many = PublicRun("GRUs", (exercise(*(check(f"c{at}", 10**9, of=10**9) for at in range(2000))),))
        summary = shown(many)[1]["summary"]

        assert len(summary) <= 140
        assert "Advice" in shown()[1]["summary"]

    def test_outputs_are_appended(self, shown, tmp_path):
        shown()
        out = io.StringIO()
        show(HALF, ENVIRONMENT | {"GITHUB_OUTPUT": "outputs"}, out, lambda _environ: COMMITTED)

        assert Path("outputs").read_text().count("status=") == 2


class TestTheRelease:
    def test_it_says_that_these_are_the_public_checks_and_that_they_are_advice(self, shown):
        shown(HALF)
        body = Path(BODY_FILE).read_text(encoding="utf-8")

        assert "public checks" in body
        assert "advice" in body
        assert body.index("| Check |") < body.index("title of b (0/2)")

    def test_it_stays_below_what_github_takes(self, shown):
        long = [check(f"c{at}", 0, Outcome.FAILED, "x" * 10_000) for at in range(500)]
        shown(PublicRun("GRUs", (exercise(*long),)))

        assert len(Path(BODY_FILE).read_text(encoding="utf-8")) < 125_000
        assert len(result()["tests"]) == 500


class TestWithoutAResult:
    @pytest.mark.parametrize("name", ["CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL"])
    def test_what_the_environment_lacks_is_named_in_a_line(self, name, shown):
        code, told, log = shown(without=(name,))

        assert (code, told["status"]) == (1, "error")
        assert f"lacks {name}" in told["summary"]
        assert f"lacks {name}" in log

    def test_an_owner_may_be_told_as_the_user(self, shown):
        assert shown(without=("OWNER",))[0] == 0
        assert shown(without=("OWNER", "USERNAME"))[0] == 1

    @pytest.mark.parametrize("environ", [{"ASSIGNMENT_TYPE": "pair"}, {"SUBMISSION_TAG": "v1.0"}])
    def test_what_no_result_may_hold_is_an_error(self, environ, shown):
        code, told, _ = shown(**environ)

        assert (code, told["status"]) == (1, "error")
        assert next(iter(environ.values())) in told["summary"]

    def test_a_result_that_lay_there_is_taken_away(self, shown):
        shown()
        shown(without=("CLASSROOM",))

        assert not Path(RESULT_FILE).exists()
        assert not Path(BODY_FILE).exists()

    def test_an_exercise_that_could_not_be_checked_is_no_zero(self, shown):
        note = Flag("unchecked", "it needs tensorflow, which is not installed here")
        code, told, _ = shown(
            PublicRun("GRUs", (exercise(check(points=0, outcome=Outcome.ERROR), notes=(note,)), exercise(check())))
        )

        assert (code, told["status"]) == (1, "error")
        assert "tensorflow" in told["summary"]
        assert not Path(RESULT_FILE).exists()

    def test_one_for_which_no_time_was_left_has_its_tests_and_no_points(self, shown):
        note = Flag("unchecked", "the exercises before it took all the time")
        late = exercise(check(points=0, outcome=Outcome.TIMEOUT), notes=(note,))

        written = exercise(notes=(note,), ident="answers")  # a person marks it, so it has no public checks

        assert shown(PublicRun("GRUs", (exercise(check(), ident="first"), late, written)))[0] == 0
        assert (result()["score"], result()["max-score"]) == (1, 2)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_of_a_student_starts_a_command_or_breaks_a_form(text, shown):
    bad = replace(
        check("b", 0, Outcome.ERROR, text), hint=text, gap=Gap(text, text, text), counterexample=Gap(text, text, text)
    )
    run = PublicRun("GRUs", (exercise(bad, check(), notes=(Flag("note", text),), place=text),))
    code, told, log = shown(run)

    assert code == 0
    assert set(told) == {"status", "summary"}
    assert [test["score"] for test in result()["tests"]] == [0, 1]
    assert len(Path(BODY_FILE).read_text(encoding="utf-8")) < 125_000
    assert commands_in(log) == []


@pytest.mark.parametrize("name", [BODY_FILE, RESULT_FILE])
def test_a_folder_where_a_file_is_to_be_written_leaves_no_result(name, shown):
    """A student can commit one; a result without its text, or last time's, would be taken for this one's."""
    for each in {RESULT_FILE, BODY_FILE} - {name}:
        Path(each).write_text("{}", encoding="utf-8")
    Path(name).mkdir()
    with pytest.raises(OutputError):
        shown()

    assert not Path(RESULT_FILE).is_file()
    assert not Path(BODY_FILE).is_file()


def test_without_what_the_runner_says_such_a_folder_is_no_traceback(shown):
    Path(BODY_FILE).mkdir()
    Path(RESULT_FILE).write_text("{}", encoding="utf-8")
    code, told, _ = shown(without=("CLASSROOM",))

    assert (code, told["status"], Path(RESULT_FILE).exists()) == (1, "error", False)
