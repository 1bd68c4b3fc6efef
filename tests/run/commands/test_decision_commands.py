"""``adjust``, ``report``, ``what-if`` and ``diff`` as they are typed: a word changes what it says, and each slip is one line."""

from __future__ import annotations

import csv
import json
import re
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cli import main
from grader.engine.folder import open_run
from grader.reports.write_run import write_pages, write_results
from grader.scores.decisions import read_decisions
from grader.scores.records import VoidCheck, WrittenAnswer
from unit.engine.test_render_again import small_course
from unit.exports.made import class_of, student, waits


def essay(name: str, text: str):
    """Return a row of which an essay waits."""
    row = waits(name, "e1", 5, 9)
    short, written = row.checks
    return replace(row, checks=(short, replace(written, answer=WrittenAnswer(text, f"{len(text):064x}"))))


CLASS = class_of(
    *student("ada", 15, 20), essay("alan", "It keeps\nthe past."), essay("grace", "=1+1"), *student("kim", None)
)

VOID = (VoidCheck("e1", "wrong", "2026-12-01T00:00:00Z"),)


@pytest.fixture
def run(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_results(CLASS, Path("run"))
    write_pages(CLASS, Path("run"))
    return Path("run")


@pytest.fixture
def grader(capsys):
    def typed(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed


def points(run: Path) -> dict[tuple[str, str, str], int]:
    rows = json.loads((run / "results.json").read_text())["submissions"]
    return {(row["student"], row["exercise"], check["id"]): check["points"] for row in rows for check in row["checks"]}


def table(name: str) -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def files(run: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in run.rglob("*") if file.is_file() and file.name != ".lock"}


def test_a_word_changes_a_mark_with_its_reason_and_can_be_taken_back(run, grader):
    before = files(run)
    code, out, err = grader("adjust", run, "ada", "e1/wrong", 2, "--because", "It <b>is</b> right.", "--by", "Dr B")
    assert (code, err) == (0, "")
    assert out == "ada, e1/wrong: 2 of 5 (was 0); total 37 of 50\n"
    assert points(run)["ada", "e1", "wrong"] == 2
    (word,) = read_decisions(run).adjustments
    assert (word.by, word.why, word.was) == ("Dr B", "It <b>is</b> right.", 0)
    page = next((run / "students").glob("*.html"))
    assert any("It &lt;b&gt;is&lt;/b&gt; right." in page.read_text() for page in (run / "students").glob("*.html"))
    assert page.exists()

    code, out, _ = grader("adjust", run, "ada", "e1/wrong", "open", "--by", "Dr B")
    assert (code, out) == (0, "ada, e1/wrong: 0 of 5 (was 2); total 35 of 50\n")
    after = files(run)
    assert {name: after[name] for name in before} == before


def test_a_word_on_a_check_that_does_not_count_is_kept_and_changes_nothing(run, grader):
    results = replace(CLASS, run=replace(CLASS.run, void=(VoidCheck("e1", "essay", "2026-12-01T00:00:00Z"),)))
    write_results(results, run)
    code, out, _ = grader("adjust", run, "alan", "essay", 3, "--because", "so")
    assert (code, "15 of 15" in out, "this check does not count" in out) == (0, True, True)
    assert read_decisions(run).adjustments[0].points == 3


def test_whoever_is_logged_in_decides_if_nobody_is_named(run, grader, monkeypatch):
    monkeypatch.setenv("LOGNAME", "noor")
    code, out, _ = grader("adjust", run, "alan", "essay", 15, "--because", "all of it")
    assert (code, out) == (0, "alan, e1/essay: 15 of 15 (was open); total 20 of 50\n")
    assert read_decisions(run).adjustments[0].by == "noor"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("adda", "e1/right", "1"), "there is no student adda in run; did you mean ada?"),
        (("ADA", "e1/right", "1"), "there is no student ADA in run; did you mean ada?"),
        (("ada", "right", "1"), "right stands in several exercises; write e1/right or e2/right."),
        (("ada", "e1/rigth", "1"), "e1 has no check rigth; did you mean right?"),
        (("ada", "essai", "1"), "there is no check essai; did you mean essay?"),
        (("ada", "essay", "1"), "ada is graded in e1, so there is no essay to decide about."),
        (("kim", "e1/right", "1"), "kim is missing in e1, so there is no right to decide about."),
        (("alan", "essay", "16"), "POINTS is 16; essay takes a whole number from 0 to 15, or open to take back."),
        (("alan", "essay", "-1"), "-1"),
        (("alan", "essay", "1.5"), "POINTS is 1.5;"),
        (("alan", "essay"), "name STUDENT, CHECK and POINTS, or a file with --from"),
        (("alan", "--from", "x.csv"), "leave STUDENT, CHECK and POINTS out"),
        (("--from", "x.csv"), "x.csv: there is no such file"),
    ],
)
def test_a_slip_is_one_line_and_changes_nothing(run, grader, words, said):
    before = files(run)
    code, out, err = grader("adjust", run, *words, "--because", "so")
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert files(run) == before


