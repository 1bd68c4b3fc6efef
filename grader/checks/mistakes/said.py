"""Mistakes of reading, which show in a file's text and in no answer: a pattern recognises them, and a note tells of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.course.make_notebook import notebook_text
from grader.course.master import stub_text
from grader.errors import CourseError
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import Flag
from grader.source.sentences import find_said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.checks.mistakes.declare import Mistake
    from grader.course.master import Master
    from grader.source.text import Kind

QUOTED = 120  # characters of the sentence


def patterns_of(mistakes: Iterable[Mistake]) -> dict[str, tuple[str, ...]]:
    """The patterns of each mistake that has some, by its id."""
    return {mistake.id: mistake.said for mistake in mistakes if mistake.said}


def notes(mistakes: Iterable[Mistake], found: Mapping[str, str]) -> tuple[Flag, ...]:
    """The notes on the sentences that were found, by their mistakes' ids; they cost nothing."""
    return tuple(
        Flag(
            FlagKind.NOTE,
            f"“{_quoted(found[mistake.id])}” reads like a known mistake, which costs nothing: {mistake.name}. {mistake.hint}",
        )
        for mistake in mistakes
        if mistake.id in found
    )


def check_patterns(key: str, patterns: Iterable[str]) -> None:
    """Raises CourseError for an invalid regular expression, or one that every text contains."""
    for pattern in patterns:
        try:
            anywhere = re.search(pattern, "") is not None
        except re.error as error:
            raise CourseError(f"the mistake {key} has a pattern that can't be read ({error}): {pattern}") from None
        if anywhere:
            raise CourseError(
                f"the mistake {key} has a pattern that is found in an empty text, and so in any: {pattern}"
            )


def check_against_own(mistakes: Iterable[Mistake], master: Master) -> None:
    """Raises CourseError if a pattern is found in the exercise's own text: every student would get its note."""
    stub = stub_text(master)
    own: tuple[tuple[str, str, Kind], ...] = (
        ("solution", master.text, "script"),
        ("stub", stub, "script"),
        ("stub", notebook_text(stub, master.id), "notebook"),
    )
    patterns = patterns_of(mistakes)
    for what, text, kind in own:
        for key, sentence in find_said(text.encode(), kind, patterns).items():
            raise CourseError(
                f"{master.id}: a pattern of the mistake {key} fits the {what}'s own “{_quoted(sentence)}”: make it narrower, "
                "since every file that keeps this sentence would be told of the mistake"
            )


def _quoted(sentence: str) -> str:
    text = sentence.removeprefix("# ")
    return text if len(text) <= QUOTED else text[:QUOTED].rstrip() + "…"
