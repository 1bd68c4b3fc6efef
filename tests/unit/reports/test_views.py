"""What a student and a teacher see follows from the records alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.reports.classroom.class_view import class_view
from grader.reports.classroom.histogram import histogram
from grader.reports.harmless import in_rows
from grader.reports.pages import class_page, student_page
from grader.reports.student.views import marked
from grader.scores.records import (
    CellResult,
    CheckResult,
    Decided,
    Evidence,
    Flag,
    Gap,
    Misconception,
    NotListed,
    Outcome,
    Person,
    Status,
    VoidCheck,
    WrittenAnswer,
)
from grader.scores.void_checks import give_void

from .conftest import CHECKS, class_of, failed, graded, result, run, student_views, without_checks


def view_of(submission, **fields):
    (view,) = student_views(class_of(submission, **fields)).values()
    return view


def exercise_of(submission):
    (exercise,) = view_of(submission).exercises
    return exercise


def all_but(*missed: int):
    return tuple(failed(at) if at in missed else result(at) for at in range(len(CHECKS)))


def test_a_hidden_check_shows_no_data():
    hidden = next(at for at, check in enumerate(CHECKS) if check[3])
    (card,) = exercise_of(graded("a", all_but(hidden))).cards
    assert (card.message, card.gap, card.counterexample) == ("", None, None)
    assert (card.title, card.lost, bool(card.hint), bool(card.mistake)) == (CHECKS[hidden][1], 2, True, True)


def test_how_many_hidden_checks_failed_is_told():
    assert exercise_of(graded("a", all_but(3, 5, 0))).hidden_note == "2 of 3 hidden checks did not pass"
    assert exercise_of(graded("a", all_but())).hidden_note == ""


def test_checks_that_show_one_mistake_are_one_step_with_all_its_points():
    steps = view_of(graded("a", all_but(0, 4, 5, 6))).steps
    assert [step.points for step in steps] == [4, 3, 1]
    assert steps[0].detail == "looks like: The gate works the other way round"


def test_there_are_at_most_three_steps():
    assert len(view_of(graded("a", all_but(*range(11)))).steps) == 3


def test_what_is_not_begun_is_done_from_the_top():
    """Later parts build on earlier ones, so the first is where to start, whatever it is worth."""
    todo = tuple(
        result(at, Outcome.TODO, message=f"{check[0].partition('_')[0]} is not written yet.")
        for at, check in enumerate(CHECKS)
    )
    steps = view_of(graded("a", todo)).steps
    assert [(step.title, step.points) for step in steps] == [(CHECKS[0][1], 2), (CHECKS[2][1], 4), (CHECKS[4][1], 4)]
    assert exercise_of(graded("a", todo)).state == "not done yet"


def test_what_waits_for_a_person_is_neither_lost_nor_a_step():
    checks = (*all_but()[:-1], result(10, Outcome.REVIEW))
    view = view_of(graded("a", checks))
    assert (view.steps, view.pending, view.exercises[0].state) == ((), 1, "waits for a person")
    assert view.exercises[0].cards[0].waiting


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (Status.MISSING, "not handed in"),
        (Status.UNREADABLE, "could not be read"),
        (Status.FAILED, "the grader failed: not your fault"),
    ],
)
def test_what_was_not_judged_says_why(status, state):
    exercise = exercise_of(without_checks("a", status))
    assert exercise.state == state
    assert exercise.reason


def test_points_that_the_grader_broke_are_no_step():
    assert view_of(without_checks("a", Status.FAILED)).steps == ()
    assert view_of(without_checks("a", Status.MISSING)).steps[0].points == 20


def test_the_command_for_home_is_safe_to_paste():
    assert exercise_of(graded("a", (), path="a/$(rm -rf ~).py")).command == "grader check '$(rm -rf ~).py'"
    assert exercise_of(graded("a", (), path="a/x.py")).command == "grader check x.py"
    assert exercise_of(without_checks("a", Status.MISSING)).command == "grader check 01_made_up.ipynb"


def test_cells_count_from_one_as_on_the_screen():
    cells = (CellResult(0, 2, Outcome.ERROR, "m"), CellResult(None, 7, Outcome.TIMEOUT, "m"))
    shown = exercise_of(graded("a", all_but(), cells=cells)).cells
    assert [(cell.place, cell.word) for cell in shown] == [
        ("cell 1, line 2", "your code stopped"),
        ("line 7", "took too long"),
    ]


def test_a_flag_names_its_check_by_title():
    flags = (Flag("blocked", "No network here.", CHECKS[0][0]), Flag("new_kind", "m"))
    first, second = exercise_of(graded("a", all_but(), flags=flags)).flags
    assert first.title == f"Not allowed here, at “{CHECKS[0][1]}”"
    assert second.title == "New kind"


@pytest.mark.parametrize(
    ("expected", "got", "differing"),
    [
        ("[1, 2, 3]", "[1, 5, 3]", ["5"]),
        ("[1, 2]", "[3, 4]", []),
        ("[1, 2]", "[1, 2]", []),
        ("shape (2, 3)", "shape (2, 4)", ["4"]),
        ("[[2.]]", "[[-1.]]", []),
        ("a number", "None (does the function end with return?)", []),
        ("", "", []),
    ],
)
def test_only_what_stands_out_is_marked(expected, got, differing):
    pieces = marked(expected, got)
    assert "".join(piece.text for piece in pieces) == got
    assert [piece.text for piece in pieces if piece.differs] == differing


def test_an_array_has_a_line_for_each_row():
    assert in_rows("[[1, 2], [3, 4]]") == "[[1, 2],\n [3, 4]]"
    assert in_rows("0.5 at [0, 1]") == "0.5 at [0, 1]"
    call = "f(a=np.array([[1.0, 2.0]]), b=np.array([1.0], dtype=np.float32), c=2)"
    assert in_rows(call) == "f(\n  a=np.array([[1.0, 2.0]]),\n  b=np.array([1.0], dtype=np.float32),\n  c=2)"
    assert in_rows(f"# a line\n{call}") == f"# a line\n{in_rows(call)}"


def test_the_class_page_says_who_needs_a_person_and_leaves_the_rest_to_the_notes():
    rows = (
        graded("a", all_but(), flags=(Flag("renamed", "m"),)),
        graded("b", all_but(), flags=(Flag("ambiguous", "m"),)),
        without_checks("c", Status.UNREADABLE),
        graded("d", (*all_but()[:-1], result(10, Outcome.REVIEW))),
        without_checks("e", Status.FAILED),
        without_checks("f", Status.MISSING),
    )
    view = class_view(class_of(*rows))
    assert [task.student.name for task in view.tasks] == ["b", "c"]
    assert [(question.title, question.answers) for question in view.work.questions] == [(CHECKS[10][1], 1)]
    assert [task.student.name for task in view.flags] == ["a"]
    assert [task.student.name for task in view.broken] == ["e"]


def test_a_cell_of_the_matrix_has_a_tint_only_where_points_say_something():
    rows = (
        graded("a", all_but()),
        graded("b", tuple(failed(at) for at in range(11))),
        without_checks("c", Status.MISSING),
        without_checks("d", Status.FAILED),
    )
    cells = [row.cells[0] for row in class_view(class_of(*rows)).rows]
    assert [(cell.tint, cell.kind) for cell in cells] == [(5, ""), (1, ""), (0, "missing"), (0, "faulted")]


def test_a_check_that_nobody_passes_is_itself_suspect():
    view = class_view(class_of(graded("a", all_but(0)), graded("b", all_but(0))))
    assert [check.id for check in view.checks if check.suspect] == [CHECKS[0][0]]


@pytest.mark.parametrize("max_points", [0, 1, 9, 30, 100, 101])
def test_every_total_is_in_one_bar(max_points):
    drawn = histogram(list(range(max_points + 1)), max_points)
    assert sum(bar.students for bar in drawn.bars) == max_points + 1
    assert len(drawn.bars) <= 10
    assert drawn.bars[-1].high == max_points


def test_a_run_without_students_can_be_shown():
    view = class_view(class_of(run=run()))
    assert (view.students, view.mean, view.rows) == (0, "\N{EN DASH}", ())


def test_one_cause_is_one_card_with_all_its_points_and_the_other_checks_folded_behind_it():
    exercise = exercise_of(graded("a", all_but(0, 1, 4, 5)))
    first, second = exercise.cards
    assert (first.title, first.lost, [other.title for other in first.others]) == (CHECKS[0][1], 2, [CHECKS[1][1]])
    assert (second.title, second.lost) == (CHECKS[4][1], 4)
    assert [(other.title, other.hidden, other.lost) for other in second.others] == [(CHECKS[5][1], True, 3)]
    assert exercise.state == "2 to fix"


def test_a_hidden_check_that_stopped_as_a_public_one_did_is_folded_behind_it():
    told = "keep_gate raised ValueError: shapes ({},4) (6,), line 12"
    public = result(2, Outcome.ERROR, gap=Gap("keep_gate(1)", "an answer", told.format(3)))
    hidden = result(3, Outcome.ERROR, gap=Gap("keep_gate(2)", "an answer", told.format("SECRET 7")))
    checks = [result(at) for at in range(len(CHECKS))]
    checks[2:4] = [public, result(3, Outcome.ERROR, gap=Gap("keep_gate(2)", "an answer", told.format(7)))]
    (card,) = exercise_of(graded("a", tuple(checks))).cards
    assert [other.title for other in card.others] == [CHECKS[3][1]]
    assert hidden.gap is not None
    checks[3] = hidden
    assert "SECRET" not in str(exercise_of(graded("a", tuple(checks))))


def test_the_small_case_is_shown_in_the_place_of_the_large_one():
    (card,) = exercise_of(graded("a", all_but(4))).cards
    assert card.gap is None
    assert card.counterexample is not None


def test_flags_of_one_kind_are_one_entry():
    flags = (Flag("stopped", "line 1"), Flag("note", "n"), Flag("stopped", "line 2"), Flag("stopped", "line 3"))
    first, second = exercise_of(graded("a", all_but(), flags=flags)).flags
    assert (first.message, first.others, second.message) == ("line 1", ("line 2", "line 3"), "n")


def test_what_did_not_run_is_gathered_by_what_it_says():
    same = [CellResult(17, line, Outcome.ERROR, "NameError: sigmoid") for line in (6, 7, 8)]
    cells = (*same, CellResult(18, 1, Outcome.ERROR, "KeyError: x"))
    exercise = exercise_of(graded("a", all_but(), cells=cells))
    assert [(cell.place, len(cell.others)) for cell in exercise.cells] == [
        ("cell 18, line 6", 2),
        ("cell 19, line 1", 0),
    ]
    assert exercise.stopped == 4


def test_what_there_is_to_know_of_a_check_that_passed_stands_with_it():
    checks = (result(0, message="The whole is not right yet."), *all_but()[1:])
    assert exercise_of(graded("a", checks)).passed[0].message == "The whole is not right yet."


def test_flags_of_one_kind_of_a_student_are_one_line_of_the_class_page():
    """A notebook of another subject once made 67 lines."""
    blocked = tuple(Flag("blocked", f"line {line} imports torch") for line in range(1, 68))
    stopped = (Flag("stopped", "line 70"), Flag("stopped", "line 71"))
    view = class_view(class_of(graded("a", all_but(), flags=blocked + stopped)))
    assert [(task.message, len(task.more)) for task in view.tasks] == [("line 1 imports torch", 66)]
    assert [(task.message, task.more) for task in view.flags] == [("line 70", ("line 71",))]


def test_a_file_that_is_not_the_exercise_is_one_line_with_the_rest_folded_behind_it():
    flags = (Flag("unrecognised", "none of it"), Flag("blocked", "torch"), Flag("stopped", "line 3"))
    todo = tuple(result(at, Outcome.TODO) for at in range(len(CHECKS)))
    view = class_view(class_of(graded("a", todo, flags=flags)))
    (task,) = view.tasks
    assert (task.what, task.message, len(task.more)) == ("Not this exercise", "none of it", 2)
    assert view.flags == ()


def test_a_question_that_waits_for_a_person_is_not_suspect_and_says_how_many_wait():
    waits = tuple(result(at, Outcome.REVIEW) for at in range(len(CHECKS)))
    empty = tuple(result(at, Outcome.TODO) for at in range(len(CHECKS)))
    checks = class_view(class_of(graded("a", all_but(*range(11))), graded("b", waits))).checks
    assert {(check.suspect, check.passed, check.judged, check.waiting) for check in checks} == {(False, 0, 1, 1)}
    assert not any(check.suspect for check in class_view(class_of(graded("a", empty))).checks)


def test_means_say_that_what_is_missing_counts_in_them():
    assert class_view(class_of(graded("a", all_but()), without_checks("b", Status.MISSING))).missing
    assert not class_view(class_of(graded("a", all_but()))).missing


def test_what_is_told_alike_of_several_exercises_of_a_student_is_one_line_for_the_teacher():
    """Whoever handed in a text file made a row for each of five exercises."""
    flag = Flag("unrecognised", "no file was found for this exercise; handed in instead: notes.txt")
    exercises = ("01_made_up", "02_more", "05_last")
    rows = [without_checks("mike", Status.MISSING, exercise=each, flags=(flag,)) for each in exercises]
    other = without_checks("zoe", Status.MISSING, flags=(flag,))

    tasks = class_view(class_of(*rows, other)).tasks

    assert [(task.student.name, task.exercise) for task in tasks] == [
        ("mike", "01_made_up, 02_more, 05_last"),
        ("zoe", "01_made_up"),
    ]


DECIDED = Decided(2, 0, "Dr <b>Noor</b>", "2026-12-01T10:00:00+00:00", "Say <i>what</i> it resets.")


def marked_answer(points: int = 2, **fields: object) -> CheckResult:
    """Return an answer of 3 points on which a person has decided."""
    decided = replace(DECIDED, points=points)
    values = {"answer": WrittenAnswer("It forgets.", "a" * 64), "adjusted": decided, "suggested_points": 3} | fields
    return CheckResult(
        "forget_why", "Why it forgets", points, 3, Outcome.REVIEW, True, "SUSPICION", "SUSPICION",
        Misconception("T1", "SUSPICION"), evidence=(Evidence("SUSPICION", "forgets", 3),), **values,
    )  # fmt: skip


def test_points_in_part_are_shown_with_who_gave_them_and_why_and_suspicions_are_not():
    view = view_of(graded("a", (result(0), marked_answer())))
    (exercise,) = view.exercises
    (card,) = exercise.cards
    assert (card.points, card.max_points, card.lost, card.sign, card.waiting) == (2, 3, 1, "◐", False)
    assert card.decision.said == "Decided by Dr <b>Noor</b>, 1 December 2026, 10:00 UTC"
    assert card.decision.why == "Say <i>what</i> it resets."
    assert card.answer == "It forgets."
    assert "SUSPICION" not in str(view)
    assert (exercise.state, exercise.points, exercise.pending) == ("graded by a person", 3, 0)
    assert [(step.detail, step.points) for step in view.steps] == [("2 of 3 points: Say <i>what</i> it resets.", 1)]


def test_an_answer_with_all_its_points_stands_among_what_passed():
    (exercise,) = view_of(graded("a", (result(0), marked_answer(3)))).exercises
    assert exercise.cards == ()
    assert [(one.title, one.answer) for one in exercise.passed] == [
        (CHECKS[0][1], ""),
        ("Why it forgets", "It forgets."),
    ]
    assert exercise.passed[1].decision is not None
    assert exercise.state == "complete"


def test_a_check_that_a_person_gave_nothing_is_no_pass_and_lists_its_points():
    view = view_of(graded("a", (result(0), marked_answer(0))))
    assert [step.points for step in view.steps] == [3]
    assert [card.sign for card in view.exercises[0].cards] == ["≠"]


def test_a_persons_word_on_a_check_stands_above_what_the_grader_found():
    """With all points there is nothing left to mend; with some the finding is still told, since it helps."""
    full = replace(failed(4), points=1, adjusted=replace(DECIDED, points=1))
    assert [step.title for step in view_of(graded("a", (full, failed(0)))).steps] == [CHECKS[0][1]]
    half = replace(failed(6), points=1, adjusted=replace(DECIDED, points=1))
    first, second = exercise_of(graded("a", (failed(4), half))).cards
    assert (first.decision, second.decision is not None) == (None, True)
    assert second.counterexample is not None
    assert exercise_of(graded("a", (failed(4), half))).state == "1 to fix"


def test_an_answer_is_on_its_own_students_page_alone():
    rows = (graded("a", (result(0), marked_answer())), graded("b", (result(0), result(10, Outcome.REVIEW))))
    views = {view.student: str(view) for view in student_views(class_of(*rows)).values()}
    assert "It forgets." in views["a"]
    assert "It forgets." not in views["b"]


def test_the_class_page_tells_points_in_part_for_what_they_are():
    rows = [graded(name, (result(0), marked_answer(points))) for name, points in (("a", 2), ("b", 3), ("c", 0))]
    view = class_view(class_of(*rows))
    check = next(check for check in view.checks if check.id == "forget_why")
    assert (check.passed, check.partial, check.judged, check.percent, check.suspect) == (1, 1, 3, 56, False)
    assert (view.tasks, view.work) == ((), None)
    assert view.decisions == ()
    (settled,) = view.settled
    assert (settled.title, settled.answers, settled.mean, settled.by) == ("Why it forgets", 3, "1.7", "Dr <b>Noor</b>")


def test_marks_that_a_person_changed_are_listed_and_checks_that_do_not_count_have_one_line():
    changed = replace(failed(6), points=1, adjusted=replace(DECIDED, points=1))
    rows = [graded(name, (failed(4), changed)) for name in ("a", "b")]
    void = VoidCheck("01_made_up", CHECKS[4][0], "2026-12-01T10:00:00Z")
    view = class_view(give_void(class_of(*rows, graded("c", all_but())), (void,)))
    assert [(line.student.name, line.what) for line in view.decisions] == [(name, CHECKS[6][1]) for name in "ab"]
    assert view.decisions[0].message.startswith("1 of 3 points (was 0). Decided by Dr")
    (row,) = view.void
    assert (row.title, row.students, row.when) == (CHECKS[4][1], 2, "1 December 2026, 10:00 UTC")
    page = class_page(view)
    assert "2 students have its points for that reason." in page


def test_what_waits_is_work_to_do_with_a_row_for_each_question():
    """Equal answers are settled together, so they take the time of one."""
    texts = {name: WrittenAnswer(text, text * 64) for name, text in (("a", "1"), ("b", "2"), ("c", "2"))}
    rows = [
        graded(name, (marked_answer(0, adjusted=None, answer=text), result(10, Outcome.REVIEW)))
        for name, text in texts.items()
    ]
    view = class_view(class_of(*rows, graded("d", (marked_answer(2),))))
    assert view.tasks == ()
    assert view.work.told == "6 answers wait, about 1 minute"
    first, second = view.work.questions
    assert (first.title, first.answers, first.different, first.points) == ("Why it forgets", 3, 2, 9)
    assert (second.answers, second.different, second.points) == (3, 3, 3)
    assert "grader review RUN" in class_page(view)


def test_the_time_that_is_left_is_for_six_answers_a_minute_until_it_was_measured():
    texts = [WrittenAnswer(str(number), f"{number:064}") for number in range(52)]
    rows = [graded(str(at), (marked_answer(0, adjusted=None, answer=text),)) for at, text in enumerate(texts)]
    assert class_view(class_of(*rows)).work.told == "52 answers wait, about 9 minutes"
    settled = [
        graded(f"x{at}", (marked_answer(1, adjusted=replace(DECIDED, when=f"2026-12-01T10:{at:02}:00Z")),))
        for at in range(21)
    ]
    work = class_view(class_of(*rows, *settled)).work
    assert (work.told, work.pace) == (
        "52 answers wait, about 52 minutes",
        "1 a minute, as so far; equal answers are settled together",
    )


def test_a_decision_says_what_it_was_before_and_how_to_ask_for_a_second_look():
    half = replace(failed(6), points=1, adjusted=replace(DECIDED, points=1))
    view = view_of(graded("a", (half, marked_answer(2))))
    assert [card.decision.points for card in view.exercises[0].cards] == [
        "1 of 3 points (was 0)",
        "2 of 3 points (waited before)",
    ]
    page = student_page(view)
    assert page.count('href="#second-look"') == 2
    assert page.count('id="second-look"') == 1


def test_who_marks_reads_the_answer_itself_and_in_a_large_class_a_shorter_piece_of_each():
    long = marked_answer(0, adjusted=None, answer=WrittenAnswer("word " * 2_000, "a" * 64))
    (_, one), *_ = class_view(class_of(graded("a", (long,)))).answers
    assert one.text.startswith("word word")
    assert "10,000 characters in all" in one.text
    many = class_view(class_of(*(graded(f"s{number}", (long,)) for number in range(1_000)))).answers
    assert sum(len(answer.text) for _, answer in many) < 500_000


def test_the_class_page_holds_the_class_against_its_roster():
    people = Person("kim", "Kim"), Person("leo", "Leo <i>Ho</i>"), Person("zoe", "zoe"), Person("gone", "Jo")
    rows = (
        graded("kim", all_but()),
        without_checks("leo", Status.MISSING),
        graded("max", all_but()),
        graded("zoe", all_but()),
    )
    facts = run(not_listed=(NotListed("max", "could be kim or leo"),))

    view = class_view(class_of(*rows, roster=people, run=facts))

    assert [row.student.person for row in view.rows] == ["Kim", "Leo <i>Ho</i>", "", ""]
    assert view.roster is not None
    assert (view.roster.listed, view.roster.handed_in) == (4, 2)
    assert [(link.name, link.person, bool(link.href)) for link in view.roster.absent] == [
        ("gone", "Jo", False), ("leo", "Leo <i>Ho</i>", True),
    ]  # fmt: skip
    assert [(link.name, why) for link, why in view.roster.strangers] == [("max", "could be kim or leo")]
    page = class_page(view)
    assert "could be kim or leo" in page
    assert "<i>Ho" not in page
    assert class_view(class_of(*rows)).roster is None
    asked = class_view(class_of(*rows, roster=people, run=run(asked=tuple(x.id for x in class_of(*rows).exercises))))
    assert "<h3>Handed in nothing for " in class_page(asked)
    assert "<h3>Handed in nothing</h3>" in class_page(view)
    assert "roster" not in class_page(class_view(class_of(*rows)))


def test_a_page_says_whose_work_it_is_if_a_group_handed_it_in():
    (told,) = exercise_of(graded("a", all_but(), group="Team <1>")).flags
    assert told.message == "This was handed in for the group Team <1>."
    assert exercise_of(without_checks("a", Status.MISSING, group="Team 1")).flags == ()


def test_who_handed_in_alone_is_on_the_class_page_and_on_no_other_students_page():
    lone = Flag("not_shared", "kim is in Team 1, in which leo handed in alone: that counts for leo only")
    late = Flag("late", "handed in late, says Canvas")
    missing = replace(without_checks("kim", Status.MISSING), flags=(lone,))
    shown = class_of(missing, replace(graded("leo", all_but()), flags=(late,)))

    view = class_view(shown)
    assert [(task.student.name, task.what, task.message) for task in view.tasks] == [
        ("kim", "One of the group handed in alone", lone.message)
    ]
    assert [(note.student.name, note.what, note.message) for note in view.flags] == [
        ("leo", "Handed in late", late.message)
    ]
    pages = {page.removeprefix("students/"): view for page, view in student_views(shown).items()}
    assert [[flag.message for each in view.exercises for flag in each.flags] for view in pages.values()] == [
        [],
        [late.message],
    ]
