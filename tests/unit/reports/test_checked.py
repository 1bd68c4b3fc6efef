"""What a student reads of the public checks: the verdict first, one piece for each cause, whole words in any width."""

from __future__ import annotations

import re
import textwrap
from types import SimpleNamespace

import pytest

from grader.reports.checked import as_html, as_text, row_as_text
from grader.scores.records import Checked, CheckResult, Flag, Gap, Misconception, Outcome

from .conftest import result

MISTAKE = Misconception("X1", "The gate works the other way round")
PASSED = result(0)


def wrong(at: int, **fields: object) -> CheckResult:
    """Return a check that failed by the known mistake."""
    small = Gap("blend(z=1.0)", "2.0", "-1.0")
    return result(
        at, Outcome.FAILED, hint="Set the gate to 1.", misconception=MISTAKE, counterexample=small, gap=small, **fields
    )


def row(*results: CheckResult, notes: tuple[Flag, ...] = ()) -> Checked:
    """Return what was found in one exercise."""
    return Checked("01_made_up", "The gates", "01_made_up.py", notes, results, 9)


def words(text: str) -> str:
    """Return a text without its line ends."""
    return " ".join(text.split())


def test_points_and_what_to_do_stand_before_all_else_and_what_costs_nothing_last() -> None:
    note = Flag("stopped", "line 3 stopped with NameError: x")
    lines = row_as_text(row(PASSED, wrong(4), notes=(note,))).splitlines()
    assert lines[1:3] == ["The gates (01_made_up.py): 1 of 2 points", "  One thing to mend:"]
    order = [next(at for at, line in enumerate(lines) if part in line) for part in ("0/1", "ok ", "note: ")]
    assert order == sorted(order)


def test_one_mistake_is_told_once_and_the_other_checks_are_folded_behind_it() -> None:
    for told in (as_text([row(wrong(4), wrong(6), wrong(8))]), as_html([row(wrong(4), wrong(6), wrong(8))])):
        assert told.count("The gate works the other way round") == told.count("Hint") == 1
        assert "2 more checks" in words(told)
        assert "4 points" in words(told)


def test_many_folded_checks_are_counted_and_not_all_named() -> None:
    told = words(as_text([row(*(wrong(at) for at in (0, 1, 2, 4, 6, 8)))]))
    assert "5 more checks do not pass" in told
    assert "; and 2 more." in told


def test_an_untouched_exercise_is_a_verdict_and_no_card() -> None:
    todo = [result(at, Outcome.TODO, message="squash is not done yet.") for at in (0, 1, 2)]
    lines = row_as_text(row(*todo), 100).splitlines()
    assert lines[2:] == [
        "  Nothing is done yet. Begin with: The squashing function gives the right values.",
        "  squash is not done yet.",
    ]
    assert "<details" not in as_html([row(*todo)])


def later(at: int, message: str) -> CheckResult:
    """Return a check of a part that is not done yet."""
    return result(at, Outcome.TODO, message=message)


def test_parts_that_are_not_done_yet_are_a_line_each_and_only_what_is_special_is_said() -> None:
    parts = [
        later(2, "keep is not written yet. There is keeep: rename it."),
        later(3, "keep is not written yet. There is keeep: rename it."),
        later(4, "blend is not written yet."),
        later(6, "step is not written yet."),
    ]
    told = row_as_text(row(PASSED, *parts), 100)
    assert told.splitlines()[2:8] == [
        "  3 parts not done yet; what is done passes.",
        "",
        "  Not done yet:",
        "      0/4  The keep gate uses the input, the state and the bias, and 1 more check",
        "           keep is not written yet. There is keeep: rename it.",
        "      0/1  A high gate keeps the past",
    ]
    assert "step is not written yet" not in told
    assert "One thing to mend; 3 parts not done yet:" in row_as_text(row(wrong(0), *parts))


def test_a_file_that_can_not_be_read_says_only_that() -> None:
    told = as_text([row(result(0, Outcome.ERROR), notes=(Flag("unreadable", "this file can't be read: no JSON"),))])
    assert words(told).startswith("The gates (01_made_up.py): 0 of 1 points this file can't be read: no JSON Public")


def test_a_file_that_is_not_the_exercise_says_so_first_and_does_not_list_all_that_did_not_run() -> None:
    """A notebook of another subject once gave 69 notes before the verdict."""
    notes = (
        *(Flag("blocked", f"line {at} imports torch") for at in range(69)),
        Flag("unrecognised", "Another exercise."),
    )
    told = row_as_text(row(later(0, "x"), result(1, Outcome.BLOCKED), notes=notes)).splitlines()
    assert told[2:] == ["  Another exercise.", "", "  note: line 0 imports torch", "  and 68 more notes"]


def test_what_is_right_is_told_so() -> None:
    assert "Every public check passes." in as_text([row(PASSED)])


def test_what_is_said_of_a_check_that_passes_stands_behind_it() -> None:
    told = result(6, message="Judged with its parts replaced: the whole is not right yet.")
    assert "rightly Judged with its parts replaced" in words(as_text([row(told)]))
    assert "Judged with its parts replaced" in as_html([row(told)])


@pytest.mark.parametrize("width", [1, 40, 60, 80, 100, 500])
def test_lines_keep_to_the_width_and_to_whole_words(width: int) -> None:
    results = (PASSED, wrong(4), wrong(6), result(9, Outcome.ERROR, message="word " * 60))
    told = row_as_text(row(*results, notes=(Flag("note", "word " * 60),)), width)
    plain = row_as_text(row(*results, notes=(Flag("note", "word " * 60),)), 100)
    assert max(map(len, told.splitlines())) <= max(40, min(width, 100))
    assert words(told) == words(plain)


def test_colours_are_added_and_change_no_letter() -> None:
    results = (PASSED, wrong(4), result(9, Outcome.TODO, message="later"))
    coloured = row_as_text(row(*results), 60, colour=True)
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == row_as_text(row(*results), 60)


def test_what_a_student_wrote_brings_no_colours_and_no_markup() -> None:
    hostile = "\x1b[31mred</pre><script>alert(1)</script>"
    found = [result(0, Outcome.ERROR, message=hostile, hint=hostile), wrong(4)]
    assert "\x1b" not in as_text([row(*found, notes=(Flag("note", hostile),))])
    assert "<script" not in as_html([row(*found, notes=(Flag("note", hostile),))])


@pytest.mark.parametrize("width", [40, 61, 80, 100])
@pytest.mark.parametrize(
    "models", ["", "import math\nmodel_1 = dict(a=[1, 2, 3], b=[dict(c=4), dict(c=5), dict(c=6)])\n"]
)
def test_a_call_runs_when_it_is_copied_out_of_the_terminal(width: int, models: str) -> None:
    """Also where it was wrapped."""
    weights = ", ".join(f'"W_{gate}": np.array([[0.25, -1.5], [2.0, 0.125]])' for gate in "zrh")
    call = f"{models}blend(x=np.array([[1.0, 2.0]], dtype=np.float32), params={{{weights}}}, n=3)"
    told = row_as_text(row(PASSED, result(4, Outcome.FAILED, gap=Gap(call, "1", "2"))), width)
    copied = textwrap.dedent(told.partition("called:\n")[2].partition("           expected:")[0])
    came: dict[str, object] = {}
    numpy = SimpleNamespace(array=lambda value, dtype=None: value, float32="float32")
    exec(copied, {"np": numpy, "blend": lambda **arguments: came.update(arguments)})
    assert (came["x"], came["n"], len(came["params"])) == ([[1.0, 2.0]], 3, 3)  # type: ignore[arg-type]
