"""Who handed in, and which file counts: the layouts and rules of the contract, and what must not be followed."""

from __future__ import annotations

import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.errors import UnreadableWork, UsageError
from grader.source.contents import Contents
from grader.source.read_source import describe
from grader.submissions.choose import Candidate
from grader.submissions.files import MAX_ENTRIES, list_folder, load
from grader.submissions.find import Signature, find_file, find_work
from grader.submissions.works import claimed

STUB = "def sigmoid(a):\n    raise NotImplementedError('a')\n\ndef gate(x):\n    raise NotImplementedError('b')\n"
DONE = "def sigmoid(a):\n    return a\n\ndef gate(x):\n    return x\n"
SIZES = "def count(n):\n    return n\n\ndef sigmoid(a):\n    return a\n"


def digests(text: str, names: tuple[str, ...]) -> dict[str, frozenset[str]]:
    found = describe(text.encode(), "script", "stub.py", names).definitions
    return {name: frozenset(each) for name, each in found.items()}


GATES = Signature("01_gates", ("sigmoid", "gate"), digests(STUB, ("sigmoid", "gate")))
MEASURE = Signature("03_measure", ("count", "size"), {})
THEORY = Signature("04_theory", ("why", "how"), {}, written=True)
ALL = (GATES, MEASURE, THEORY)
NAMES = [name for exercise in ALL for name in exercise.names if exercise is not THEORY]


class Looked:
    """Looks into files in this process and remembers which."""

    def __init__(self):
        self.names: list[str] = []

    def __call__(self, data, kind, name):
        """Describe the file as a worker would."""
        self.names.append(name)
        return describe(data, kind, name, NAMES, THEORY.names)


