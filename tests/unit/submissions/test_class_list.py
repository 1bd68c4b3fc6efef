"""Everyone on the roster is a student of the class, a group's work is its members', and nothing of anybody is lost in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.scores.records import NotListed, Person
from grader.source.contents import Signature
from grader.source.read_source import describe
from grader.submissions.class_list import by_roster
from grader.submissions.find import Found, find_work
from grader.submissions.roster import Listed, Roster
from grader.submissions.works import Work
from helpers.made_work import work_of

GATES = Signature("01_gates", ("sigmoid",), {})
SWAP = Signature("02_swap", ("build_model",), {})
DONE = "def sigmoid(a):\n    return a\n"
OTHER = "def sigmoid(a):\n    return 2 * a\n"
NOTHING = "x = 1\n"
BUILT = "def build_model():\n    return 1\n"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
KIM, LEO, ZOE = (
    Person("kim", "Kim Lee", "kim@uni.edu", "kim-gh", group="Team 1"),
    Person("leo", "Leo Ho", "leo@uni.edu", "leo-gh", group="Team 1"),
    Person("zoe", "Zoë May", "zoe@uni.edu", "zoe-gh"),
)
CLASS = Roster(tuple(map(Listed, (KIM, LEO, ZOE))))


def look(data, kind, name):
    return describe(data, kind, name, ["sigmoid", "build_model"])


def never(data, kind, name):
    raise AssertionError("nobody has two works here, so no file is looked into for the roster")


@pytest.fixture
def listed(tmp_path: Path):
    """Lay files out and put the class that is found in order by its roster."""

    def listed(files: dict[str, str], roster: Roster = CLASS, exercises=(GATES,), looking=look) -> Found:
        for name, text in files.items():
            file = tmp_path / "class" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        found = find_work(tmp_path / "class", exercises, look)
        return by_roster(found, roster, exercises, looking)

    return listed


def graded(found: Found, exercise: str = "01_gates") -> dict[str, str | None]:
    """Give each student's file."""
    return {student: work.path for work in found.works if work.exercise == exercise for student in work.students}


def flags(found: Found, student: str) -> list[str]:
    return [
        f"{flag.kind}: {flag.message}"
        for work in found.works
        if student in work.students
        for flag in work.flags_of(student)
    ]


def test_everyone_on_the_roster_has_a_work_for_each_exercise_and_others_keep_theirs(listed):
    found = listed(
        {"gru-kim-gh/01_gates.py": DONE, "gru-leo-gh/02_swap.py": BUILT, "gru-max/01_gates.py": DONE},
        exercises=(GATES, SWAP),
        looking=never,
    )

    assert found.students == ("gru-max", "kim", "leo", "zoe")
    assert [(work.students, work.exercise) for work in found.works] == [
        ((student,), exercise) for student in found.students for exercise in ("01_gates", "02_swap")
    ]
    assert graded(found) == {
        "gru-max": "gru-max/01_gates.py",
        "kim": "gru-kim-gh/01_gates.py",
        "leo": None,
        "zoe": None,
    }
    assert found.not_listed == (NotListed("gru-max", "nobody on the roster is called so"),)
    assert found.roster == (KIM, LEO, ZOE)
    assert found.renamed == {"gru-kim-gh": ("kim",), "gru-leo-gh": ("leo",), "gru-max": ("gru-max",)}


def test_nobody_who_is_not_on_the_roster_has_the_id_of_somebody_who_is(listed):
    roster = Roster((Listed(Person("kim")), Listed(Person("leo", group="kim")), Listed(Person("mia", group="kim"))))

    found = listed({"kim/01_gates.py": DONE}, roster)

    assert graded(found) == {"kim": None, "kim~": "kim/01_gates.py", "leo": None, "mia": None}
    assert found.not_listed == (NotListed("kim~", "could be kim or the group kim"),)


