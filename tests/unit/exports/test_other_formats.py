"""What is made for tools that give no file of their own, checked by the rules that they publish."""

from __future__ import annotations

import copy
import csv
import io
import json
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from grader.errors import UsageError
from grader.exports.export_marks import Template, prepare
from grader.exports.to_gradescope import HAND_OUT
from grader.scores.records import Misconception, Outcome, Person, as_written
from helpers.hostile_texts import HOSTILE
from helpers.junit_rules import faults
from helpers.runner_rules import commands_in

from .made import class_of, failed, row, student, waits

ODD = "=cmd|' /C calc'!A0\x07\x1b[31m\ud800 ##[error]x \u202e]]>&<b>"


def made(results, format_, pending="settled", template=None, column=None):
    return prepare(results, format_, template, column, pending)


NAMES = tuple(dict.fromkeys(as_written(text)[:90] for text in HOSTILE))


def hostile_class():
    whole = row(ODD, "e1", 3)
    checks = tuple(replace(each, title=ODD, message=ODD, hint=ODD) for each in whole.checks)
    return class_of(
        replace(whole, checks=checks, path=ODD), waits("b", "e1", 5, 6), failed("c", "e1"), *student("d", None)
    )


# Gradescope


def files_of(prepared):
    with zipfile.ZipFile(io.BytesIO(prepared.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def breaks_specs(results):
    """What a results.json breaks of gradescope/autograder_samples, docs/specs.md; "" if nothing."""
    top = {"score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
           "stdout_visibility", "extra_data", "tests", "leaderboard"}  # fmt: skip
    inner = {"score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags", "visibility",
             "extra_data"}  # fmt: skip
    seen = {"hidden", "after_due_date", "after_published", "visible"}
    formats = {"text", "html", "simple_format", "md", "ansi"}
    if results.keys() - top or not isinstance(results["score"], int | float):
        return "fields or score"
    if results.get("visibility", "visible") not in seen or results["output_format"] not in formats:
        return "visibility or format"
    for test in results["tests"]:
        if test.keys() - inner or test["visibility"] not in seen or test["status"] not in ("passed", "failed"):
            return f"test {test}"
        if not 0 <= test["score"] <= test["max_score"] or not all(
            isinstance(test[key], str) for key in ("name", "output")
        ):
            return f"test {test}"
    return ""


def test_gradescope_gets_results_that_keep_its_rules_and_add_up():
    for pending in ("settled", "suggested"):
        files = files_of(made(hostile_class(), "gradescope", pending))
        found = {name: json.loads(data) for name, data in files.items() if name.startswith("results/")}

        assert len(found) == 3
        assert [breaks_specs(each) for each in found.values()] == ["", "", ""]
        assert all(each["score"] == sum(test["score"] for test in each["tests"]) for each in found.values())
        assert {"setup.sh", "run_autograder"} <= files.keys()
        assert all(files[name].startswith(b"#!") for name in ("setup.sh", "run_autograder"))


def test_gradescope_shows_nothing_of_a_hidden_check_but_title_mistake_and_hint():
    whole = row("a", "e1", 3)
    wrong = replace(whole.checks[1], message="SECRET", hint="a hint", misconception=Misconception("X", "a mistake"))
    data = files_of(made(class_of(replace(whole, checks=(whole.checks[0], wrong))), "gradescope"))
    found = json.loads(next(data for name, data in data.items() if name.startswith("results/")))

    assert b"SECRET" not in b"".join(data.values())
    assert [test["visibility"] for test in found["tests"]] == ["visible", "after_published"]
    assert all(word in found["tests"][1]["output"] for word in ("a hint", "a mistake"))


def hand_out(tmp_path, prepared, emails, submitted):
    """Run run_autograder as Gradescope does, in a place of ours; what it says, and the results.json that it leaves."""
    for name, data in files_of(prepared).items():
        place = tmp_path / "source" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (tmp_path / "submission").mkdir(exist_ok=True)
    (tmp_path / "submission" / "e1.py").write_bytes(submitted)
    users = [{"email": email, "id": 1, "name": "x"} for email in emails]
    (tmp_path / "submission_metadata.json").write_text(json.dumps({"users": users}))
    names = {"__name__": "run_autograder"}
    exec(HAND_OUT.replace('os.environ.get("AUTOGRADER", "/autograder")', repr(str(tmp_path))), names)
    said = names["main"]()
    left = tmp_path / "results" / "results.json"
    return said, json.loads(left.read_bytes()) if left.exists() else None


def test_gradescopes_autograder_gives_each_their_own_mark_and_only_for_the_files_that_were_graded(tmp_path):
    import hashlib

    digest = hashlib.sha256(b"mine").hexdigest()
    rows = (row("a", "e1", 7, sha256=digest), row("b", "e1", 3, sha256=digest), row("c", "e1", None))
    people = (Person("a", email="A@x.example"), Person("b", email="b@x.example"), Person("c", email="c@x.example"))
    prepared = made(class_of(*rows, roster=people), "gradescope")

    assert not prepared.lost
    assert hand_out(tmp_path / "1", prepared, ["a@X.example"], b"mine")[1]["score"] == 7
    for at, (emails, submitted, why) in enumerate([
        (["a@x.example"], b"another", "not the ones"), (["c@x.example"], b"mine", "not been graded"), ([], b"mine", "not been"),
        (["a@x.example", "b@x.example"], b"mine", "different marks"),
    ]):  # fmt: skip
        said, left = hand_out(tmp_path / f"no{at}", prepared, emails, submitted)
        assert why in said
        assert left is None


def test_gradescope_hands_out_nothing_by_an_email_that_two_people_have():
    people = (Person("a", email="x@x.example"), Person("b", email="X@x.example"), Person("c", email="c@x.example"))
    prepared = made(class_of(*student("a", 1), *student("b", 2), *student("c", 3), roster=people), "gradescope")

    assert list(json.loads(files_of(prepared)["people.json"])) == ["c@x.example"]
    assert prepared.lost


# Classroom 50


def record(owner, when="2026-11-20T10:00:00Z", score=3, **fields):
    return {
        "schema": "classroom50/result/v1", "classroom": "cs", "assignment_type": "individual", "owner": owner,
        "submission": f"submit/{when}", "commit": "c", "release": "r", "review": "v", "datetime": when, "score": score,
        "max-score": 10, "tests": [], "late": False, **fields,
    }  # fmt: skip


SCORES = {
    "schema": "classroom50/scores/v1",
    "assignments": {
        "hello": {"type": "individual", "entries": [{"owner": "ada99", "submissions": [record("ada99")]}]},
        "gru-lesson": {
            "type": "individual",
            "collected_at": "2026-11-21T00:00:00Z",
            "entries": [
                {"owner": "Ada99", "submissions": [record("Ada99", "2027-01-01T00:00:00Z"), record("Ada99")], "extra": 1},
                {"owner": "alan", "submissions": [record("alan")]},
                {"owner": "gone", "submissions": [record("gone")]},
            ],
        },
        "teams": {
            "type": "group",
            "entries": [{"owner": "ada99", "member_usernames": ["ada99", "alan"], "submissions": [record("ada99")]}],
        },
    },
}  # fmt: skip


def scores(content=SCORES):
    return Template("scores.json", json.dumps(content).encode())


def override(rows, column=None):
    roster = (Person("ada", github="ada99"), Person("new", github="new-here"))
    prepared = made(class_of(*rows, roster=roster), "classroom50", template=scores(), column=column)
    return prepared, json.loads(prepared.data)


def test_classroom_50_gets_overrides_in_front_of_what_was_collected_and_keeps_the_rest():
    prepared, after = override([*student("ada", 15, 20), *student("cs-gru-lesson-alan", 0), *student("none", None)])
    entries = after["assignments"]["gru-lesson"]["entries"]

    assert not prepared.lost
    assert [(entry["owner"], entry.get("override"), entry["submissions"][0]["score"]) for entry in entries] == [
        ("Ada99", True, 35), ("alan", True, 0), ("gone", None, 3),
    ]  # fmt: skip
    first = entries[0]["submissions"][0]
    assert (first["max-score"], first["datetime"]) == (50, "2027-01-01T00:00:01Z")
    assert first["submission"].startswith("submit/manual-")
    rest = copy.deepcopy(after)
    for entry in rest["assignments"]["gru-lesson"]["entries"]:
        if entry.pop("override", False):
            entry["submissions"].pop(0)
    assert rest == SCORES


def test_an_earlier_override_is_replaced():
    _, after = override([*student("ada", 1)])
    again = made(
        class_of(*student("ada", 2), roster=(Person("ada", github="ada99"),)), "classroom50", template=scores(after)
    )
    first, *others = json.loads(again.data)["assignments"]["gru-lesson"]["entries"][0]["submissions"]

    assert first["score"] == 2
    assert len(others) == 2


def test_an_earlier_override_that_would_go_down_is_named():
    _, after = override([*student("ada", 15, 20)])
    roster = (Person("ada", github="ada99"),)
    lower, equal = (
        made(
            class_of(waits("ada", "e1", 15, 5), row("ada", "e2", more), roster=roster),
            "classroom50",
            template=scores(after),
        )
        for more in (19, 20)
    )

    at = lower.told.index("Marks that would go down (1):")
    assert lower.told[at + 1] == "  Ada99: 35 -> 34 (5 points still wait)"
    assert not any("go down" in line for line in equal.told)
    assert not any("go down" in line for line in override([*student("ada", 1)])[0].told)


def test_somebody_of_the_roster_without_an_entry_gets_one_and_a_stranger_is_named():
    prepared, after = override([*student("new", 4), *student("who", 5)])
    entry = after["assignments"]["gru-lesson"]["entries"][-1]

    assert (entry["owner"], entry["override"], entry["submissions"][0]["score"]) == ("new-here", True, 4)
    assert prepared.lost
    assert "  who" in prepared.told


@pytest.mark.parametrize("marks, expected", [((4, 4), 4), ((4, 5), None), ((4, None), 4)])
def test_a_groups_entry_gets_the_mark_that_its_members_share(marks, expected):
    rows = [*student("ada", marks[0]), *student("alan", marks[1])]
    prepared, after = override(rows, column="teams")
    entry = after["assignments"]["teams"]["entries"][0]

    assert (entry["submissions"][0]["score"] if entry.get("override") else None) == expected
    assert prepared.lost == (expected is None)


@pytest.mark.parametrize("stranger", ["ADA99", "cs-gru-lesson-ada99", " ada99 "])
def test_whoever_is_not_on_the_roster_has_no_part_in_the_entry_of_somebody_who_is(stranger):
    prepared, after = override([*student("ada", 15, 20), *student(stranger, 1)])

    assert after["assignments"]["gru-lesson"]["entries"][0]["submissions"][0]["score"] == 35
    assert prepared.lost
    rows = (*student("ada", 4), *student("ADA99", 1))
    fresh = made(class_of(*rows, roster=(Person("ada", github="ada99"),)), "classroom50", column="cs/gru")
    assert [each["owner"] for each in json.loads(fresh.data)["assignments"]["gru"]["entries"]] == ["ada99"]


def test_an_id_is_no_login_of_somebody_who_has_another_one_on_the_roster():
    roster = (Person("alan", github="turing"),)
    prepared = made(class_of(*student("alan", 15), roster=roster), "classroom50", template=scores())
    entries = json.loads(prepared.data)["assignments"]["gru-lesson"]["entries"]

    assert [(each["owner"], each.get("override")) for each in entries] == [
        ("Ada99", None), ("alan", None), ("gone", None), ("turing", True),
    ]  # fmt: skip


def test_every_record_keeps_the_schema_of_scores():
    """The fields and types that schemas/scores-v1.schema.json asks of a submission record and of an entry."""
    _, after = override([*student("ada", 15, 20), *student("new", 4)])
    for entry in after["assignments"]["gru-lesson"]["entries"]:
        assert isinstance(entry["owner"], str)
        assert entry["submissions"]
        for each in entry["submissions"]:
            assert each.keys() >= {"schema", "classroom", "assignment_type", "owner", "submission", "commit", "release",
                                   "review", "datetime", "score", "max-score", "tests"}  # fmt: skip
            assert {type(each["score"]), type(each["max-score"])} == {int}
            assert each["submission"].startswith("submit/")


def test_without_a_scores_file_entries_are_made_for_those_whose_login_is_known():
    rows = (*student("ada", 4), *student("cs-gru-bob-b", 0), *student("Ü", 5), *student("none", None), *student("x", 1))
    roster = (Person("ada", github="ada99"), Person("x", github="same"), Person("y", github="Same"))
    results = class_of(*rows, *student("y", 2), roster=roster)
    prepared = made(results, "classroom50", column="cs/gru")
    bucket = json.loads(prepared.data)["assignments"]["gru"]

    assert bucket["type"] == "individual"
    assert [(each["owner"], each["override"], each["submissions"][0]["score"]) for each in bucket["entries"]] == [
        ("ada99", True, 4),
        ("bob-b", True, 0),
    ]
    assert bucket["entries"][0]["submissions"][0]["classroom"] == "cs"
    assert prepared.lost
    assert {"  Ü", "  x", "  y"} <= set(prepared.told)
    for column in (None, "gru", "cs/", "/gru"):
        with pytest.raises(UsageError, match="--column CLASSROOM/ASSIGNMENT"):
            made(results, "classroom50", column=column)


@pytest.mark.parametrize(
    "content",
    [[], {}, {"schema": "classroom50/scores/v1", "assignments": []}, {"schema": "other", "assignments": {}}, "x",
     {"schema": "classroom50/scores/v1", "assignments": {"a": {"type": "individual", "entries": [{"owner": 1}]}}}],
)  # fmt: skip
def test_what_is_no_scores_file_is_refused(content):
    with pytest.raises(UsageError, match=r"no scores\.json of Classroom 50"):
        made(class_of(*student("ada", 1)), "classroom50", template=scores(content))


def test_an_assignment_that_is_not_there_lists_those_that_are():
    with pytest.raises(UsageError, match="hello, gru-lesson, teams"):
        override([*student("ada", 1)], column="nope")


# Tables


def test_the_tidy_table_has_a_row_for_each_check_and_tells_nothing_waiting_and_zero_apart():
    results = class_of(row("a", "e1", 0), waits("b", "e1", 5, 6), *student("c", None), failed("d", "e1"))
    rows = list(csv.DictReader(io.StringIO(made(results, "csv").data.decode(), newline="")))

    assert [(each["student"], each["check"], each["points"], each["pending_points"]) for each in rows] == [
        ("a", "right", "0", "0"), ("a", "wrong", "0", "0"), ("b", "short", "5", "0"), ("b", "essay", "0", "15"),
        ("c", "", "", "0"), ("c", "", "", "0"), ("d", "", "0", "20"),
    ]  # fmt: skip
    suggested = list(csv.DictReader(io.StringIO(made(results, "csv", "suggested").data.decode(), newline="")))
    assert [each["points"] for each in suggested if each["check"] == "essay"] == ["6"]


def test_no_cell_of_the_tidy_table_is_a_formula():
    text = made(hostile_class(), "csv").data.decode()

    cells = [cell for line in csv.reader(io.StringIO(text, newline="")) for cell in line]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def sheet(data, number):
    """The cells of a sheet: their place, kind and text, by the plain XML of the workbook."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        shared = ["".join(text.text or "" for text in each.iter(f"{space}t"))
                  for each in ElementTree.fromstring(archive.read("xl/sharedStrings.xml")).iter(f"{space}si")]  # fmt: skip
        found = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
    assert not list(found.iter(f"{space}f"))
    cells = {}
    for cell in found.iter(f"{space}c"):
        value = cell.findtext(f"{space}v")
        cells[cell.get("r")] = shared[int(value)] if cell.get("t") == "s" else float(value)
    return cells


def test_the_workbook_holds_numbers_as_numbers_and_text_as_text():
    results = class_of(row("=1+1", "e1", 7), row("=1+1", "e2", None), waits("b", "e1", 5, 6), *student("c", None))
    data = made(results, "xlsx").data

    book = sheet(data, 1)
    assert [book[f"{letter}1"] for letter in "ABCDEF"] == ["student", "e1", "e2", "total", "pending", "max"]
    assert [book.get(f"{letter}2") for letter in "ABCDEF"] == ["=1+1", 7, None, 7, 0, 50]
    assert [book.get(f"{letter}4") for letter in "ABCDEF"] == ["c", None, None, None, 0, 50]
    assert sheet(data, 3)["C2"] == "essay"
    assert data == made(results, "xlsx").data


def test_the_workbook_takes_whatever_a_student_wrote():
    assert sheet(made(hostile_class(), "xlsx").data, 2)


def test_junit_has_a_suite_for_each_student_and_exercise():
    results = class_of(row("a", "e1", 7), waits("b", "e1", 5, 6), row("c", "e1", None), failed("d", "e1"))
    root = ElementTree.fromstring(made(results, "junit").data)

    assert [suite.get("name") for suite in root] == ["a/e1", "b/e1", "c/e1", "d/e1"]
    assert [suite.get("tests") for suite in root] == ["2", "2", "0", "1"]
    assert [suite.get("skipped") for suite in root] == ["0", "1", "0", "1"]
    assert b"secret" not in made(results, "junit").data


def test_junit_keeps_its_rules_whatever_a_student_wrote():
    assert faults(made(hostile_class(), "junit").data.decode()) == []


@pytest.mark.parametrize("format_", ["canvas", "moodle", "brightspace", "gradescope", "classroom50"])
def test_no_name_of_the_class_or_of_a_file_is_a_command_or_a_line_in_what_is_said(format_):
    rows = [each for name in NAMES for each in student(name, 3)]
    files = {
        "canvas": Template("c.csv", csv_of(["Student", "ID", "SIS Login ID", "Section", "GRU lesson"], 2)),
        "moodle": Template("m.csv", csv_of(["First name", "Last name", "Email address", "ID number", "GRU lesson"], 2)),
        "brightspace": Template(
            "b.csv", csv_of(["OrgDefinedId", "Email", "Username", "x", "GRU lesson Points Grade"], 2)
        ),
        "classroom50": scores(),
    }
    prepared = made(class_of(*rows), format_, template=files.get(format_))

    assert len(prepared.told) > len(NAMES)
    assert commands_in("\n".join(prepared.told)) == []
    assert not any(
        any(ord(letter) < 32 or letter in "\u2028\u2029\x85\x7f" for letter in line) for line in prepared.told
    )


def csv_of(header, login):
    """A file in which every hostile text is a name and a login."""
    written = io.StringIO(newline="")
    lines = csv.writer(written)
    lines.writerow(header)
    for name in NAMES:
        line = [name] + [""] * (len(header) - 1)
        line[login] = name
        lines.writerow(line)
    return written.getvalue().encode()


@pytest.mark.parametrize(
    "format_", ["canvas", "moodle", "brightspace", "gradescope", "classroom50", "junit", "csv", "xlsx"]
)
def test_no_format_sends_points_that_wait_unless_told_so(format_):
    with pytest.raises(UsageError, match="--pending settled"):
        made(class_of(waits("b", "e1", 5, 6)), format_, pending=None)


@pytest.mark.parametrize("format_", ["junit", "csv", "xlsx"])
def test_what_fills_no_file_takes_no_template_and_no_column(format_):
    for template, column in ((scores(), None), (None, "x")):
        with pytest.raises(UsageError, match="it does not fill a file"):
            made(class_of(*student("a", 1)), format_, template=template, column=column)


def test_a_decision_of_a_person_is_what_is_sent():
    whole = row("ada", "e1", 3)
    from grader.scores.records import Decided

    decided = replace(whole.checks[1], points=4, adjusted=Decided(4, 0, "me", "2026-11-26T00:00:00Z", "fair"))
    rows = list(
        csv.DictReader(
            io.StringIO(made(class_of(replace(whole, checks=(decided,))), "csv", None).data.decode(), newline="")
        )
    )

    assert (rows[0]["points"], rows[0]["outcome"], rows[0]["decided_by"]) == ("4", Outcome.FAILED.value, "me")


def wheel(**more):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("gru_grader-1.dist-info/entry_points.txt", "[console_scripts]\ngrader = grader.cli:main\n")
        for name, text in more.items():
            archive.writestr(name, text)
    return written.getvalue()


def test_gradescopes_autograder_for_hand_ins_holds_the_students_package_alone():
    package = Template("dist/gru_grader-1-py3-none-any.whl", wheel())
    files = files_of(made(class_of(waits("b", "e1", 5, 6)), "gradescope", None, package))

    assert sorted(files) == ["gru_grader-1-py3-none-any.whl", "run_autograder", "setup.sh"]
    names = {"__name__": "run_autograder"}
    exec(files["run_autograder"], names)
    results = names["results_of"](made(hostile_class(), "junit").data.decode())
    assert breaks_specs(results) == ""
    assert results["score"] == sum(test["score"] for test in results["tests"])


@pytest.mark.parametrize(
    "name, data, why",
    [("grades.csv", b"Student,ID", "not the students' package"), ("x.whl", b"PK\x03\x04", "not the students' package"),
     ("x.whl", wheel(**{"grader/packaged/hidden_e1.py": ""}), "hidden checks"), ("a b.whl", wheel(), "not the students'")],
)  # fmt: skip
def test_what_is_not_the_students_package_is_no_autograder(name, data, why):
    with pytest.raises(UsageError, match=why):
        made(class_of(*student("a", 1)), "gradescope", template=Template(name, data))
