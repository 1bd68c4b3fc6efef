"""File names are recognised whatever was added to them; no two students share a page."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.source.text import display
from grader.submissions.names import (
    fit,
    is_version,
    kind_of,
    lies_beside,
    page_names,
    student_id,
    without_exercise,
)


@pytest.mark.parametrize("name", ["01_gates.py", "01_gates.ipynb"])
def test_the_exact_name_ranks_first(name):
    found = fit(name, "01_gates")
    assert found is not None
    assert found.rank == 0


@pytest.mark.parametrize(
    "name",
    [
        "Copy of 01_gates.ipynb",
        "Copy_of_01_gates.ipynb",
        "copy_of_01_gates.py",
        "Copy of Copy of 01_gates (2).ipynb",
        "01_gates (1).ipynb",
        "01_gates(1).ipynb",
        "01_gates_(1).py",
        "01_gates-1.py",
        "01_gates-12.py",
        "01_gates - Copy.ipynb",
        "01_gates - Copy (2).ipynb",
        "01_gates copy 2.py",
        "01_gates-Copy1.ipynb",
        "01_Gates.ipynb",
        "01_GATES.IPYNB",
        "01_gates.PY",
        "01 gates.ipynb",
        "01\u00a0gates.ipynb",
        " 01_gates .ipynb",
        "Kopie von 01_gates.ipynb",
        "Copie de 01_gates.ipynb",
        "Copy of 01 Gates (1)-2.ipynb",
    ],
)
def test_what_colab_browsers_and_lms_add_is_seen_through(name):
    found = fit(name, "01_gates")
    assert found is not None
    assert found.rank == 1


@pytest.mark.parametrize(
    "name",
    ["gates.py", "01_gates2.py", "x01_gates.py", "01_gates_old.py", "01_gates.txt", "01_gates", "01-gates.py", ".py"],
)
def test_another_name_is_another_name(name):
    assert fit(name, "01_gates") is None


@pytest.mark.parametrize("name", ["01_gates" + "-1" * 110 + ".py", "01_gates" + " " * 100 + "x" + "-1" * 50 + ".py"])
def test_a_name_with_more_added_than_anything_adds_is_another_name(name):
    """Thousands of such names in a zip took the grader minutes, before any bound on a student's time."""
    assert fit(name, "01_gates") is None


def test_an_exercise_id_may_itself_end_like_a_copy():
    assert fit("lab-1.py", "lab-1") == (0, ())
    assert fit("lab-1.py", "lab") == (1, (1,))
    assert fit("Lab-1 (3).py", "lab-1") == (1, (3,))
    assert fit("lab-2.py", "lab-1") is None


def test_the_later_copy_has_the_larger_number():
    one, two = fit("x (1).py", "x"), fit("x (2).py", "x")
    assert one is not None
    assert two is not None
    assert two.numbers > one.numbers
    assert fit("x (10).py", "x") > two


def test_kinds_are_told_by_the_ending():
    assert [kind_of(n) for n in ("a.py", "a.PY", "a.ipynb", "a.txt", "py", ".py", "a.py.txt")] == [
        "script", "script", "notebook", None, None, None, None,
    ]  # fmt: skip


def test_ids_are_names_as_they_are_and_bytes_are_escapes():
    assert student_id("Zoë \u202e x\n") == "Zoë \u202e x\n"
    assert student_id(b"caf\xe9") == "caf\\xe9"
    assert student_id("caf\udce9") == "caf\\xe9"


def test_what_is_invisible_or_turns_text_round_is_shown_as_an_escape():
    assert display("a\u202eb\x1b[31m\n\u200b\ud800") == "a\\u202eb\\x1b[31m\\x0a\\u200b\\ud800"
    assert display("Zoë 李 a-b_c.d") == "Zoë 李 a-b_c.d"
    assert display(b"\xff") == "\\xff"


@given(st.text())
def test_a_shown_name_can_be_printed(name):
    assert display(name).isprintable()
    display(name).encode()


