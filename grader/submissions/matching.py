"""Who of a roster the students are that were found among the submissions.

There are several ways to know somebody, the surest first: the very id; the address or number that a platform gives; an id or a
login in another spelling; a login at the end of a repository's name, behind what the class's repositories have in common; the
name. The first way that finds anybody decides, and a group is found as a person is. Nothing is guessed: who could be two people
is nobody, and of several students who are one person it is the one found in the surest way, else none. So no two students are
the same person.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.source.text import display
from grader.submissions.roster import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.scores.records import Person
    from grader.submissions.roster import Roster

NOT_LISTED = "nobody on the roster is called so"
_MOST_WORDS = 8  # of a name that is looked for with its words in another order as well
_FEW = 3  # people named in a reason
_MOST_ALIKE = 50  # people kept of those whom one name may stand for: it is nobody's anyway

_Target = int | str
"""Someone's place on the roster, or a group's name in one spelling."""
_Targets = dict[str, set[_Target]]


@dataclass(frozen=True, slots=True)
class Match:
    """Who a student is: one person, or all members of a group; nobody if ``why`` says so. ``group`` is whose work it is."""

    members: tuple[Person, ...] = ()
    group: str = ""
    why: str = ""


def match(students: Sequence[str], told: Mapping[str, Person], roster: Roster) -> dict[str, Match]:
    """Return who each student is; ``told`` is what a platform says of them, by student."""
    index = _Index.of(roster)
    claims = {student: claim for student in students if (claim := index.by_id(student, told.get(student)))}
    rest = [student for student in students if student not in claims and student not in told]
    claims |= index.by_repository(rest, _beginning([fold(student) for student in students]))
    numbers_tell = any(claim.way is _Way.TOLD for claim in claims.values())
    for student in students:
        if student not in claims and (found := index.by_name(student, told.get(student), numbers_tell=numbers_tell)):
            claims[student] = found
    return _settled(students, claims, index)


class _Way(enum.IntEnum):
    """How somebody was found, the surest first."""

    VERY_ID = 0
    SAME_ID = 1
    TOLD = 2
    SPELLED = 3
    REPOSITORY = 4
    NAME = 5
    TURNED_NAME = 6


@dataclass(frozen=True, slots=True)
class _Claim:
    """Whom a student may be, found in one way; more than one is nobody. ``group`` is whose work a person's is."""

    way: _Way
    targets: frozenset[_Target]
    group: str = ""


def _targets() -> _Targets:
    return defaultdict(set)