def test_what_is_decided_later_counts_even_over_a_word_of_a_clock_that_is_ahead(run, grader):
    grader("adjust", run, "alan", "essay", 3, "--because", "so", "--by", "Bo")
    file = run / "decisions.jsonl"
    file.write_text(file.read_text().replace('"when": "20', '"when": "90'))
    grader("report", run)

    assert grader("adjust", run, "alan", "essay", 5, "--because", "more")[1].startswith(
        "alan, e1/essay: 5 of 15 (was 3)"
    )
    grader("export", run, "--format", "answers", "--write", "out.csv")
    rows = [each | ({"points": "7"} if each["student"] == "alan" else {}) for each in table("out.csv")]
    with Path("back.csv").open("w", newline="") as made:
        writer = csv.DictWriter(made, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert grader("adjust", run, "--from", "back.csv")[1].startswith("alan, e1/essay: 7 of 15 (was 5)")


def test_a_reason_is_asked_for(run, grader):
    code, _, err = grader("adjust", run, "alan", "essay", 3, "--because", " ")
    assert (code, "say why with --because" in err) == (2, True)
    assert not (run / "decisions.jsonl").exists()


@pytest.mark.parametrize("excel", [("utf-8-sig", ","), ("utf-16", "\t"), ("cp1252", ";"), ("utf-8", ";")])
def test_answers_go_out_and_come_back_from_a_spreadsheet(run, grader, excel):
    encoding, separator = excel
    assert grader("export", run, "--format", "answers", "--write", "out.csv")[0] == 0
    rows = table("out.csv")
    rows.reverse()
    rows[0] |= {"points": "7", "comment": "Schön; fast alles, wie gesagt."}
    with Path("back.csv").open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
    code, out, err = grader("adjust", run, "--from", "back.csv", "--by", "Dr B")
    assert (code, err) == (0, "")
    student_ = rows[0]["student"]
    assert out == f"{student_}, e1/essay: 7 of 15 (was open); total 12 of 50\n"
    assert points(run)[student_, "e1", "essay"] == 7
    assert read_decisions(run).adjustments[0].why == "Schön; fast alles, wie gesagt."
    assert grader("adjust", run, "--from", "back.csv")[:2] == (0, "Nothing is new in it, so nothing was changed.\n")
    assert len(read_decisions(run).adjustments) == 1


def test_a_table_with_a_row_that_is_not_sound_applies_none_of_them(run, grader):
    grader("export", run, "--format", "answers", "--write", "out.csv")
    rows = table("out.csv")
    for each, marked in zip(rows, ("3", "16"), strict=True):
        each["points"] = marked
    with Path("back.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    before = files(run)
    code, out, err = grader("adjust", run, "--from", "back.csv")
    assert (code, out) == (2, "")
    first, last = err.splitlines()
    assert first.startswith("back.csv, line ")
    assert "'16' is neither a whole number from 0 to 15 nor 'open'" in first
    assert last == "grader: nothing was applied, because 1 row is not sound; mend back.csv and try again."
    assert files(run) == before
    Path("back.csv").write_text("student,points\nada,3\n")
    assert "there is no column 'id'" in grader("adjust", run, "--from", "back.csv")[2]


def test_decisions_are_kept_if_the_report_can_not_be_written_now(run, grader):
    (run / "history").write_text("a file in the way")
    code, _, err = grader("adjust", run, "alan", "essay", 3, "--because", "so")
    assert (code, "the decisions are kept; `grader report run` puts them into the results." in err) == (1, True)
    (run / "history").unlink()
    code, out, err = grader("report", run)
    assert (code, err) == (0, "")
    assert out.startswith("1 mark is decided; 1 answer to mark, 15 points open (suggested: 9).\n")
    assert points(run)["alan", "e1", "essay"] == 3


def test_a_report_names_what_does_not_hold(run, grader):
    grader("adjust", run, "alan", "essay", 3, "--because", "so")
    file = run / "decisions.jsonl"
    file.write_text(file.read_text().replace('"alan"', '"al\\u001b[31man"'))
    code, out, err = grader("report", run)
    assert (code, "nobody in these results has that id" in out, "\x1b" in out, err) == (0, True, False, "")
    code, out, err = grader("adjust", run, "grace", "essay", 3, "--because", "so")
    assert (code, out, err) == (0, "grace, e1/essay: 3 of 15 (was open); total 8 of 50\n", "")  # no news, no repetition


def course_near(void: str) -> Path:
    """Write a course of the run's name where every command that looks for one finds it."""
    return small_course(Path("solutions"), void)


def test_a_word_about_one_student_takes_no_other_students_points(run, grader):
    write_results(replace(CLASS, run=replace(CLASS.run, void=VOID)), run)
    grader("report", run, "--course", small_course(Path("c"), '["e1/wrong"]'))
    before = points(run)
    course = course_near("[]")
    other = Path("other.jsonl")
    told = {"student": "alan", "exercise": "e1", "check": "essay", "points": 2, "by": "Bo", "why": "so"}
    digest = {(row.student, row.exercise): row for row in CLASS.submissions}["alan", "e1"].checks[1].answer.sha256
    other.write_text(json.dumps(told | {"when": "2026-12-01T10:00:00Z", "digest": digest}) + "\n")

    assert grader("adjust", run, "ada", "e2/wrong", 1, "--because", "so")[0] == 0
    assert grader("review", run, "--merge", other)[0] == 0
    assert points(run) == before | {("ada", "e2", "wrong"): 1, ("alan", "e1", "essay"): 2}

    code, out, err = grader("adjust", run, "ada", "e2/wrong", 2, "--because", "so", "--course", course)
    assert (code, err) == (0, "")
    assert "no longer void: e1/wrong (void since 1 December 2026, 00:00 UTC); 1 total changes." in out
    assert points(run)["ada", "e1", "wrong"] == 0


def test_a_report_says_what_the_nearest_course_changes(run, grader):
    course_near('["e1/wrong"]')
    code, out, err = grader("report", run)
    assert (code, err) == (0, "")
    assert "course.toml: void from now on: e1/wrong; 1 total changes.\n" in out
    assert "0 marks are decided" in out  # those that the course gave were nobody's decision
    course_near("[]")
    assert "no longer void: e1/wrong" in grader("report", run)[1]


def test_a_report_of_a_part_of_the_course_names_what_is_no_check_of_it(run, grader):
    write_results(replace(CLASS, exercises=CLASS.exercises[:1], submissions=tuple(student("ada", 15)[:1])), run)
    course_near('["wrogn"]')
    code, out, err = grader("report", run)
    assert (code, err) == (0, "")
    assert "void names wrogn, which no check graded here has; did you mean wrong?\n" in out


def test_a_word_counts_after_one_from_a_clock_that_runs_ahead(run, grader):
    grader("adjust", run, "alan", "essay", 3, "--because", "so")
    file = run / "decisions.jsonl"
    file.write_text(re.sub(r'"when": "[^"]*"', '"when": "2999-01-01T00:00:00Z"', file.read_text()))
    grader("report", run)
    code, out, _ = grader("adjust", run, "alan", "essay", 1, "--because", "later word")
    assert (code, out) == (0, "alan, e1/essay: 1 of 15 (was 3); total 6 of 50\n")
    grader("export", run, "--format", "answers", "--write", "out.csv")
    rows = table("out.csv")
    with Path("back.csv").open("w", newline="") as back:
        writer = csv.DictWriter(back, list(rows[0]))
        writer.writeheader()
        writer.writerows(each | {"points": "7"} for each in rows)
    grader("adjust", run, "--from", "back.csv")
    assert points(run)["alan", "e1", "essay"] == points(run)["grace", "e1", "essay"] == 7


def test_a_word_that_does_not_count_is_no_success(run, grader):
    rows = [replace(each, sha256=None) for each in student("ada", 15, 20)]
    write_results(class_of(*rows), run)
    code, out, err = grader("adjust", run, "ada", "e1/wrong", 2, "--because", "so")
    assert (code, "0 of 5 (was 0)" in out) == (1, True)
    assert err == "grader: ada, e1/wrong: the decision is kept, and does not count: `grader report run` says why.\n"


def test_who_decides_while_another_writes_the_results_waits_for_it(run, grader, monkeypatch):
    other = ExitStack()
    other.enter_context(open_run(run))
    monkeypatch.setattr("grader.engine.folder.time.sleep", lambda _seconds: other.close())
    code, out, err = grader("adjust", run, "ada", "e1/wrong", 2, "--because", "so")
    assert (code, out, err) == (0, "ada, e1/wrong: 2 of 5 (was 0); total 37 of 50\n", "")


def test_options_may_stand_anywhere(run, grader):
    for words in (
        ("--because", "fair", run, "ada", "e1/wrong", 1),
        (run, "--because", "fair", "ada", "e1/wrong", 2),
        (run, "ada", "--because", "fair", "e1/wrong", "--by", "Bo", 3),
    ):
        code, out, err = grader("adjust", *words)
        assert (code, err, out.startswith(f"ada, e1/wrong: {words[-1]} of 5")) == (0, "", True)
    assert "unrecognized arguments: more" in grader("adjust", run, "ada", "e1/wrong", 1, "more")[2]


def test_what_nobody_decided_is_not_taken_back(run, grader):
    for check in ("e1/wrong", "essay"):
        name = "alan" if check == "essay" else "ada"
        code, out, _ = grader("adjust", run, name, check, "open")
        assert (code, out) == (0, "Nobody has decided about it, so there is nothing to take back.\n")
    assert not (run / "decisions.jsonl").exists()


def test_a_student_is_found_by_the_id_that_pages_show(run, grader):
    write_results(class_of(*student("new\nline", 15, 20), *student("new\x01", 15, 20)), run)
    for name in ("new\u240aline", "new\nline", "new\u2401"):
        assert grader("adjust", run, name, "e1/wrong", 2, "--because", "so")[0] == 0
    write_results(class_of(*student("a\nb", 15, 20), *student("a\r\nb", 15, 20)), run)
    code, _, err = grader("adjust", run, "a\u240ab", "e1/wrong", 2, "--because", "so")
    assert (code, "several students are shown as a\u240ab" in err) == (2, True)


def test_a_name_that_is_empty_decides_nothing(run, grader):
    code, _, err = grader("adjust", run, "ada", "e1/wrong", 1, "--because", "so", "--by", "")
    assert (code, err) == (2, "grader: --by is empty; give the name of whoever decides, or leave --by out.\n")


def test_what_if_says_whose_total_would_move_and_changes_nothing(run, grader):
    before = files(run)
    code, out, err = grader("what-if", run, "--void", "e1/wrong", "--void", "essay", "--weight", "e2=60")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "ada    35 of 50 -> 60 of 80",
        "alan   5 of 50 +15? -> 20 of 80",
        "grace  5 of 50 +15? -> 20 of 80",
        "kim    0 of 50 -> 0 of 80",
        "4 of 4 totals would move: 3 up and 0 down by their share of all points, 1 to the same share.",
        "+N? stands for N points more that wait for a person. Up and down count them as none, so settle them first if you can.",
        "An exercise's points are scaled and rounded to whole points for each student, half a point up.",
        "Nothing was changed.",
    ]
    assert grader("what-if", run, "--void", "e1/right")[1].startswith("No total of 4 would move.\nNothing")
    assert files(run) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "say what to suppose: --void CHECK, --weight ID=POINTS, or both."),
        (("--void", "esay"), "--void: there is no check esay; did you mean essay?"),
        (("--weight", "e3=4"), "--weight e3=4: there is no such exercise; the run has e1, e2."),
        (("--weight", "e1=much"), "e1=much is not of the form ID=POINTS"),
        (("--weight", "e1=40", "--weight", "e1=50"), "--weight names e1 twice, with 40 and 50 points: name it once."),
        (("--weight", "e1"), "e1 is not of the form ID=POINTS"),
    ],
)
def test_a_supposition_that_means_nothing_is_one_line(run, grader, words, said):
    code, out, err = grader("what-if", run, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_diff_says_whose_marks_changed_and_why(run, grader):
    assert "keeps no run before this one" in grader("diff", run)[2]
    later = replace(CLASS, run=replace(CLASS.run, started="2026-11-26T02:18:00Z"))
    rows = [*student("ada", 15, 20), *student("alan", 20, sha256="1" * 64)[:1], essay("grace", "=1+1")]
    old = run / "history" / "2026-11-25T02-18-00Z"
    write_results(CLASS, old)
    write_results(replace(later, submissions=(*rows, *student("zoë", 4))), run)
    code, out, _ = grader("diff", run)
    assert (code, out.splitlines()) == (0, [
        "From the run of 25 November 2026, 02:18 UTC to that of 26 November 2026, 02:18 UTC:",
        "  alan, e1: 5 +15? of 20 -> 20 of 20 (another file)",
        "  kim, e1: 0 of 20 -> none (no longer in the run)",
        "  kim, e2: 0 of 30 -> none (no longer in the run)",
        "  zoë, e1: none -> 4 of 20 (not in the run before)",
        "  zoë, e2: none -> 0 of 30 (not in the run before)",
        "5 marks of 3 students changed:",
        "      2  not in the run before",
        "      2  no longer in the run",
        "      1  another file",
        "+N? stands for N points more that wait for a person.",
    ])  # fmt: skip
    assert grader("diff", old, run)[1] == out
    assert grader("diff", run, run)[1].endswith("No mark changed.\n")
    grader("adjust", run, "grace", "essay", 4, "--because", "half")
    assert "grace, e1: 5 +15? of 20 -> 9 of 20 (decided by a person: essay)" in grader("diff", run)[1]


@pytest.mark.parametrize("command", ["report", "diff", "what-if", "adjust"])
def test_a_folder_that_no_run_wrote_is_one_line(tmp_path, grader, command):
    more = {"what-if": ("--void", "x"), "adjust": ("ada", "x", "1", "--because", "so")}.get(command, ())
    code, out, err = grader(command, tmp_path, *more)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "is no folder that `grader score` wrote" in err
    assert list(tmp_path.iterdir()) == []
