"""A written answer's text, and whether it says anything."""

from __future__ import annotations

from dataclasses import dataclass

_BEFORE_TODO = "#>*_-`'\"=|:([ \t\n"


@dataclass(frozen=True, slots=True)
class Text:
    """What answers one question; ``certain`` is false if the text may not be all of it, or not it: ``why`` says so."""

    text: str
    certain: bool = True
    why: str = ""


def is_empty(answer: str) -> bool:
    """Tell whether nothing is answered: no letter or digit, or it begins with TODO."""
    return not any(map(str.isalnum, answer)) or answer.lstrip().lstrip(_BEFORE_TODO).startswith("TODO")
