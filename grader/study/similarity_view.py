"""What a person is shown of the rankings, in a terminal and on a page: words, and two texts side by side; pure.

No pair is called a copy: what is shown is what both have, how many others have it, and how alike the class is as a whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from grader.reports import harmless, words
from grader.study.similar_work import HELPERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.scores.records import FunctionSource
    from grader.study.ranking import Ranking
    from grader.study.similar_texts import AlikeText, AlikeTexts
    from grader.study.similar_work import AlikePair, AlikeWorks, ComparedWork, SameFunction, WrongAlike

MOST_NAMED = 4  # functions that are the same, in words
CAUTIONS = (
    "Small exercises are alike by nature: in a class of a thousand, honest works are the same line for line.",
    "So this is a ranking and no verdict: no number is too high by itself. Read both works before you conclude anything.",
    "Functions that few others have so, and the same wrong answers, say more than the number.",
    "Who took over only some functions does not stand out here. Nothing of this changes points or stands on a student's page.",
)


@dataclass(frozen=True, slots=True)
class AlikePiece:
    """Some of a text, and whether the other one has it as well."""

    text: str
    both: bool


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A function, or an answer, of two works."""

    name: str
    note: str
    one: tuple[AlikePiece, ...]
    other: tuple[AlikePiece, ...]


@dataclass(frozen=True, slots=True)
class ShownPair:
    """A pair of works in words; ``above`` is the share of pairs that are less alike."""

    one: str
    other: str
    alike: str
    above: str
    same: str
    wrong: str
    sides: tuple[SideBySide, ...]


@dataclass(frozen=True, slots=True)
class Tenth:
    """How many pairs are as alike as ``span`` says; ``percent`` is the share of the largest tenth."""

    span: str
    pairs: int
    percent: int


@dataclass(frozen=True, slots=True)
class ShownRanking:
    """One exercise, or one question: its title, what was compared, how alike the class is, and the most alike pairs."""

    exercise: str
    title: str
    compared: str
    spread: str
    tenths: tuple[Tenth, ...]
    written: bool
    pairs: tuple[ShownPair, ...]


def show_works(found: AlikeWorks) -> ShownRanking:
    """Show the ranking of an exercise."""
    hold = "holds" if found.empty == 1 else "hold"
    left_out = f"; {words.count(found.empty, 'more work')} {hold} only what the stub has" if found.empty else ""
    compared = f"{words.count(found.works, 'work')}{_with_earlier(found.earlier)}{left_out}"
    return _shown(
        found.exercise,
        harmless.line(found.title),
        compared,
        found.ranking,
        [_pair(each) for each in found.pairs],
        written=False,
    )


def show_answers(found: AlikeTexts) -> ShownRanking:
    """Show the ranking of a question that is answered in words."""
    have = "has" if found.short == 1 else "have"
    left_out = f"; {found.short:,} more {have} too few words of the student's own" if found.short else ""
    compared = f"{words.count(found.answers, 'answer')}{_with_earlier(found.earlier)}{left_out}"
    pairs = [_answers(each) for each in found.pairs]
    return _shown(found.exercise, harmless.line(found.title), compared, found.ranking, pairs, written=True)


def _shown(
    exercise: str, title: str, compared: str, ranking: Ranking, pairs: Sequence[ShownPair], *, written: bool
) -> ShownRanking:
    most = max(*ranking.tenths, 1)
    tenths = tuple(
        Tenth(f"{at / 10:.1f} to {(at + 1) / 10:.1f}", pairs, round(100 * pairs / most))
        for at, pairs in enumerate(ranking.tenths)
    )
    spread = (
        f"{words.count(ranking.count, 'pair')}, half of them at {ranking.median:.2f} or below"
        if ranking.count
        else "no pair in the class"
    )
    return ShownRanking(harmless.line(exercise), title, compared, spread, tenths, written, tuple(pairs))


def _with_earlier(count: int) -> str:
    return f", and {count:,} earlier ones to compare them with" if count else ""