def as_notebook(text: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": text}]})


@pytest.fixture
def put(tmp_path):
    def put(path: str, text: str | bytes = DONE):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            file.write_bytes(text)
        else:
            file.write_text(as_notebook(text) if path.lower().endswith(".ipynb") else text, encoding="utf-8")
        return file

    return put


@pytest.fixture
def look():
    return Looked()


@pytest.fixture
def find(tmp_path, look):
    def find(*exercises, root=tmp_path, is_course=False):
        return find_work(root, exercises or (GATES,), look, is_course)

    return find


def only(found):
    (work,) = found.works
    return work


def kinds(work):
    return sorted(flag.kind for flag in work.flags)


def message(work, kind):
    (flag,) = [flag for flag in work.flags if flag.kind == kind]
    return flag.message


# --- where --------------------------------------------------------------------------------------------------------


def test_each_folder_is_a_student_with_a_row_for_each_exercise(put, find, tmp_path):
    put("bob/01_gates.py")
    put("ada/01_gates.ipynb")
    put("ada/03_measure.py", SIZES)
    (tmp_path / "eve").mkdir()
    found = find(*ALL[:2])
    assert found.students == ("ada", "bob", "eve")
    assert [(w.students[0], w.exercise, w.path, w.kind) for w in found.works] == [
        ("ada", "01_gates", "ada/01_gates.ipynb", "notebook"),
        ("ada", "03_measure", "ada/03_measure.py", "script"),
        ("bob", "01_gates", "bob/01_gates.py", "script"),
        ("bob", "03_measure", None, None),
        ("eve", "01_gates", None, None),
        ("eve", "03_measure", None, None),
    ]
    assert all(not work.flags and work.unreadable is None for work in found.works)
    assert found.works[0].file == tmp_path / "ada" / "01_gates.ipynb"


def test_a_folder_with_one_file_of_the_right_name_needs_no_look(put, find, look):
    put("ada/01_gates.ipynb")
    put("ada/notes.txt")
    find()
    assert look.names == []


def test_what_is_nobodys_is_passed_over_and_the_rest_is_listed_once(put, find, tmp_path):
    put("ada/01_gates.py")
    for folder in (".git", "__MACOSX", ".ipynb_checkpoints", "__pycache__", "venv", "myenv"):
        put(f"{folder}/01_gates.py")
    put("myenv/pyvenv.cfg", "")
    put(".DS_Store", "")
    put("roster.csv", "")
    put("solution_of_the_week.py", "x = 1")
    (tmp_path / "link").symlink_to(tmp_path / "roster.csv")
    found = find()
    assert found.students == ("ada",)
    assert found.unplaced == ("link", "roster.csv", "solution_of_the_week.py")


@pytest.mark.parametrize("path", ["hw", "hw/nothing"])
def test_no_folder_or_an_empty_one_is_a_wrong_command(path, find, tmp_path):
    (tmp_path / "hw").mkdir()
    with pytest.raises(UsageError) as caught:
        find(root=tmp_path / path)
    assert path in str(caught.value)
    assert "\n" not in str(caught.value)


def test_work_is_looked_for_one_level_below_and_no_deeper(put, find):
    put("ada/week 1/01_gates.py")
    put("bob/a/b/01_gates.py")
    found = find()
    assert [work.path for work in found.works] == ["ada/week 1/01_gates.py", None]
    assert found.works[0].flags == ()


def test_each_exercise_may_lie_in_a_folder_of_its_own(put, find):
    put("ada/gates/01_gates.py")
    put("ada/measure/03_measure.py", SIZES)
    put("bob/01_gates.py")
    put("bob/measure/03_measure.py", SIZES)
    found = find(GATES, MEASURE)
    assert [work.path for work in found.works] == [
        "ada/gates/01_gates.py",
        "ada/measure/03_measure.py",
        "bob/01_gates.py",
        "bob/measure/03_measure.py",
    ]


@pytest.mark.parametrize("above", [STUB, b"\0", "x = 1"])
def test_work_below_goes_before_a_stub_or_an_unreadable_file_above(above, put, find):
    put("ada/01_gates.py", above)
    put("ada/done/01_gates.py")
    work = only(find())
    assert work.path == "ada/done/01_gates.py"
    assert kinds(work) == ["unused"]
    assert "01_gates.py" in message(work, "unused")


def test_work_above_goes_before_work_below(put, find):
    put("ada/01_gates.py")
    put("ada/a/01_gates.ipynb")
    assert only(find()).path == "ada/01_gates.py"


def test_of_two_folders_below_the_first_by_name_counts(put, find):
    put("ada/b/01_gates.py")
    put("ada/a/01_gates.py")
    work = only(find())
    assert work.path == "ada/a/01_gates.py"
    assert kinds(work) == ["ambiguous"]
    assert "b/01_gates.py" in message(work, "ambiguous")


def test_of_two_folders_below_the_one_with_work_counts(put, find):
    put("ada/a/01_gates.py", STUB)
    put("ada/b/01_gates.py")
    assert only(find()).path == "ada/b/01_gates.py"


def test_a_right_name_in_one_folder_goes_before_a_helper_in_another(put, find):
    put("ada/a/helpers.py", "def sigmoid(a): return a")
    put("ada/b/01_gates.py")
    assert only(find()).path == "ada/b/01_gates.py"


@pytest.mark.parametrize("root", ["", "submitted"])
def test_nbgraders_folders_are_read_from_above_and_from_within(root, put, find, tmp_path):
    put("submitted/ada/ps1/01_gates.ipynb")
    put("submitted/bob/ps1/01_gates.ipynb")
    put("source/ps1/01_gates.ipynb")
    put("gradebook.db")
    found = find(root=tmp_path / root)
    assert found.students == ("ada", "bob")
    prefix = "" if root else "submitted/"
    assert found.works[0].path == f"{prefix}ada/ps1/01_gates.ipynb"


def test_a_student_called_submitted_is_a_student(put, find):
    put("submitted/hw/01_gates.py")
    put("ada/01_gates.py")
    assert find().students == ("ada", "submitted")


def test_clones_of_repositories_are_students(put, find):
    put("gates-ada/01_gates.py")
    put("gates-ada/.git/01_gates.py", "x")
    put("class-gates-bob/exercises/01_gates.py")
    found = find()
    assert [(work.students[0], work.path) for work in found.works] == [
        ("class-gates-bob", "class-gates-bob/exercises/01_gates.py"),
        ("gates-ada", "gates-ada/01_gates.py"),
    ]


# --- one student --------------------------------------------------------------------------------------------------


def test_a_folder_that_holds_exercises_is_one_student(put, find, tmp_path):
    put("me/01_gates.py")
    put("me/old/01_gates.py")
    found = find(root=tmp_path / "me")
    assert found.students == ("me",)
    assert only(found).path == "01_gates.py"


@pytest.mark.parametrize("name", ["01_gates.py", "Copy of 01_gates (1).ipynb"])
def test_one_student_and_a_class_at_once_stops(name, put, find):
    put(name)
    put("ada/01_gates.py")
    put("bob/hw/01_gates.py")
    with pytest.raises(UsageError, match="ada and bob"):
        find()


@pytest.mark.parametrize("named", [True, False])
def test_a_class_of_loose_files_stops(named, put, find):
    """Twenty files with the students' names in one folder are no single student's work."""
    if named:
        put("01_gates.py", STUB)
    put("ada_gates.py")
    put("bob_gates.py")
    with pytest.raises(UsageError, match=r"2 files hold 01_gates \(ada_gates.py, bob_gates.py"):
        find()


def test_a_courses_own_folder_is_one_student_whatever_it_holds(put, find, tmp_path):
    put("01_gates.py", STUB)
    put("a.py")
    put("b.py")
    for folder in ("checks", "misconceptions"):
        put(f"{folder}/01_gates.py")
    assert only(find(is_course=True)).file is not None
    put("course.toml", "")
    found = find(MEASURE)
    assert found.students == (tmp_path.name,)
    put("misconceptions/03_measure.py", SIZES)
    assert only(find(MEASURE)).file is None


def test_a_single_loose_file_that_fits_by_content_is_one_student(put, find, tmp_path):
    put("homework.py")
    found = find()
    assert found.students == (tmp_path.name,)
    assert kinds(only(found)) == ["renamed"]


def test_a_folder_of_strange_files_only_is_a_wrong_command(put, find):
    put("homework.py", "x = 1")
    put("readme.txt", "x")
    with pytest.raises(UsageError, match="nothing to grade"):
        find()


def test_a_single_file_is_one_student_named_after_its_folder(put, look, tmp_path):
    file = put("ada/Copy of 01_gates.py")
    put("ada/03_measure.py", SIZES)
    found = find_file(file, ALL[:2], look)
    assert found.students == ("ada",)
    assert [(work.exercise, work.path) for work in found.works] == [
        ("01_gates", "Copy of 01_gates.py"),
        ("03_measure", None),
    ]
    assert find_work(file, ALL[:2], look, False) == found


@pytest.mark.parametrize("name", ["none.py", "a.txt", "strange.py", "broken.ipynb"])
def test_a_single_file_that_fits_nothing_is_a_wrong_command(name, put, look, tmp_path):
    put("a.txt")
    put("strange.py", "x = 1")
    put("broken.ipynb", b"{")
    with pytest.raises(UsageError, match=name):
        find_file(tmp_path / name, ALL, look)


# --- which file ---------------------------------------------------------------------------------------------------


def test_the_notebook_goes_before_the_script_and_says_so(put, find):
    put("ada/01_gates.py")
    put("ada/01_gates.ipynb")
    work = only(find())
    assert work.kind == "notebook"
    assert kinds(work) == ["both"]
    assert "01_gates.py" in message(work, "both")


@pytest.mark.parametrize("stub", ["01_gates.ipynb", "01_gates.py"])
def test_the_stub_of_the_other_format_never_wins(stub, put, find):
    """Students get both formats and work in one; the untouched other must not be graded."""
    put("ada/01_gates.py")
    put("ada/01_gates.ipynb")
    put(f"ada/{stub}", STUB + "\n# a comment of their own\nx = 1\n")
    work = only(find())
    assert work.file is not None
    assert work.file.name != stub
    assert kinds(work) == ["both"]


def test_a_copy_with_work_goes_before_the_untouched_stub(put, find):
    put("ada/01_gates.ipynb", STUB)
    put("ada/Copy of 01_gates.ipynb")
    work = only(find())
    assert work.path == "ada/Copy of 01_gates.ipynb"
    assert kinds(work) == ["renamed", "unused"]
    assert "nothing done in it yet" in message(work, "unused")


def test_a_file_found_by_content_goes_before_the_untouched_stub(put, find):
    put("ada/01_gates.ipynb", STUB)
    put("ada/my gates.ipynb")
    assert only(find()).path == "ada/my gates.ipynb"


def test_work_that_does_not_parse_is_no_stub(put, find):
    put("ada/01_gates.ipynb", STUB)
    put("ada/01_gates.py", STUB.replace("def gate(x):", "def gate(x)"))
    assert only(find()).kind == "script"


def test_a_stub_counts_where_nothing_else_fits(put, find):
    put("ada/01_gates.ipynb", STUB)
    put("ada/01_gates.py", STUB)
    put("ada/a/01_gates.py", b"\0")
    work = only(find())
    assert work.path == "ada/01_gates.ipynb"
    assert work.unreadable is None


def test_the_exact_name_goes_before_later_copies(put, find):
    put("ada/01_gates (2).ipynb")
    put("ada/01_gates.py")
    work = only(find())
    assert work.path == "ada/01_gates.py"
    assert kinds(work) == ["both"]


def test_of_two_numbered_copies_the_later_counts(put, find):
    put("ada/01_gates (9).py")
    put("ada/01_gates (10).py")
    put("ada/Copy of 01_gates.py")
    work = only(find())
    assert work.path == "ada/01_gates (10).py"
    assert kinds(work) == ["renamed", "unused"]
    assert "01_gates (9).py, Copy of 01_gates.py" in message(work, "unused")


def test_the_best_file_of_the_other_format_is_named_and_the_others_too(put, find):
    put("ada/01_gates.ipynb")
    put("ada/01_gates (1).py")
    put("ada/01_gates (2).py")
    put("ada/gates_again.ipynb")
    work = only(find())
    assert kinds(work) == ["both", "unused"]
    assert message(work, "both").startswith(
        "01_gates.ipynb and 01_gates (2).py (with the same work in it) were both handed in"
    )
    assert "01_gates (1).py, gates_again.ipynb" in message(work, "unused")


@pytest.mark.parametrize(
    ("bound", "owner"),
    [
        (["count", "sigmoid"], "01_gates"),  # half of the names of either: the first in the course's order
        (["count", "size", "sigmoid"], "03_measure"),
        (["count", "gate", "sigmoid"], "01_gates"),
        (["other"], None),
    ],
)
def test_content_goes_to_the_exercise_with_the_larger_share(bound, owner):
    found = claimed(Contents(bound=frozenset(bound)), (GATES, MEASURE))

    assert (found and found.id) == owner


def test_a_notebook_of_several_exercises_counts_for_each_of_them(put, find):
    """All but the first were missing, without a flag."""
    put("ada/homework.ipynb", DONE + "def count(n): return n\n")

    gates, measure, theory = find(*ALL).works

    assert (gates.path, measure.path, theory.path) == ("ada/homework.ipynb", "ada/homework.ipynb", None)
    assert gates.shared
    assert measure.shared
    assert message(gates, "shared") == "homework.ipynb holds several exercises; it counts for 01_gates, 03_measure"


@pytest.mark.parametrize("own", ["def count(n): return n\ndef size(n): return n\n", "def count(:"])
def test_a_file_of_ones_own_goes_before_one_that_holds_the_exercise_among_others(put, find, own):
    put("ada/01_gates.py", DONE + "def count(n): return n\n")
    put("ada/03_measure.py", own)

    gates, measure = find(GATES, MEASURE).works

    assert (gates.path, measure.path) == ("ada/01_gates.py", "ada/03_measure.py")
    assert not gates.flags


def test_the_untouched_stub_of_an_exercise_is_no_file_of_ones_own(put, find):
    put("ada/03_measure.py", "def count(n): return n\n" + DONE)
    put("ada/01_gates.py", STUB)

    gates, measure = find(GATES, MEASURE).works

    assert (gates.path, measure.path) == ("ada/03_measure.py", "ada/03_measure.py")
    assert kinds(gates) == ["shared", "unused"]
    assert kinds(measure) == ["shared"]


def test_a_helper_of_another_exercise_makes_no_file_of_it(put, find):
    wide = Signature("01_gates", ("sigmoid", "gate", "step"), {})
    put("ada/03_measure.py", SIZES)

    gates, measure = find(wide, MEASURE).works

    assert gates.path is None
    assert not measure.flags


def test_work_under_another_exercises_name_is_graded_for_what_it_holds(put, find):
    put("ada/03_measure.py", DONE)
    put("bob/01_gates.py", "def count(n): return n\ndef size(n): return n\n")
    put("bob/03_measure.py", DONE)

    gates, measure, swapped_gates, swapped_measure = find(GATES, MEASURE).works

    assert (gates.path, kinds(gates)) == ("ada/03_measure.py", ["renamed"])
    assert (measure.path, kinds(measure)) == (None, ["unrecognised"])
    assert "03_measure.py (it holds 01_gates)" in message(measure, "unrecognised")
    assert (swapped_gates.path, swapped_measure.path) == ("bob/03_measure.py", "bob/01_gates.py")


def test_a_file_that_holds_little_of_another_exercise_stays_what_it_is_named_for(put, find):
    """A student who renamed the function still learns which name is missing."""
    wide = Signature("01_gates", ("sigmoid", "gate", "step"), {})
    put("ada/05_trace.py", "def sigmoid(a): return a\ndef my_trace(a): return a\n")

    gates, trace = find(wide, Signature("05_trace", ("trace_of",), {})).works

    assert (gates.path, trace.path) == (None, "ada/05_trace.py")


def test_copies_that_jupyter_keeps_are_named_where_nothing_else_is_there(put, find):
    put("ada/.ipynb_checkpoints/01_gates-checkpoint.ipynb")

    work = only(find())

    assert work.path is None
    assert ".ipynb_checkpoints/01_gates-checkpoint.ipynb (Jupyter's own copy)" in message(work, "unrecognised")


OTHER = DONE.replace("return a", "return -a")


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["gates_v1.py", "gates_v2.py"], "gates_v2.py"),
        (["gates_v9.py", "gates_v10.ipynb"], "gates_v10.ipynb"),
        (["gates.py", "gates_final.py"], "gates_final.py"),
        (["gates_final.py", "gates_final2.py"], "gates_final2.py"),
        (["gates_draft.ipynb", "gates.py"], "gates.py"),
        (["gates_old.ipynb", "gates_new.py"], "gates_new.py"),
        (["gates_a.py", "gates_b.ipynb"], "gates_b.ipynb"),
        (["gates_a.py", "gates_b.py"], "gates_a.py"),
        (["01_gates.py", "01_gates_final.py"], "01_gates.py"),
        (["01_gates_final.py", "01_gates (1).py"], "01_gates (1).py"),
        (["draft/01_gates.py", "final/01_gates.py"], "final/01_gates.py"),
        (["draft/01_gates.py", "homework/01_gates.py"], "homework/01_gates.py"),
        (["attempt 1/01_gates.py", "attempt 2/01_gates.py"], "attempt 2/01_gates.py"),
        (["final/gates.py", "v1/01_gates.py"], "v1/01_gates.py"),
    ],
)
def test_of_two_finished_files_the_one_counts_whose_name_says_so(put, find, names, chosen):
    """The first in the alphabet counted, so a draft went before the final version."""
    for number, name in enumerate(names):
        put(f"ada/{name}", OTHER if number else DONE)

    work = only(find())

    assert work.path == f"ada/{chosen}"
    (other,) = set(names) - {chosen}
    assert any(other in flag.message for flag in work.flags if flag.kind in ("ambiguous", "unused", "both"))


