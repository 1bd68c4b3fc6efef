"""A check that does not count gives its points to everybody whom it judged, and a name finds one check or says why not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from grader.scores.check_names import NoSuchCheck, checks_of, find_check
from grader.scores.records import BY_COURSE, Outcome, Status, VoidCheck
from grader.scores.settle import as_found, settle
from grader.scores.void_checks import NamedVoid, give_void, void_checks

from .test_settle import WORDS, check, classes, results, row, word

CHECKS = {"e": {"one": 1, "two": 2}, "f": {"one": 1, "three": 3}}
VOID = (VoidCheck("e", "one", "2026-12-02T00:00:00Z"),)


def test_a_name_finds_its_check():
    assert find_check("two", CHECKS) == ("e", "two")
    assert find_check("f/one", CHECKS) == ("f", "one")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("one", "one stands in several exercises; write e/one or f/one."),
        ("thre", "there is no check thre; did you mean three?"),
        ("zzz", "there is no check zzz; the checks are one, two, three."),
        ("e/three", "e has no check three; it has one, two."),
        ("ee/one", "there is no exercise ee; did you mean e?"),
        ("", "there is no check ; the checks are one, two, three."),
    ],
)
def test_a_name_that_finds_none_or_several_says_the_way_out(name, said):
    with pytest.raises(NoSuchCheck) as caught:
        find_check(name, CHECKS)
    assert str(caught.value) == said


def test_the_checks_of_a_class_are_those_that_stand_in_its_rows():
    found = results(row("ada", "e", check("one", Outcome.PASSED, 4)), row("alan", "f", status=Status.MISSING))
    assert checks_of(found.submissions) == {"e": {"one": 4}, "f": {}}


def test_the_names_of_a_course_keep_the_date_since_which_they_do_not_count():
    found = void_checks(["one", "f/three"], {"e": {"one"}, "f": {"three"}}, "later", VOID, unknown=())
    assert found.checks == (VOID[0], VoidCheck("f", "three", "later"))


def test_a_name_may_belong_to_an_exercise_that_is_not_known_here():
    known = {"e": {"one"}, "f": ()}
    named = void_checks(["three", "f/three", "oen"], known, "", unknown={"f"})
    assert named == NamedVoid((), (
        "void names three, which no check graded here has; if it is one of another exercise, write EXERCISE/three.",
        "void names oen, which no check graded here has; did you mean one?",
    ))  # fmt: skip
    for name, unknown in (("three", ()), ("e/three", {"f"}), ("f/three", ())):
        with pytest.raises(NoSuchCheck, match=f"'{name}': "):
            void_checks([name], known, "", unknown=unknown)
    with pytest.raises(NoSuchCheck, match="several exercises"):
        void_checks(["one"], CHECKS, "", unknown={"g"})


def test_everybody_whom_it_judged_has_its_points_and_sees_who_gave_them():
    found = results(
        row("ada", "e", check("one", Outcome.FAILED, 4), check("two", Outcome.FAILED, 2)),
        row("alan", "e", check("one", Outcome.PASSED, 4)),
        row("grace", "e", check("one", Outcome.REVIEW, 4)),
        row("kim", "e", status=Status.MISSING),
        row("ada", "f", check("one", Outcome.FAILED, 4)),
    )
    given_ = give_void(found, VOID)
    assert [each.points for each in given_.submissions] == [4, 4, 4, 0, 0]
    ada, alan, grace = (each.checks[0] for each in given_.submissions[:3])
    assert (ada.adjusted.points, ada.adjusted.was, ada.adjusted.by, ada.adjusted.when) == (
        4,
        0,
        BY_COURSE,
        VOID[0].since,
    )
    assert alan.adjusted is None, "nothing changed"
    assert (grace.waits, given_.submissions[2].status) == (False, Status.GRADED)
    assert given_.run.void == VOID


def test_it_overrides_a_persons_word_which_counts_again_afterwards():
    found = results(row("ada", "e", check("one", Outcome.PASSED, 4)))
    words = [word(1)]
    without = give_void(settle(found, words), VOID)
    assert (without.submissions[0].points, without.submissions[0].checks[0].adjusted.was) == (4, 4)
    assert settle(as_found(without), words).submissions == settle(found, words).submissions


@given(classes(), WORDS)
def test_whatever_was_decided_can_be_taken_back_and_put_on_again(found, words):
    once = give_void(settle(found, words), VOID)
    assert replace(as_found(once), run=found.run) == found
    assert give_void(settle(as_found(once), words), VOID) == once
    for each in once.submissions:
        assert each.points == sum(one.points for one in each.checks)
        assert not any(
            one.waits or one.points < one.max_points for one in each.checks if (each.exercise, one.id) == ("e", "one")
        )
