"""A rubric as it flows: ideas with the words that show them, known mistakes, questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.rubrics.patterns import Pattern


@dataclass(frozen=True, slots=True)
class Sign:
    """Words that show something, where they are about one topic ("" for any), unless others stand beside them.

    ``unless`` is looked for in the same sentence as far as it is about the topic, ``between`` in the words found. With
    ``even_denied`` it counts whether it is said or denied ("was not faster").
    """

    words: tuple[Pattern, ...]
    about: str = ""
    unless: tuple[Pattern, ...] = ()
    between: tuple[Pattern, ...] = ()
    even_denied: bool = False


@dataclass(frozen=True, slots=True)
class Idea:
    """Something a good answer says; of one ``group`` the best counts, and one with ``needs`` only beside that idea.

    ``stance`` is "yes" or "no" where the idea is shown by agreeing or denying rather than by words alone.
    """

    name: str
    points: float
    signs: tuple[Sign, ...]
    group: str
    needs: str = ""
    stance: str = ""


@dataclass(frozen=True, slots=True)
class WrongIdea:
    """A wrong idea: what it is called, why people have it, a hint, and what it takes off a suggestion.

    One whose formula stands in the answer (``excused_by``) is no mistake there. ``flag`` is the kind of flag it brings,
    ``against`` are ideas that it contradicts.
    """

    id: str
    name: str
    explanation: str
    hint: str
    signs: tuple[Sign, ...]
    costs: float = 0.0
    stance: str = ""
    flag: str = ""
    excused_by: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the things that a short answer can name, and the mistake that naming it is ("" for none)."""

    name: str
    words: tuple[Pattern, ...]
    right: bool = False
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class Short:
    """A question that a name answers: the choices, and what is said of the one that is asked for.

    With ``two_sided``, what ``opposes`` one choice speaks for the other ("the LSTM is more complex"). What ``concedes``
    something to a choice answers nothing ("the LSTM is stronger").
    """

    choices: tuple[Choice, ...]
    affirms: tuple[Pattern, ...] = ()
    opposes: tuple[Pattern, ...] = ()
    concedes: tuple[Pattern, ...] = ()
    two_sided: bool = False
    known: frozenset[str] = frozenset()

    @property
    def right(self) -> Choice:
        """The choice that is right."""
        return next(choice for choice in self.choices if choice.right)


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``short`` if a rule may settle it, else a person does.

    At most the share ``copied_at_most`` of its points is suggested for an answer that repeats the lesson. Students see
    two things before anything is graded: ``ask``, questions to ask themselves about their answer, and ``one_of``, the names
    of which a short answer should hold one.
    """

    id: str
    title: str
    points: int
    hint: str = ""
    ideas: tuple[Idea, ...] = ()
    mistakes: tuple[WrongIdea, ...] = ()
    topics: str = ""
    default: str = ""
    agrees: tuple[Pattern, ...] = ()
    short: Short | None = None
    copied_at_most: float = 1.0
    ask: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rubric:
    """A whole rubric; ``topics`` maps a group's name to its topics and the words that name each."""

    questions: tuple[Question, ...]
    mistakes: tuple[WrongIdea, ...] = ()
    topics: Mapping[str, Mapping[str, tuple[Pattern, ...]]] = field(default_factory=dict)
    spelling: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    lesson: str = ""

    def question(self, ident: str) -> Question:
        """Return a question by its id; raises KeyError."""
        for question in self.questions:
            if question.id == ident:
                return question
        raise KeyError(ident)