def _pair(found: AlikePair) -> ShownPair:
    return ShownPair(
        _who(found.one), _who(found.other), f"{found.likeness:.2f}", _above(found.percentile),
        same_functions(found.same, found.functions, in_class=not (found.one.run or found.other.run)),
        wrong_checks(found.wrong), _functions(found),
    )  # fmt: skip


def _answers(found: AlikeText) -> ShownPair:
    one, other = (tuple(AlikePiece(harmless.clean(text), both) for text, both in pieces) for pieces in found.texts)
    same = "the same words in the same order" if found.identical else ""
    return ShownPair(
        _who(found.one), _who(found.other), f"{found.likeness:.2f}", _above(found.percentile), same, "",
        (SideBySide("", same, one, other),),
    )  # fmt: skip


def _who(work: ComparedWork) -> str:
    names = ", ".join(harmless.name(student) for student in work.students)
    return f"{names} ({harmless.name(work.run)})" if work.run else names


def _above(percentile: float) -> str:
    """The share of pairs below, rounded down: no pair is above all others and itself."""
    return f"{math.floor(percentile * 100) / 100:g} %"


def same_functions(same: Iterable[SameFunction], functions: int, *, in_class: bool) -> str:
    """Say which functions are the same but for names and layout, those that the fewest works have so first."""
    rare = sorted(same, key=lambda each: each.works)
    if not rare:
        return f"none of {functions}" if functions else ""
    told = []
    for each in rare[:MOST_NAMED]:
        number = "only these two" if in_class and each.works == 2 else f"in {words.count(each.works, 'work')}"
        told.append(f"{_label(each.name)} ({number})")
    if len(rare) > MOST_NAMED:
        told.append(f"{len(rare) - MOST_NAMED} more")
    return f"{len(rare)} of {functions}: {', '.join(told)}"


def wrong_checks(wrong: WrongAlike) -> str:
    """Say how far both works are wrong in the same way."""
    if not wrong.wrong:
        return "nothing is wrong"
    names = f": {', '.join(map(harmless.line, wrong.mistakes))}" if wrong.mistakes else ""
    return f"{wrong.alike} of {wrong.wrong}{names}"


def _label(name: str) -> str:
    return harmless.name(name) if name != HELPERS else "own helpers"


def _functions(pair: AlikePair) -> tuple[SideBySide, ...]:
    """The functions that both works have, side by side, with the lines marked that are alike."""
    mine, theirs = pair.one.parts(), pair.other.parts()
    same = {each.name: each for each in pair.same}
    sides = []
    for name in mine:
        if name not in theirs:
            continue
        one, other = (
            np.concatenate([np.frombuffer(each.grams, "<u4") for each in part[name]]) for part in (mine, theirs)
        )
        both = np.intersect1d(one, other)
        if len(both):
            likeness = len(both) / len(np.union1d(one, other))
            note = (
                f"the same, in {words.count(same[name].works, 'work')} of the class"
                if name in same
                else f"{likeness:.2f}"
            )
            sides.append(SideBySide(_label(name), note, _marked(mine[name], both), _marked(theirs[name], both)))
    return tuple(sides)


def _marked(
    functions: Iterable[FunctionSource], both: np.ndarray[tuple[int], np.dtype[np.uint32]]
) -> tuple[AlikePiece, ...]:
    """The lines of functions in runs, those that ``both`` stand in and others."""
    lines: list[tuple[str, bool]] = []
    for each in functions:
        spans = np.frombuffer(each.spans, np.uint8).reshape(-1, 2)
        covered: set[int] = set()
        for first, last in spans[np.isin(np.frombuffer(each.grams, "<u4"), both)].tolist():
            covered.update(range(first, last + 1))
        own = each.text.split("\n")
        lines += [(harmless.clean(line).replace("\n", " "), at in covered) for at, line in enumerate(own)]
    return tuple(
        AlikePiece("\n".join(line for line, _ in run) + "\n", both)
        for both, run in ((key, list(found)) for key, found in groupby(lines, key=lambda line: line[1]))
    )
