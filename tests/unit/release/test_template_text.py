"""Places of a template take values and nothing else; what a value holds is never a place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.release import template_text
from grader.release.template_text import TEMPLATES, filled


@pytest.fixture
def template(tmp_path, monkeypatch):
    """Write a template and fill it."""
    monkeypatch.setattr(template_text, "TEMPLATES", tmp_path)

    def filling(text: str, **values: str) -> str:
        (tmp_path / "a.txt").write_text(text, encoding="utf-8")
        return filled("a.txt", **values)

    return filling


def test_a_value_stands_in_its_place_and_all_else_stays(template):
    assert template("a: @@{name}, ${{ name }} $name {name} @@\n", name="b") == "a: b, ${{ name }} $name {name} @@\n"


def test_lines_take_the_indentation_of_their_place(template):
    assert template("a:\n  @@{lines}\nb\n", lines="- c\n\n  d\n") == "a:\n  - c\n\n    d\nb\n"


def test_an_empty_value_takes_its_line_away(template):
    assert template("a\n  @@{lines}\nb\n", lines="") == "a\nb\n"


@pytest.mark.parametrize("values", [{}, {"name": "b", "other": "c"}, {"other": "c"}])
def test_a_place_without_a_value_or_a_value_without_a_place_is_an_error(template, values):
    with pytest.raises(ValueError, match=r"places \['name'\]"):
        template("@@{name}", **values)


@given(value=st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"])))
def test_any_value_comes_out_as_it_went_in(tmp_path_factory, value):
    folder = tmp_path_factory.getbasetemp()
    (folder / "any.txt").write_text("x @@{a} y @@{a}", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(template_text, "TEMPLATES", folder)
        assert filled("any.txt", a=value) == f"x {value} y {value}"


def test_no_template_is_a_module_and_each_ends_its_last_line():
    names = [path.name for path in TEMPLATES.iterdir()]

    assert [name for name in names if name.endswith(".py")] == []
    assert [name for name in names if not (TEMPLATES / name).read_text(encoding="utf-8").endswith("\n")] == []
