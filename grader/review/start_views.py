"""What the first page shows: each question's progress, a second reading, and how suggestions and people agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.reports.harmless import line
from grader.review.how_far import Progress, progress_of
from grader.review.two_judgements import Agreement, ItemAgreement, agreement, item_agreement

if TYPE_CHECKING:
    from grader.review.answer_groups import ReviewQuestion
    from grader.review.desk import Desk
    from grader.review.pace import Pace

ENOUGH = 20  # answers that a person has decided before the page says how the suggestions agree with them


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question on the first page; agreement only once enough of it is decided."""

    ident: str
    exercise: str
    title: str
    max_points: int
    progress: Progress
    flagged: int
    agree: Agreement | None
    items: tuple[ItemAgreement, ...]


@dataclass(frozen=True, slots=True)
class SecondLine:
    """A question's second reading: what is still to be read, how two people agree, and where to settle what differs."""

    ident: str
    title: str
    due: int
    agree: Agreement | None
    differ: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StartPage:
    """The first page: all questions, the second reading, and the address of the first answer that ``waits`` ("" for none)."""

    questions: tuple[QuestionLine, ...]
    second: tuple[SecondLine, ...]
    progress: Progress
    unreadable: int
    waits: str


def start_page(desk: Desk, pace: Pace) -> StartPage:
    """Return the first page."""
    second = tuple(_second_line(desk, question) for question in desk.questions)
    return StartPage(
        questions=tuple(_question_line(desk, question, pace) for question in desk.questions),
        second=tuple(each for each in second if each.due or each.agree),
        progress=progress_of(desk, desk.questions, pace),
        unreadable=desk.unreadable,
        waits=next(
            (
                f"/answer/{desk.group_id(question, group)}"
                for question in desk.questions
                for group in question.groups
                if desk.waiting(group)
            ),
            "",
        ),
    )


def agreed(desk: Desk, question: ReviewQuestion) -> tuple[Agreement | None, tuple[ItemAgreement, ...]]:
    """Return how the suggestions agree with what people decided, if at least twenty answers of the question are decided.

    An answer that many gave counts once. Items count where the points follow from them, or are 0.
    """
    decided = [
        (group.papers[0], word)
        for group in question.groups
        if not desk.waiting(group) and (word := desk.current(group.papers[0])) is not None
    ]
    pairs = [(paper.suggested, word.points or 0) for paper, word in decided if paper.suggested is not None]
    if len(pairs) < ENOUGH:
        return None, ()
    by_items = [(paper, word) for paper, word in decided if word.items or word.points == 0]
    items = []
    for item in desk.guide(question).items:
        found = [
            (any(each.idea == item.name for each in paper.evidence), item.name in word.items)
            for paper, word in by_items
        ]
        if found:
            items.append(item_agreement(line(item.name), found))
    return agreement(pairs), tuple(items)


def _question_line(desk: Desk, question: ReviewQuestion, pace: Pace) -> QuestionLine:
    agree, items = agreed(desk, question)
    return QuestionLine(
        ident=desk.question_id(question),
        exercise=question.exercise,
        title=line(question.title),
        max_points=question.max_points,
        progress=progress_of(desk, (question,), pace),
        flagged=sum(group.flagged for group in question.groups if desk.waiting(group)),
        agree=agree,
        items=items,
    )


def _second_line(desk: Desk, question: ReviewQuestion) -> SecondLine:
    pairs = desk.second_pairs(question)
    differ = tuple(
        (f"/answer/{desk.group_id(question, group)}", f"{one} and {other} of {question.max_points}")
        for group, one, other in pairs
        if one != other
    )
    return SecondLine(
        ident=desk.question_id(question),
        title=line(question.title),
        due=len(desk.second(question)),
        agree=agreement([(one, other) for _, one, other in pairs]) if pairs else None,
        differ=differ,
    )
