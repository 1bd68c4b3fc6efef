"""What can be said of written answers before a person has read them, without saying which of them are right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.rubrics.answer_words import read_words
from grader.rubrics.assessment import is_empty
from grader.rubrics.flags import COPIED_SHARE, copied_share, reads_out_a_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.rubrics.rubric import Rubric
    from grader.source.written.read_answers import Text

SHOWN = 60  # characters of an answer
WHY_EMPTY = "an answer counts as empty if it has no letter or digit, begins with TODO, or only repeats the question."


@dataclass(frozen=True, slots=True)
class Questions:
    """What a student's machine may know of written answers: no idea, pattern or right answer of the rubric is in it.

    ``prompts`` is what the stubs say at each question, ``ask`` what students may ask themselves about their answer, and
    ``one_of`` the names of which a short answer should hold one. ``lesson`` is the text that answers should not be copied from.
    """

    prompts: Mapping[str, str]
    ask: Mapping[str, Sequence[str]]
    one_of: Mapping[str, Sequence[str]]
    lesson: str


def questions_of(rubric: Rubric, prompts: Mapping[str, str]) -> Questions:
    """What of a rubric, and of the stubs' own text, a student's machine may know."""
    return Questions(
        prompts,
        {question.id: question.ask for question in rubric.questions},
        {question.id: question.one_of for question in rubric.questions},
        rubric.lesson,
    )


def told(questions: Questions, name: str, text: Text) -> str:
    """What was found of one answer, in a paragraph."""
    answer = text.text.strip()
    if text.certain and is_empty(answer):
        return f"{name}: empty"
    count = len(answer.split())
    begins = answer[:SHOWN].replace("\n", " ")
    parts = [f"{name}: {count} word{'s' * (count != 1)}, “{begins}{'…' * (len(answer) > SHOWN)}”."]
    if not text.certain:
        parts.append(f"A person has to look for it in the file: {text.why or 'it is no plain text'}.")
    parts += _faults(questions, name, answer)
    ask = questions.ask.get(name, ())
    if ask:
        parts.append(f"Ask yourself: {' '.join(ask)}")
    return " ".join(parts)


def _faults(questions: Questions, name: str, answer: str) -> list[str]:
    """What is certain to be amiss, whatever the right answer is."""
    one_of = questions.one_of.get(name, ())
    if one_of:
        named = [each for each in one_of if re.search(rf"\b{re.escape(each)}", answer, re.IGNORECASE)]
        quoted = [f"“{each}”" for each in named or one_of]
        if not named:
            return [f"It contains neither {' nor '.join(quoted)}: answer with one of them."]
        return [f"It names {' and '.join(quoted)}. Write only the one that you mean."] if len(named) > 1 else []
    words = read_words(answer)
    if copied_share(words, questions.prompts.get(name, "")) >= COPIED_SHARE:
        return ["Much of it repeats the question. Answer it in your own words."]
    if copied_share(words, questions.lesson) >= COPIED_SHARE or reads_out_a_table(words, questions.lesson):
        return [
            "Much of it stands in the lesson word for word, and whoever marks it will see that. Say it in your own words."
        ]
    return []
