"""Who somebody on the roster is among the submissions: found by what is surest, never guessed, never two as one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.scores.records import Person
from grader.submissions import matching
from grader.submissions.matching import NOT_LISTED, Match, match
from grader.submissions.roster import Listed, Roster


def roster_of(*people: Person | Listed) -> Roster:
    return Roster(tuple(each if isinstance(each, Listed) else Listed(each) for each in people))


def found(roster: Roster, *students: str, told: dict[str, Person] | None = None) -> dict[str, str]:
    """Give the ids that each student has on the roster, or why there are none."""
    matches = match(students, told or {}, roster)
    return {
        student: ", ".join(person.student for person in each.members) or each.why for student, each in matches.items()
    }


KIM = Person("k01", "Kim van Dyke", "kim@uni.edu", "kim-gh", "4001", "Team 1")
LEO = Person("k02", "Müller, Leo", "leo@uni.edu", "leo", "4002", "Team 1")
ZOE = Listed(
    Person("k03", "Zoë Lee", "zoe@uni.edu", "zoe-leo", "4003", "Team 2, Lab B"),
    login="zlee",
    number="s03",
    in_several=True,
)
CLASS = roster_of(KIM, LEO, ZOE)


@pytest.mark.parametrize(
    "student, who",
    {
        "k01": "k01",
        "K01": "k01",
        "kim-gh": "k01",
        "KIM-GH": "k01",
        "4001": "k01",
        "kim@UNI.edu": "k01",
        "zlee": "k03",
        "s03": "k03",
        "Kim van Dyke": "k01",
        "van Dyke, Kim": "k01",
        "vandyke_kim": "k01",
        "van-dyke-kim": "k01",
        "Leo Müller": "k02",
        unicodedata.normalize("NFD", "leo-müller"): "k02",
        "Team 1": "k01, k02",
        "team-1": "k01, k02",
        "lab b": "k03",
        "kim": NOT_LISTED,
        "Muller Leo": NOT_LISTED,
        "team-11": NOT_LISTED,
        "../../k01": NOT_LISTED,
        "": NOT_LISTED,
    }.items(),
)
def test_somebody_is_found_by_any_id_login_address_or_name_and_a_group_by_its_name(student, who):
    assert found(CLASS, student) == {student: who}


def test_clones_are_matched_by_the_login_behind_what_they_have_in_common():
    clones = "gru-gates-kim-gh", "gru-gates-Leo", "gru-gates-zoe-leo", "gru-gates-max"
    assert list(found(CLASS, *clones).values()) == ["k01", "k02", "k03", NOT_LISTED]
    assert found(CLASS, "cs50-gru-kim-gh") == {"cs50-gru-kim-gh": "k01"}


def test_a_repository_that_the_roster_names_is_found_unless_it_is_several_peoples():
    people = [Listed(Person(f"p{at}"), repository=name) for at, name in enumerate(["gru-a", "gru-b", "gru-b"])]
    assert found(roster_of(*people), "gru-a", "gru-b") == {"gru-a": "p0", "gru-b": NOT_LISTED}


def test_a_folder_that_only_happens_to_end_as_a_login_is_nobodys():
    folders = "anna-leo", "gru-kim-gh", "gru-leo"
    assert found(CLASS, *folders) == {"anna-leo": NOT_LISTED, "gru-kim-gh": "k01", "gru-leo": "k02"}
    assert found(CLASS, "anna-leo", "ben-schmidt")["anna-leo"] == NOT_LISTED


@pytest.mark.parametrize("name", ["group-3", "Group 3", "3"])
def test_a_groups_repository_is_its_members(name):
    people = [Person(f"{name}{at}", github=f"{name}{at}", group=name) for at in "ab"]
    other = Person("c", github="c", group="group-4" if name == "3" else "")
    matches = match(["cs50-gru-group-3", "cs50-gru-group-4"], {}, roster_of(*people, other))
    assert matches["cs50-gru-group-3"] == Match(tuple(people), group=name, by_repository=True)


HAVE_LOGINS = roster_of(
    Person("alice", "Alice Ames", "alice@uni.edu", "alice-gh", "1001", "red"),
    Person("bob", "Bob Bell", "bob@uni.edu", "bob-gh", "1002", "red"),
    Person("carl", "Carl Cox", "carl@uni.edu", "carl-gh", "1003", "Lab 7"),
    Person("dan", "Dan Dow", "dan@uni.edu", "dan", "1004"),
    Listed(
        Person("eve", "Eve Ems", "eve@uni.edu", "eve-gh", "1005"), login="ems", number="m5", repository="gru-eve-gh"
    ),
)
THEIR_LOGINS = [listed.person.github for listed in HAVE_LOGINS.people]
TAKEN = sorted(
    {
        text
        for listed in HAVE_LOGINS.people
        for whole in (
            listed.person.student, listed.person.name, listed.person.lms_id, listed.person.group, listed.login, listed.number,
        )
        for text in (whole, whole.casefold(), whole.upper(), whole.replace(" ", "-"), whole.replace(" ", ""))
        if text
    }
    | {f"gru-{login}" for login in THEIR_LOGINS}
    | {f"x-{login}" for login in THEIR_LOGINS}
)  # fmt: skip
LOGINS = st.sampled_from(TAKEN) | st.text("abcdelimors017-ALICE", min_size=1, max_size=9)


@given(LOGINS, st.sets(st.sampled_from(THEIR_LOGINS), min_size=1), st.sampled_from(["", "gru-", "cs50-gru-"]))
def test_nobody_changes_who_another_is_by_choosing_a_login(login, there, before):
    """Whether the layout says that these are logins, or repositories have a beginning in common."""
    if login.casefold() in THEIR_LOGINS:
        return
    honest = [f"{before}{each}" for each in sorted(there)]
    stranger = f"{before}{login}"

    matches = match([*honest, stranger], {}, HAVE_LOGINS, [] if before else [*honest, stranger])

    assert [[each.github for each in matches[who].members] for who in honest] == [[each] for each in sorted(there)]
    assert matches[stranger].members == ()


@given(st.sampled_from(TAKEN), st.sets(st.sampled_from(THEIR_LOGINS)))
def test_in_folders_called_by_logins_nobodys_work_counts_for_somebody_who_is_there(login, there):
    """A folder may be called so by a teacher: whose it is stays open, and no other work takes its place."""
    if login.casefold() in THEIR_LOGINS:
        return
    joined = match([*sorted(there), login], {}, HAVE_LOGINS)
    found = {person.github for person in joined[login].members}
    assert joined[login].group or not found & there


@pytest.mark.parametrize("folder, why", [
    ("gru-carl", "could be carl, but this is a GitHub login, and not the one on the roster"),
    ("gru-1003", "could be carl, but this is a GitHub login, and not the one on the roster"),
    ("gru-carl-cox", "could be carl, but this is a GitHub login, and not the one on the roster"),
    ("gru-red", "could be the group red, but most repositories here are not groups'"),
    ("gru-lab-7", "could be the group Lab 7, but most repositories here are not groups'"),
    ("gru-mallory", NOT_LISTED),
])  # fmt: skip
def test_a_repository_called_as_somebody_who_has_another_login_is_nobodys(folder, why):
    assert found(HAVE_LOGINS, folder, "gru-bob-gh", "gru-DAN") == {folder: why, "gru-bob-gh": "bob", "gru-DAN": "dan"}


def test_a_repository_alone_called_by_an_id_is_nobodys():
    assert found(HAVE_LOGINS, "gru-carl")["gru-carl"].startswith("could be carl, but")


def test_a_folder_called_as_an_id_and_one_called_as_the_same_persons_login_are_nobodys():
    assert found(HAVE_LOGINS, "alice", "alice-gh", "bob-gh") == {
        "alice": "could be alice, and so could alice-gh",
        "alice-gh": "could be alice, and so could alice",
        "bob-gh": "bob",
    }
    crossed = roster_of(Person("a", github="b"), Person("b", github="c"))
    assert found(crossed, "b", "c") == {"b": "could be a or b", "c": "b"}


def test_who_has_no_login_on_the_roster_is_found_by_the_id_in_any_case():
    some = roster_of(Person("kim"), Person("leo", github="leo-gh"), Listed(Person("p3"), login="zoe"), Person("leo-gh"))
    students = ["KIM", "Leo-GH", "zoe", "leo"]
    matches = match(students, {}, some, students)
    assert [", ".join(each.student for each in matches[who].members) for who in students] == ["kim", "leo", "p3", ""]
    assert found(some, "gru-KIM", "gru-zoe", "gru-leo-gh", "gru-leo") == {
        "gru-KIM": "kim", "gru-zoe": "p3", "gru-leo-gh": "leo",
        "gru-leo": "could be leo, but this is a GitHub login, and not the one on the roster",
    }  # fmt: skip


def test_nobody_takes_a_groups_place_by_the_name_they_show_where_a_platforms_numbers_tell():
    numbered = {**told("kim_4001", "kim", number="4001"), **told("team1_999", "team1", number="999")}
    assert found(CLASS, *numbered, told=numbered) == {"kim_4001": "k01", "team1_999": NOT_LISTED}
    as_login = roster_of(Person("kim", github="4002", lms_id="4001"), Person("leo", github="x", lms_id="4002"))
    numbers = told("leo_4002", "leo", number="4002")
    assert found(as_login, "leo_4002", told=numbers) == {"leo_4002": "leo"}


def told(student: str, name: str = "", email: str = "", number: str = "") -> dict[str, Person]:
    return {student: Person(student, name, email, lms_id=number)}


def test_a_platforms_number_or_address_finds_somebody_whatever_the_name_there_is():
    assert found(CLASS, "x_4001", told=told("x_4001", "x", number="4001")) == {"x_4001": "k01"}
    assert found(CLASS, "Kimmy", told=told("Kimmy", "Kimmy", email="KIM@uni.edu")) == {"Kimmy": "k01"}
    assert found(CLASS, "Zo", told=told("Zo", "Zo", "z@x.y", number="s03")) == {"Zo": "k03"}


def test_a_group_on_canvas_has_its_own_name_and_the_number_of_a_member():
    student = "team_1_4001"
    (one,) = match([student], told(student, "team_1", number="4001"), CLASS).values()
    assert (one.members, one.group) == ((KIM, LEO), "Team 1")


def test_what_moodle_gives_for_groups_names_group_and_member():
    student = "Team 1-Kim van Dyke_77"
    (one,) = match([student], told(student, "Team 1-Kim van Dyke", number="77"), CLASS).values()
    assert (one.members, one.group) == ((KIM,), "Team 1")


def test_a_name_that_is_somebody_elses_makes_a_number_doubtful():
    """Moodle's participants are numbered anew in each assignment, so a number can be another person's elsewhere."""
    student = "Leo Müller_4001"
    assert found(CLASS, student, told=told(student, "Leo Müller", number="4001")) == {student: "could be k01 or k02"}


def test_the_number_of_an_institution_is_none_of_a_platform():
    """Where names are hidden, nothing else would show that it is another's."""
    student = "Participant_123"
    roster = roster_of(Listed(Person("kim", lms_id="123"), number="123"))
    assert found(roster, student, told=told(student, "Participant", number="123")) == {student: NOT_LISTED}