def test_a_plain_id_names_its_page():
    assert page_names(["ada", "Bob-2", "x.y_z"]) == {
        "ada": "students/ada.html",
        "Bob-2": "students/Bob-2.html",
        "x.y_z": "students/x.y_z.html",
    }


@pytest.mark.parametrize(
    "student",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "-x",
        ".x",
        "CON",
        "nul.txt",
        "com1",
        "a b",
        "Zoë",
        "a" * 81,
        "a\n",
        "a\0",
        "~",
        "\udcff",
    ],
)
def test_any_other_id_gets_a_slug_and_a_hash(student):
    page = page_names([student])[student]
    name = page.removeprefix("students/").removesuffix(".html")
    assert set(name) <= set(string.ascii_letters + string.digits + "-~")
    assert "~" in name
    assert not name.startswith(("-", "."))
    assert len(name) < 120


def test_ids_that_differ_in_case_only_get_pages_apart():
    """On macOS and Windows `Ada.html` and `ada.html` are one file."""
    pages = page_names(["Ada", "ada", "bob"])
    assert len({page.lower() for page in pages.values()}) == 3
    assert pages["bob"] == "students/bob.html"


_HOSTILE = st.one_of(
    st.text(max_size=10),
    st.text(alphabet="aA.-~ \u212a\u017fk\u0130i", max_size=4),
    st.sampled_from(["CON", "con", "Ada", "ada", "a" * 80, "a" * 81, "a" * 200]),
)


@given(st.lists(_HOSTILE, max_size=12), st.data())
def test_no_two_students_share_a_page(students, data):
    pages = page_names(students)
    taken = [page.removeprefix("students/").removesuffix(".html") for page in pages.values()]
    if taken:  # an id made to look like another one's page
        students = [*students, data.draw(st.sampled_from(taken)), data.draw(st.sampled_from(taken)).upper()]
        pages = page_names(students)
    assert set(pages) == set(students)
    assert len({page.casefold() for page in pages.values()}) == len(pages)


@pytest.mark.parametrize(
    "name",
    [
        "draft",
        "Final version 2",
        "v1",
        "week 1",
        "old_hw",
        "A",
        "b",
        "12",
        "_final",
        "Copy 3",
        "my notebooks",
        "2026-10-03",
    ],
)
def test_what_people_call_their_versions_is_one(name):
    assert is_version(name)


@pytest.mark.parametrize(
    "name", ["ada", "Zoë K.", "s1234567", "3034512", "finalle", "ada final", "李", "GRU", "hw-kim"]
)
def test_what_names_a_person_or_may_is_no_version(name):
    """One letter and many digits is how a university numbers its students."""
    assert not is_version(name)


@pytest.mark.parametrize("name", ["data.csv", "README.md", "requirements.txt", "plot.PNG", "model.keras", "LICENSE"])
def test_companions_of_work_are_known(name):
    assert lies_beside(name)


@pytest.mark.parametrize("name", ["gru.rar", "report.pdf", "GRU.docx", "link.txt", "hw.7z", "notes.md", "reading.html"])
def test_what_may_be_handed_in_instead_of_work_is_no_companion(name):
    assert not lies_beside(name)


@settings(deadline=None)
@given(
    st.from_regex(r"[a-zà-ÿ]{3,8}( [a-zà-ÿ]{3,8})?", fullmatch=True),
    st.sampled_from(["{0}_{1}", "{1}_{0}", "{0} - {1}", "{1}-{0}", "{0}.{1}", "{0} {1} (2)"]),
    st.sampled_from(["01_gates", "01 Gates", "01-GATES", "gates"]),
)
def test_what_is_left_of_a_name_without_the_exercise_is_the_student(student, form, exercise):
    if exercise.casefold().endswith(student) or "gates" in student:
        return
    left = without_exercise(form.format(student, exercise) + ".ipynb", ["02_swap", "01_gates"])

    assert left is not None
    assert left[0] == student
    assert (fit(left[1], "01_gates") is not None) == (exercise != "gates")
