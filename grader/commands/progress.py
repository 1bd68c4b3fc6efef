"""Says what is being done while it lasts, from the first second on, so that nobody has to wonder whether it hangs."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, TextIO

from grader.commands.terminal import safe

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY = 1.0  # seconds between two looks
LINE_SECONDS = 10.0  # between two lines if there is no terminal, after the first one
WIDTH = 78  # of a line that is overwritten


class Doing:
    """Shows on standard error what one file's check is doing; used in a ``with`` block."""

    def __init__(self, name: str, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """``name`` is the file's."""
        self._name = safe(name)
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._what, self._since = "being read", clock()
        self._spoke: float | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Doing:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._spoke is not None and self._stream.isatty():
            self._say(f"\r{' ' * WIDTH}\r")

    def tell(self, what: str) -> None:
        """Says what is being done from now on."""
        if what != self._what:
            self._what, self._since = what, self._clock()

    def show(self) -> None:
        """Shows it: on a terminal in one line that it overwrites, elsewhere now and then."""
        now = self._clock()
        line = f"{self._name}: {safe(self._what)}, {now - self._since:.0f} s"
        if self._stream.isatty():
            self._say(f"\r{line[:WIDTH]:{WIDTH}}")
        elif self._spoke is None or now - self._spoke >= LINE_SECONDS:
            self._say(f"{line}\n")
        else:
            return
        self._spoke = now

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self.show()

    def _say(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._over.set()  # nobody reads it any more
