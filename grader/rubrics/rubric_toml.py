"""Reads a rubric from its TOML file; an author's slip is one line that names the place and the way out."""

from __future__ import annotations

import difflib
import tomllib
from typing import TYPE_CHECKING, Any

from grader.course.toml_table import Tables, read_text
from grader.errors import CourseError
from grader.rubrics.patterns import Pattern, compile_pattern, literals
from grader.rubrics.rubric import Choice, Idea, Question, Rubric, Short, Sign, WrongIdea

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TOP = ("lesson", "spelling", "words", "topics", "mistakes", "questions")
_QUESTION = (
    "id title points hint topics default agrees ideas mistakes choices affirms opposes concedes two_sided known copied_at_most "
    "ask one_of"
).split()
_IDEA = "idea points about words unless between even_denied signs group needs stance".split()
_MISTAKE = (
    "id name explanation hint about words unless between even_denied signs costs stance flag excused_by against".split()
)
_SIGN = "about words unless between even_denied".split()
_CHOICE = "name words right mistake".split()
_STANCES = ("", "yes", "no")


def load_rubric(file: Path) -> Rubric:
    """Read a rubric, its lesson's text (a file beside it) included; CourseError for what breaks a rule."""
    try:
        table = tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{file} is not valid TOML: {error}. Correct that line.") from None
    return _Loader(file, table).rubric()


