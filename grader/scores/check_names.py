"""Finds the check that a person names: by its id, or as EXERCISE/id where several exercises have one of that id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.meant import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from grader.scores.records import SubmissionResult

CheckName = tuple[str, str]  # exercise, check
_NAMED = 8  # names that a message lists


class NoSuchCheck(LookupError):
    """No check has the name, or more than one; the text says so in a part of a line, with the way out."""


def checks_of(rows: Iterable[SubmissionResult]) -> dict[str, dict[str, int]]:
    """Return the points of each check that stands in these rows, by exercise and id, in the order of the rows."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        ids = found.setdefault(row.exercise, {})
        for check in row.checks:
            ids.setdefault(check.id, check.max_points)
    return found


def find_check(name: str, checks: Mapping[str, Collection[str]]) -> CheckName:
    """Return the exercise and the id of the check that ``name`` means; ``checks`` has the ids of each exercise.

    Raises NoSuchCheck.
    """
    exercise, slash, ident = name.partition("/")
    if slash:
        if exercise not in checks:
            raise NoSuchCheck(f"there is no exercise {exercise}; {_meant(exercise, checks, 'there are')}")
        if ident not in checks[exercise]:
            raise NoSuchCheck(f"{exercise} has no check {ident}; {_meant(ident, checks[exercise], 'it has')}")
        return exercise, ident
    places = [each for each, ids in checks.items() if name in ids]
    if not places:
        every = [ident for ids in checks.values() for ident in ids]
        raise NoSuchCheck(f"there is no check {name}; {_meant(name, every, 'the checks are')}")
    if len(places) > 1:
        whole = [f"{each}/{name}" for each in places]
        raise NoSuchCheck(f"{name} stands in several exercises; write {', '.join(whole[:-1])} or {whole[-1]}.")
    return places[0], name


def _meant(name: str, known: Collection[str], otherwise: str) -> str:
    shown = list(dict.fromkeys(known))
    more = f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
    return did_you_mean(name, known, f"{otherwise} {', '.join(shown[:_NAMED]) or 'none'}{more}.")
