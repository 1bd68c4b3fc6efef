"""What the review page shows, as records: pure, with names only where the person asked for them and no suggestion too early."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from grader.reports import words
from grader.reports.harmless import block, clean, line, name
from grader.review.desk import Ruling
from grader.review.how_far import Progress, partly, progress_of
from grader.review.marking_guide import KEYS, beside
from grader.scores.flag_kinds import FlagKind

if TYPE_CHECKING:
    from grader.review.answer_groups import AnswerGroup, Paper, ReviewQuestion
    from grader.review.desk import Desk, TakenBack
    from grader.review.gatekeeper import Visitor
    from grader.review.pace import Pace
    from grader.scores.records import Adjustment, Evidence

TEXT = 20_000  # characters of an answer: as many as the results keep
OTHERS = 8  # further texts of a near-equal group
_TELLS_OF_THE_SUGGESTION = {FlagKind.UNFAMILIAR, FlagKind.OTHER_LANGUAGE}  # in their messages


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A piece of an answer; ``marked`` if it is quoted as evidence, with the labels of what begins here."""

    text: str
    marked: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemBox:
    """A rubric item to tick: its number, its key ("" for none), and its points as they are read."""

    number: int
    key: str
    name: str
    points: str
    value: float
    group: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class OtherText:
    """Another text of a near-equal group, and how many wrote it."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class StandingDecision:
    """A decision that counts, as the page says it."""

    points: str
    by: str
    when: str
    suggested: str


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """One group of answers, to be settled; ``action`` is where its form goes.

    ``asked`` is the question as students read it, if the course is at hand; ``halves`` says that some items have half points.
    """

    ident: str
    action: str
    question: str
    asked: str
    position: str
    count: int
    near: bool
    pieces: tuple[MarkedText, ...]
    unread: bool
    others: tuple[OtherText, ...]
    flags: tuple[str, ...]
    lesson: tuple[str, ...]
    people: tuple[str, ...]
    max_points: int
    items: tuple[ItemBox, ...]
    wrong_items: tuple[ItemBox, ...]
    halves: bool
    points: int | None
    comment: str
    bank: tuple[str, ...]
    seen: str
    standing: StandingDecision | None
    stays: str
    conflict: str
    before: str
    after: str
    waits: str
    progress: Progress
    second: bool


def answer_page(
    desk: Desk,
    question: ReviewQuestion,
    group: AnswerGroup,
    visitor: Visitor,
    pace: Pace,
    *,
    chosen: Ruling | None = None,
    comment: str | None = None,
    conflict: str = "",
    second: bool = False,
) -> AnswerPage:
    """Return the page of one group.

    ``chosen`` and ``comment`` are what the person had put into the form before, and ``conflict`` says why it came back.
    """
    ident = desk.group_id(question, group)
    guide = desk.guide(question)
    first = group.papers[0]
    word = None if second else desk.current(first)
    settled = not second and not desk.waiting(group)
    shown = chosen or (_ruling(word) if settled and word is not None else None)
    numbers = {item.name: str(at) for at, item in enumerate(guide.items, start=1)}
    boxes = tuple(
        ItemBox(
            number=at,
            key=str(at) if at <= KEYS else "",
            name=line(item.name),
            points=_signed(item.points),
            value=item.points,
            group=item.group,
            ticked=shown is not None and item.name in shown.items,
        )
        for at, item in enumerate(guide.items, start=1)
    )
    queue = desk.second(question) if second else list(question.groups)
    at = next((i for i, each in enumerate(queue) if each.key == group.key), 0)
    path = "second" if second else "answer"
    links = [f"/{path}/{desk.group_id(question, each)}" for each in queue]
    return AnswerPage(
        ident=ident,
        action=f"/{path}/{ident}",
        question=line(question.title),
        asked=block(guide.asked, TEXT),
        position=f"{at + 1} of {len(queue)}",
        count=len(group.papers),
        near=group.near,
        pieces=_pieces(first, numbers if visitor.marks else {}, marks=visitor.marks),
        unread=first.text is None,
        others=_others(group),
        flags=tuple(dict.fromkeys(_flag(each.kind, each.message) for paper in group.papers for each in paper.flags)),
        lesson=_lesson(first, guide.lesson),
        people=tuple(_person(paper) for paper in group.papers) if visitor.names else (),
        max_points=question.max_points,
        items=tuple(box for box in boxes if box.value >= 0),
        wrong_items=tuple(box for box in boxes if box.value < 0),
        halves=any(not float(box.value).is_integer() for box in boxes),
        points=None if shown is None or shown.items else shown.points,
        comment=comment if comment is not None else "" if shown is None else shown.comment,
        bank=() if second else desk.comments(question),  # they tell what others thought of it
        seen=desk.seen(group),
        standing=_standing(word, first) if word is not None and settled else None,
        stays=_stays(desk, group) if not second else "",
        conflict=conflict,
        before=links[at - 1] if at > 0 else "",
        after=links[at + 1] if at + 1 < len(links) else "",
        waits="" if second else next_waiting(desk, question, group),
        progress=progress_of(desk, (question,), pace),
        second=second,
    )


def next_waiting(desk: Desk, question: ReviewQuestion, group: AnswerGroup | None = None) -> str:
    """Return the address of the next group that waits: after ``group``, else before it, else elsewhere; "" if none does."""
    at = next((i for i, each in enumerate(question.groups) if group and each.key == group.key), -1)
    ordered = [(question, each) for each in (*question.groups[at + 1 :], *question.groups[: max(at, 0)])]
    ordered += [(other, each) for other in desk.questions if other is not question for each in other.groups]
    found = next(((of, each) for of, each in ordered if desk.waiting(each)), None)
    return f"/answer/{desk.group_id(*found)}" if found else ""


def saved(question: ReviewQuestion, settled: TakenBack) -> str:
    """Return what the next page says about what was just settled, with the suggestion now that it is decided."""
    (paper, _), *_ = settled.before
    beside_it = "" if paper.suggested is None else f" (suggested: {paper.suggested})"
    points = partly(settled.made[0].points or 0, question.max_points)
    return f"Saved: {points}{beside_it}, for {words.count(len(settled.made), 'answer')}."


def _ruling(word: Adjustment) -> Ruling:
    return Ruling(word.points or 0, word.items, word.comment)


def _standing(word: Adjustment, paper: Paper) -> StandingDecision:
    return StandingDecision(
        points=partly(word.points or 0, paper.max_points),
        by=line(word.by),
        when=words.moment(word.when),
        suggested="" if paper.suggested is None else f"{paper.suggested} of {paper.max_points}",
    )


def _stays(desk: Desk, group: AnswerGroup) -> str:
    """What is said of a group that is settled in part, or whose answers have different points."""
    decided = [word for paper in group.papers if (word := desk.current(paper)) is not None]
    given = Counter(word.points or 0 for word in decided)
    told = ", ".join(f"{count} times {points}" for points, count in sorted(given.items()))
    if decided and len(decided) < len(group.papers):
        ending = (
            "1 is settled already and stays" if len(decided) == 1 else f"{len(decided)} are settled already and stay"
        )
        return f"Of these answers {ending} so (points: {told})."
    if len(given) > 1:
        return f"These answers have different points now ({told}); what you settle here counts for all of them."
    return ""


def _person(paper: Paper) -> str:
    return f"{name(paper.student)} ({name(paper.path)})" if paper.path else name(paper.student)


def _flag(kind: str, message: str) -> str:
    title = words.flag(kind)
    return f"{title}." if kind in _TELLS_OF_THE_SUGGESTION else f"{title}: {line(message)}"


def _lesson(paper: Paper, lesson: str) -> tuple[str, ...]:
    if paper.text is None or not any(flag.kind == FlagKind.COPIED for flag in paper.flags):
        return ()
    return tuple(line(each, 600) for each in beside(paper.text, lesson))


def _others(group: AnswerGroup) -> tuple[OtherText, ...]:
    if not group.near:
        return ()
    counted = Counter(paper.text or "" for paper in group.papers)
    shown = group.papers[0].text
    others = [OtherText(block(text, TEXT), count) for text, count in counted.most_common() if text != shown]
    return tuple(others[:OTHERS])


def _pieces(paper: Paper, numbers: dict[str, str], *, marks: bool) -> tuple[MarkedText, ...]:
    """The answer cut where quotes begin and end; labels are the keys of the items, or the rubric's id of a wrong idea."""
    text = (paper.text or "")[:TEXT]
    spans = [(*span, each.idea) for each in paper.evidence if marks and (span := _span(text, each)) is not None]
    cuts = sorted({0, len(text), *(at for start, end, _ in spans for at in (start, end))})
    return tuple(
        MarkedText(
            text=clean(text[one:other]),
            marked=any(start <= one and other <= end for start, end, _ in spans),
            labels=tuple(_label(idea, numbers) for start, _, idea in spans if start == one),
        )
        for one, other in pairwise(cuts)
    )


def _label(idea: str, numbers: dict[str, str]) -> str:
    return numbers.get(idea) or line(idea.partition(":")[0], 40)


def _span(text: str, evidence: Evidence) -> tuple[int, int] | None:
    start = evidence.start if evidence.start is not None else text.find(evidence.quote)
    end = start + len(evidence.quote)
    return (start, end) if evidence.quote and start >= 0 and text[start:end] == evidence.quote else None


def _signed(points: float) -> str:
    return f"{points:+g}".replace("-", "\u2212")