def test_nobody_takes_anothers_place_by_calling_themselves_so():
    """Gradescope lets people choose their names."""
    for student in ("Kim van Dyke", "k01", "kim-gh", "Team 1"):
        assert found(CLASS, student, told=told(student, student, email="mallory@uni.edu")) == {student: NOT_LISTED}
    assert found(CLASS, "Team 1", told=told("Team 1", "Team 1", email="kim@uni.edu")) == {"Team 1": "k01"}
    nameless = roster_of(Person("k01", "Kim Lee"))
    both = {**told("k01", "k01", email="mallory@uni.edu"), **told("Kim Lee", "Kim Lee", email="kim@uni.edu")}
    assert found(nameless, *both, told=both) == {
        "k01": "could be k01, but Kim Lee fits better",
        "Kim Lee": "k01",
    }
    numbered = {**told("a_4002", "a", number="4002"), **told("kim_999", "kimvandyke", number="999")}
    assert found(CLASS, *numbered, told=numbered) == {"a_4002": "k02", "kim_999": NOT_LISTED}


def test_who_could_be_two_people_is_nobody():
    twins = roster_of(Person("a", "Anna Lee"), Person("b", "anna lee"), Person("c", github="b"))
    assert found(twins, "Anna Lee", "B") == {"Anna Lee": "could be a or b", "B": "could be b or c"}
    crowd = roster_of(*[Person(f"{at}", "Anna Lee") for at in range(9)])
    assert found(crowd, "Anna Lee") == {"Anna Lee": "could be 0, 1, 2 or others"}