@dataclass(frozen=True, slots=True)
class _Index:
    """A roster by all that people and groups can be known by.

    ``numbers`` are each person's own, ``given`` those that a platform gave: that of an institution may be another's there.
    """

    people: tuple[Person, ...]
    numbers: list[frozenset[str]] = field(default_factory=list)
    given: list[frozenset[str]] = field(default_factory=list)
    groups: list[tuple[str, ...]] = field(default_factory=list)
    members: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    group_names: dict[str, str] = field(default_factory=dict)
    ids: _Targets = field(default_factory=_targets)
    addressed: _Targets = field(default_factory=_targets)
    numbered: _Targets = field(default_factory=_targets)
    spelled: _Targets = field(default_factory=_targets)
    behind: _Targets = field(default_factory=_targets)
    names: _Targets = field(default_factory=_targets)
    turned: _Targets = field(default_factory=_targets)

    @classmethod
    def of(cls, roster: Roster) -> _Index:
        index = cls(tuple(listed.person for listed in roster.people))
        repositories = Counter(fold(listed.repository) for listed in roster.people)  # a group has one together
        for at, listed in enumerate(roster.people):
            person = listed.person
            numbers = frozenset({person.lms_id, listed.number} - {""})
            index.numbers.append(numbers)
            index.given.append(numbers - {listed.number})
            logins = {person.student, listed.login, person.github} - {""}
            index.ids[_nfc(person.student)].add(at)
            index._add(index.addressed, {*numbers, fold(person.email)}, at)
            index._add(index.numbered, index.given[at], at)
            index._add(index.spelled, map(fold, {*logins, *numbers, person.email}), at)
            if repositories[fold(listed.repository)] == 1:
                index._add(index.spelled, [fold(listed.repository)], at)
            index._add(index.behind, map(fold, logins), at)
            last, _, first = person.name.partition(",")
            index._add(index.names, {_letters(person.name), _letters(f"{first} {last}")}, at)
            index._add(index.turned, _turned(person.name), at)
            index.groups.append(listed.groups)
            for name in listed.groups:
                index._add_group(name, at)
        return index

    def _add_group(self, name: str, at: int) -> None:
        group = fold(name)
        self.group_names.setdefault(group, name)
        self.members[group].append(at)
        self.ids[_nfc(name)].add(group)
        self._add(self.spelled, [group], group)
        slug = "-".join(_words(name))
        self._add(self.behind, [group, slug, f"group-{slug}" if slug.isdecimal() else ""], group)
        self._add(self.names, [_letters(name)], group)

    @staticmethod
    def _add(where: _Targets, keys: Iterable[str], target: _Target) -> None:
        for key in keys:
            if key and len(where[key]) < _MOST_ALIKE:
                where[key].add(target)

    def _claim(self, way: _Way, found: Iterable[_Target], group: str = "") -> _Claim | None:
        """A claim; a group of one person that is called as this person is counts as the person."""
        targets = frozenset(found)
        alone = {each for each in targets if isinstance(each, str) and self.members[each][0] in targets}
        alone = {each for each in alone if len(self.members[str(each)]) == 1}
        return _Claim(way, targets - alone, group) if targets else None

    def by_id(self, student: str, told: Person | None) -> _Claim | None:
        """Whom an id stands for, or what a platform tells with it.

        Where a platform tells addresses, as Gradescope does, the id is a name that people choose: it may be another's id.
        """
        if told is not None and told.email:
            return self._by_what_is_told(told)
        if found := self.ids.get(_nfc(student)):
            very = any(isinstance(each, int) and self.people[each].student == student for each in found)
            return self._claim(_Way.VERY_ID if very else _Way.SAME_ID, found)
        if told is not None and (claim := self._by_what_is_told(told)):
            return claim
        return self._claim(_Way.SPELLED, self.spelled.get(fold(student), ()))

    def _by_what_is_told(self, told: Person) -> _Claim | None:
        """Whom address and number of a platform stand for, unless the name there is that of others."""
        # Only what tells addresses has the numbers of an institution.
        where = self.addressed if told.email else self.numbered
        found = {target for key in (fold(told.email), told.lms_id) if key for target in where.get(key, ())}
        if len(found) != 1:
            return self._claim(_Way.TOLD, found)
        (at,) = found
        groups = self.groups[int(at)]
        called = self._called(told.name)
        mine = called & {fold(name) for name in groups}
        if mine and not told.email:
            return self._claim(_Way.TOLD, mine)
        # An address is the person's own; numbers of another kind can happen to be equal.
        doubts = called if called and at not in called and not told.email else set()
        return self._claim(_Way.TOLD, found | doubts, _group_before(told.name, groups))

    def by_repository(self, students: Sequence[str], common: str) -> dict[str, _Claim]:
        """Whose login, or group, is the end of an id, behind a beginning that several such ids, or all, have in common.

        ``common`` is the beginning of all ids of the class.
        """
        endings: dict[str, dict[str, set[_Target]]] = {}
        for student in students:
            plain = fold(student)
            cuts = [cut.start() for cut in re.finditer("-", plain) if plain[cut.end() :] in self.behind]
            if cuts:
                endings[student] = {plain[:at]: self.behind[plain[at + 1 :]] for at in cuts}
        votes = Counter(prefix for found in endings.values() for prefix in found)
        most = max(votes.values(), default=0)
        claims: dict[str, _Claim] = {}
        for student, found in endings.items():
            shared = [each for prefix, each in found.items() if votes[prefix] == most > 1 or (
                most == 1 and common.startswith(f"{prefix}-")
            )]  # fmt: skip
            if claim := self._claim(_Way.REPOSITORY, {target for each in shared for target in each}):
                claims[student] = claim
        return claims

    def by_name(self, student: str, told: Person | None, *, numbers_tell: bool) -> _Claim | None:
        """Who, or which group, has this name, unless a platform knows them by another address or number.

        ``numbers_tell``: the platform's numbers are those of the roster, since they found somebody.
        """
        name = student if told is None else told.name
        found, group = self._called(name), ""
        way = _Way.NAME if _letters(name) in self.names else _Way.TURNED_NAME
        if told is not None:
            if told.email:
                found = found | self.ids.get(_nfc(student), set()) | self.spelled.get(fold(student), set())
            if not found:
                found, group = self._behind_group(name)
            found = {each for each in found if not self._is_another(each, told, numbers_tell=numbers_tell)}
        return self._claim(way, found, group)

    def _called(self, name: str) -> set[_Target]:
        """Who has this name, or only if nobody has, who has it with its words turned round."""
        letters = _letters(name)
        return self.names.get(letters) or self.turned.get(letters, set())

    def _behind_group(self, name: str) -> tuple[set[_Target], str]:
        """Who has the rest of a name that begins with their group's, and the group: ``Team 1-Kim Lee``."""
        for cut in [cut.start() for cut in re.finditer("-", name)][:_MOST_WORDS]:
            members = self.members.get(fold(name[:cut]), [])
            if people := self._called(name[cut + 1 :]).intersection(members):
                return set(people), self.group_names[fold(name[:cut])]
        return set(), ""

    def _is_another(self, target: _Target, told: Person, *, numbers_tell: bool) -> bool:
        if isinstance(target, str):
            return bool(told.email)  # a person who is called as a group is none
        email, numbers = self.people[target].email, (self.numbers if told.email else self.given)[target]
        other_address = bool(told.email and email) and fold(told.email) != fold(email)
        return other_address or (numbers_tell and bool(told.lms_id and numbers) and told.lms_id not in numbers)

    def match(self, claim: _Claim) -> Match:
        """What a claim of one target comes to."""
        (target,) = claim.targets
        if isinstance(target, int):
            return Match((self.people[target],), claim.group)
        return Match(tuple(self.people[at] for at in self.members[target]), self.group_names[target])

    def shown(self, targets: Iterable[_Target]) -> str:
        """Some people and groups in words."""
        names = sorted(
            display(self.people[each].student)
            if isinstance(each, int)
            else f"the group {display(self.group_names[each])}"
            for each in targets
        )
        *first, last = [*names[:_FEW], *(["others"] if len(names) > _FEW else [])]
        return f"{', '.join(first)} or {last}" if first else last


