"""What ``gh teacher download`` leaves is read with its records, and nothing that a student put there changes another's row."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from grader.source.read_source import describe
from grader.submissions.find import Signature, find_work
from helpers.classroom50 import history

GATES = Signature("01_gates", ("sigmoid",), {})
DONE = "def sigmoid(a):\n    return a\n"
TAG, EARLIER = "submit/2026-06-02T10-00-00Z-bbbbbbb", "submit/2026-06-01T14-32-05Z-a1b2c3d"
HEADER = "username,first_name,last_name,email,section,score,max_score,datetime,submission_tag,submitted_by,review_url,late,override"


@pytest.fixture
def read(tmp_path):
    """Lay out a class, with a clone for each student, and find the work in it."""

    def read(histories, scores=None, cover="", prefix="cs-autumn-gru-", more=(), late=()):
        top = tmp_path / "class" / cover
        for owner, told in histories.items():
            clone = top / f"{prefix}{owner}"
            clone.mkdir(parents=True)
            (clone / "01_gates.py").write_text(DONE)
            (clone / ".classroom50.yaml").write_text("classroom: cs-autumn\n")
            if told is not None:
                (clone / "results.json").write_text(told)
                (clone / "result.json").write_text("{}")
        if scores is not None:
            (top / "scores.csv").write_text(
                "\n".join([HEADER, *(f"{user},,,,,,,,,,,{user in late}," for user in scores)])
            )
        for name in more:
            (top / name).mkdir(parents=True)
            (top / name / "01_gates.py").write_text(DONE)
        return find_work(tmp_path / "class", (GATES,), lambda data, kind, name: describe(data, kind, name, ["sigmoid"]))

    return read


def flags(found):
    return {work.students[0]: [(flag.kind, flag.message) for flag in work.flags] for work in found.works}


def of_each(*owners):
    return {owner: history(TAG, owner=owner) for owner in owners}


class TestWhoItIs:
    def test_the_students_are_the_owners(self, read):
        found = read(of_each("kim", "ana-maria", "bo"), scores=["kim", "ana-maria", "bo"])

        assert found.students == ("ana-maria", "bo", "kim")
        assert found.form == "what Classroom 50 downloads"
        assert found.unplaced == ()
        assert all(work.path == f"cs-autumn-gru-{work.students[0]}/01_gates.py" for work in found.works)

    def test_teams_are_the_owners_too(self, read):
        found = read(of_each("group-1", "group-2", "group-11"), scores=["kim", "ana"])

        assert found.students == ("group-1", "group-11", "group-2")

    def test_hyphens_stand_in_any_part_of_a_name(self, read):
        told = {owner: history(TAG, owner=owner, classroom="a-b", assignment="b-c") for owner in ("b-c", "c")}

        assert read(told, prefix="a-b-b-c-").students == ("b-c", "c")

    def test_a_user_whose_name_ends_as_anothers_changes_nothing(self, read):
        assert read(of_each("ana-bo", "bo", "kim"), scores=["bo", "ana-bo", "kim"]).students == ("ana-bo", "bo", "kim")

    def test_the_names_in_the_table_count_in_any_case(self, read):
        assert read(of_each("kim", "bo"), scores=["Kim", "BO"]).students == ("bo", "kim")

    def test_who_has_not_submitted_has_a_row_of_the_same_form(self, read):
        assert read(of_each("kim") | {"bo": None}, scores=["kim", "bo"]).students == ("bo", "kim")

    def test_a_clone_of_another_assignment_keeps_its_whole_name(self, read):
        found = read(of_each("kim", "bo", "ana"), scores=["kim", "bo"], more=("cs-autumn-other-bo", "kim"))

        assert found.students == ("ana", "bo", "cs-autumn-gru-kim", "cs-autumn-other-bo", "kim")

    def test_it_may_lie_below_a_cover(self, read):
        assert read(of_each("kim", "bo"), scores=["kim", "bo"], cover="cs-autumn-gru_submissions").students == (
            "bo",
            "kim",
        )

    def test_without_any_record_a_class_is_read_as_before(self, read):
        found = read({"kim": None, "bo": None})

        assert found.students == ("cs-autumn-gru-bo", "cs-autumn-gru-kim")
        assert found.form == "a folder for each student"

    def test_one_students_file_renames_nobody(self, read):
        """In a class from elsewhere, Mallory hands in a results.json."""
        found = read({"kim": None, "bo": None, "mallory": history(TAG, owner="mallory")})

        assert found.students == ("cs-autumn-gru-bo", "cs-autumn-gru-kim", "cs-autumn-gru-mallory")
        assert flags(found)["cs-autumn-gru-mallory"] == []

    def test_no_name_that_a_student_writes_makes_them_another(self, read):
        told = of_each("kim", "bo") | {"mallory": history(TAG, owner="kim")}
        found = read(told)

        assert found.students == ("bo", "kim", "mallory")
        assert [kind for kind, _ in flags(found)["mallory"]] == ["unverified"]


class TestWhenItCame:
    def test_what_the_table_calls_late_is_flagged(self, read):
        """The command writes Go's `true` and `false`, which a spreadsheet turns into capitals."""
        found = read(of_each("kim", "bo"), scores=["Kim", "bo"], late=["Kim"])

        assert flags(found) == {"bo": [], "kim": [("late", "handed in late, says Classroom 50")]}

    def test_it_is_the_moment_of_the_newest_submission(self, read):
        found = read({owner: history(TAG, EARLIER, owner=owner) for owner in ("kim", "bo")})

        assert {work.handed_in for work in found.works} == {datetime(2026, 6, 2, 10, tzinfo=UTC)}

    def test_a_submission_without_a_result_came_when_its_tag_was_made(self, read):
        newest = {"submission_tag": TAG, "result": None}
        told = {owner: json.dumps([newest, *json.loads(history(EARLIER, owner=owner))]) for owner in ("kim", "bo")}

        assert {work.handed_in for work in read(told).works} == {datetime(2026, 6, 2, 10, tzinfo=UTC)}

    @pytest.mark.parametrize("tag", ["submit/", "submit/v1", "submit/2026-99-99T99-99-99Z-abc"])
    def test_a_tag_that_tells_no_time_tells_none(self, tag, read):
        newest = {"submission_tag": tag, "result": {"datetime": "soon"}}
        told = of_each("kim", "bo", "ana") | {"ana": json.dumps([newest])}
        when = {work.students[0]: work.handed_in for work in read(told).works}

        assert when["ana"] is None
        assert when["kim"] is not None


