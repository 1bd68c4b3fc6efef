"""How a check ends that does not pass for a reason other than a wrong answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.checks.answers import Call
    from grader.sandbox.replies import Stopped


class StudentStopped(Exception):
    """A call that a check made gave nothing."""

    def __init__(self, stopped: Stopped, call: Call) -> None:
        super().__init__(stopped.message)
        self.stopped = stopped
        self.call = call


class NotDone(Exception):
    """What was asked for is not done yet, though the code runs; the text says by what it is seen."""


class NotShown(Exception):
    """A check builds on another one that did not pass."""

    def __init__(self, needed: str) -> None:
        super().__init__(needed)
        self.needed = needed