def test_of_two_who_could_be_one_the_surer_is_and_of_two_alike_none():
    assert found(CLASS, "k01", "Kim van Dyke") == {"k01": "k01", "Kim van Dyke": "could be k01, but k01 fits better"}
    assert found(CLASS, "kim-van-dyke", "Kim van Dyke") == {
        "kim-van-dyke": "could be k01, and so could Kim van Dyke",
        "Kim van Dyke": "could be k01, and so could kim-van-dyke",
    }


def test_the_order_of_names_tells_two_apart():
    pair = roster_of(Person("a", "Kim Lee"), Person("b", "Lee Kim"))
    assert found(pair, "Kim Lee", "lee-kim") == {"Kim Lee": "a", "lee-kim": "b"}


def test_an_id_goes_before_a_group_of_the_same_name_only_if_they_are_one_person():
    assert found(roster_of(Person("kim", group="kim")), "kim") == {"kim": "kim"}
    shared = roster_of(Person("kim"), Person("leo", group="kim"))
    assert found(shared, "kim") == {"kim": "could be kim or the group kim"}


def test_a_group_that_is_called_by_its_members_names_is_not_each_of_them():
    assert found(roster_of(Person("k1", group="Kim, Leo"), Person("k2", group="Kim, Leo")), "leo", "kim-leo") == {
        "leo": NOT_LISTED,
        "kim-leo": "k1, k2",
    }


