"""The work of a class by its roster: everyone on it is a student, a group's work is that of its members.

Somebody who handed in alone as well as in a group has, for each exercise, what holds work before what is missing, can't be read
or is as the stub; then the newer one where the platform tells times; then what was handed in alone. A flag names the other.
Where a platform itself says who handed in together, and the roster counts all of them and nobody else who handed in together
to one group, the group's other members have the work too, with a flag. Where one of a small group handed in alone and the others
nothing, a flag of theirs says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import UTC
from itertools import product
from typing import TYPE_CHECKING

from grader.errors import UnreadableWork, WorkerFault
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import Flag, NotListed
from grader.source.text import display
from grader.submissions.matching import match
from grader.submissions.roster import fold
from grader.submissions.works import Found, Work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.source.contents import Signature
    from grader.submissions.matching import Match
    from grader.submissions.roster import Roster
    from grader.submissions.works import LookInto

_UNREADABLE = "it can't be read"
_BY_REPOSITORY = "the repository {student} was taken for the group {group}, since its name ends as the group is called"
_LEFT_OUT = "{other} is in {group}, in which {one} handed in alone: that counts for {one} only"
_LARGEST_TEAM = 6  # a larger group is a section of the course, in which everyone works alone
_NOT_NAMED = "handed in for the group {group}: the platform does not say that this student took part, the roster does"


@dataclass(frozen=True, slots=True)
class _Share:
    """A work that may count for somebody, and its place among all; ``added``: only the roster says so."""

    place: int
    work: Work
    added: bool = False

    @property
    def alone(self) -> bool:
        return self.work.group is None


def by_roster(found: Found, roster: Roster, exercises: Sequence[Signature], look: LookInto) -> Found:
    """Return a class in which each student has the id of the roster and everyone on it is one.

    Who is not on it keeps the id and is in ``not_listed``. ``look`` is called only if a student has two works for an exercise.
    """
    matches = match(found.students, found.people, roster, found.logins)
    people = tuple(listed.person for listed in roster.people)
    renamed = _ids(found.students, matches, {person.student for person in people})
    shares = _shares(found.works, matches, renamed, roster)
    left_out = _left_out(shares, roster)
    chosen: dict[int, dict[str, tuple[Flag, ...]]] = defaultdict(dict)
    known = {exercise.id: exercise for exercise in exercises}
    works: dict[int, Work] = {}
    for (student, exercise), several in shares.items():
        best, flags = _best(several, known[exercise], look)
        chosen[best.place][student] = (*flags, *left_out.get((student, exercise), ()))
        works[best.place] = best.work
    students = sorted({person.student for person in people}.union(*renamed.values()))
    counted = [
        replace(
            works[at],
            students=tuple(sorted(whose)),
            own_flags=tuple((who, flag) for who in sorted(whose) for flag in whose[who]),
        )
        for at, whose in chosen.items()
    ]
    counted += [
        Work((each,), exercise, flags=left_out.get((each, exercise), ()))
        for each in students
        for exercise in known
        if (each, exercise) not in shares
    ]
    place = {student: at for at, student in enumerate(students)}
    order = {exercise: at for at, exercise in enumerate(known)}
    return replace(
        found,
        students=tuple(students),
        works=tuple(sorted(counted, key=lambda work: (place[work.students[0]], order[work.exercise]))),
        roster=people,
        not_listed=tuple(
            NotListed(renamed[student][0], matches[student].why)
            for student in found.students
            if not matches[student].members
        ),
        renamed=renamed,
    )


def _ids(students: Sequence[str], matches: Mapping[str, Match], taken: set[str]) -> dict[str, tuple[str, ...]]:
    """The ids that stand for each student from now on; nobody who is not on the roster has the id of one who is."""
    ids = {student: tuple(person.student for person in matches[student].members) for student in students}
    used = set(taken)
    for student in students:
        if not ids[student]:
            own = student
            while own in used:
                own += "~"
            used.add(own)
            ids[student] = (own,)
    return ids


def _shares(
    works: Sequence[Work],
    matches: Mapping[str, Match],
    renamed: Mapping[str, tuple[str, ...]],
    roster: Roster,
) -> dict[tuple[str, str], list[_Share]]:
    """What may count for each student and exercise."""
    groups: dict[str, list[str]] = defaultdict(list)
    groups_of = {listed.person.student: listed.groups for listed in roster.people}
    for student, names in groups_of.items():
        for group in names:
            groups[fold(group)].append(student)
    whose_work = [_group_of([matches[student] for student in work.students], groups_of) for work in works]
    together = [len(work.students) > 1 and all(matches[student].members for student in work.students) for work in works]
    # Who handed in apart from each other is in one group as in a section of the course, not to hand in together.
    times = Counter(
        (fold(group), work.exercise)
        for work, group, several in zip(works, whose_work, together, strict=True)
        if several
    )
    found: dict[tuple[str, str], list[_Share]] = defaultdict(list)
    for at, (work, group, several) in enumerate(zip(works, whose_work, together, strict=True)):
        taken = [student for student in work.students if matches[student].by_repository and not work.is_missing]
        told = tuple(Flag(FlagKind.GROUP, _BY_REPOSITORY.format(student=display(each), group=group)) for each in taken)
        named = replace(work, students=(), group=group or None, flags=(*work.flags, *told))
        whose = list(dict.fromkeys(each for student in work.students for each in renamed[student]))
        for student in whose:
            found[student, work.exercise].append(_Share(at, named))
        if group and several and times[fold(group), work.exercise] == 1:
            for student in groups[fold(group)]:
                if student not in whose:
                    found[student, work.exercise].append(_Share(at, named, added=True))
    return found


def _left_out(
    shares: Mapping[tuple[str, str], Sequence[_Share]], roster: Roster
) -> dict[tuple[str, str], tuple[Flag, ...]]:
    """What to tell of those who handed in nothing while one of their group did so alone, by student and exercise."""
    handed_in: dict[str, list[str]] = defaultdict(list)
    for (student, exercise), several in shares.items():
        if not all(share.work.is_missing for share in several):
            handed_in[student].append(exercise)
    names: dict[str, str] = {}
    groups: dict[str, list[str]] = defaultdict(list)
    for listed in roster.people:
        for group in listed.groups:
            names.setdefault(fold(group), group)
            groups[fold(group)].append(listed.person.student)
    found: dict[tuple[str, str], tuple[Flag, ...]] = {}
    for key, members in groups.items():
        busy = [member for member in members if member in handed_in]
        if len(busy) != 1 or len(members) > _LARGEST_TEAM:
            continue
        for other, exercise in product(members, handed_in[busy[0]]):
            if other != busy[0]:
                told = _LEFT_OUT.format(other=other, group=names[key], one=busy[0])
                found[other, exercise] = (*found.get((other, exercise), ()), Flag(FlagKind.NOT_SHARED, told))
    return found


def _group_of(matches: Sequence[Match], groups: Mapping[str, tuple[str, ...]]) -> str:
    """The group whose work it is: the one that was found, or the one in which all who handed in together are."""
    if told := next((each.group for each in matches if each.group), ""):
        return told
    if len(matches) < 2 or not all(each.members for each in matches):
        return ""
    first, *others = [{fold(group): group for group in groups[each.members[0].student]} for each in matches]
    return next((group for key, group in first.items() if all(key in each for each in others)), "")


def _best(shares: Sequence[_Share], exercise: Signature, look: LookInto) -> tuple[_Share, tuple[Flag, ...]]:
    """What counts for a student, and what to tell of the rest."""
    handed_in = [share for share in shares if not share.work.is_missing]
    if len(handed_in) < 2:
        best = handed_in[0] if handed_in else max(shares, key=lambda share: (len(share.work.flags), share.alone))
        return best, _added(best)
    digests = {share.work.sha256 for share in handed_in}
    different = len(digests) > 1 or None in digests
    lacks = {share: _lack(share.work, exercise, look) if different else "" for share in handed_in}
    dated = different and all(share.work.handed_in for share in handed_in)

    def rank(share: _Share) -> tuple[object, ...]:
        when = _when(share.work) if dated else 0.0
        # what is the same is graded once, for the group
        return lacks[share] != _UNREADABLE, not lacks[share], when, share.alone == different

    best = max(handed_in, key=rank)
    flags = list(_added(best))
    for share in handed_in:
        if share is not best and different and share.work.sha256 in {None, *digests - {best.work.sha256}}:
            why = lacks[share] or _why(best.work, share.work, dated=dated)
            flags.append(
                Flag(FlagKind.GROUP, f"graded: {_told(best.work)}; not graded: {_told(share.work)}, since {why}")
            )
    return best, tuple(flags)


def _why(best: Work, other: Work, *, dated: bool) -> str:
    if dated and _when(best) > _when(other):
        return "it is older"
    return "what is handed in alone goes before a group's" if best.group is None else "only one can count"


def _told(work: Work) -> str:
    whose = "alone" if work.group is None else f"for the group {work.group}"
    return f"{work.path or 'a file'}, handed in {whose}"


def _added(share: _Share) -> tuple[Flag, ...]:
    return (Flag(FlagKind.GROUP, _NOT_NAMED.format(group=share.work.group)),) if share.added else ()


def _lack(work: Work, exercise: Signature, look: LookInto) -> str:
    """Why a file holds no work; "" if it does, or if the grader itself fails to look into it."""
    if not work.can_be_graded or work.file is None or work.kind is None:
        return _UNREADABLE
    try:
        contents = look(work.read(), work.kind, work.file.name)
    except UnreadableWork:
        return _UNREADABLE
    except WorkerFault:
        return ""
    if contents.unreadable is not None:
        return _UNREADABLE
    return "" if exercise.has_work(contents) else "nothing is done in it yet"


def _when(work: Work) -> float:
    when = work.handed_in
    return 0.0 if when is None else (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