class _Loader(Tables):
    """One rubric file on its way to a Rubric."""

    def __init__(self, file: Path, table: dict[str, Any]) -> None:
        super().__init__(file, table)
        self.lists: dict[str, tuple[str, ...]] = {}
        self.patterns: list[Pattern] = []

    def rubric(self) -> Rubric:
        self.keys("", self.table, _TOP)
        self.lists = {name: self.words("[words]", {name: v}, name) for name, v in self.tables("words").items()}
        for name, entries in self.lists.items():
            self.compiled(f"[words] {name}", tuple(entry for entry in entries if entry))
        topics = {
            group: {name: self.found_by(f"[topics.{group}]", names, name) for name in names}
            for group, names in self.tables("topics").items()
            if isinstance(names, dict) or self.fail(f"[topics] {group}", "must be a table of topics")
        }
        names = {name for group in topics.values() for name in group}
        mistakes = tuple(self.mistake(entry, names) for entry in self.entries("", self.table, "mistakes"))
        self.unique("mistakes", [mistake.id for mistake in mistakes])
        by_id = {mistake.id: mistake for mistake in mistakes}
        questions = tuple(self.question(entry, topics, by_id) for entry in self.entries("", self.table, "questions"))
        if not questions:
            self.fail("", "holds no question; begin each with a line [[questions]]")
        self.unique("questions", [question.id for question in questions])
        ideas = {idea.name for question in questions for idea in question.ideas}
        for mistake in mistakes:
            for name in sorted(set(mistake.against) - ideas):
                self.fail(f"mistake {mistake.id!r}", f"'against' names {name!r}, which is no idea of any question")
        lesson = self.text("", self.table, "lesson", "")
        return Rubric(
            questions=questions,
            mistakes=mistakes,
            topics=topics,
            spelling=frozenset(self.words("", self.table, "spelling")),
            known=literals(self.patterns),
            lesson=read_text(self.file.parent / lesson) if lesson else "",
        )

    def question(
        self,
        entry: dict[str, Any],
        topics: Mapping[str, Mapping[str, tuple[Pattern, ...]]],
        mistakes: Mapping[str, WrongIdea],
    ) -> Question:
        ident = self.text("a question", entry, "id")
        place = f"question {ident!r}"
        self.keys(place, entry, _QUESTION)
        points = entry.get("points")
        if isinstance(points, bool) or not isinstance(points, int) or points < 1:
            self.fail(place, "'points' must be a whole number above zero")
        group = self.text(place, entry, "topics", "")
        if group and group not in topics:
            self.fail(place, f"'topics' names {group!r}, which is no table [topics.{group}]")
        names = set(topics.get(group, ()))
        default = self.text(place, entry, "default", "")
        if default and default not in names:
            self.fail(place, f"'default' is {default!r}, which is no topic of {group!r}")
        ideas = tuple(self.idea(place, idea, names) for idea in self.entries(place, entry, "ideas"))
        self.unique(f"{place}, ideas", [idea.name for idea in ideas])
        self.needed(place, ideas)
        own = tuple(self.known(place, mistakes, name) for name in self.strings(place, entry, "mistakes"))
        choices = self.entries(place, entry, "choices")
        if bool(choices) == bool(ideas):
            self.fail(
                place, "needs [[questions.ideas]] for a person's judgement, or [[questions.choices]] for a rule's"
            )
        if ideas and sum(self.best(ideas).values()) < points:
            self.fail(place, f"its ideas are worth less than its {points} points; a full answer could not be suggested")
        return Question(
            id=ident,
            title=self.text(place, entry, "title"),
            points=points,
            hint=self.text(place, entry, "hint", ""),
            ideas=ideas,
            mistakes=own,
            topics=group,
            default=default,
            agrees=self.found_by(place, entry, "agrees"),
            short=self.short(place, entry, choices, mistakes) if choices else None,
            copied_at_most=self.number(place, entry, "copied_at_most", 1.0),
            ask=self.strings(place, entry, "ask"),
            one_of=self.one_of(place, entry, bool(choices)),
        )

    def one_of(self, place: str, entry: dict[str, Any], is_short: bool) -> tuple[str, ...]:
        names = self.strings(place, entry, "one_of")
        if names and not is_short:
            self.fail(place, "'one_of' is for a question with choices; take it out")
        if len(names) == 1:
            self.fail(place, "'one_of' names one word, and so gives the answer away; name all that may be chosen")
        return names

    def short(
        self, place: str, entry: dict[str, Any], choices: list[dict[str, Any]], mistakes: Mapping[str, WrongIdea]
    ) -> Short:
        made = []
        for choice in choices:
            self.keys(f"{place}, choices", choice, _CHOICE)
            name = self.text(f"{place}, choices", choice, "name")
            where = f"{place}, choice {name!r}"
            mistake = self.text(where, choice, "mistake", "")
            if mistake:
                self.known(where, mistakes, mistake)
            words = self.found_by(where, choice, "words") or self.fail(where, "'words' is missing")
            made.append(Choice(name, words, self.flag(where, choice, "right"), mistake))
        if sum(choice.right for choice in made) != 1:
            self.fail(place, "exactly one choice must have right = true")
        two_sided = self.flag(place, entry, "two_sided")
        if two_sided and len(made) != 2:
            self.fail(place, "'two_sided' is for two choices; take it out, or a choice")
        return Short(
            choices=tuple(made),
            affirms=self.found_by(place, entry, "affirms"),
            opposes=self.found_by(place, entry, "opposes"),
            concedes=self.found_by(place, entry, "concedes"),
            two_sided=two_sided,
            known=frozenset(self.words(place, entry, "known")),
        )

    def idea(self, place: str, entry: dict[str, Any], topics: set[str]) -> Idea:
        name = self.text(f"{place}, ideas", entry, "idea")
        where = f"{place}, idea {name!r}"
        self.keys(where, entry, _IDEA)
        points = self.number(where, entry, "points")
        return Idea(
            name=name,
            points=points,
            signs=self.signs(where, entry, topics),
            group=self.text(where, entry, "group", "") or name,
            needs=self.text(where, entry, "needs", ""),
            stance=self.stance(where, entry),
        )

    def mistake(self, entry: dict[str, Any], topics: set[str]) -> WrongIdea:
        ident = self.text("a mistake", entry, "id")
        place = f"mistake {ident!r}"
        self.keys(place, entry, _MISTAKE)
        return WrongIdea(
            id=ident,
            name=self.text(place, entry, "name"),
            explanation=self.text(place, entry, "explanation"),
            hint=self.text(place, entry, "hint"),
            signs=self.signs(place, entry, topics),
            costs=self.number(place, entry, "costs", 0.0),
            stance=self.stance(place, entry),
            flag=self.text(place, entry, "flag", ""),
            excused_by=self.strings(place, entry, "excused_by"),
            against=self.strings(place, entry, "against"),
        )

    def signs(self, place: str, entry: dict[str, Any], topics: set[str]) -> tuple[Sign, ...]:
        """Read the signs: given as a list, or one in the entry itself."""
        tables = [entry] if "words" in entry else []
        for table in self.entries(place, entry, "signs"):
            self.keys(f"{place}, signs", table, _SIGN)
            tables.append(table)
        found = []
        for table in tables:
            about = self.text(place, table, "about", "")
            if about and about not in topics:
                self.fail(place, f"'about' is {about!r}; the topics here are {', '.join(sorted(topics)) or 'none'}")
            words = self.found_by(place, table, "words") or self.fail(place, "'words' is missing or empty")
            unless, between = self.found_by(place, table, "unless"), self.found_by(place, table, "between")
            found.append(Sign(words, about, unless, between, self.flag(place, table, "even_denied")))
        if not found and not entry.get("stance"):
            self.fail(place, "needs 'words', 'signs' or 'stance': what shows it?")
        return tuple(found)

    def stance(self, place: str, entry: dict[str, Any]) -> str:
        stance = self.text(place, entry, "stance", "")
        if stance not in _STANCES:
            self.fail(place, f"'stance' is {stance!r}; it may be yes or no")
        return stance

    def needed(self, place: str, ideas: tuple[Idea, ...]) -> None:
        names = {idea.name for idea in ideas}
        for idea in ideas:
            if idea.needs and idea.needs not in names:
                self.fail(place, f"the idea {idea.name!r} needs {idea.needs!r}, which is no idea of this question")

    def known(self, place: str, mistakes: Mapping[str, WrongIdea], ident: str) -> WrongIdea:
        if ident not in mistakes:
            close = difflib.get_close_matches(ident, mistakes, n=1)
            self.fail(place, f"there is no mistake {ident!r}" + (f"; did you mean {close[0]!r}?" if close else ""))
        return mistakes[ident]

    @staticmethod
    def best(ideas: tuple[Idea, ...]) -> dict[str, float]:
        """Give the most that each group of ideas can bring."""
        best: dict[str, float] = {}
        for idea in ideas:
            best[idea.group] = max(best.get(idea.group, 0.0), idea.points)
        return best

    def found_by(self, place: str, table: dict[str, Any], key: str) -> tuple[Pattern, ...]:
        return self.compiled(f"{place}, {key}", self.strings(place, table, key))

    def compiled(self, place: str, sources: tuple[str, ...]) -> tuple[Pattern, ...]:
        made: list[Pattern] = []
        reason = ""
        for source in sources:
            try:
                made.append(compile_pattern(source, self.lists))
            except ValueError as error:
                reason = reason or str(error)
        if reason:
            self.fail(place, reason)
        self.patterns.extend(made)
        return tuple(made)
