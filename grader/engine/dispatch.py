"""Which work goes to which node, and what becomes of it if a node is lost; starts and sends nothing itself."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.submissions.works import Work

MOST_DEATHS = 3  # of nodes that a work may be graded on; after that it is not tried again
MOST_AT_ONCE = 32  # works that go to a node together
TARGET_SECONDS = 1.0  # that they take together, so that the way there and back counts little


@dataclass(frozen=True, slots=True)
class Batch:
    """Works of one exercise that a node grades one after the other; ``number`` is used once."""

    number: int
    node: str
    works: tuple[Work, ...]


class Dispatch:
    """The works of a run: waiting, on a node, or done.

    A work that was on a node when that was lost is a suspect. It is tried again alone, with no other suspect on the same node,
    so that nothing else is blamed for what it does, and on another node if there is one, which may be sound where the first
    was not. What has lost `MOST_DEATHS` nodes is given up.
    """

    def __init__(self, works: Sequence[Work]) -> None:
        """All of them wait."""
        self._works = tuple(works)
        self._waiting: dict[str, deque[int]] = {}
        for place, work in enumerate(self._works):
            self._waiting.setdefault(work.exercise, deque()).append(place)
        self._suspects: deque[int] = deque()
        self._deaths: Counter[int] = Counter()
        self._died_on: dict[int, str] = {}
        self._slots: dict[str, int] = {}
        self._running: dict[int, tuple[str, tuple[int, ...]]] = {}
        self._on: dict[str, set[int]] = {}
        self._seconds: dict[str, tuple[float, int]] = {}
        self._last = 0

    @property
    def unfinished(self) -> bool:
        """Whether any work waits or is on a node."""
        return bool(self._running or self._suspects or any(self._waiting.values()))

    @property
    def running(self) -> dict[Work, str]:
        """The works that are on a node now, and on which."""
        return {self._works[place]: node for node, places in self._running.values() for place in places}

    def add_node(self, node: str, slots: int) -> None:
        """From now on a node takes so many batches at once."""
        self._slots[node] = slots
        self._on[node] = set()

    def lose_node(self, node: str) -> tuple[Work, ...]:
        """The node is gone: what was on it waits again, but for what is given up and returned."""
        self._slots.pop(node, None)
        given_up: list[Work] = []
        for number in sorted(self._on.pop(node, ())):
            _, places = self._running.pop(number)
            for place in places:
                self._deaths[place] += 1
                self._died_on[place] = node
                if self._deaths[place] >= MOST_DEATHS:
                    given_up.append(self._works[place])
                else:
                    self._suspects.append(place)
        return tuple(given_up)

    def next_batches(self) -> Iterator[Batch]:
        """Gives work to every node that has room."""
        for node, slots in self._slots.items():
            room = slots - len(own := self._on[node])
            suspected = not self._suspects or any(
                self._deaths[place] for each in own for place in self._running[each][1]
            )
            for _ in range(room):
                places = () if suspected else self._take_suspect(node)
                suspected = suspected or bool(places)
                places = places or self._take()
                if not places:
                    break
                self._last += 1
                self._running[self._last] = (node, places)
                own.add(self._last)
                yield Batch(self._last, node, tuple(self._works[place] for place in places))

    def finish(self, number: int) -> Batch | None:
        """A batch came back; None if it was not waited for any more, since its works went to another node."""
        if number not in self._running:
            return None
        node, places = self._running.pop(number)
        self._on[node].remove(number)
        return Batch(number, node, tuple(self._works[place] for place in places))

    def take_out(self, number: int, work: Work) -> None:
        """One work of a batch did not go with it and is done."""
        node, places = self._running.pop(number)
        left = tuple(place for place in places if self._works[place] is not work)
        if left:
            self._running[number] = (node, left)
        else:
            self._on[node].remove(number)

    def took(self, exercise: str, seconds: float) -> None:
        """A work of an exercise took so long."""
        total, count = self._seconds.get(exercise, (0.0, 0))
        self._seconds[exercise] = (total + seconds, count + 1)

    def _take_suspect(self, node: str) -> tuple[int, ...]:
        """A suspect that may be tried on this node."""
        for place in self._suspects:
            if self._died_on[place] != node or len(self._slots) == 1:
                self._suspects.remove(place)
                return (place,)
        return ()

    def _take(self) -> tuple[int, ...]:
        """The works that have waited longest: as many of their exercise as are soon done, and fewer towards the end."""
        exercise = min(
            (name for name, places in self._waiting.items() if places),
            key=lambda name: self._waiting[name][0],
            default=None,
        )
        if exercise is None:
            return ()
        waiting = self._waiting[exercise]
        total, count = self._seconds.get(exercise, (0.0, 0))
        soon = int(TARGET_SECONDS * count / total) if total else 1
        share = len(waiting) // (2 * max(1, sum(self._slots.values())))
        return tuple(waiting.popleft() for _ in range(max(1, min(soon, share, MOST_AT_ONCE))))