def test_of_two_versions_the_newer_hand_in_counts_whatever_the_names_say():
    def candidate(name, day):
        when = datetime(2026, 11, day, tzinfo=UTC) if day else None
        return Candidate(Path(name), name, "", "script", None, None, when)

    old, new, undated = candidate("gates_final.py", 1), candidate("gates_draft.py", 2), candidate("gates_v3.py", None)

    assert sorted([old, undated, new], key=lambda each: each.order("01_gates")) == [new, old, undated]


def test_two_files_with_the_same_work_say_so(put, find):
    put("ada/01_gates.py")
    put("ada/01_gates (1).py", "# once more\n" + DONE)

    assert message(only(find()), "unused").endswith("01_gates (1).py (with the same work in it)")


@pytest.mark.parametrize(
    "text",
    [
        'ANSWERS.update({"why": "Because."})',
        'ANSWERS = dict(why="Because.")',
        'ANSWERS["why"] = ""\nANSWERS["why"] += "Because."',
        "# ## 1. Why (2 points)\n# Because.",
        "# Because.\n# So.",
        '"""## why\n\nBecause.\n"""',
    ],
)
def test_an_untouched_stub_never_goes_before_answers_that_marking_would_find(find, put, text):
    """The stub's notebook was chosen, and its empty answers were settled at 0."""
    stub = put(
        "ada/04_theory.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "source": "## why\nTODO"}]}).encode()
    )
    digests = describe(stub.read_bytes(), "notebook", "", [], ["why"]).answers["why"]
    put("ada/04_theory.py", text)

    found = find(Signature("04_theory", ("why",), {"why": frozenset(digests)}, written=True))

    assert only(found).path == "ada/04_theory.py"