def test_a_groups_file_is_one_work_with_the_name_of_the_group_and_all_members(listed):
    found = listed({"team-1/01_gates.py": DONE, "zoe-gh/01_gates.py": OTHER}, looking=never)

    (group, zoe) = found.works
    assert (group.students, group.group) == (("kim", "leo"), "Team 1")
    assert (zoe.students, zoe.group) == (("zoe",), None)


def test_a_groups_repository_is_its_members_and_a_flag_says_what_tells_so(listed):
    kim, leo, zoe = (
        replace(each, group=group) for each, group in zip((KIM, LEO, ZOE), ("red", "red", "blue"), strict=True)
    )
    roster = Roster(tuple(map(Listed, (kim, leo, zoe))))

    found = listed({"gru-red/01_gates.py": DONE, "gru-blue/01_gates.py": OTHER}, roster, looking=never)

    assert [(work.students, work.group) for work in found.works] == [(("kim", "leo"), "red"), (("zoe",), "blue")]
    assert flags(found, "leo") == [
        "group: the repository gru-red was taken for the group red, since its name ends as the group is called"
    ]


def test_whose_login_is_called_as_somebody_or_as_a_group_has_no_part_in_their_work_in_what_classroom_50_downloads(
    listed,
):
    """The folder of a login that is another's id, number or group lies beside those of the class."""
    people = (
        replace(KIM, group="red", lms_id="1001"), replace(LEO, group="red", lms_id="1002"), replace(ZOE, lms_id="1003"),
    )  # fmt: skip
    scores = "".join(
        f"{who},1,30,submit/2026-08-01T10-00-00Z-abc\n" for who in ("kim", "red", "1002", "kim-gh", "zoe-gh")
    )
    files = {f"cs-gru-{who}/01_gates.py": DONE for who in ("kim", "red", "1002", "KIM-gh", "zoe-gh")}
    histories = {name.replace("01_gates.py", "results.json"): "[]" for name in files}

    found = listed(
        {**files, **histories, "scores.csv": f"username,score,max_score,submission_tag\n{scores}"},
        Roster(tuple(map(Listed, people))),
        looking=never,
    )

    assert found.form == "what Classroom 50 downloads"
    assert {who: graded(found)[who] for who in ("kim", "leo", "zoe")} == {
        "kim": "cs-gru-KIM-gh/01_gates.py", "leo": None, "zoe": "cs-gru-zoe-gh/01_gates.py",
    }  # fmt: skip
    assert [each.why.partition(",")[0] for each in found.not_listed] == [
        "could be leo", "could be kim", "could be the group red",
    ]  # fmt: skip


def test_who_also_handed_in_alone_has_that_and_is_told_of_the_groups(listed):
    found = listed({"team-1/01_gates.py": DONE, "leo-gh/01_gates.py": OTHER, "zoe-gh/01_gates.py": OTHER})

    assert graded(found) == {
        "kim": "team-1/01_gates.py", "leo": "leo-gh/01_gates.py", "zoe": "zoe-gh/01_gates.py",
    }  # fmt: skip
    assert flags(found, "kim") == []
    assert flags(found, "leo") == [
        "group: graded: leo-gh/01_gates.py, handed in alone; not graded: team-1/01_gates.py, handed in for the "
        "group Team 1, since what is handed in alone goes before a group's"
    ]
    assert [work.group for work in found.works] == ["Team 1", None, None]


@pytest.mark.parametrize("text, reason", [(NOTHING, "nothing is done in it yet"), ("\0", "it can't be read")])
def test_what_is_handed_in_alone_counts_only_if_something_is_done_in_it(text, reason, listed):
    found = listed({"team-1/01_gates.py": DONE, "leo-gh/01_gates.py": text, "zoe-gh/01_gates.py": DONE})

    assert graded(found)["leo"] == "team-1/01_gates.py"
    assert flags(found, "leo")[0].endswith(f"not graded: leo-gh/01_gates.py, handed in alone, since {reason}")
    assert flags(found, "kim") == [], "what only one member should know is on nobody else's page"


