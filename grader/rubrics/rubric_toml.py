"""Reads a rubric from its TOML file; an author's slip is one line that names the place and the way out.

The keys of a table are the fields of the record that it becomes (``rubric.py``), each read by its type.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, TypeVar

from grader.course.toml_table import Tables, read_text, read_toml
from grader.meant import closest
from grader.rubrics.patterns import Pattern, compile_pattern, literals
from grader.rubrics.rubric import Choice, Idea, Question, Rubric, Short, Sign, WrongIdea

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

OfRubric = TypeVar("OfRubric")
_SIGN, _SHORT = ([field.name for field in fields(kind)] for kind in (Sign, Short))
_QUESTION, _IDEA, _MISTAKE, _CHOICE = (
    [field.name for field in fields(kind)] for kind in (Question, Idea, WrongIdea, Choice)
)
_KEYS = {  # of each list of tables: what one of them is called, by which key it has its name, and all its keys
    "questions": ("question", "id", [key for key in _QUESTION + _SHORT if key != "short"]),
    "mistakes": ("mistake", "id", _MISTAKE + _SIGN),
    "ideas": ("idea", "idea", ["idea", *(key for key in _IDEA if key != "name"), *_SIGN]),
    "choices": ("choice", "name", _CHOICE),
}


def load_rubric(file: Path) -> Rubric:
    """Read a rubric, its lesson's text (a file beside it) included; CourseError for what breaks a rule."""
    return _RubricFile(file, read_toml(file).table).rubric()


