"""What can be said about written answers before a person has read them, without saying which of them are right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.rubrics import assess, is_empty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.rubrics.text_bench import TextBench
    from grader.source.written.written_text import Text

SHOWN = 60  # characters of an answer
WHY_EMPTY = "an answer counts as empty if it has no letter or digit, begins with TODO, or only repeats the question."


@dataclass(frozen=True, slots=True)
class Questions:
    """What a student's machine may know about written answers: none of the rubric's ideas, patterns or right answers.

    ``prompts`` is what the stubs say at each question, ``ask`` what students may ask themselves about their answer, and
    ``one_of`` the names that a short answer should choose from. ``lesson`` is the text that answers should not be copied from.
    """

    prompts: Mapping[str, str]
    ask: Mapping[str, Sequence[str]]
    one_of: Mapping[str, Sequence[str]]
    lesson: str


def questions_of(bench: TextBench) -> Questions:
    """The part of a rubric, and of the stubs' own text, that a student's machine may know."""
    return Questions(
        bench.prompts,
        {question.id: question.ask for question in bench.rubric.questions},
        {question.id: question.one_of for question in bench.rubric.questions},
        bench.rubric.lesson,
    )


def told(questions: Questions, name: str, text: Text) -> str:
    """What was found about one answer, in a paragraph."""
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
    """What is certainly wrong, whatever the right answer is."""
    one_of = questions.one_of.get(name, ())
    if one_of:
        named = [each for each in one_of if re.search(rf"\b{re.escape(each)}", answer, re.IGNORECASE)]
        quoted = [f"“{each}”" for each in named or one_of]
        if not named:
            return [f"It contains neither {' nor '.join(quoted)}: answer with one of them."]
        return [f"It names {' and '.join(quoted)}. Write only the one that you mean."] if len(named) > 1 else []
    if _is_copied(name, answer, questions.prompts.get(name, "")):
        return ["Much of it repeats the question. Answer it in your own words."]
    if _is_copied(name, answer, questions.lesson):
        return [
            "Much of it stands in the lesson word for word, and whoever marks it will see that. Say it in your own words."
        ]
    return []


def _is_copied(name: str, answer: str, source: str) -> bool:
    return any(flag.kind == "copied" for flag in assess(None, name, answer, source).flags)
