"""Finds the name that was probably meant by an unknown one; whoever refuses a name asks here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_COMPARED = 200  # names; a student's file may hold twenty thousand, which took minutes to compare


def closest(name: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """The known name that is most like this one, or "" if none is close; ``likeness`` runs from 0 to 1 (the same name).

    One that differs in small and capital letters alone is the closest.
    If there are very many names, only those closest in length are compared.
    """
    from difflib import get_close_matches  # a command without a slip needs none

    names = sorted(set(known))
    folded = name.casefold()
    if same := next((other for other in names if other.casefold() == folded), ""):
        return same
    compared = sorted(names, key=lambda other: (abs(len(other) - len(name)), other))[:MOST_COMPARED]
    return next(iter(get_close_matches(name, compared, 1, likeness)), "")


def did_you_mean(name: str, known: Iterable[str], otherwise: str, *, quoted: bool = False) -> str:
    """The question that ends a message about an unknown name; ``otherwise`` takes its place if no known name is close."""
    found = closest(name, known)
    return f"did you mean {repr(found) if quoted else found}?" if found else otherwise