def _settled(students: Sequence[str], claims: Mapping[str, _Claim], index: _Index) -> dict[str, Match]:
    """Give each person and each group to the one student who is found in the surest way; to none if there are two."""
    found: dict[str, Match] = {}
    rivals: dict[_Target, list[str]] = defaultdict(list)
    for student in students:
        claim = claims.get(student)
        if claim is None:
            found[student] = Match(why=NOT_LISTED)
        elif len(claim.targets) > 1:
            found[student] = Match(why=f"could be {index.shown(claim.targets)}")
        else:
            rivals[next(iter(claim.targets))].append(student)
    for target, several in rivals.items():
        several.sort(key=lambda student: claims[student].way)
        first, *others = several
        is_clear = not others or claims[first].way < claims[others[0]].way
        for student in several:
            if is_clear and student == first:
                found[student] = index.match(claims[student])
            else:
                other = display(first if student != first else others[0])
                rival = f"but {other} fits better" if is_clear else f"and so could {other}"
                found[student] = Match(why=f"could be {index.shown([target])}, {rival}")
    return {student: found[student] for student in students}


def _group_before(name: str, groups: Iterable[str]) -> str:
    """The group that stands before a name with a hyphen, as in what Moodle gives for groups."""
    return next((group for group in groups if fold(name).startswith(f"{fold(group)}-")), "")


def _beginning(texts: Sequence[str]) -> str:
    """What all of some texts begin with."""
    first, last = min(texts, default=""), max(texts, default="")
    return first[
        : next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    ]


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _words(text: str) -> list[str]:
    """The words of a name: its letters with their marks, and its digits."""
    return "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in fold(text)).split()


def _letters(text: str) -> str:
    """A name without what stands between its words, which folders and Canvas leave out."""
    return _joined_words(_words(text))


def _joined_words(words: Sequence[str]) -> str:
    """Words as one, but two numbers stay apart."""
    return re.sub(r"(?<=[0-9]) (?=[0-9])", ".", " ".join(words)).replace(" ", "")


def _turned(name: str) -> set[str]:
    """The letters of a name with its words turned round: Kim van Dyke, van Dyke Kim, Dyke Kim van."""
    words = _words(name)
    turns = range(len(words)) if len(words) <= _MOST_WORDS else range(1)
    return {_joined_words([*words[at:], *words[:at]]) for at in turns}
