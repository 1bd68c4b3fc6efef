"""Shows what a run on a class is doing, and for how long: one line on a terminal, a line now and then in a log."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn
from rich.text import Text

from grader.commands.terminal import safe
from grader.engine.forecast import Forecast, in_words
from grader.engine.run import Watching

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.console import Console, RenderableType
    from rich.progress import Task

    from grader.scores.records import SubmissionResult
    from grader.submissions.works import Work

EVERY = 1.0  # seconds between two looks
LINE_SECONDS = 10.0  # between two lines of a log, and before the first one
BAR = 20  # columns of the bar
SHOWN_WORKS = 3  # of what is being graded now
SHOWN_NAME = 30  # characters
LONG = 3.0  # seconds after which it is told for how long a submission has been graded


class ClassProgress(Watching):
    """What `grader score` shows while it works; used in a ``with`` block."""

    def __init__(self, console: Console, *, quiet: bool, clock: Callable[[], float] = time.monotonic) -> None:
        """If it is ``quiet`` nothing is shown but what the instructor must know."""
        self._console = console
        self._quiet = quiet
        self._clock = clock
        self._is_terminal = console.file.isatty()  # and not what a variable says: a log takes no bar
        self._bar = Progress(
            TextColumn("{task.description}", markup=False), _Counted(BarColumn(BAR)), _Counted(MofNCompleteColumn()),
            TextColumn("{task.fields[now]}", markup=False),
            console=console, transient=True, auto_refresh=False, disable=quiet or not self._is_terminal,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=None, now="", counts=False, visible=False)
        self._total = self._done = 0
        self._forecast = Forecast((), {}, 1, clock)
        self._nodes: Mapping[Work, str] = {}
        self._doing, self._since = "", clock()
        self._spoke = clock()
        self._lock = threading.Lock()  # a thread of its own shows what goes on, while the run waits for something
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> ClassProgress:
        self._bar.start()
        if not self._quiet:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if not self._quiet:
            self._thread.join()
        self._bar.stop()

    def notice(self, line: str) -> None:
        """Prints a line, whatever else is shown."""
        self._console.print(escape(line), soft_wrap=True)

    def remark(self, line: str) -> None:
        """Prints a line unless nothing but the needful is asked for."""
        if not self._quiet:
            self.notice(line)

    def doing(self, what: str) -> None:
        """Takes what is being done from now on."""
        with self._lock:
            self._doing, self._since = what, self._clock()

    def begin(self, works: Sequence[Work], limits: Mapping[str, float], jobs: int) -> None:
        """Takes what is to be graded; from now on it is counted."""
        with self._lock:
            self._doing = ""
            self._total = len(works)
            self._forecast = Forecast(works, limits, jobs, self._clock)

    def running(self, works: Sequence[Work]) -> None:
        """Takes what is being graded now."""
        with self._lock:
            self._forecast.running(works)

    def done(self, result: SubmissionResult) -> None:
        """Counts one more."""
        with self._lock:
            self._done += 1
            self._forecast.done(result.exercise, result.seconds)

    def placed(self, nodes: Mapping[Work, str]) -> None:
        """Takes where it is graded."""
        with self._lock:
            self._nodes = nodes

    def show(self) -> None:
        """Shows what goes on: on a terminal in one line, elsewhere if enough time has passed since the last one."""
        with self._lock:
            now = self._clock()
            if self._doing:
                head, left, works = f"{self._doing}, {now - self._since:.0f} s", "", ""
            elif self._total:
                head, left, works = f"{self._done} of {self._total} graded", "", ""
                if self._done < self._total:  # what was running when the last one ended is told no more
                    left = in_words(self._forecast.seconds())
                    works = now_words(self._forecast.longest(), self._nodes)
            else:
                return
            counts, total, done = not self._doing, self._total, self._done
        if self._is_terminal:
            beside = Text("; ".join(filter(None, (left.removeprefix(", "), works))))
            # cut here: columns that are too wide would take from each other, and the bar would jump
            beside.truncate(
                max(0, self._console.width - len(f"Grading {total}/{total} ") - BAR - 2), overflow="ellipsis"
            )
            self._bar.update(self._task, total=total, completed=done, visible=True)
            self._bar.update(
                self._task, description="Grading" if counts else head, now=beside.plain, counts=counts, refresh=True
            )
        elif now - self._spoke >= LINE_SECONDS:
            self._spoke = now
            self._console.print(escape("; ".join(filter(None, (head + left, works)))), soft_wrap=True)

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            try:
                self.show()
            except (OSError, ValueError):  # nobody reads it any more
                return


def now_words(longest: Sequence[tuple[Work, float]], nodes: Mapping[Work, str]) -> str:
    """Whose work is being graded now, the one that has been for longest first, and on which machine if there are several."""
    if not longest:
        return ""
    words = [_one(work, seconds, nodes.get(work, "")) for work, seconds in longest[:SHOWN_WORKS]]
    more = len(longest) - len(words)
    return f"now {', '.join(words)}{f' and {more} more' if more else ''}"


def _one(work: Work, seconds: float, node: str) -> str:
    name = safe(", ".join(work.students))[:SHOWN_NAME]
    where = f" on {safe(node)[:SHOWN_NAME]}" if node else ""
    return f"{name} ({work.exercise}{where}{f', {seconds:.0f} s' if seconds >= LONG else ''})"


class _Counted(ProgressColumn):
    """A column that is there only while there is something to count."""

    def __init__(self, column: ProgressColumn) -> None:
        super().__init__()
        self._column = column

    def render(self, task: Task) -> RenderableType:
        return self._column.render(task) if task.fields["counts"] else Text("")