def test_written_answers_are_told_by_headings_or_keys(put, find, tmp_path):
    put("ada/answers.py", "ANSWERS = {'why': ''}")
    cells = {"cells": [{"cell_type": "markdown", "source": "## how\nSo."}]}
    put("bob/text.ipynb", json.dumps(cells).encode())
    assert [work.path for work in find(THEORY).works] == ["ada/answers.py", "bob/text.ipynb"]


def test_nobody_is_missing_silently(put, find):
    put("ada/homework.ipynb", "x = 1")
    put("ada/more/strange.py", "x = 1")
    put("ada/torn.py", b"\0")
    put("ada/01_gates.ipynb.txt")
    put("ada/essay.pdf")
    work = only(find())
    assert work.file is None
    assert work.unreadable is None
    assert kinds(work) == ["unrecognised"]
    text = message(work, "unrecognised")
    assert all(name in text for name in ("homework.ipynb", "more/strange.py", "torn.py", "NUL", "01_gates.ipynb.txt"))
    assert "handed in instead" in text
    assert "essay.pdf (not a notebook or script)" in text


# --- what is hostile ----------------------------------------------------------------------------------------------


def test_links_are_not_followed(put, find, look, tmp_path):
    secret = put("secret.py")
    put("class/ada/notes.txt", "")
    (tmp_path / "class" / "ada" / "01_gates.py").symlink_to(secret)
    (tmp_path / "class" / "ada" / "sub").symlink_to(tmp_path)
    (tmp_path / "class" / "bob").symlink_to(tmp_path / "class" / "ada")
    found = find(root=tmp_path / "class")
    assert found.students == ("ada", "bob")
    for work in found.works:
        assert "symbolic link" in (work.unreadable or "")
        assert kinds(work) == ["unreadable"]
    assert look.names == []
    with pytest.raises(UnreadableWork, match="symbolic link"):
        load(tmp_path / "class" / "ada" / "01_gates.py", "script")


