"""Who on a class's roster has handed in, who has not, and who has without being on it; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.scores.records import NotListed, as_written
from grader.scores.totals import student_totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.scores.records import Person, Results

EARLIER = "from an earlier run"


@dataclass(frozen=True, slots=True)
class Attendance:
    """A class against its roster; ``strangers`` are those who are not on it, each with the reason.

    ``asked`` are the exercises that it is about, empty if these are all of the course: who is absent may have handed in others.
    """

    listed: int
    handed_in: int
    absent: tuple[Person, ...]
    strangers: tuple[NotListed, ...]
    asked: tuple[str, ...] = ()


def attendance(results: Results) -> Attendance | None:
    """Compare a run with its roster; None if it had none, or graded one shard alone, which has rows of a part of the class."""
    if not results.roster or results.run.shard is not None:
        return None
    people = people_by_id(results)
    whys = {as_written(each.student): each.why for each in results.run.not_listed}
    totals = student_totals(results)
    there = {as_written(total.student) for total in totals if total.handed_in}
    return Attendance(
        listed=len(people),
        handed_in=len(there & people.keys()),
        absent=tuple(people[student] for student in sorted(people.keys() - there)),
        strangers=tuple(
            NotListed(total.student, whys.get(as_written(total.student), EARLIER))
            for total in totals
            if as_written(total.student) not in people
        ),
        # the rows of an earlier run's exercises count as well
        asked=results.run.asked if {each.id for each in results.exercises} <= set(results.run.asked) else (),
    )


def people_by_id(results: Results) -> Mapping[str, Person]:
    """Return everyone on the roster by the id of their rows, as results.json writes it."""
    return {as_written(person.student): person for person in results.roster}