class TestWhatIsDoubtful:
    def test_what_classroom_50_does_not_vouch_for_is_flagged_and_costs_nothing(self, read):
        warning = "published by 'mallory', not by the autograde workflow"
        told = of_each("kim", "bo") | {"bo": history(TAG, owner="bo", provenance_warning=warning)}
        found = read(told)

        assert flags(found)["kim"] == []
        ((kind, message),) = flags(found)["bo"]
        assert kind == "unverified"
        assert warning in message
        assert TAG in message

    @pytest.mark.parametrize(
        "text",
        [
            "", "no json", "{}", "[1]", "[[]]", '[{"submission_tag": 1}]', '[{"submission_tag": "v1", "result": null}]',
            "[" * 100_000, f"[{'9' * 5000}]", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "null",
        ],
    )  # fmt: skip
    def test_a_record_that_cannot_be_read_is_one_flag_and_loses_nothing(self, text, read):
        found = read(of_each("kim", "bo") | {"ana": text}, scores=["kim", "bo", "ana"])

        assert found.students == ("ana", "bo", "kim")
        assert [kind for kind, _ in flags(found)["ana"]] == ["unverified"]
        assert all(work.file for work in found.works)

    def test_a_link_and_a_folder_of_that_name_are_not_followed(self, read, tmp_path):
        secret = tmp_path / "secret.json"
        secret.write_text(history(TAG, owner="bo"))
        linked = tmp_path / "class" / "cs-autumn-gru-bo"
        linked.mkdir(parents=True)
        (linked / "results.json").symlink_to(secret)
        (linked / "01_gates.py").write_text(DONE)
        folder = tmp_path / "class" / "cs-autumn-gru-ana"
        (folder / "results.json").mkdir(parents=True)
        (folder / "01_gates.py").write_text(DONE)
        found = read(of_each("kim"), scores=["kim", "bo", "ana"])

        assert found.students == ("ana", "bo", "kim")
        assert {student: [kind for kind, _ in told] for student, told in flags(found).items()} == {
            "ana": ["unverified"],
            "bo": ["unverified"],
            "kim": [],
        }

    def test_a_warning_is_shown_as_plain_text_and_cut(self, read):
        warning = "\x1b[31m::error::" + "x" * 10_000 + "\n"
        found = read({owner: history(TAG, owner=owner, provenance_warning=warning) for owner in ("kim", "bo")})
        ((_, message),) = flags(found)["kim"]

        assert len(message) < 1_000
        assert message.isprintable()

    def test_records_of_another_assignment_are_doubtful(self, read):
        told = of_each("kim", "bo") | {"gru-ana": history(TAG, owner="ana", assignment="gru-gru")}

        assert [kind for kind, _ in flags(read(told))["gru-ana"]] == ["unverified"]