def test_pipes_sockets_and_folders_are_unreadable(tmp_path, find):
    for student, make in {
        "ada": lambda path: os.mkfifo(path),
        "bob": lambda path: os.mknod(path, 0o600 | 0o140000) if os.geteuid() == 0 else os.mkfifo(path),
    }.items():
        (tmp_path / student).mkdir()
        make(tmp_path / student / "01_gates.py")
    assert all(work.unreadable and work.file for work in find().works)
    (tmp_path / "01_gates.py").mkdir()
    for file in (tmp_path / "ada" / "01_gates.py", tmp_path / "01_gates.py", tmp_path / "none.py"):
        with pytest.raises(UnreadableWork):
            load(file, "script")


def test_a_socket_is_unreadable(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's path is short by law
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("01_gates.py")
        with pytest.raises(UnreadableWork, match="socket"):
            load(tmp_path / "01_gates.py", "script")


def test_a_giant_is_refused_before_it_is_read(put, find, look):
    file = put("ada/01_gates.py", b"")
    os.truncate(file, 1 << 40)
    work = only(find())
    assert "larger than 5 MB" in (work.unreadable or "")
    assert look.names == []


def test_an_unreadable_copy_does_not_hide_the_good_file(put, find):
    put("ada/01_gates.ipynb", b"{")
    put("ada/01_gates.py")
    work = only(find())
    assert work.kind == "script"
    assert "can't be read" in message(work, "both")


def test_a_crowded_folder_is_looked_at_within_bounds(tmp_path, find, look, monkeypatch):
    assert MAX_ENTRIES == 100_000
    monkeypatch.setattr("grader.submissions.files.MAX_ENTRIES", 150)
    (tmp_path / "ada").mkdir()
    for number in range(400):
        (tmp_path / "ada" / f"f{number}.py").write_text("x = 1")
    (tmp_path / "ada" / "01_gates.py").write_text(DONE)
    assert len(list_folder(tmp_path / "ada", {"01_gates.py"}).works) <= 151
    work = only(find())
    assert work.path == "ada/01_gates.py"
    assert len(look.names) <= 101


def test_names_that_are_no_text_are_shown_as_escapes(tmp_path, find):
    raw = os.fsencode(tmp_path)
    try:
        os.mkdir(raw + b"/caf\xe9")
    except OSError:
        pytest.skip("this file system holds names in UTF-8 only")
    os.mkdir(raw + b"/caf\\xe9")
    for folder in (b"/caf\xe9", b"/caf\\xe9"):
        with open(raw + folder + b"/01_gates.py", "w") as file:
            file.write(DONE)
    found = find()
    assert found.students == ("caf\\xe9", "caf\\xe9~")
    for work in found.works:
        assert work.file is not None
        assert load(work.file, "script") == DONE.encode()
        assert (work.path or "").isprintable()


def test_a_name_with_line_breaks_or_markup_stays_one_row(put, find):
    put("<script>\n\x1b[2J/01_gates.py")
    work = only(find())
    assert work.students[0] == "<script>\n\x1b[2J"
    assert work.path == "<script>\\x0a\\x1b[2J/01_gates.py"


def test_a_look_that_refuses_a_file_makes_it_unreadable(put, tmp_path):
    put("ada/01_gates.py")
    put("ada/01_gates.ipynb")

    def look(data, kind, name):
        raise UnreadableWork("the process that read it ended")

    work = only(find_work(tmp_path, (GATES,), look, False))
    assert work.unreadable == "the process that read it ended"


def test_a_folder_that_may_not_be_opened_is_unreadable(put, find, tmp_path, monkeypatch):
    put("ada/01_gates.py")
    real = os.scandir

    def scandir(path):
        if os.fspath(path).endswith("ada"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    work = only(find())
    assert work.file is None
    assert "permission" in (work.unreadable or "")
    assert kinds(work) == ["unreadable"]


@pytest.mark.parametrize(
    ("name", "what"), [("class.zip", "file"), ("Class.ZIP", "file"), ("01_gates.py", "file"), ("class", "folder")]
)
def test_what_is_not_there_is_called_what_its_name_says(tmp_path, name, what):
    with pytest.raises(UsageError) as error:
        find_work(tmp_path / name, ALL, Looked())
    assert str(error.value) == f"{tmp_path / name}: there is no such {what}"