def test_the_same_work_handed_in_twice_is_graded_once_for_the_group(listed):
    found = listed({"team-1/01_gates.py": DONE, "leo-gh/01_gates.py": DONE}, looking=never)

    assert [(work.students, work.group) for work in found.works] == [(("kim", "leo"), "Team 1"), (("zoe",), None)]
    assert flags(found, "leo") == []


@pytest.mark.parametrize("hours, path", [(1, "leo.py"), (-1, "team.py")])
def test_the_newer_work_counts_where_the_platform_tells_times(hours, path, tmp_path):
    (tmp_path / "team.py").write_text(DONE)
    (tmp_path / "leo.py").write_text(OTHER)
    group = replace(work_of(tmp_path / "team.py", "01_gates", "Team 1"), handed_in=NOON)
    alone = replace(work_of(tmp_path / "leo.py", "01_gates", "leo"), handed_in=NOON + timedelta(hours=hours))

    found = by_roster(Found(("Team 1", "leo"), (group, alone)), CLASS, (GATES,), look)

    assert graded(found) == {"kim": "team.py", "leo": path, "zoe": None}
    assert flags(found, "leo")[0].endswith("since it is older")


def test_who_handed_in_nothing_alone_has_the_groups_work_exercise_by_exercise(listed):
    found = listed(
        {
            "team-1/01_gates.py": DONE,
            "leo-gh/02_swap.py": BUILT,
            "leo-gh/notes.txt": "",
            "zoe-gh/x.py": "",
        },
        exercises=(GATES, SWAP),
    )

    assert graded(found)["leo"] == "team-1/01_gates.py"
    assert graded(found, "02_swap") == {"kim": None, "leo": "leo-gh/02_swap.py", "zoe": None}


def together(*students: str, file: str, group_of: Path) -> Work:
    (group_of / file).write_text(f"{DONE}# {file}\n")
    return replace(work_of(group_of / file, "01_gates", students[0]), students=students)


def test_a_group_whose_members_the_platform_names_is_completed_by_the_roster(tmp_path):
    max_ = Person("max", "Max Oh", group="Team 1")
    roster = Roster((*CLASS.people, Listed(max_)))
    work = together("kim", "leo", file="a.py", group_of=tmp_path)

    found = by_roster(Found(("kim", "leo"), (work,)), roster, (GATES,), never)

    assert [(work.students, work.group) for work in found.works] == [
        (("kim", "leo", "max"), "Team 1"),
        (("zoe",), None),
    ]
    assert (flags(found, "kim"), len(flags(found, "max"))) == ([], 1)
    assert "the platform does not say that this student took part" in flags(found, "max")[0]


def test_a_section_of_the_course_is_no_group_that_hands_in_together(tmp_path):
    """If two pairs of one group hand in apart from each other, nobody else of it has the work of either."""
    people = [Person(name, group="Lab B") for name in "abcde"]
    works = together("a", "b", file="1.py", group_of=tmp_path), together("c", "d", file="2.py", group_of=tmp_path)

    found = by_roster(Found(tuple("abcd"), works), Roster(tuple(map(Listed, people))), (GATES,), never)

    assert graded(found) == {"a": "1.py", "b": "1.py", "c": "2.py", "d": "2.py", "e": None}


def test_people_of_several_groups_who_handed_in_together_are_no_group(tmp_path):
    work = together("kim", "zoe", file="a.py", group_of=tmp_path)
    found = by_roster(Found(("kim", "zoe"), (work,)), CLASS, (GATES,), never)
    assert [(work.students, work.group) for work in found.works if not work.is_missing] == [(("kim", "zoe"), None)]


