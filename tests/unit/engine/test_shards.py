"""The shards of a class take all of it, nothing twice, and each about as much as the others, wherever they are worked out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.course.course_toml import Course, load_course
from grader.engine.code_digest import folder_digest
from grader.engine.run import Request, Watching, score
from grader.engine.shards import ClassShard, ShardNumber, class_digest, class_shard, dealt, shard_number
from grader.errors import UsageError
from grader.scores.records import Flag, Person
from grader.submissions.works import Found
from helpers.repository import SOLUTIONS

from .made_shards import ONE, OTHER, class_of, work

NAMES = st.sets(st.text("0123456789abcdef", min_size=4, max_size=4), max_size=40)
OF = st.integers(1, 9)
CONTENTS = st.sampled_from([None, "", "a", "b", "c", "d", "e", "f", "g"])
CLASSES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.tuples(CONTENTS, CONTENTS), max_size=12)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Give a course whose folder is read in no time."""
    return replace(load_course(SOLUTIONS), folder=tmp_path_factory.mktemp("course"))


def shards_of(found: Found, of: int, course: Course) -> list[ClassShard]:
    return [class_shard(ShardNumber(index, of), found, (ONE, OTHER), course) for index in range(1, of + 1)]


@given(NAMES, OF, st.integers(0, 5))
def test_every_name_is_in_one_shard_and_no_shard_has_two_more_than_another(names, of, first):
    found = dealt(names, of, first)
    sizes = Counter(found.values())

    assert found.keys() == names
    assert set(sizes) <= set(range(1, of + 1))
    assert max(sizes[index] for index in range(1, of + 1)) - min(sizes[index] for index in range(1, of + 1)) <= 1


@given(NAMES.filter(bool), OF, st.data())
def test_one_file_more_moves_at_most_one_over_each_cut(names, of, data):
    """What a shard has kept of an earlier run stays of use when one student hands in again."""
    new = data.draw(st.text("0123456789abcdef", min_size=4, max_size=4))
    before, after = dealt(names, of), dealt({*names, new}, of)

    assert sum(before[name] != after[name] for name in names) <= of - 1


@given(CLASSES, OF)
@settings(deadline=None, max_examples=40)
def test_shards_grade_every_content_once_and_have_every_student(course, handed_in, of):
    found = class_of(handed_in)
    shards = shards_of(found, of, course)
    graded = [content for shard in shards for content in shard.contents]

    assert sorted(graded) == sorted({(each.exercise, each.sha256) for each in found.works if each.can_be_graded})
    assert frozenset[str]().union(*(shard.students for shard in shards)) == set(found.students)
    for each in found.works:
        if each.can_be_graded:
            (shard,) = (shard for shard in shards if shard.grades(each))
            assert set(each.students) <= shard.students


@given(CLASSES, OF, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_the_order_on_a_disk_changes_no_shard(course, handed_in, of, dice):
    found = class_of(handed_in)
    works, students = list(found.works), list(found.students)
    dice.shuffle(works)
    dice.shuffle(students)

    assert shards_of(found, of, course) == shards_of(
        replace(found, works=tuple(works), students=tuple(students)), of, course
    )


@given(CLASSES, OF)
@settings(deadline=None, max_examples=40)
def test_a_large_exercise_is_shared_evenly(course, handed_in, of):
    """An exercise can cost a hundred times another, so each is dealt by itself."""
    shards = shards_of(class_of(handed_in), of, course)
    for exercise in (ONE, OTHER):
        sizes = [sum(which == exercise for which, _ in shard.contents) for shard in shards]
        assert max(sizes) - min(sizes) <= 1


def test_a_group_is_in_the_shard_of_its_file_as_a_whole(course):
    found = Found(("a", "b", "c"), (work(ONE, "x", "a", "b"), work(OTHER, "y", "a"), work(ONE, None, "c")))
    shards = shards_of(found, 3, course)

    assert next(shard.students for shard in shards if shard.grades(found.works[0])) >= {"a", "b"}
    assert sum("c" in shard.students for shard in shards) == 1


def test_another_class_has_another_digest():
    found = class_of({"a": ("x", None), "b": ("y", "")})
    others = [
        class_of({"a": ("x", None), "b": ("z", "")}),
        class_of({"a": ("x", None)}),
        class_of({"a": ("x", None), "b": ("y", "")} | {"c": (None, None)}),
        replace(found, unplaced=()),
        replace(found, roster=(Person("a", "Ada"),)),
        replace(found, works=(replace(found.works[0], flags=(Flag("late", "by a day"),)), *found.works[1:])),
    ]
    digests = {class_digest(each, (ONE, OTHER)) for each in (found, *others)}

    assert len(digests) == 1 + len(others)
    assert class_digest(found, (ONE,)) == class_digest(class_of({"a": ("x", "other"), "b": ("y", None)}), (ONE,))


def test_a_student_whose_name_is_no_utf_8_is_in_a_class_too():
    assert len(class_digest(class_of({"a\udcff": ("x", None)}), (ONE, OTHER))) == 64


def test_a_folder_is_known_by_names_and_bytes_alone(tmp_path):
    def made(name: str, files: dict[str, str]) -> str:
        for file, content in files.items():
            (tmp_path / name / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / file).write_text(content)
        return folder_digest(tmp_path / name)

    one = made("one", {"a": "1", "b/c": "2"})
    assert made("same", {"b/c": "2", "a": "1", ".git/x": "3", "b/__pycache__/c": "4"}) == one
    assert made("moved", {"a": "1", "b": "2"}) != one
    assert made("changed", {"a": "1", "b/c": "3"}) != one
    assert made("joined", {"a": "1b/c2"}) != one


@pytest.mark.parametrize(("text", "index", "of"), [("1/1", 1, 1), ("2/8", 2, 8), ("9999/9999", 9999, 9999)])
def test_a_shard_is_written_as_a_fraction(text, index, of):
    assert shard_number(text) == ShardNumber(index, of)
    assert str(shard_number(text)) == text


@pytest.mark.parametrize(
    "text", ["", "2", "0/3", "4/3", "1/0", "-1/3", "1/3/5", "1/10000", " 1/3", "1/3\n", "٢/٣", "a/b"]
)
def test_anything_else_is_refused_in_one_line(text):
    with pytest.raises(UsageError, match="is no shard; write it as 2/8") as refused:
        shard_number(text)
    assert "\n" not in str(refused.value).replace(text, "")


@pytest.mark.parametrize("fresh", [False, True])
def test_a_shard_draws_no_seed_of_its_own(fresh, tmp_path):
    """Else each part of the class would get other cases; nothing is made or run before this is said."""
    out = tmp_path / "part"
    if fresh:
        out.mkdir()
        (out / ".seed").write_text("7\n")
    request = Request(Path("nowhere"), out, course=SOLUTIONS, shard=ShardNumber(2, 8), fresh=fresh)
    with pytest.raises(UsageError, match="--shard 2/8 needs the seed that all shards share: add --seed N"):
        score(request, Watching())
    assert out.exists() == fresh
