"""What items are worth together, how two judgements agree, what shares and merging do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.review.marking_guide import Guide, RubricItem, beside, guide_for, guides_of
from grader.review.merge_decisions import keep_listed, listed_conflicts, merge
from grader.review.pace import Pace
from grader.review.shares import Share, share_of
from grader.review.two_judgements import agreement, item_agreement, quadratic_weighted_kappa
from grader.scores.records import Adjustment
from helpers.repository import SOLUTIONS
from unit.review.made import course_with_rubric

HALVES = Guide(
    4,
    (
        RubricItem("states", 0.5, "states"), RubricItem("gates", 0.5, "gates"), RubricItem("cause", 2, "why"),
        RubricItem("simpler", 1, "why"), RubricItem("case", 1, "case"), RubricItem("wrong", -1, "wrong"),
    ),
)  # fmt: skip
PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=30)


@pytest.mark.parametrize(
    ("items", "points"),
    [
        ([], 0), (["states"], 1), (["states", "gates"], 1), (["cause", "simpler"], 2), (["simpler"], 1), (["wrong"], 0),
        (["cause", "case", "wrong"], 2), (["states", "gates", "cause", "case"], 4), (["cause", "cause"], 2), (["gone"], None),
    ],
)  # fmt: skip
def test_the_best_of_a_group_counts_and_half_a_point_is_rounded_up(items, points):
    assert HALVES.points(items) == points


@given(st.lists(st.sampled_from([item.name for item in HALVES.items])))
def test_items_never_lead_out_of_the_points_of_the_question(items):
    points = HALVES.points(items)

    assert points is not None
    assert 0 <= points <= HALVES.max_points
    assert points == HALVES.points(list(reversed(items)))


def test_the_courses_own_rubrics_give_full_marks_for_all_good_items_and_never_for_a_wrong_one():
    guides = guides_of(SOLUTIONS)

    with_items = [guide for guide in guides.values() if guide.items]
    assert len(with_items) >= 4
    for guide in with_items:
        assert guide.points([item.name for item in guide.items if not item.is_wrong]) == guide.max_points
        assert guide.points([item.name for item in guide.items if item.is_wrong]) == 0
        assert len({item.name for item in guide.items}) == len(guide.items)
    assert guides_of(None) == {}


def test_a_guide_has_the_question_as_students_read_it():
    guides = guides_of(SOLUTIONS)
    asked = guides["04_theory", "why_faster"].asked

    assert asked.startswith("**Why are GRUs faster than LSTMs? (3 points)**")
    assert asked.endswith("an honest answer loses\nnothing.")
    assert "why_faster" not in asked
    assert all(guide.asked and "solution" not in guide.asked for guide in guides.values())


def test_a_master_that_breaks_a_rule_or_has_no_such_heading_leaves_the_question_out(tmp_path):
    course_with_rubric(tmp_path, keeps=2, forgets=1)
    (guide,) = guides_of(tmp_path).values()
    assert (guide.asked, len(guide.items)) == ("", 2)
    (tmp_path / "words.py").write_text("# >>> solution\n")
    (guide,) = guides_of(tmp_path).values()
    assert (guide.asked, len(guide.items)) == ("", 2)


def test_a_question_that_no_rubric_knows_is_marked_by_points_alone():
    assert guide_for({}, "words", "why", 3) == Guide(3)
    assert guide_for({("words", "why"): HALVES}, "words", "why", 3).max_points == 3


def test_the_sentences_of_the_lesson_that_an_answer_repeats_are_found():
    lesson = "A GRU has two gates. The update gate decides how much of the past is kept. The reset gate forgets.\n\n- A list of things here."
    copied = "I think that the update gate decides how much of the past is kept, and a list of things here too"

    assert beside(copied, lesson) == (
        "The update gate decides how much of the past is kept.",
        "A list of things here.",
    )
    assert beside("My own words about gates.", lesson) == ()


def test_kappa_is_that_of_the_textbook():
    """Worked out by hand: observed 2 squared off over 4 answers, by chance (with the same margins) 1.25 a pair."""
    pairs = [(0, 0), (1, 1), (2, 1), (1, 2)]
    # squared differences: 0 + 0 + 1 + 1; by chance: sum over all pairs of ones {0,1,2,1} and others {0,1,1,2} / 16 = 16/16
    assert quadratic_weighted_kappa(pairs) == pytest.approx(1 - (2 / 4) / (16 / 16))


@given(PAIRS)
def test_kappa_is_1_for_equal_judgements_and_the_same_both_ways(pairs):
    ones = [(one, one) for one, _ in pairs]

    assert quadratic_weighted_kappa(ones) in (None, 1)
    there, back = quadratic_weighted_kappa(pairs), quadratic_weighted_kappa([(b, a) for a, b in pairs])
    assert there == back
    assert there is None or there <= 1


def test_agreement_counts_and_tells_no_kappa_for_a_few():
    few = agreement([(1, 1), (2, 0), (1, 2)])

    assert (few.n, few.same, few.percent, few.mean_difference, few.kappa) == (3, 1, 33, 1.0, None)
    assert agreement([(1, 1)] * 5 + [(0, 2)] * 5).kappa is not None
    assert agreement([(1, 1)] * 10).kappa is None  # nothing to tell apart
    item = item_agreement("x", [(True, True), (True, False), (False, True), (False, False), (False, False)])
    assert (item.both, item.neither, item.only_suggested, item.only_person, item.percent) == (1, 2, 1, 1, 60)


@given(st.integers(1, 9), st.lists(st.integers(), unique=True))
def test_shares_are_disjoint_and_leave_nothing_out(parts, questions):
    shares = [Share(number, parts).of(questions) for number in range(1, parts + 1)]

    assert sorted(each for share in shares for each in share) == sorted(questions)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@pytest.mark.parametrize("text", ["", "0/3", "4/3", "1", "1/0", "a/b", "1/2/3", "-1/3", "1/99999", "\u0661/3"])
def test_a_share_that_is_none_is_refused_in_one_line(text):
    with pytest.raises(UsageError, match="write it as 2/3"):
        share_of(text)
    assert share_of("2/3") == Share(2, 3)


def word(points: int | None, by: str, minute: int = 0, student: str = "ada", digest: str = "d") -> Adjustment:
    return Adjustment(student, "words", "why", points, by, f"2026-12-01T10:{minute:02}:00+00:00", "", digest)


def test_what_others_decided_is_taken_over_once():
    ours, theirs = [word(1, "Ana")], [word(2, "Bo", student="bob"), word(1, "Ana")]

    made = merge(ours, theirs)

    assert made.added == (theirs[0],)
    assert made.known == 1
    again = merge([*ours, *made.added], theirs)
    assert (again.added, again.known, again.conflicts) == ((), 2, ())


def test_two_people_who_gave_different_points_are_named_and_ours_stays():
    ours, theirs = word(1, "Ana"), word(3, "Bo", 5)

    made = merge([ours], [theirs])

    assert made.added == ()
    assert [(each.ours, each.theirs) for each in made.conflicts] == [(ours, theirs)]


@pytest.mark.parametrize(
    ("ours", "theirs", "added", "conflicts"),
    [
        (word(1, "Ana"), word(1, "Bo", 5), 0, 0),  # they agree
        (word(1, "Ana"), word(3, "Ana", 5), 1, 0),  # one person, later
        (word(1, "Ana", 5), word(3, "Ana"), 0, 0),  # one person, earlier
        (word(1, "Ana"), word(3, "Bo", digest="another"), 1, 0),  # another text
        (word(1, "Ana"), word(None, "Bo", 5), 0, 0),  # nobody takes back another's word
        (word(1, "Ana"), word(None, "Ana", 5), 1, 0),
        (word(None, "Ana", 5), word(2, "Bo"), 1, 0),  # open here, so theirs counts
    ],
)  # fmt: skip
def test_whose_word_counts(ours, theirs, added, conflicts):
    made = merge([ours], [theirs])

    assert (len(made.added), len(made.conflicts)) == (added, conflicts)
    assert all(each.moment >= ours.moment or each.digest != ours.digest for each in made.added)


def test_a_conflict_that_was_named_is_settled_by_whatever_is_decided_here_since():
    theirs = [word(3, "Bo", 5)]
    named = merge([word(1, "Ana")], theirs).conflicts

    def conflicts(*ours, of=theirs):
        return len(merge(ours, of, {each.digests for each in named}).conflicts)

    assert conflicts(word(1, "Ana")) == 1
    assert conflicts(word(1, "Ana"), replace(word(1, "root", 9), was=1)) == 0
    assert conflicts(word(1, "Ana"), replace(word(1, "Ana", 9), was=1)) == 0  # she knows now, and stays with it
    assert conflicts(word(1, "Ana"), replace(word(2, "Ana", 1), was=1)) == 0  # by a clock that is slow
    # Somebody who decides once more after that is to be heard.
    assert conflicts(word(1, "Ana"), replace(word(1, "root", 9), was=1), of=[word(2, "Bo", 20)]) == 1


def test_a_mind_changed_before_a_conflict_was_named_settles_nothing():
    ours = [word(1, "Ana"), replace(word(2, "Ana", 9), was=1)]

    assert len(merge(ours, [word(3, "Bo", 5)]).conflicts) == 1


def test_a_third_persons_conflict_does_not_bring_back_one_that_is_settled():
    ana, root, bo, cy = word(1, "Ana"), word(1, "root", 9), word(3, "Bo", 5), word(0, "Cy", 6)
    listed = {each.digests for each in merge([ana], [bo]).conflicts + merge([ana, root], [cy]).conflicts}

    assert merge([ana, root], [bo], listed).conflicts == ()
    assert len(merge([ana, root], [cy], listed).conflicts) == 1


def test_named_conflicts_are_kept_beside_the_results(tmp_path):
    first = merge([word(1, "Ana")], [word(3, "Bo")]).conflicts
    second = merge([word(1, "Ana")], [word(2, "Cy")]).conflicts
    assert listed_conflicts(tmp_path) == frozenset()

    keep_listed(tmp_path, first)
    keep_listed(tmp_path, second)

    assert listed_conflicts(tmp_path) == {each.digests for each in first + second}


DECISIONS = st.lists(
    st.builds(
        word, st.none() | st.integers(0, 3), st.sampled_from("ABC"), st.integers(0, 9), st.sampled_from(["ada", "bob"]),
        st.sampled_from("de"),
    ),
    max_size=8,
)  # fmt: skip


@given(DECISIONS, DECISIONS)
def test_merging_again_adds_nothing(ours, theirs):
    once = [*ours, *merge(ours, theirs).added]

    assert merge(once, theirs).added == ()


def test_the_pace_is_ones_own_after_a_few_answers_and_a_break_is_no_reading():
    pace = Pace()
    assert pace.left(12) == "about 2 minutes left"
    for now in (0.0, 5.0, 10.0, 4_000.0, 4_005.0):
        pace.settled(now)

    assert pace.seconds == 5
    assert pace.left(0) == "nothing left"
    assert pace.left(3) == "less than a minute left"
    assert pace.left(12) == "about 1 minute left"
    assert pace.left(7_200) == "about 10.0 hours left"
