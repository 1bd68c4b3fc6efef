"""How it is said where a function first goes wrong: one sentence for each way of knowing it, and one on what to mend."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.reports.checked import as_html, row_as_text
from grader.reports.words import first_wrong
from grader.scores.records import (
    Checked,
    CheckResult,
    ExerciseRecord,
    FirstWrong,
    Gap,
    Isolation,
    KnownBy,
    Misconception,
    Outcome,
    Results,
    RunRecord,
    Status,
    SubmissionResult,
)

from .conftest import student_views

STEP = FirstWrong("gru_step", KnownBy.ITSELF, "step", 1, "r", ("r",), ("reset_gate",))
TOLD = "gru_step first goes wrong at step 1, in r. Mend reset_gate, and gru_step is right too."
GATE = CheckResult(
    "reset_gate_terms", "reset_gate listens", 0, 2, Outcome.FAILED, misconception=Misconception("G10", "deaf")
)
VALUES = CheckResult(
    "gru_step_values", "gru_step gives the next state", 0, 2, Outcome.FAILED, True, gap=Gap("SECRET", "SECRET", "SECRET"),
    misconception=Misconception("G10", "deaf"), first=STEP,
)  # fmt: skip
COMPOSES = CheckResult("gru_step_composes", "gru_step puts together", 3, 3, Outcome.PASSED, first=STEP)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, ""),
        (STEP, TOLD),
        (
            FirstWrong("gru_forward", KnownBy.RETURNED, "step", 2, "state", ("state",)),
            "What gru_forward gives back first differs at step 2: the state there.",
        ),
        (
            FirstWrong("gate_trace", KnownBy.AFTER, "word", 1, "state", ("z", "r")),
            "In gate_trace z and r are right at word 1, and both differ at word 2: so the state after word 1 is wrong, or what "
            "both make of it.",
        ),
        (
            FirstWrong("gate_trace", KnownBy.ITSELF, "word", 1, "z", ("z", "r")),
            "gate_trace first goes wrong at word 1, in z (z and r differ there).",
        ),
        (
            FirstWrong("gru_forward", KnownBy.RESULT, mend=("gru_forward",)),
            "All that was seen inside gru_forward, step by step, is right; what it gives back is not. Mend gru_forward itself: "
            "even with right functions in place of those that it calls, it is wrong.",
        ),
        (replace(STEP, mend=("reset_gate", "gru_step")), "gru_step first goes wrong at step 1, in r. Mend reset_gate and gru_step, and it is right."),
        (FirstWrong("gru_step", KnownBy.ITSELF, mend=("a", "b", "c")), "Mend a, b and c, and gru_step is right too."),
    ],
)  # fmt: skip
def test_each_way_of_knowing_has_its_sentence(found: FirstWrong | None, said: str) -> None:
    assert first_wrong(found) == said


def results(*checks: CheckResult) -> Results:
    """Make up a run over one student."""
    row = SubmissionResult(
        "ada", "01_gates", "ada/01_gates.py", "students/ada.html", "0" * 64, Status.GRADED, 3, 0, 7, 0.1, checks=checks
    )
    run = RunRecord("2026-01-01T00:00:00+00:00", 1.0, 1, {}, Isolation("none", ()), "local", 1)
    return Results(run, (ExerciseRecord("01_gates", "Gates", 7),), (row,))


def test_a_cause_is_told_it_in_its_card_whichever_of_its_checks_knows_it() -> None:
    """The card shows the gate's own check; that of the step is folded, and hidden: what it knows is of another case."""
    (view,) = student_views(results(GATE, COMPOSES, VALUES)).values()
    (exercise,) = view.exercises
    (card,) = exercise.cards
    assert (card.title, card.first) == ("reset_gate listens", TOLD)
    assert "SECRET" not in repr(view)
    assert view.steps[0].detail == "looks like: deaf. Mend reset_gate, and gru_step is right too."
    assert [passed.first for passed in exercise.passed] == [TOLD]


def test_with_two_functions_to_mend_the_list_of_what_to_do_names_none() -> None:
    two = replace(VALUES, first=replace(STEP, mend=("reset_gate", "candidate_state")))
    (view,) = student_views(results(GATE, two)).values()
    assert view.steps[0].detail == "looks like: deaf"
    assert view.exercises[0].cards[0].first.endswith("Mend reset_gate and candidate_state, and gru_step is right too.")


def test_a_terminal_and_a_notebook_say_the_same() -> None:
    row = Checked("01_gates", "Gates", "01_gates.py", (), (GATE, replace(VALUES, hidden=False)), 0)
    assert TOLD in " ".join(row_as_text(row).split())
    assert TOLD in as_html([row])
