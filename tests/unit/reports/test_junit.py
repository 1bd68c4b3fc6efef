"""JUnit XML by the rules of the schemas that readers go by: every outcome has its element, every check its points."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reports.junit import Suite, junit_text
from grader.scores.records import Decided, Gap, Outcome
from helpers.junit_rules import faults

from .conftest import failed, result


def only_case(*results: object, file: str = "") -> ElementTree.Element:
    """Return the first test of a document that follows the rules."""
    told = junit_text([Suite("01_made", "The gates", results, file)], "GRUs")  # type: ignore[arg-type]
    assert faults(told) == []
    case = ElementTree.fromstring(told).find("testsuite/testcase")
    assert case is not None
    return case


@pytest.mark.parametrize(
    ("outcome", "element", "kind"),
    [
        (Outcome.FAILED, "failure", "failed"),
        (Outcome.TODO, "failure", "todo"),
        (Outcome.ERROR, "error", "error"),
        (Outcome.TIMEOUT, "error", "timeout"),
        (Outcome.CRASHED, "error", "crashed"),
        (Outcome.BLOCKED, "error", "blocked"),
        (Outcome.REVIEW, "skipped", None),
    ],
)
def test_each_outcome_has_its_element(outcome: Outcome, element: str, kind: str | None) -> None:
    case = only_case(result(0, outcome, message="It went wrong."))
    assert [child.tag for child in case] == ["properties", element]
    assert case[1].get("type") == kind


def test_what_passes_has_no_element_of_its_own() -> None:
    assert [child.tag for child in only_case(result(0))] == ["properties"]


def test_a_test_has_its_points_and_what_was_called() -> None:
    case = only_case(failed(4), file="01_made_up.py")
    told = {each.get("name"): each.get("value") for each in case.iter("property")}
    assert told == {"points": "0", "max_points": "1", "check": "blend_keeps_the_past"}
    assert (case.get("classname"), case.get("file")) == ("01_made", "01_made_up.py")
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "The numbers differ."
    assert "expected: [[2.]]" in str(failure.text)


def test_a_hidden_check_tells_nothing_of_its_data() -> None:
    told = junit_text([Suite("01_made", "", (failed(5),))], "kim")
    assert "[[" not in told
    assert "The numbers differ." not in told


def test_a_persons_word_is_what_counts() -> None:
    word = Decided(2, 0, "kim", "2026-11-25T02:18:00Z", "close enough")
    part = result(2, Outcome.FAILED, adjusted=word)
    whole = result(0, Outcome.FAILED, adjusted=word)
    assert only_case(part).find("failure") is not None
    assert [child.tag for child in only_case(replace(whole, points=1))] == ["properties"]


def test_checks_of_one_title_have_two_names() -> None:
    told = junit_text([Suite("01_made", "", (replace(result(0), title="x"), replace(result(1), title="x")))], "GRUs")
    assert faults(told) == []


@given(st.text(st.characters()), st.sampled_from(list(Outcome)))
def test_any_text_gives_a_document(text: str, outcome: Outcome) -> None:
    found = result(0, outcome, message=text, hint=text, gap=Gap(text, text, text))
    told = junit_text([Suite(text, text, (found,), text), Suite("b", text, (), text)], text)
    assert faults(told) == []
    told.encode("utf-8")


def test_the_rules_find_what_is_wrong() -> None:
    assert faults("<testsuites><testsuite name='a' tests='2'><testcase name='b'/></testsuite></testsuites>") == [
        "testcase without classname", "testsuite: tests is 2 and not 1",
    ]  # fmt: skip
