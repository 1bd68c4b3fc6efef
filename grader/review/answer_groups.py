"""Equal and near-equal answers to one question, gathered so that a person reads them once, in an order that no name decides."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.scores.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from grader.scores.records import CheckResult, Evidence, Flag, Results, SubmissionResult

LONGEST = 19_000  # characters; of a longer answer only the beginning may be kept, which says nothing about the rest
_QUOTES = "\"'`\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a"
# Signs of a formula stay, and so do a point and a comma between digits: 0.5 is not 05, 1-z is not 1z.
_MARKS = re.compile(rf"[{_QUOTES};:!?\u2026]|[.,](?!\d)|(?<!\d)[.,]")

AnswerPlace = tuple[str, str, str]  # student, exercise, check


@dataclass(frozen=True, slots=True)
class Paper:
    """One student's answer to one question, or their file where there is no answer that could be read (``text`` is None).

    ``digest`` is what a decision about it names: that of the answer, else of the file, which is ``file_digest``.
    """

    student: str
    exercise: str
    check: str
    title: str
    digest: str
    file_digest: str | None
    text: str | None
    max_points: int
    suggested: int | None
    evidence: tuple[Evidence, ...]
    flags: tuple[Flag, ...]
    path: str | None

    @property
    def place(self) -> AnswerPlace:
        """Whose answer it is, and to what."""
        return self.student, self.exercise, self.check


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Answers to one question that are settled together: equal ones, or ``near`` ones that differ in case, spaces and marks.

    ``key`` says which group it is, and is the same in the next run; the first of ``papers`` is the text that most of them have.
    """

    key: str
    papers: tuple[Paper, ...]
    near: bool

    @property
    def flagged(self) -> bool:
        """Whether something about it should make a person look twice."""
        return any(paper.flags for paper in self.papers)


@dataclass(frozen=True, slots=True)
class ReviewQuestion:
    """A question of an exercise, with the groups of its answers in the order in which they are read."""

    exercise: str
    check: str
    title: str
    max_points: int
    groups: tuple[AnswerGroup, ...]


def papers_of(results: Results) -> dict[tuple[str, str], list[Paper]]:
    """Return what waits for a person or did so, by exercise and check, in the course's order."""
    found: dict[tuple[str, str], list[Paper]] = {}
    for which in questions_of(results):
        found[which] = []
    for row in results.submissions:
        for check in row.checks:
            if check.outcome is Outcome.REVIEW and (row.sha256 or check.answer):
                found[row.exercise, check.id].append(_paper(row, check))
    return {which: papers for which, papers in found.items() if papers}


def questions_of(results: Results) -> list[tuple[str, str]]:
    """Return each question of the exercises in which a person judges, by exercise and check, in the course's order.

    Questions that a rule settled for everybody count as well, so that the list is the same whoever answered what.
    """
    judged = {
        row.exercise for row in results.submissions if any(check.outcome is Outcome.REVIEW for check in row.checks)
    }
    order = [exercise.id for exercise in results.exercises]
    rows = sorted(
        (row for row in results.submissions if row.exercise in judged and row.checks),
        key=lambda row: order.index(row.exercise) if row.exercise in order else len(order),
    )
    return list(dict.fromkeys((row.exercise, check.id) for row in rows for check in row.checks))


def normal_form(text: str) -> str:
    """Return what two near-equal answers share: the text in NFC without case, without marks, and with single spaces.

    Two answers with one normal form say the same in the same words; a formula keeps its signs.
    """
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return " ".join(_MARKS.sub(" ", plain).split())


def grouped(papers: Iterable[Paper], seed: int, apart: Collection[str] = ()) -> tuple[AnswerGroup, ...]:
    """Return the groups of one question's answers: flagged ones first, then the larger ones, then by chance.

    The chance is the same each time for one ``seed``, question and text, whoever wrote it. A near-equal group whose key is in
    ``apart`` falls into groups of equal answers.
    """
    by_form: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        by_form[_form(paper)].append(paper)
    groups: list[AnswerGroup] = []
    for form, alike in by_form.items():
        by_text: dict[str, list[Paper]] = defaultdict(list)
        for paper in alike:
            by_text[paper.digest].append(paper)
        if len(by_text) == 1:
            groups.append(AnswerGroup(_key("equal", alike[0].digest), tuple(alike), near=False))
        elif (key := _key("near", form)) in apart:
            groups += [
                AnswerGroup(_key("equal", digest), tuple(equal), near=False) for digest, equal in by_text.items()
            ]
        else:
            ordered = sorted(by_text.items(), key=lambda each: (-len(each[1]), each[0]))
            groups.append(AnswerGroup(key, tuple(paper for _, equal in ordered for paper in equal), near=True))
    return tuple(sorted(groups, key=lambda group: (not group.flagged, -len(group.papers), _chance(group, seed))))


def by_chance(groups: Iterable[AnswerGroup], seed: int) -> list[AnswerGroup]:
    """Return groups in an order that only chance decides, the same each time for one ``seed``."""
    return sorted(groups, key=lambda group: _chance(group, seed))


def sample(groups: Iterable[AnswerGroup], seed: int) -> list[AnswerGroup]:
    """Return every tenth group by chance, whatever it was given and whoever wrote it: what a second person reads again."""
    return by_chance(groups, seed + 1)[::10]


def _paper(row: SubmissionResult, check: CheckResult) -> Paper:
    return Paper(
        student=row.student,
        exercise=row.exercise,
        check=check.id,
        title=check.title,
        digest=check.answer.sha256 if check.answer else row.sha256 or "",
        file_digest=row.sha256,
        text=check.answer.text if check.answer else None,
        max_points=check.max_points,
        suggested=check.suggested_points,
        evidence=check.evidence,
        flags=tuple(flag for flag in row.flags if flag.check == check.id),
        path=row.path,
    )


def _form(paper: Paper) -> str:
    form = normal_form(paper.text) if paper.text is not None and len(paper.text) <= LONGEST else ""
    return form or f"\0{paper.digest}"


def _key(kind: str, content: str) -> str:
    return hashlib.sha256(f"{kind}\0{content}".encode("utf-8", "surrogatepass")).hexdigest()


def _chance(group: AnswerGroup, seed: int) -> bytes:
    first = group.papers[0]
    return hashlib.sha256(f"{seed}\0{first.exercise}\0{first.check}\0{group.key}".encode()).digest()
