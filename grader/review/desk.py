"""The desk at which a person marks: what waits, what was decided, and saving before anybody is told that it is saved."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.review.answer_groups import (
    AnswerGroup,
    AnswerPlace,
    Paper,
    ReviewQuestion,
    grouped,
    papers_of,
    questions_of,
    sample,
)
from grader.review.marking_guide import Guide, guide_for
from grader.review.record_file import RecordFile, file_mark
from grader.scores.decisions import made_to_count, moment_now, rubric_reason
from grader.scores.records import Adjustment, as_written
from grader.scores.settle import as_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from grader.review.shares import Share
    from grader.scores.records import Results

SECOND = "second_reading"  # the folder beside the results that holds what a second person would have given
BANK = 12  # comments that are offered again


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person gives an answer: points, the rubric items that they follow from (if they do), and a comment."""

    points: int
    items: tuple[str, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What undoing one settling needs: the group it was about, and for each answer the decision before and the one made."""

    group: str
    before: tuple[tuple[Paper, Adjustment | None], ...]
    made: tuple[Adjustment, ...]


class Desk:
    """Holds a run's answers and decisions for one ``person``, and is the only one that writes what they decide.

    ``load`` reads the results. Everything is read again as soon as a file has changed, by whomever.
    """

    def __init__(
        self,
        run: Path,
        load: Callable[[], Results],
        person: str,
        guides: Mapping[tuple[str, str], Guide],
        share: Share | None = None,
    ) -> None:
        self.person = person
        self._results_file = run / "results.json"
        self._load = load
        self._guides = guides
        self._share = share
        self._secret = secrets.token_bytes(32)
        self._apart: set[str] = set()
        self._decisions = RecordFile(run)
        self._second = RecordFile(run / SECOND)
        self._mark: tuple[int, ...] | None = None
        self.decided_here = 0  # answers, less those that were taken back
        self.questions: tuple[ReviewQuestion, ...] = ()
        self.refresh()

    # ---- reading

    def refresh(self) -> None:
        """Read again what has changed on disk; raises UsageError if it can't be read."""
        mark = file_mark(self._results_file)
        anew = mark is None or mark != self._mark
        if anew:
            self._results = as_found(self._load())
            self._papers = papers_of(self._results)
            self._mark = mark
        decided = self._decisions.refresh()
        if anew or decided:
            every = [paper for papers in self._papers.values() for paper in papers]
            self._current = _last_that_holds(every, self._decisions.adjustments)
            self._group()
        if self._second.refresh() or anew:
            self._read_again = self._second_readings()

    def current(self, paper: Paper) -> Adjustment | None:
        """Return the decision that counts for an answer, or None while it waits."""
        return self._current.get(_written(paper.place))

    def waiting(self, group: AnswerGroup) -> tuple[Paper, ...]:
        """Return the answers of a group that wait."""
        return tuple(paper for paper in group.papers if self.current(paper) is None)

    def guide(self, question: ReviewQuestion) -> Guide:
        """Return how a question is marked."""
        return guide_for(self._guides, question.exercise, question.check, question.max_points)

    def question_id(self, question: ReviewQuestion) -> str:
        """Return the name of a question in an address; nobody can guess it."""
        return self._sealed("question", question.exercise, question.check)

    def group_id(self, question: ReviewQuestion, group: AnswerGroup) -> str:
        """Return the name of a group in an address; it tells nothing, and nobody can guess it."""
        return self._sealed("group", question.exercise, question.check, group.key)

    def find_question(self, ident: str) -> ReviewQuestion | None:
        """Return the question of that name."""
        return next((each for each in self.questions if self.question_id(each) == ident), None)

    def find(self, ident: str) -> tuple[ReviewQuestion, AnswerGroup] | None:
        """Return the group of that name with its question."""
        return self._by_id.get(ident)

    def seen(self, group: AnswerGroup) -> str:
        """Return what a form carries of what its page showed: whose answers, which texts, which decisions."""
        shown = []
        for paper in group.papers:
            word = self.current(paper)
            shown.append(repr((paper.place, paper.digest, _content(word), word and word.when)))
        return self._sealed("seen", *sorted(shown))

    def comments(self, question: ReviewQuestion) -> tuple[str, ...]:
        """Return the comments already written for a question, the most frequent first."""
        counted: Counter[str] = Counter()
        for (_, exercise, check), word in self._current.items():
            if (exercise, check) == (question.exercise, question.check) and word.comment:
                counted[word.comment] += 1
        return tuple(text for text, _ in sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:BANK])

    # ---- deciding

    def settle(self, question: ReviewQuestion, group: AnswerGroup, ruling: Ruling) -> TakenBack:
        """Save what a person gives a group; on disk once this returns. Raises OutputError if it can't be saved.

        Of a group that is settled in part, only what waits is settled; what was decided about the others stays.
        """
        papers = self.waiting(group) or group.papers
        before = tuple((paper, self.current(paper)) for paper in papers)
        now = moment_now()  # one time for all, so that equal answers make one line
        made = self._add(self._word(paper, ruling, earlier, now) for paper, earlier in before)
        self.decided_here += len(made)
        self.refresh()
        return TakenBack(self.group_id(question, group), before, made)

    def take_back(self, settled: TakenBack) -> bool:
        """Put back what counted before a settling; False, and nothing is changed, if somebody has decided otherwise since."""
        pairs = zip(settled.before, settled.made, strict=True)
        if any(_content(self.current(paper)) != _content(made) for (paper, _), made in pairs):
            return False
        now = moment_now()
        self._add(
            replace(made, points=None, items=(), comment="", why="taken back", was=made.points, when=now)
            if earlier is None
            else replace(earlier, was=made.points, when=now)
            for (_, earlier), made in zip(settled.before, settled.made, strict=True)
        )
        self.decided_here -= len(settled.made)
        self.refresh()
        return True

    def is_same(self, group: AnswerGroup, ruling: Ruling) -> bool:
        """Whether a group has just this from this person already, as when a form is sent twice."""
        wanted = (ruling.points, ruling.items, ruling.comment, self.person)
        return all(_content(self.current(paper)) == wanted for paper in group.papers)

    def separate(self, group: AnswerGroup) -> None:
        """Let a group of near-equal answers fall into groups of equal ones."""
        self._apart.add(group.key)
        self._group()

    def work_out_again(self) -> tuple[int, int]:
        """Settle again what was settled by items that have other points now, or whose question has.

        Returns how many answers have other points by that, and how many keep theirs because an item is gone.
        """
        changed: list[Adjustment] = []
        gone = 0
        for papers in self._papers.values():
            for paper in papers:
                word = self.current(paper)
                if word is None or not word.items or (paper.exercise, paper.check) not in self._guides:
                    continue
                points = guide_for(self._guides, paper.exercise, paper.check, paper.max_points).points(word.items)
                if points is None:
                    gone += 1
                elif points != word.points:
                    changed.append(replace(word, points=points, was=word.points, when=moment_now()))
        self._add(changed)
        self.refresh()
        return len(changed), gone

    # ---- a second reading

    def second(self, question: ReviewQuestion) -> list[AnswerGroup]:
        """Return every tenth group of a question that other people settled and this person has not read again yet."""
        drawn = sample(question.groups, self._results.run.seed)
        return [
            group
            for group in drawn
            if all((word := self.current(paper)) is not None and word.by != self.person for paper in group.papers)
            and any(self.read_again(paper, self.person) is None for paper in group.papers)
        ]

    def settle_second(self, group: AnswerGroup, ruling: Ruling) -> None:
        """Keep what a second person would have given; it changes no mark. Raises OutputError."""
        now = moment_now()
        made = [self._word(paper, ruling, self.read_again(paper, self.person), now) for paper in group.papers]
        self._second.add(made_to_count(made, self._second.adjustments))
        self.refresh()

    def read_again(self, paper: Paper, person: str) -> Adjustment | None:
        """Return what a person would have given in a second reading of this answer."""
        return self._read_again.get((*_written(paper.place), person))

    def second_pairs(self, question: ReviewQuestion) -> list[tuple[AnswerGroup, int, int]]:
        """Return for each group read twice what it was given, and what a second person would have given."""
        found = []
        for group in question.groups:
            paper = group.papers[0]
            word = self.current(paper)
            people = {by for *_, by in self._read_again}
            for by in sorted(people):
                again = self.read_again(paper, by)
                if word is not None and again is not None and by != word.by:
                    assert word.points is not None
                    assert again.points is not None
                    found.append((group, word.points, again.points))
        return found

    # ---- inside

    @property
    def unreadable(self) -> int:
        """How many lines of decisions.jsonl hold no decision."""
        return self._decisions.unreadable

    def _add(self, words: Iterable[Adjustment]) -> tuple[Adjustment, ...]:
        """Saves decisions so that they count, and gives them back as they are saved."""
        made = made_to_count(words, self._decisions.adjustments)
        self._decisions.add(made)
        return made

    def _sealed(self, *words: str) -> str:
        told = "\0".join(words).encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, told, hashlib.sha256).hexdigest()[:32]

    def _group(self) -> None:
        seed = self._results.run.seed
        questions = []
        every = questions_of(self._results)
        mine = self._share.of(every) if self._share else every
        void = {(each.exercise, each.check) for each in self._results.run.void}
        for which in mine:
            papers = self._papers.get(which, [])
            if papers and which not in void:
                groups = grouped(papers, seed, self._apart)
                # answers that were settled apart stay apart
                differing = {group.key for group in groups if group.near and self._differs(group)}
                if differing:
                    groups = grouped(papers, seed, self._apart | differing)
                first = papers[0]
                most = max(paper.max_points for paper in papers)
                questions.append(ReviewQuestion(*which, title=first.title, max_points=most, groups=groups))
        self.questions = tuple(questions)
        self._by_id = {
            self.group_id(question, group): (question, group) for question in questions for group in question.groups
        }

    def _differs(self, group: AnswerGroup) -> bool:
        words = [word for paper in group.papers if (word := self.current(paper)) is not None]
        return len({(word.points, word.items) for word in words}) > 1

    def _word(self, paper: Paper, ruling: Ruling, earlier: Adjustment | None, now: str) -> Adjustment:
        return Adjustment(
            student=paper.student,
            exercise=paper.exercise,
            check=paper.check,
            points=ruling.points,
            by=self.person,
            when=now,
            why=rubric_reason(ruling.items),
            digest=paper.digest,
            items=ruling.items,
            comment=ruling.comment,
            was=None if earlier is None else earlier.points,
        )

    def _second_readings(self) -> dict[tuple[str, str, str, str], Adjustment]:
        every = [paper for papers in self._papers.values() for paper in papers]
        people = {each.by for each in self._second.adjustments}
        return {
            (*place, by): word
            for by in people
            for place, word in _last_that_holds(
                every, [each for each in self._second.adjustments if each.by == by]
            ).items()
        }


def _last_that_holds(papers: Iterable[Paper], adjustments: Sequence[Adjustment]) -> dict[AnswerPlace, Adjustment]:
    """The decision that counts for each answer, by the rules of `grader.scores.settle`."""
    standing = {_written(paper.place): paper for paper in papers}
    found: dict[AnswerPlace, Adjustment] = {}
    for each in sorted(adjustments, key=lambda each: each.moment):
        place = _written((each.student, each.exercise, each.check))
        paper = standing.get(place)
        if paper is None or each.digest not in (paper.digest, paper.file_digest):
            continue
        if each.points is None:
            found.pop(place, None)
        elif 0 <= each.points <= paper.max_points:
            found[place] = each
    return found


def _content(word: Adjustment | None) -> tuple[object, ...]:
    """What a decision says, whenever it was made."""
    return () if word is None else (word.points, word.items, word.comment, word.by)


def _written(place: AnswerPlace) -> AnswerPlace:
    return as_written(place[0]), place[1], place[2]
