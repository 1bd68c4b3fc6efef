"""A rubric as it flows: what an author wrote in ``solutions/rubrics/ID.toml``. The keys there are the fields here.

A whole one, with a question for a person to mark and one that a name answers:

    [words]
    rise = ["rise*", "rose", "puff* up"]

    [[mistakes]]
    id = "B1"
    name = "salt is said to make dough rise"
    explanation = "Salt slows yeast down."
    hint = "Bake one loaf without salt: which of the two rises higher?"
    words = ["salt ... @rise"]
    costs = 1

    [[questions]]
    id = "why"
    title = "Why dough rises"
    points = 2
    mistakes = ["B1"]

    [[questions.ideas]]
    idea = "yeast makes it rise"
    points = 1
    words = ["yeast ... @rise"]

    [[questions.ideas]]
    idea = "it likes warmth"
    points = 1
    words = ["warm*|heat*"]

    [[questions]]
    id = "which"
    title = "What raises bread"
    points = 1

    [[questions.choices]]
    name = "yeast"
    right = true
    words = ["yeast"]

    [[questions.choices]]
    name = "salt"
    mistake = "B1"
    words = ["salt"]

``patterns.py`` says what may stand in ``words``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.rubrics.patterns import Pattern


@dataclass(frozen=True, slots=True)
class Sign:
    """Words that show something, unless they are denied.

        { about = "reset", words = ["@keep"], unless = ["@candidate"] }

    finds "the reset gate keeps the past", and not "the reset gate keeps the past out of the candidate".

    - ``about``: only in words about this topic (of the question's ``topics``)
    - ``unless``: not if one of these stands in the same sentence, as far as it is about the topic
    - ``between``: not if one of these is among the words found
    - ``even_denied``: even if it is denied ("on my machine it was not faster")
    """

    words: tuple[Pattern, ...]
    about: str = ""
    unless: tuple[Pattern, ...] = ()
    between: tuple[Pattern, ...] = ()
    even_denied: bool = False


@dataclass(frozen=True, slots=True)
class Idea:
    """Something a good answer says; its ``signs`` are a list, or the keys of one stand beside its own.

        [[questions.ideas]]
        idea = "how well, beside an LSTM"
        points = 1
        group = "reason"
        needs = "yes, they do"
        words = ["lstm ... better|stronger"]

    - ``group``: of the ideas of one group only the best counts
    - ``needs``: it counts only beside that idea, which stands above it
    - ``stance``: "yes" or "no" if agreeing or denying shows it, whatever the words (``Question.agrees``)
    """

    name: str
    points: float
    signs: tuple[Sign, ...]
    group: str
    needs: str = ""
    stance: str = ""


@dataclass(frozen=True, slots=True)
class WrongIdea:
    """A wrong idea: its name, why people have it, a hint, and the points that it ``costs`` a suggestion.

    - ``flag``: the kind of flag that it brings ("opposite convention"), for what is wrong in this course only
    - ``excused_by``: formulas, without spaces and marks; with one of them in the answer it is no mistake ("(1-z)h+")
    - ``against``: ideas that it contradicts; who says both contradicts themselves
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
    """One of the things that a short answer can name, and the id of the mistake that naming it is ("" for none)."""

    name: str
    words: tuple[Pattern, ...]
    right: bool = False
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class Short:
    """A question that a name answers: the choices, and what may be said of the one that is asked for.

    - ``affirms``: speaks for a choice ("keeps the past")
    - ``opposes``: speaks against it ("forgets"); with ``two_sided`` it then speaks for the other ("the LSTM is more complex")
    - ``concedes``: says something about a choice, but not what is asked for ("the LSTM is stronger")
    - ``known``: further words that leave no doubt; any other unknown word leaves the answer to a person
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
    """One question: with ``ideas`` a person settles it, with choices (``short``) a rule if the words leave no doubt.

    - ``topics``: the table ``[topics.NAME]`` whose topics its signs are ``about``, ``default`` the one that is meant at first
    - ``agrees``: what says "yes" without the word ("they do")
    - ``copied_at_most``: the largest share of its points that is suggested for an answer that repeats the lesson
    - ``ask``, ``one_of``: shown to students before anything is graded: what to ask themselves about their answer, and the names
      of which a short one should hold one. Neither may say which answer is right.
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
    """A whole rubric; ``topics`` maps a group's name to its topics and the words that name each.

    A word one slip away from one of ``spelling`` is read as it ("udpate"), unless it is ``known``: a word of some pattern.
    """

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
