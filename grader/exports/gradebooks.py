"""What the file of a platform is read as, whichever platform it is: people, the column for marks, and its maximum."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.exports.lms_table import LmsTable
    from grader.exports.row_matching import InFile


@dataclass(frozen=True, slots=True)
class Gradebook:
    """A table with the people in it, the ``column`` that takes marks, and its maximum if the file tells it.

    ``above`` says what the platform does with marks above the maximum. What a cell says in ``kept`` is a person's word on
    the student (excused, not assigned), and stays; so do the cells of the ``locked`` rows, whose grade can't be changed there.
    ``known`` are the columns by which people are told apart.
    """

    table: LmsTable
    people: tuple[InFile, ...]
    column: int
    maximum: Decimal | None
    above: str
    known: tuple[int, ...]
    kept: frozenset[str] = frozenset()
    locked: frozenset[int] = frozenset()


def titled(header: Sequence[str], *titles: str) -> int | None:
    """Return the first column with one of these titles, cases and outer spaces apart; None if there is none."""
    wanted = {title.casefold() for title in titles}
    return next((at for at, title in enumerate(header) if title.strip().casefold() in wanted), None)


def number(text: str) -> Decimal | None:
    """Return a number as platforms write it, with a point or a comma; None for anything else.

    Of several points and commas the last one is the decimal sign, as in Canvas' `decimal_comma_to_period`
    (lib/gradebook_importer.rb).
    """
    found = re.fullmatch(r"\s*(-?[0-9.,]*[0-9])\s*%?\s*", text)
    if found is None:
        return None
    *before, last = re.split(r"[.,]", found[1])
    try:
        return Decimal(f"{''.join(before)}.{last}" if before else last)
    except InvalidOperation:
        return None