PLATFORMS = {
    "Canvas": ["kimlee_4001_60001_01_gates.py", "hokim_4002_60002_01_gates.py", "team_1_4003_60003_01_gates.py"],
    "Moodle": [
        f"{who}_assignsubmission_file_/01_gates.py" for who in ("Kim Lee_11", "Kim Ho_12", "Team 1-Leo Ho_13")
    ],
    "Brightspace": [
        f"{who} - Nov 2, 2026 1200 PM/01_gates.py" for who in ("4001-9 - Kim Lee", "4002-9 - Kim Ho", "4003-9 - Leo Ho")
    ],
}  # fmt: skip


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_platform_tells_what_finds_somebody_on_its_own_roster(platform, listed):
    people = (
        Person("a", "Lee, Kim", lms_id="4001"),
        Person("b", "Kim Ho"),
        Person("c", "Ho, Leo", lms_id="4003", group="Team 1"),
    )

    found = listed(dict.fromkeys(PLATFORMS[platform], DONE), Roster(tuple(map(Listed, people))))

    assert {student: path.split("/")[0] for student, path in graded(found).items() if path} == {
        who: name.split("/")[0] for who, name in zip("abc", PLATFORMS[platform], strict=True)
    }
    assert found.not_listed == ()


def test_gradescope_tells_addresses_and_numbers(listed):
    metadata = "".join(
        f"submission_{at}:\n  :submitters:\n"
        + "".join(f"  - :name: {n}\n    :sid: '{s}'\n    :email: {e}\n" for n, s, e in who)
        for at, who in enumerate(
            [[("Kimmy", "", "KIM@uni.edu"), ("L", "", "leo@uni.edu")], [("Zoë May", "", "mallory@x.y")]]
        )
    )
    found = listed(
        {"submission_metadata.yml": metadata, "submission_0/01_gates.py": DONE, "submission_1/01_gates.py": DONE}
    )

    assert [(work.students, work.group) for work in found.works if not work.is_missing] == [
        (("Zoë May",), None), (("kim", "leo"), "Team 1"),
    ]  # fmt: skip
    assert graded(found)["zoe"] is None


LEFT_OUT = "not_shared: kim is in Team 1, in which leo handed in alone: that counts for leo only"


def test_who_handed_in_nothing_while_one_of_the_group_did_alone_is_told(listed):
    """The file came under one's own name, and the other was just missing."""
    found = listed({"gru-leo-gh/01_gates.py": DONE, "gru-zoe-gh/x.txt": ""}, exercises=(GATES, SWAP), looking=never)

    assert graded(found) == {"kim": None, "leo": "gru-leo-gh/01_gates.py", "zoe": None}
    assert flags(found, "kim") == [LEFT_OUT], "once, for the exercise that there is"
    assert flags(found, "leo") == []


def test_whose_own_folder_holds_nothing_is_told_as_well(listed):
    found = listed({"gru-leo-gh/01_gates.py": DONE, "gru-kim-gh/notes.txt": ""}, looking=never)

    assert flags(found, "kim")[-1] == LEFT_OUT


@pytest.mark.parametrize(
    "files",
    [
        {"gru-team-1/01_gates.py": DONE},
        {"gru-leo-gh/01_gates.py": DONE, "gru-kim-gh/02_swap.py": BUILT},
        {"gru-zoe-gh/01_gates.py": DONE},
    ],
    ids=["the group", "each apart", "somebody else"],
)
def test_nobody_is_left_out_where_the_group_or_each_or_none_of_it_handed_in(files, listed):
    found = listed({**files, "gru-max/01_gates.py": DONE}, exercises=(GATES, SWAP), looking=never)

    assert not any("not_shared" in each for student in ("kim", "leo") for each in flags(found, student))


def test_nobody_is_left_out_of_a_section_of_the_course(listed):
    people = [Person(name, group="Lab B") for name in "abcdefg"]
    found = listed({"a/01_gates.py": DONE, "x/01_gates.py": DONE}, Roster(tuple(map(Listed, people))), looking=never)

    assert not any(flags(found, student) for student in "bcdefg")
