"""Settling answers: what is said to be saved is on disk, and neither a second tab nor a stale page loses anything."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import OutputError
from grader.review.desk import Ruling
from grader.review.gatekeeper import Gatekeeper
from grader.review.marking_guide import RubricItem
from grader.review.web_app import review_app
from grader.scores.decisions import read_decisions
from grader.scores.read_run import read_run
from grader.scores.records import Adjustment, Evidence, Flag, VoidCheck
from grader.scores.settle import settle
from unit.review.made import (
    EXERCISE,
    FORGETS,
    GUIDE,
    HOW,
    KEEPS,
    PORT,
    WHY,
    WRONG,
    AtDesk,
    answers,
    check,
    desk_at,
    keep,
    results,
    row,
    settled,
    sha,
)

THREE = {"ada": ("One.", "a"), "bob": ("Two.", "b"), "cy": ("Three.", "c")}


def given_points(at: AtDesk) -> dict[tuple[str, str], int]:
    """What results hold after the decisions: the points of each check that somebody decided."""
    found = settle(read_run(at.folder), read_decisions(at.folder).adjustments)
    return {(row.student, each.id): each.points for row in found.submissions for each in row.checks if each.adjusted}


def test_digits_and_enter_settle_an_answer_and_go_on_to_the_next_that_waits(tmp_path):
    at = desk_at(tmp_path, answers(THREE), guide=None)
    browser = at.browser()
    page = at.first(browser)

    for points in ("2", "1", "0", "2"):
        page = settled(browser, page, points)

    assert len(at.lines) == 4
    by_question = {name: sorted(p for (_, of), p in given_points(at).items() if of == name) for name in (WHY, HOW)}
    assert by_question == {WHY: [0, 1, 2], HOW: [2]}  # when a question is done, it goes on with the next


def test_the_page_says_saved_only_when_the_decision_is_on_disk(tmp_path, monkeypatch):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (real(descriptor), synced.append(len(at.lines))))

    page = settled(browser, at.first(browser), "2")

    assert "Saved" in page.words
    assert synced[0] == 1


def test_a_full_disk_is_said_and_what_was_filled_in_stays(tmp_path, monkeypatch):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()

    def full(*_):
        raise OutputError("decisions.jsonl can't be written (No space left on device).")

    monkeypatch.setattr("grader.review.record_file.append_decisions", full)
    page = settled(browser, at.first(browser), "2", comment="Look at z.")

    assert page.status == 507
    assert "Not saved: decisions.jsonl can't be written" in page.words
    assert ("comment", "Look at z.") in page.form("/answer/").fields
    assert ("points", "2") in page.form("/answer/").fields
    assert "Saved" not in page.words


def test_items_give_their_points_and_stand_in_the_decision(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()

    settled(browser, at.first(browser), items=[1, 3], comment="Almost.")

    line = json.loads(at.lines[0])
    assert (line["points"], line["items"], line["comment"]) == (1, [KEEPS, WRONG], "Almost.")
    assert line["by"] == "Ana"
    assert line["why"] == f"By the rubric: {KEEPS}; {WRONG}."


@pytest.mark.parametrize("points", ["4", "-1", "1.5", "", "٣", "9" * 50])
def test_points_that_there_are_not_are_refused_and_nothing_is_lost(tmp_path, points):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()
    form = at.first(browser).form("/answer/")

    page = browser.post(form.action, form.filled(points=points, comment="Mine."))

    assert page.status == 422
    assert "Not saved" in page.words
    assert ("comment", "Mine.") in page.form("/answer/").fields
    assert at.lines == []


def test_enter_alone_settles_nothing(tmp_path):
    """A key pressed once too often gives nobody 0 points."""
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()

    page = settled(browser, at.first(browser))

    assert page.status == 422
    assert "choose a rubric item or points first" in page.words
    assert [value for name, value in page.form("/answer/").fields if name == "points"] == ["items"]
    assert settled(browser, page).status == 422  # nor does pressing it again
    assert at.lines == []


def test_a_comment_that_is_too_long_is_not_saved_in_half(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()

    assert settled(browser, at.first(browser), "1", comment="a" * 4_001).status == 422
    assert at.lines == []


def test_equal_answers_are_settled_together_in_one_line(tmp_path):
    at = desk_at(tmp_path, answers(dict.fromkeys(("ada", "bob", "cy"), ("The same.", "so"))))
    browser = at.browser()
    page = at.first(browser)

    settled(browser, page, "2")

    assert "3 students answered so" in page.words
    assert len(at.lines) == 1
    assert {name: points for (name, question), points in given_points(at).items() if question == WHY} == {
        "ada": 2, "bob": 2, "cy": 2,
    }  # fmt: skip


def test_near_equal_answers_are_shown_as_such_and_can_be_settled_one_by_one(tmp_path):
    at = desk_at(tmp_path, answers({"ada": ("Keeps it!", "a"), "bob": ("keeps  it", "b"), "cy": ("Other.", "c")}))
    browser = at.browser()
    page = at.first(browser)
    assert "2 students answered nearly so" in page.words

    form = page.form("/separate/")
    page = settled(browser, browser.post(form.action, form.fields), "3")
    settled(browser, page, "0")

    decided = {name: points for (name, question), points in given_points(at).items() if question == WHY}
    assert decided in ({"ada": 3, "bob": 0}, {"ada": 0, "bob": 3})
    # Having been settled apart they stay apart, in the next run of the page as well.
    assert [len(group.papers) for group in desk_at(tmp_path).desk.questions[0].groups] == [1, 1, 1]


def test_a_newcomer_to_a_settled_group_waits_and_the_others_keep_their_points(tmp_path):
    at = desk_at(tmp_path, answers({"ada": ("The same.", "a"), "bob": ("Other.", "b")}))
    same = next(group for group in at.desk.questions[0].groups if group.papers[0].student == "ada")
    at.desk.settle(at.desk.questions[0], same, Ruling(2))
    keep(tmp_path, answers({"ada": ("The same.", "a"), "bob": ("Other.", "b"), "cy": ("The same.", "c")}))
    browser = at.browser()

    page = at.first(browser)
    settled(browser, page, "1")

    assert "1 is settled already and stays so (points: 1 times 2)" in page.words
    assert given_points(at) == {("ada", WHY): 2, ("cy", WHY): 1}


def test_undo_puts_back_what_counted_before_and_shows_it(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()
    first = at.first(browser)
    settled(browser, first, "2")
    after = settled(browser, browser.get(first.url), "3")
    assert sorted(given_points(at).values()) == [3]

    after = browser.post("/undo", after.form("/undo").fields)
    assert after.url == first.url
    assert sorted(given_points(at).values()) == [2]

    after = browser.post("/undo", after.form("/undo").fields)
    assert given_points(at) == {}
    assert "There is nothing to undo" in browser.post("/undo", after.form("/undo").fields).words


@pytest.mark.parametrize("last", [3, None])
def test_what_is_decided_now_counts_after_a_word_from_a_clock_that_runs_ahead(tmp_path, last):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()
    page = at.first(browser)
    settled(browser, page, "1")
    line = json.loads(at.lines[-1])
    ahead = json.dumps(line | {"points": last, "when": "2999-01-01T00:00:00Z"})
    with (tmp_path / "decisions.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"{ahead}\n")

    after = settled(browser, browser.get(page.url), "2")
    assert sorted(given_points(at).values()) == [2]
    browser.post("/undo", after.form("/undo").fields)
    assert sorted(given_points(at).values()) == ([last] if last else [])


def test_undo_takes_back_no_other_browsers_decision(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    one, other = at.browser(), at.browser()
    page = at.first(one)
    settled(one, page, "2")
    settled(other, other.get(page.url), "3")

    said = one.post("/undo", one.get("/").form("/undo").fields)

    assert "somebody has decided otherwise since" in said.words
    assert sorted(given_points(at).values()) == [3]


def test_a_stale_page_asks_and_loses_nothing(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    one, other = at.browser(), at.browser()
    stale = at.first(one)
    settled(other, other.get(stale.url), "3")

    asked = settled(one, stale, "1", comment="Mine.")

    assert asked.status == 409
    assert "since you opened this page, this was changed (✓ 3 of 3 by Ana)" in asked.words
    assert ("points", "1") in asked.form("/answer/").fields
    assert ("comment", "Mine.") in asked.form("/answer/").fields
    assert sorted(given_points(at).values()) == [3]

    form = asked.form("/answer/")
    assert one.post(form.action, form.fields).status == 200
    assert sorted(given_points(at).values()) == [1]


def test_what_another_process_decided_makes_a_page_stale_too(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()
    page = at.first(browser)
    paper = at.desk.find(page.url.rpartition("/")[2])[1].papers[0]
    word = Adjustment(paper.student, EXERCISE, WHY, 3, "Bo", "2026-12-02T10:00:00Z", "so", sha(paper.text))
    with (tmp_path / "decisions.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({name: getattr(word, name) for name in word.__slots__ if name != "was"}) + "\n")

    asked = settled(browser, page, "1")

    assert asked.status == 409
    assert "by Bo" in asked.words
    # Even if that machine's clock is ahead, what is settled later counts.
    form = asked.form("/answer/")
    browser.post(form.action, form.fields)
    assert given_points(at) == {(paper.student, WHY): 1}


def test_sending_a_form_twice_is_one_decision(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()
    page = at.first(browser)

    settled(browser, page, "2")
    again = settled(browser, page, "2")

    assert again.status == 200
    assert len(at.lines) == 1


def test_a_page_of_an_answer_that_has_changed_says_so(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()
    page = at.first(browser)
    keep(tmp_path, answers({name: (f"{why} And more.", how) for name, (why, how) in THREE.items()}))

    said = settled(browser, page, "2", comment="Look <at> z.")

    assert said.status == 404
    assert "Not saved: this answer is not here any more. If the class was graded again" in said.words
    assert "Not here" not in said.words
    assert "You had chosen points: 2 " in said.words
    assert "You had written Look <at> z." in said.words
    assert "Look &lt;at&gt; z." in said.text
    assert at.lines == []
    assert "You had chosen items: 1, 3 " in settled(browser, page, items=[1, 3]).words
    assert "You had" not in settled(browser, page).words
    assert "Not here" in browser.get(page.url).words


def test_a_changed_answer_waits_again_and_the_others_do_not(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    for group in at.desk.questions[0].groups:
        at.desk.settle(at.desk.questions[0], group, Ruling(1))
    keep(tmp_path, answers(THREE | {"bob": ("Something else.", "b")}))

    at.desk.refresh()

    waiting = [paper.student for group in at.desk.questions[0].groups for paper in at.desk.waiting(group)]
    assert waiting == ["bob"]


def test_the_suggestion_is_on_no_page_of_an_answer_that_waits(tmp_path):
    flags = [Flag("unfamiliar", "None of the known words: a suggestion of 0 means only that.", WHY)]
    rows = [row("ada", [check(WHY, "One.", suggested=2)], flags), row("bob", [check(WHY, "Two.", suggested=2)])]
    at = desk_at(tmp_path, results(rows))
    browser = at.browser()

    page = at.first(browser)
    assert "uggest" not in page.form("/answer/").action + page.words

    after = settled(browser, page, "1")
    assert "Saved: ◐ 1 of 3, in part (suggested: 2)" in after.words
    assert "suggested: 2 of 3" in browser.get(page.url).words


def test_agreement_shows_after_twenty_answers_item_by_item(tmp_path):
    rows = [
        row(f"s{n:02}", [check(WHY, f"Answer {n}.", suggested=2, evidence=[Evidence(KEEPS, "Answer", 0)])])
        for n in range(21)
    ]
    at = desk_at(tmp_path, results(rows))
    browser = at.browser()
    page = at.first(browser)
    for n in range(20):
        assert "Suggestions and people" not in browser.get("/").words
        page = settled(browser, page, items=[1] if n % 2 else [1, 2])

    start = browser.get("/").words

    assert "Of 20 answers that people decided, 10 (50 %) got the suggested points" in start
    assert f"{KEEPS}100 %20000" in start.replace(" ", " ")
    assert f"{FORGETS}50 %010010" in start


def test_quotes_are_marked_where_they_stand_and_with_the_items_key(tmp_path):
    text = "First it keeps <all>, then it forgets."
    evidence = [
        Evidence(KEEPS, "keeps <all>", 9),
        Evidence("W2: other", "forgets", 30),
        Evidence(FORGETS, "nowhere", 2),
    ]
    at = desk_at(tmp_path, results([row("ada", [check(WHY, text, evidence=evidence)])]))
    browser = at.browser()

    page = at.first(browser)

    assert "<mark><small>1</small>keeps &lt;all&gt;</mark>, then it <mark><small>W2</small>forgets</mark>." in page.text
    turn = next(form for form in page.forms if ("turn", "marks") in form.fields)
    assert "<mark>" not in browser.post(turn.action, turn.fields).text


def test_flagged_answers_come_first_then_the_larger_groups(tmp_path):
    rows = [row(f"s{n}", [check(WHY, "Common." if n < 4 else f"Rare {n}.")]) for n in range(7)]
    rows.append(row("flagged", [check(WHY, "Copied.")], [Flag("copied", "40 % of it stand in the lesson.", WHY)]))
    at = desk_at(tmp_path, results(rows))

    groups = at.desk.questions[0].groups

    assert [group.flagged for group in groups] == [True, False, False, False, False]
    assert [len(group.papers) for group in groups] == [1, 4, 1, 1, 1]
    assert "Copied from the lesson: 40 % of it stand in the lesson." in at.first(at.browser()).words


def test_comments_already_written_for_a_question_are_offered_there_alone(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()
    page = settled(browser, at.first(browser), "2", comment="Say what z does.")

    assert '<option value="Say what z does.">Say what z does.</option>' in page.text
    assert "Say what z does." not in at.first(browser, 1).text

    form = page.form("/answer/")
    browser.post(form.action, form.filled(points="1", bank="Say what z does.", comment="And r."))
    assert json.loads(at.lines[1])["comment"] == "Say what z does.\nAnd r."


def test_keys_are_listed_and_can_be_turned_off(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()
    start = browser.get("/")
    assert '<body data-keys="on">' in start.text
    assert "settle, and go on to the next that waits" in start.words

    turn = next(form for form in start.forms if ("turn", "keys") in form.fields)
    browser.post(turn.action, turn.fields)

    assert '<body data-keys="off">' in at.first(browser).text
    assert browser.post("/settings", [*turn.filled(turn="csrf_token")]).status == 400


def test_an_answer_without_a_readable_text_is_settled_by_its_file(tmp_path):
    unread = replace(check(WHY, "x"), answer=None)
    at = desk_at(tmp_path, results([row("ada", [unread])]))
    browser = at.browser()
    page = at.first(browser)

    settled(browser, page, "2")

    assert "could not be read" in page.words
    assert "ada" not in page.text
    assert given_points(at) == {("ada", WHY): 2}


def test_a_second_reading_of_an_answer_that_has_changed_says_so_too(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    for group in at.desk.questions[0].groups:
        at.desk.settle(at.desk.questions[0], group, Ruling(1))
    browser = desk_at(tmp_path, person="Bo").browser()
    page = browser.get(next(link for link in browser.get("/").links.values() if link.startswith("/readings/")))
    keep(tmp_path, answers({name: (f"{why} And more.", how) for name, (why, how) in THREE.items()}))

    form = page.form("/second/")
    said = browser.post(form.action, form.filled(points="2"))

    assert said.status == 404
    assert "Not saved: this answer is not here any more" in said.words


def test_the_question_stands_closed_above_the_answer_where_the_course_is_at_hand(tmp_path):
    asked = "**Why (3 points).** Say what <z> keeps.\n\n- and what it forgets"
    at = desk_at(tmp_path, answers(THREE), guide=replace(GUIDE, asked=asked))
    browser = at.browser()

    page = at.first(browser)

    assert "<details><summary>The question as it was asked</summary>" in page.text
    assert "Say what &lt;z&gt; keeps.\n\n- and what it forgets</blockquote>" in page.text
    assert "as it was asked" not in at.first(browser, 1).text  # no course knows this one


def test_an_item_without_a_key_has_its_own_number(tmp_path):
    ten = replace(GUIDE, items=tuple(RubricItem(f"idea {number}", 1, str(number)) for number in range(1, 11)))
    page = desk_at(tmp_path, answers(THREE), guide=ten)
    words = " ".join(page.first(page.browser()).words.split())

    assert "9 idea 9" in words
    assert "10 idea 10" in words


def test_halves_are_said_to_be_rounded_up_where_there_are_some(tmp_path):
    at = desk_at(tmp_path / "whole", answers(THREE))
    assert "rounded up" not in at.first(at.browser()).words
    halves = replace(GUIDE, items=(replace(GUIDE.items[0], points=0.5), *GUIDE.items[1:]))
    at = desk_at(tmp_path / "halves", answers(THREE), guide=halves)

    assert "by the items (half a point is rounded up)" in " ".join(at.first(at.browser()).words.split())


def test_when_a_rubric_gives_other_points_what_items_settled_is_worked_out_again(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    question = at.desk.questions[0]
    for group, ruling in zip(question.groups, (Ruling(2, (KEEPS,)), Ruling(2), Ruling(1, (FORGETS,))), strict=True):
        at.desk.settle(question, group, ruling)
    dearer = replace(at.desk.guide(question), items=at.desk.guide(question).items[1:])
    dearer = replace(dearer, items=(replace(dearer.items[0], points=2), *dearer.items[1:]))

    again = desk_at(tmp_path, guide=dearer)

    assert again.desk.work_out_again() == (1, 1)  # one by an item that is dearer now, one by an item that is gone
    assert again.desk.work_out_again() == (0, 1)
    assert sorted(given_points(again).values()) == [2, 2, 2]


def test_a_second_person_reads_every_tenth_answer_without_seeing_what_it_was_given(tmp_path):
    rows = [row(f"s{n:02}", [check(WHY, f"Answer {n}.")]) for n in range(25)]
    at = desk_at(tmp_path, results(rows))
    question = at.desk.questions[0]
    assert at.desk.second(question) == []
    for group in question.groups:
        at.desk.settle(question, group, Ruling(2, (), "Well."))
    assert at.desk.second(question) == []  # nobody is their own second reader

    other = desk_at(tmp_path, person="Bo")
    browser = other.browser()
    assert "3 answers to read again" in browser.get("/").words
    page = browser.get(next(link for link in browser.get("/").links.values() if link.startswith("/readings/")))
    for points in ("2", "1", "2"):
        assert "Well." not in page.text
        assert "Settled" not in page.words
        form = page.form("/second/")
        page = browser.post(form.action, form.filled(points=points))

    assert "Two people gave the same points for 2 of 3 answers (67 %)" in page.words
    assert "they differ on 2 and 1 of 3" in page.words
    assert set(given_points(other).values()) == {2}
    assert browser.post(form.action, form.filled(points="0")).url == "/"  # sent twice
    assert "2 of 3 answers" in at.browser().get("/").words


def test_progress_and_time_left_follow_from_the_pace(tmp_path, monkeypatch):
    rows = [row(f"s{n:02}", [check(WHY, f"Answer {n}.")]) for n in range(60)]
    at = desk_at(tmp_path, results(rows))
    times = iter(range(0, 10_000, 30))
    at.keeper = Gatekeeper(review_app(at.desk, clock=lambda: float(next(times))), PORT)
    browser = at.browser()
    assert "about 10 minutes left" in browser.get("/").words
    page = at.first(browser)
    for _ in range(4):
        page = settled(browser, page, "1")

    assert "4 of 60 settled, about 28 minutes left" in page.words


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from(["settle", "undo"]), st.integers(0, 5), st.integers(0, 3)),
        max_size=12,
    )
)
def test_whatever_two_people_do_the_file_and_the_page_agree(tmp_path_factory, moves):
    folder = tmp_path_factory.mktemp("desk")
    at = desk_at(folder, answers(THREE), guide=None)
    done = []
    for _, what, which, points in moves:
        groups = [(question, group) for question in at.desk.questions for group in question.groups]
        question, group = groups[which % len(groups)]
        if what == "settle":
            done.append(at.desk.settle(question, group, Ruling(min(points, question.max_points))))
        elif done:
            at.desk.take_back(done.pop())

    shown = {
        (paper.student, paper.check): word.points
        for question in at.desk.questions
        for group in question.groups
        for paper in group.papers
        if (word := at.desk.current(paper)) is not None
    }
    assert shown == given_points(at)


def test_ids_in_addresses_tell_nothing_about_order_or_name(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    other = desk_at(tmp_path)
    question = at.desk.questions[0]

    ids = {desk.desk.group_id(question, group) for desk in (at, other) for group in question.groups}

    assert len(ids) == 2 * len(question.groups)
    assert all(len(each) == 32 and set(each) <= set("0123456789abcdef") for each in ids)


def test_the_order_is_the_same_each_time_and_names_have_no_part_in_it(tmp_path):
    texts = [f"Answer {n}." for n in range(12)]
    one = desk_at(tmp_path / "one", answers({f"s{n:02}": (text, text) for n, text in enumerate(texts)}))
    other = desk_at(tmp_path / "other", answers({f"s{11 - n:02}": (text, text) for n, text in enumerate(texts)}))
    orders = [
        [group.papers[0].text for group in at.desk.questions[0].groups] for at in (one, other, desk_at(one.folder))
    ]

    assert orders[0] == orders[1] == orders[2]
    assert orders[0] != texts
    assert orders[0] != [
        group.papers[0].text for group in one.desk.questions[1].groups
    ]  # another one for each question


def test_a_line_that_was_cut_short_is_told(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    (tmp_path / "decisions.jsonl").write_text('{"student": "ada", "exer', encoding="utf-8")

    assert "1 line of decisions.jsonl could not be read" in at.browser().get("/").words


def test_results_that_are_gone_are_told_in_one_page(tmp_path):
    at = desk_at(tmp_path, answers(THREE))
    browser = at.browser()
    (tmp_path / "results.json").unlink()

    said = browser.get("/")

    assert said.status == 500
    assert "Traceback" not in said.text


def test_a_void_question_is_not_asked(tmp_path):
    found = answers(THREE)
    at = desk_at(tmp_path, replace(found, run=replace(found.run, void=(VoidCheck(EXERCISE, WHY, found.run.started),))))

    assert [question.check for question in at.desk.questions] == [HOW]
