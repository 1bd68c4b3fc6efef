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
    assert matches["cs50-gru-group-3"] == Match(tuple(people), group=name)


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