def test_marks_belong_to_letters_and_numbers_stay_apart():
    hindi = roster_of(Person("a", "रमा"), Person("b", group="Team 1-2"))
    assert found(hindi, "राम", "team_12") == {"राम": NOT_LISTED, "team_12": NOT_LISTED}


WORDS = st.text("aAbé-_ 1,", max_size=6)
PEOPLE = st.builds(Person, st.just(""), WORDS, WORDS, WORDS, WORDS, WORDS)
IDS = st.lists(st.text("aAbé-_ 1", min_size=1, max_size=6), unique=True, max_size=8)


@given(
    st.lists(PEOPLE, max_size=8), IDS, st.dictionaries(st.text("aAb-_ 1", min_size=1, max_size=6), PEOPLE, max_size=4)
)
def test_each_student_has_one_answer_and_no_person_is_two_students(people, students, platform):
    """In whichever order they come."""
    people = [
        Person(f"id{at}", *[getattr(p, f) for f in ("name", "email", "github", "lms_id", "group")])
        for at, p in enumerate(people)
    ]
    students = [*students, *(each for each in platform if each not in students)]

    matches = match(students, platform, roster_of(*people))

    assert set(matches) == set(students)
    assert all(bool(each.members) != bool(each.why) for each in matches.values())
    alone = [each.members[0].student for each in matches.values() if len(each.members) == 1 and not each.group]
    assert len(set(alone)) == len(alone)
    groups = [each.group for each in matches.values() if len(each.members) > 1]
    assert len(set(groups)) == len(groups)
    turned = match(students[::-1], platform, roster_of(*people))
    assert {who: each.members for who, each in turned.items()} == {who: each.members for who, each in matches.items()}


def test_the_work_grows_with_the_class_and_not_with_its_square(monkeypatch):
    """Ten thousand hostile ids and names: all alike, full of hyphens, hundreds of words."""
    asked = 0
    plain = matching.fold

    def counting(text: str) -> str:
        nonlocal asked
        asked += 1
        return plain(text)

    monkeypatch.setattr(matching, "fold", counting)
    counts = []
    for size in (50, 500):
        asked = 0
        people = [Person(f"p{at}", "a " * 90, f"{at}@uni.edu", f"x{at}", f"{at}", "a, b") for at in range(size)]
        match([f"{'-' * 90}x{at}" for at in range(size)], {}, roster_of(*people))
        counts.append(asked / size)
    assert counts[1] < 1.2 * counts[0]
