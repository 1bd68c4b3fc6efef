"""Which changes a drawn student made to which work, and the smallest part of them that still moves a mark."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from . import answer_changes, code_changes, form_changes
from .work import KERAS, NUMPY, WRITTEN, Change, Work

# Changes by which marks move today, each with the fault that is to be mended first: they are not drawn until then.
NOT_YET: dict[str, str] = {}

BY_KEYWORD = {"renamed_parameter", "decorated", "older_try"}  # 02 and 03 are called by keyword
MOST = 5  # changes that one drawn student makes


def _table() -> dict[str, tuple[Change, ...]]:
    code, form, answers = code_changes.CHANGES, form_changes.CHANGES, answer_changes.CHANGES
    table = dict.fromkeys(NUMPY, (*code, *form))
    table |= dict.fromkeys(KERAS, (*(each for each in code if each.__name__ not in BY_KEYWORD), *form))
    return table | dict.fromkeys(WRITTEN, (*answers, *form))


CHANGES = _table()
BY_NAME = {change.__name__: change for changes in CHANGES.values() for change in changes}


@dataclass(frozen=True, slots=True)
class Step:
    """One change, with the seed of all that it draws, so that it stays the same where another one is dropped."""

    change: str
    seed: str

    def apply(self, work: Work) -> Work:
        """The changed work; the same where the change does not fit, or its declared encoding can't hold it."""
        if work.sealed and BY_NAME[self.change] in code_changes.CHANGES:
            return work
        changed = BY_NAME[self.change](work, random.Random(self.seed)) or work
        try:
            changed.data()
        except UnicodeEncodeError:
            return work
        return changed


@dataclass(frozen=True, slots=True)
class Drawn:
    """A made-up student who changed a work in some steps."""

    name: str
    original: Work
    steps: tuple[Step, ...]

    def work(self) -> Work:
        """The work after all steps."""
        work = self.original
        for step in self.steps:
            work = step.apply(work)
        return work

    def __str__(self) -> str:
        return f"{self.original.title}, {self.original.exercise}: {' + '.join(step.change for step in self.steps)}"


def draw(works: Sequence[Work], count: int, seed: int, without: Collection[str] = NOT_YET) -> list[Drawn]:
    """Draw students; each change that fits any of the works is in turn the first of one."""
    exercises = dict.fromkeys(work.exercise for work in works)
    names = list(dict.fromkeys(c.__name__ for each in exercises for c in CHANGES[each] if c.__name__ not in without))
    drawn: list[Drawn] = []
    while len(drawn) < count:
        first, name = names[len(drawn) % len(names)], f"{seed}-{len(drawn):05d}"
        one = _one(works, first, name, without)
        if one is None:
            names.remove(first)
        else:
            drawn.append(one)
    return drawn


def _one(works: Sequence[Work], first: str, name: str, without: Collection[str]) -> Drawn | None:
    rng = random.Random(name)
    fitting = [work for work in works if any(change.__name__ == first for change in CHANGES[work.exercise])]
    rng.shuffle(fitting)
    ways = [(Step(first, f"{name}/0"),), (Step("as_notebook", f"{name}/n"), Step(first, f"{name}/0"))]
    rng.shuffle(ways)
    made = ((original, way) for original in fitting for way in ways if _fits(original, way))
    original, way = next(made, (None, ()))
    if original is None:
        return None
    steps = list(way)
    work = Drawn(name, original, way).work()
    wanted = rng.randint(1, MOST)
    names = [change.__name__ for change in CHANGES[original.exercise] if change.__name__ not in without]
    for number in range(1, 4 * MOST):
        if len(steps) >= wanted:
            break
        step = Step(rng.choice(names), f"{name}/{number}")
        changed = step.apply(work)
        if changed != work:
            steps.append(step)
            work = changed
    return Drawn(name, original, tuple(steps))


def _fits(work: Work, steps: Sequence[Step]) -> bool:
    for step in steps:
        changed = step.apply(work)
        if changed == work:
            return False
        work = changed
    return True


def shrunk(moving: Sequence[Drawn], moves: Callable[[Sequence[Drawn]], set[str]]) -> list[Drawn]:
    """Drop changes one by one for as long as a mark still moves; ``moves`` names those by which one does."""
    smallest = {each.name: each for each in moving}
    open_ = set(smallest)
    while open_:
        tries = [
            replace(each, name=f"{each.name}.{at}", steps=each.steps[:at] + each.steps[at + 1 :])
            for each in (smallest[name] for name in sorted(open_))
            for at in range(len(each.steps) if len(each.steps) > 1 else 0)
        ]
        still = moves(tries) if tries else set()
        smaller: dict[str, Drawn] = {}
        for each in tries:
            name = each.name.rpartition(".")[0]
            if each.name in still and name not in smaller:
                smaller[name] = replace(each, name=name)
        smallest |= smaller
        open_ = set(smaller)
    return [smallest[each.name] for each in moving]