class _RubricFile(Tables):
    """One rubric file on its way to a Rubric."""

    def __init__(self, file: Path, table: dict[str, Any]) -> None:
        super().__init__(file, table)
        self.lists: dict[str, tuple[str, ...]] = {}
        self.patterns: list[Pattern] = []
        self.readers: dict[str, Callable[..., Any]] = {
            "str": self.text,
            "float": self.number,
            "bool": self.flag,
            "tuple[str, ...]": self.strings,
            "frozenset[str]": lambda place, table, key: frozenset(self.words(place, table, key)),
            "tuple[Pattern, ...]": self.found_by,
        }

    def rubric(self) -> Rubric:
        self.keys("", self.table, ("lesson", "spelling", "words", "topics", "mistakes", "questions"))
        self.lists = {name: self.words("[words]", {name: v}, name) for name, v in self.tables("words").items()}
        for name, entries in self.lists.items():
            self.compiled(f"[words] {name}", entries)
        topics = {
            group: {name: self.found_by(f"[topics.{group}]", names, name) for name in names}
            for group, names in self.tables("topics").items()
            if isinstance(names, dict) or self.fail(f"[topics] {group}", "must be a table of topics")
        }
        every = {name for group in topics.values() for name in group}
        mistakes = {each.id: each for each in self.named("", self.table, "mistakes", self.mistake, every)}
        questions = self.named("", self.table, "questions", self.question, topics, mistakes)
        if not questions:
            self.fail("", "holds no question; begin each with a line [[questions]]")
        ideas = {idea.name for question in questions for idea in question.ideas}
        for mistake in mistakes.values():
            for name in sorted(set(mistake.against) - ideas):
                self.fail(f"mistake {mistake.id!r}", f"'against' names {name!r}, which is no idea of any question")
        lesson = self.text("", self.table, "lesson", "")
        return Rubric(
            questions=tuple(questions),
            mistakes=tuple(mistakes.values()),
            topics=topics,
            spelling=frozenset(self.words("", self.table, "spelling")),
            known=literals(self.patterns),
            lesson=read_text(self.file.parent / lesson) if lesson else "",
        )

    def question(
        self,
        place: str,
        entry: dict[str, Any],
        topics: Mapping[str, Mapping[str, tuple[Pattern, ...]]],
        mistakes: Mapping[str, WrongIdea],
    ) -> Question:
        points = entry.get("points")
        if isinstance(points, bool) or not isinstance(points, int) or points < 1:
            self.fail(place, "'points' must be a whole number above zero")
        group = self.text(place, entry, "topics", "")
        if group and group not in topics:
            self.fail(place, f"'topics' names {group!r}, which is no table [topics.{group}]")
        own = set(topics.get(group, ()))
        default = self.text(place, entry, "default", "")
        if default and default not in own:
            self.fail(place, f"'default' is {default!r}, which is no topic of {group!r}")
        ideas = self.named(place, entry, "ideas", self.idea, own)
        for at, idea in enumerate(ideas):
            if idea.needs and idea.needs not in {each.name for each in ideas[:at]}:
                self.fail(place, f"'needs' names {idea.needs!r}, which is no idea of this question above it")
        if (
            ideas
            and sum(max(each.points for each in ideas if each.group == name) for name in {i.group for i in ideas})
            < points
        ):
            self.fail(place, f"its ideas are worth less than its {points} points; a full answer could not be suggested")
        choices = tuple(self.named(place, entry, "choices", self.one_choice, mistakes))
        if bool(choices) == bool(ideas):
            self.fail(
                place, "needs [[questions.ideas]] for a person's judgement, or [[questions.choices]] for a rule's"
            )
        one_of = self.strings(place, entry, "one_of")
        if one_of and not choices:
            self.fail(place, "'one_of' is for a question with choices; take it out")
        if len(one_of) == 1:
            self.fail(place, "'one_of' names one word, and so gives the answer away; name all that may be chosen")
        return self.record(
            Question, place, entry,
            points=points,
            ideas=tuple(ideas),
            mistakes=tuple(self.known(place, mistakes, name) for name in self.strings(place, entry, "mistakes")),
            short=self.short(place, entry, choices) if choices else None,
        )  # fmt: skip

    def short(self, place: str, entry: dict[str, Any], choices: tuple[Choice, ...]) -> Short:
        if sum(choice.right for choice in choices) != 1:
            self.fail(place, "exactly one choice must have right = true")
        if self.flag(place, entry, "two_sided") and len(choices) != 2:
            self.fail(place, "'two_sided' is for two choices; take it out, or a choice")
        return self.record(Short, place, entry, choices=choices)

    def one_choice(self, place: str, entry: dict[str, Any], mistakes: Mapping[str, WrongIdea]) -> Choice:
        mistake = self.text(place, entry, "mistake", "")
        if mistake:
            self.known(place, mistakes, mistake)
        return self.record(Choice, place, entry)

    def idea(self, place: str, entry: dict[str, Any], topics: set[str]) -> Idea:
        name = self.text(place, entry, "idea")
        group = self.text(place, entry, "group", "") or name
        return self.record(Idea, place, entry, name=name, group=group, signs=self.signs(place, entry, topics))

    def mistake(self, place: str, entry: dict[str, Any], topics: set[str]) -> WrongIdea:
        return self.record(WrongIdea, place, entry, signs=self.signs(place, entry, topics))

    def signs(self, place: str, entry: dict[str, Any], topics: set[str]) -> tuple[Sign, ...]:
        """Read the signs: given as a list, or one in the entry itself."""
        if self.text(place, entry, "stance", "") not in ("", "yes", "no"):
            self.fail(place, f"'stance' is {entry['stance']!r}; it may be yes or no")
        tables = self.entries(place, entry, "signs")
        for table in tables:
            self.keys(f"{place}, signs", table, _SIGN)
        tables = [entry, *tables] if "words" in entry else tables
        for table in tables:
            about = self.text(place, table, "about", "")
            if about and about not in topics:
                self.fail(place, f"'about' is {about!r}; the topics here are {', '.join(sorted(topics)) or 'none'}")
        if not tables and not entry.get("stance"):
            self.fail(place, "needs 'words', 'signs' or 'stance': what shows it?")
        return tuple(self.record(Sign, place, table) for table in tables)

    def named(
        self, place: str, table: dict[str, Any], key: str, make: Callable[..., OfRubric], *given: Any
    ) -> list[OfRubric]:
        """Read a list of tables, each with its own name."""
        kind, by, known = _KEYS[key]
        entries = self.entries(place, table, key)
        inside = f"{place}, " if place else ""
        names = [self.text(f"{inside}{key}", entry, by) for entry in entries]
        self.unique(f"{inside}{key}", names)
        made = []
        for name, entry in zip(names, entries, strict=True):
            self.keys(f"{inside}{kind} {name!r}", entry, known)
            made.append(make(f"{inside}{kind} {name!r}", entry, *given))
        return made

    def record(self, kind: type[OfRubric], place: str, entry: dict[str, Any], **made: Any) -> OfRubric:
        """Make a record of a table: its fields by their types, but for those that are ``made`` already."""
        for field in fields(kind):  # type: ignore[arg-type]
            if field.name in made:
                continue
            optional = field.default is not MISSING
            default = (field.default,) if optional and field.type in ("str", "float") else ()
            made[field.name] = self.readers[str(field.type)](place, entry, field.name, *default)
            if not optional and made[field.name] == ():
                self.fail(place, f"{field.name!r} is missing or empty")
        return kind(**made)

    def known(self, place: str, mistakes: Mapping[str, WrongIdea], ident: str) -> WrongIdea:
        if ident not in mistakes:
            close = closest(ident, mistakes)
            self.fail(place, f"there is no mistake {ident!r}" + (f"; did you mean {close!r}?" if close else ""))
        return mistakes[ident]

    def found_by(self, place: str, table: dict[str, Any], key: str) -> tuple[Pattern, ...]:
        return self.compiled(f"{place}, {key}", self.strings(place, table, key))

    def compiled(self, place: str, sources: tuple[str, ...]) -> tuple[Pattern, ...]:
        made: list[Pattern] = []
        for source in sources:
            try:
                made.append(compile_pattern(source, self.lists))
            except ValueError as error:
                self.fail(place, str(error))
        self.patterns.extend(made)
        return tuple(made)
