"""Whoever waits for a class to be graded sees what is done now and for how long, on a terminal and in a log."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from grader.commands.class_progress import ClassProgress, now_words
from grader.commands.class_shown import _Console
from grader.scores.records import Status, SubmissionResult
from grader.submissions.works import Work

LIMITS = {"01_gates": 120.0, "03_measure": 300.0}


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def work(student: str, exercise: str = "01_gates") -> Work:
    return Work((student,), exercise)


def graded(exercise: str, seconds: float) -> SubmissionResult:
    return SubmissionResult("x", exercise, None, "", None, Status.GRADED, 0, 0, 30, seconds, ())


def through_a_run(progress: ClassProgress, clock: Clock) -> None:
    """A run of 60 seconds: TensorFlow starts, two submissions are graded, a third one loops, the reports are written."""

    def seconds(number: int) -> None:
        for _ in range(number):
            clock.now += 1
            progress.show()

    progress.doing("Starting TensorFlow")
    seconds(14)
    works = [work("ada"), work("lars-never-ends"), work("mona", "03_measure"), work("zoe")]
    progress.begin(works, LIMITS, 2)
    progress.running(works[:2])
    seconds(1)
    progress.done(graded("01_gates", 1.0))
    progress.running([works[1], works[2]])
    seconds(2)
    progress.done(graded("03_measure", 2.0))
    progress.running([works[1], works[3]])
    seconds(1)
    progress.done(graded("01_gates", 1.0))
    progress.running([works[1]])
    seconds(30)
    progress.done(graded("01_gates", 34.0))
    progress.running([])
    progress.doing("Writing the reports")
    seconds(12)


def test_a_log_has_a_line_every_ten_seconds_that_names_what_is_done_and_for_how_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as in many CI jobs
    stream, clock = io.StringIO(), Clock()
    through_a_run(ClassProgress(_Console(file=stream), quiet=False, clock=clock), clock)
    assert stream.getvalue().splitlines() == [
        "Starting TensorFlow, 10 s",
        "3 of 4 graded; now lars-never-ends (01_gates, 6 s)",
        "3 of 4 graded; now lars-never-ends (01_gates, 16 s)",
        "3 of 4 graded; now lars-never-ends (01_gates, 26 s)",
        "Writing the reports, 2 s",
        "Writing the reports, 12 s",
    ]


def test_a_terminal_has_one_line_that_is_written_over_and_wiped_out() -> None:
    stream, clock = Terminal(), Clock()
    console = _Console(file=stream, force_terminal=True, width=100, color_system=None)
    with ClassProgress(console, quiet=False, clock=clock) as progress:
        through_a_run(progress, clock)
    shown = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).strip() for line in stream.getvalue().split("\r")]
    lines = [re.sub(r"[━╸╺ ]+", " ", line) for line in shown]
    assert "Starting TensorFlow, 8 s" in lines
    assert "Grading 1/4 now lars-never-ends (01_gates, 3 s), mona (03_measure)" in lines
    assert "Grading 3/4 now lars-never-ends (01_gates, 30 s)" in lines
    assert "Writing the reports, 11 s" in lines
    assert lines[-1] == ""


def test_the_time_left_is_shown_once_it_can_be_known() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = ClassProgress(_Console(file=stream), quiet=False, clock=clock)
    works = [work(f"student-{number}") for number in range(40)]
    progress.begin(works, LIMITS, 2)
    for each in works[:8]:
        progress.running([each])
        clock.now += 5
        progress.show()
        progress.done(graded("01_gates", 5.0))
    assert stream.getvalue().splitlines() == [
        "1 of 40 graded; now student-1 (01_gates, 5 s)",
        "3 of 40 graded, about 90 s left; now student-3 (01_gates, 5 s)",
        "5 of 40 graded, about 80 s left; now student-5 (01_gates, 5 s)",
        "7 of 40 graded, about 80 s left; now student-7 (01_gates, 5 s)",
    ]


def test_nothing_is_named_any_more_when_all_are_graded() -> None:
    """It said "11 of 11 graded, a few seconds left; now mona"."""
    stream, clock = io.StringIO(), Clock()
    progress = ClassProgress(_Console(file=stream), quiet=False, clock=clock)
    progress.begin([work("mona")], LIMITS, 1)
    progress.running([work("mona")])
    clock.now = 12.0
    progress.done(graded("01_gates", 12.0))
    progress.show()
    assert stream.getvalue() == "1 of 1 graded\n"


def test_a_quiet_run_says_nothing_but_what_must_be_known() -> None:
    stream, clock = Terminal(), Clock()
    with ClassProgress(_Console(file=stream, force_terminal=True), quiet=True, clock=clock) as progress:
        progress.remark("good to know")
        through_a_run(progress, clock)
    assert stream.getvalue() == ""
    progress.notice("what must be known")
    assert "what must be known" in stream.getvalue()


def test_of_many_that_are_graded_at_once_those_are_named_that_have_been_for_longest() -> None:
    longest = [(work(f"s{number}"), 20.0 - number) for number in range(8)]
    assert now_words(longest, {}) == "now s0 (01_gates, 20 s), s1 (01_gates, 19 s), s2 (01_gates, 18 s) and 5 more"
    assert now_words([(work("ada"), 0.4)], {work("ada"): "node-7"}) == "now ada (01_gates on node-7)"
    assert now_words([], {}) == ""


@pytest.mark.parametrize("width", [20, 60, 200])
def test_a_name_moves_no_cursor_is_no_markup_and_makes_no_second_line(width: int) -> None:
    stream, clock = Terminal(), Clock()
    console: Console = _Console(file=stream, force_terminal=True, width=width, color_system=None)
    progress = ClassProgress(console, quiet=False, clock=clock)
    odd = "[red]\x1b[2J\r\n:bomb:" + "学" * 20
    progress.begin([work(odd)], LIMITS, 1)
    progress.running([work(odd)])
    progress._bar.start()
    progress.show()
    progress._bar.stop()
    text = stream.getvalue()
    assert "\x1b[2J" not in text
    assert (":bomb:" in text and "[red]" in text) or width < 200
    assert max(line.count("\n") for line in text.split("\r")) <= 1
