"""Who of a roster the students are that were found among the submissions.

There are several ways to know somebody, the surest first: the very id; the address or number that a platform gives; an id or a
login in another spelling; a login at the end of a repository's name, behind what the class's repositories have in common; the
name. The first way that finds anybody decides, and a group is found as a person is. Nothing is guessed: who could be two people
is nobody, and of several students who are one person it is the one found in the surest way, else none. So no two students are
the same person.

**GitHub logins.** Everybody chooses their own, and may choose what is another's id, number or name. So what is known to be a
login is only the person of whom the roster says so in ``github``; those who have nothing there are found by their id. Where a
folder may be either, one that is called as somebody's id and one that is called as the same person's login are both nobody's.
A group's name counts only where more repositories are groups' than people's own.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.source.text import display
from grader.submissions.roster import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from grader.scores.records import Person
    from grader.submissions.roster import Roster

NOT_LISTED = "nobody on the roster is called so"
_ANOTHERS_LOGIN = ", but this is a GitHub login, and not the one on the roster"
_NOT_OF_GROUPS = ", but most repositories here are not groups'"
_MOST_WORDS = 8  # of a name that is looked for with its words in another order as well
_FEW = 3  # people named in a reason
_MOST_ALIKE = 50  # people kept of those whom one name may stand for: it is nobody's anyway

_Target = int | str
"""Someone's place on the roster, or a group's name in one spelling."""
_Targets = dict[str, set[_Target]]


@dataclass(frozen=True, slots=True)
class Match:
    """Who a student is: one person, or all members of a group; nobody if ``why`` says so. ``group`` is whose work it is.

    ``by_repository``: nothing but the end of a repository's name says that it is this group's.
    """

    members: tuple[Person, ...] = ()
    group: str = ""
    why: str = ""
    by_repository: bool = False


def match(
    students: Sequence[str], told: Mapping[str, Person], roster: Roster, logins: Collection[str] = ()
) -> dict[str, Match]:
    """Return who each student is; ``told`` is what a platform says of them, by student, ``logins`` are known to be logins."""
    index = _Index.of(roster)
    known = frozenset(logins)
    claims = {
        student: claim
        for student in students
        if student not in known and (claim := index.by_id(student, told.get(student)))
    }
    rest = [student for student in students if student not in claims and student not in told and student not in known]
    endings = {student: fold(student) for student in students if student in known}
    endings |= index.endings(rest, _beginning([fold(student) for student in students]))
    claims |= index.by_login(endings, claims.values())
    numbers_tell = any(claim.way is _Way.TOLD for claim in claims.values())
    for student in students:
        if student in claims or student in endings:
            continue
        if found := index.by_name(student, told.get(student), numbers_tell=numbers_tell):
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
    """Whom a student may be, found in one way; more than one is nobody. ``group`` is whose work a person's is.

    ``by_login``: only the roster's GitHub login says so. ``doubt`` says why it is nobody all the same.
    """

    way: _Way
    targets: frozenset[_Target]
    group: str = ""
    by_login: bool = False
    doubt: str = ""


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
    logins: _Targets = field(default_factory=_targets)
    teams: _Targets = field(default_factory=_targets)
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
            own = {person.github} if person.github else logins
            index._add(index.logins, map(fold, own), at)
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
        for where in (self.teams, self.behind):
            self._add(where, [group, slug, f"group-{slug}" if slug.isdecimal() else ""], group)
        self._add(self.names, [_letters(name)], group)

    @staticmethod
    def _add(where: _Targets, keys: Iterable[str], target: _Target) -> None:
        for key in keys:
            if key and len(where[key]) < _MOST_ALIKE:
                where[key].add(target)

    def _claim(self, way: _Way, found: Iterable[_Target], group: str = "", *, by_login: bool = False) -> _Claim | None:
        """A claim; a group of one person that is called as this person is counts as the person."""
        targets = frozenset(found)
        alone = {each for each in targets if isinstance(each, str) and self.members[each][0] in targets}
        alone = {each for each in alone if len(self.members[str(each)]) == 1}
        return _Claim(way, targets - alone, group, by_login) if targets else None

    def by_id(self, student: str, told: Person | None) -> _Claim | None:
        """Whom an id stands for, or what a platform tells with it.

        Where a platform tells addresses, as Gradescope does, the id is a name that people choose: it may be another's id.
        """
        if told is not None and told.email:
            return self._by_what_is_told(told)
        if found := self.ids.get(_nfc(student)):
            very = any(isinstance(each, int) and self.people[each].student == student for each in found)
            others = self._with_login(student) if told is None else set()
            return self._claim(_Way.VERY_ID if very else _Way.SAME_ID, found | others)
        if told is not None and (claim := self._by_what_is_told(told)):
            return claim
        spelled = self.spelled.get(fold(student), set())
        by_login = told is None and spelled == self._with_login(student)
        return self._claim(_Way.SPELLED, spelled, by_login=by_login)

    def _with_login(self, student: str) -> set[_Target]:
        """Who has this as GitHub login, and not as id."""
        login = fold(student)
        people = ((each, self.people[each]) for each in self.logins.get(login, ()) if isinstance(each, int))
        return {each for each, person in people if person.github and fold(person.student) != login}

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

    def endings(self, students: Sequence[str], common: str) -> dict[str, str]:
        """The end of each id that begins as several others do in front of a login, or a group, or else as all do.

        ``common`` is the beginning of all ids of the class. Where nobody's login is found, what else people are called by counts.
        """
        plain = {student: fold(student) for student in students}
        votes: Counter[str] = Counter()
        for known in (self.logins, self.behind):
            votes = votes or Counter(
                before for each in plain.values() for before, end in _cuts(each) if end in known or end in self.teams
            )
        most = max(votes.values(), default=0)
        begin = {each for each, number in votes.items() if number == most > 1 or (
            most == 1 and common.startswith(f"{each}-")
        )}  # fmt: skip
        # The shortest of several: what stands behind it may begin as somebody chose who wants to be found behind a longer one.
        found = (
            (student, next((end for before, end in _cuts(each) if before in begin), ""))
            for student, each in plain.items()
        )
        return {student: end for student, end in found if end}

    def by_login(self, endings: Mapping[str, str], others: Iterable[_Claim]) -> dict[str, _Claim]:
        """Whose login each of these ends of an id is, or which group's name, if more are groups' here, with the ``others``."""
        known = [each for claim in others for each in claim.targets]
        people = sum(end in self.logins for end in endings.values()) + sum(isinstance(each, int) for each in known)
        teams = sum(end in self.teams for end in endings.values()) + sum(isinstance(each, str) for each in known)
        of_groups = teams > people
        claims: dict[str, _Claim] = {}
        for student, end in endings.items():
            listed = self.logins.get(end, set())
            sure = {each for each in listed if self.people[int(each)].github} or listed
            unsure = self.behind.get(end) or self.spelled.get(end) or self._called(end)
            doubt = "" if sure or (of_groups and end in self.teams) else _ANOTHERS_LOGIN
            if not (sure or of_groups) and unsure and unsure <= self.members.keys():
                doubt = _NOT_OF_GROUPS
            targets = unsure if not sure else sure | self.teams.get(end, set()) if of_groups else sure
            if claim := self._claim(_Way.REPOSITORY, targets, by_login=bool(sure and sure == self._with_login(end))):
                claims[student] = replace(claim, doubt=doubt)
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
            # A person who is called as a group is none.
            with_numbers = numbers_tell and all(self.given[at] for at in self.members[target])
            return bool(told.email) or (with_numbers and bool(told.lms_id))
        email, numbers = self.people[target].email, (self.numbers if told.email else self.given)[target]
        other_address = bool(told.email and email) and fold(told.email) != fold(email)
        return other_address or (numbers_tell and bool(told.lms_id and numbers) and told.lms_id not in numbers)

    def match(self, claim: _Claim) -> Match:
        """What a claim of one target comes to."""
        (target,) = claim.targets
        if isinstance(target, int):
            return Match((self.people[target],), claim.group)
        members = tuple(self.people[at] for at in self.members[target])
        return Match(members, self.group_names[target], by_repository=claim.way is _Way.REPOSITORY)

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
        elif len(claim.targets) > 1 or claim.doubt:
            found[student] = Match(why=f"could be {index.shown(claim.targets)}{claim.doubt}")
        else:
            rivals[next(iter(claim.targets))].append(student)
    for target, several in rivals.items():
        several.sort(key=lambda student: claims[student].way)
        first, *others = several
        is_clear = not others or claims[first].way < claims[others[0]].way
        if claims[first].way < _Way.TOLD and not claims[first].by_login:
            is_clear = is_clear and not any(claims[each].by_login for each in others)
        for student in several:
            if is_clear and student == first:
                found[student] = index.match(claims[student])
            else:
                other = display(first if student != first else others[0])
                rival = f"but {other} fits better" if is_clear else f"and so could {other}"
                found[student] = Match(why=f"could be {index.shown([target])}, {rival}")
    return {student: found[student] for student in students}


def _cuts(text: str) -> Iterator[tuple[str, str]]:
    """What stands before and behind each hyphen, the first one first."""
    return ((text[: cut.start()], text[cut.end() :]) for cut in re.finditer("-", text))


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
