"""Being asked to stop, once: the first signal interrupts what runs, and what was found is still written down."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)  # a cancelled job of GitHub's gets both, one after the other


class Stopping:
    """While it lasts (in a ``with`` block of the main thread), the first signal raises KeyboardInterrupt, later ones do nothing.

    ``is_told`` says whether there was one; once it is ``over``, a first one does nothing either.
    """

    def __init__(self) -> None:
        self._told = self._over = False

    def __enter__(self) -> Stopping:
        self._before = {each: signal.signal(each, self._stop) for each in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def is_told(self) -> bool:
        """Whether a signal asked to stop."""
        return self._told

    def over(self) -> None:
        """From now on no signal interrupts: what was found is being written."""
        self._over = True

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        if not (self._told or self._over):
            self._told = True
            raise KeyboardInterrupt
