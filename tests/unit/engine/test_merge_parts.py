"""Shards that are merged are one run; what is not of one run is refused, by name and with a way out."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.engine.folder import open_run
from grader.engine.merge_parts import merge_parts
from grader.errors import UsageError
from grader.exports.run_results import run_results
from grader.reports.write_run import write_results
from grader.scores.decisions import append_decisions, read_decisions
from grader.scores.read_run import read_run
from grader.scores.records import Adjustment, Flag, Person, Results, Status
from grader.submissions.works import Found, digest_of
from helpers.repository import SOLUTIONS

from .made_shards import ONE, OTHER, Grading, MadeUpEngine, class_of, text, work
from .test_shards import CLASSES

CLASS = class_of(
    {"ada": ("a", "b"), "bo": ("a", None), "cy": ("", "c"), "di": (None, None), "eve": ("d", "e"), "fay": ("f", "g")}
)


@pytest.fixture
def grading(monkeypatch, tmp_path) -> Grading:
    return Grading(monkeypatch, tmp_path)


def told(out: Path, parts: list[Path]) -> str:
    """The line with which a merge is refused; nothing is written then."""
    with pytest.raises(UsageError) as refused:
        merge_parts(out, parts)
    assert not (out / "results.json").exists()
    assert "\n" not in str(refused.value)
    return str(refused.value)


def files(run: Path) -> dict[str, str]:
    """All that a run left, without its times; pages say how long it took in words."""
    left = [path for path in run.rglob("*") if path.is_file() and path.name != "index.html"]
    return {
        path.relative_to(run).as_posix(): text(path.read_text())
        for path in left
        if path.name[0] != "." or path.name == ".seed"
    }


def change(part: Path, results: Results) -> None:
    write_results(results, part)


@given(CLASSES.filter(bool), st.integers(1, 5))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_class_in_any_number_of_shards_is_one_run(tmp_path_factory, monkeypatch, handed_in, of):
    grading = Grading(monkeypatch, tmp_path_factory.mktemp("merge"))
    found = class_of(handed_in)
    grading.score("one", found)
    parts = grading.parts(found, of)
    merge_parts(grading.root / "all", parts[::-1])

    assert files(grading.root / "all") == files(grading.root / "one")


def test_groups_flags_and_the_roster_come_along(grading):
    works = (
        replace(work(ONE, "x", "ada", "bo", flags=(Flag("late", "by a day"),)), group="1", own_flags=(("bo", Flag("group", "alone")),)),
        work(ONE, None, "cy"),
        work(OTHER, "y", "ada"),
        work(OTHER, "z", "bo"),
        work(OTHER, None, "cy"),
    )  # fmt: skip
    found = Found(
        ("ada", "bo", "cy"),
        works,
        ("left.txt",),
        roster=(Person("ada", "Ada"), Person("cy", "Cy"), Person("zoe", "Zoe")),
    )
    grading.score("one", found)
    merge_parts(grading.root / "all", grading.parts(found, 4))

    assert files(grading.root / "all") == files(grading.root / "one")
    assert "by a day" in (grading.root / "all" / "students" / "bo.html").read_text()


def test_a_part_says_that_it_is_one_and_goes_nowhere_else(grading):
    part, _ = grading.parts(CLASS, 2)
    page = (part / "index.html").read_text()

    assert "This is part 1 of 2. Bring all parts together: grader merge OUT PART..." in page
    assert "in another part" in page
    with pytest.raises(UsageError, match=r"part 1 of 2 alone: bring all parts together first, grader merge"):
        run_results(part)


def test_a_shard_takes_the_place_of_no_other_and_of_no_whole_class(grading):
    """With one --out for all of them, the last would be all that is left."""
    grading.score("one", CLASS)
    with pytest.raises(UsageError, match="holds the results of a whole class; name another folder"):
        grading.score("one", CLASS, (1, 2))
    grading.score("part", CLASS, (1, 2))
    with pytest.raises(UsageError, match="holds shard 1/2; give each shard a folder of its own"):
        grading.score("part", CLASS, (2, 2))
    assert grading.score("part", CLASS, (1, 2)).results == read_run(grading.root / "part")
    grading.score("part", CLASS, (2, 3))  # the class is dealt anew


def test_nothing_is_graded_twice_and_equal_files_are_graded_in_one_shard(grading):
    made_up = MadeUpEngine()
    grading.parts(CLASS, 3, engine_=made_up)
    graded = [(each.exercise, each.students) for each in made_up.graded]

    assert sorted(graded) == sorted((each.exercise, each.students) for each in CLASS.works if each.can_be_graded)


def test_merging_twice_changes_nothing_and_keeps_no_history(grading):
    out, parts = grading.root / "all", grading.parts(CLASS, 3)
    merge_parts(out, parts)
    once = files(out)
    merge_parts(out, parts)

    assert files(out) == once
    assert not (out / "history").exists()


def test_what_a_merge_replaces_is_kept_and_the_seed_serves_the_next_run(grading):
    out = grading.root / "all"
    grading.score("all", CLASS, seed=5)
    merge_parts(out, grading.parts(CLASS, 2))

    assert len(list((out / "history").iterdir())) == 1
    with open_run(out) as folder:
        assert folder.kept_seed() == 7


def test_decisions_of_a_part_and_of_the_whole_hold(grading):
    out, parts = grading.root / "all", grading.parts(CLASS, 2)
    digest = {each.students[0]: str(each.sha256) for each in CLASS.works if each.exercise == ONE}
    word = Adjustment("ada", ONE, "first", 3, "Kim", "2026-12-01T10:00:00Z", "half of it", digest["ada"])
    later = replace(word, student="eve", points=4, digest=digest["eve"])
    (part,) = (
        part
        for part in parts
        if any(row.student == "ada" and row.checks and row.exercise == ONE for row in read_run(part).submissions)
    )
    append_decisions(part, [word])
    out.mkdir()
    append_decisions(out, [later])
    merge_parts(out, parts)
    merged = merge_parts(out, parts)

    points = {(row.student, row.exercise): row.points for row in merged.results.submissions}
    assert (points["ada", ONE], points["eve", ONE]) == (3, 4)
    assert read_decisions(out).adjustments == (later, word)
    assert merged.told == ()


def test_a_check_that_does_not_count_gives_its_points_in_the_whole(grading):
    course = shutil.copytree(SOLUTIONS, grading.root / "course", ignore=shutil.ignore_patterns("__pycache__"))
    toml = course / "course.toml"
    toml.write_text(f'void = ["{ONE}/first"]\n{toml.read_text(encoding="utf-8")}', encoding="utf-8")
    grading.score("one", CLASS, course=course)
    merge_parts(grading.root / "all", grading.parts(CLASS, 2, course=course))

    rows = [row for row in read_run(grading.root / "all").submissions if row.exercise == ONE and row.checks]
    assert {row.points for row in rows} == {10}
    whole, one = (json.loads((grading.root / name / "results.json").read_text()) for name in ("all", "one"))
    assert (
        [each["check"] for each in whole["run"]["void"]] == [each["check"] for each in one["run"]["void"]] == ["first"]
    )


def test_only_what_held_in_all_parts_held(grading):
    parts = grading.parts(CLASS, 2)
    grading.score("part-2", CLASS, (2, 2), engine_=MadeUpEngine(("files",)))
    merged = merge_parts(grading.root / "all", parts)

    assert merged.results.run.isolation.protections == ("files",)
    assert any("not isolated alike" in line for line in merged.told)


def test_a_part_in_which_nothing_was_graded_says_nothing_of_isolation(grading):
    parts = grading.parts(class_of({"ada": ("a", None)}), 3)

    assert merge_parts(grading.root / "all", parts).results.run.isolation.protections == ("network", "files")


class TestRefused:
    """What is no set of all shards of one run."""

    def test_a_shard_that_is_missing(self, grading):
        parts = grading.parts(CLASS, 3)

        assert told(grading.root / "all", parts[:2]).startswith(
            "Shard 3/3 is not among the parts: score what is missing"
        )
        assert told(grading.root / "all", parts[1:2]).startswith("Shards 1/3 and 3/3 are not among")

    def test_a_shard_that_is_there_twice(self, grading):
        parts = grading.parts(CLASS, 2)
        twin = shutil.copytree(parts[1], grading.root / "twin")
        line = told(grading.root / "all", [*parts, twin])

        assert f"{parts[1]} and {twin} are both shard 2/2: leave one of them out" in line

    def test_a_folder_that_is_named_twice(self, grading):
        parts = grading.parts(CLASS, 2)

        assert f"{parts[0]} is named twice" in told(grading.root / "all", [*parts, parts[0]])

    def test_out_among_the_parts(self, grading):
        parts = grading.parts(CLASS, 2)
        with pytest.raises(UsageError, match="is a part and OUT at once"):
            merge_parts(parts[0], parts)

    def test_a_run_without_shards_and_a_folder_that_none_wrote(self, grading):
        parts = grading.parts(CLASS, 2)
        grading.score("one", CLASS)

        assert f"{grading.root / 'one'} is no part of a class" in told(
            grading.root / "all", [*parts, grading.root / "one"]
        )
        assert "is no folder that `grader score` wrote" in told(grading.root / "all", [*parts, grading.root])

    @pytest.mark.parametrize(
        ("other", "words"),
        [
            ({"seed": 8}, "has another seed than"),
            ({"found": class_of({"ada": ("a", "b")})}, "found another class than"),
            ({"exercises": (ONE,)}, "was asked for other exercises than"),
            ({"shard": (2, 3)}, "is one of another number of shards than"),
        ],
    )
    def test_a_part_of_another_run(self, other, words, grading):
        parts = grading.parts(CLASS, 2)
        options = {"found": CLASS, "shard": (2, 2), **other}
        grading.score("part-2", options.pop("found"), options.pop("shard"), **options)
        line = told(grading.root / "all", parts)

        assert f"{parts[1]} {words} {parts[0]}: score one of them again" in line

    @pytest.mark.parametrize(
        ("field", "words"), [("course_digest", "with another course than"), ("grader_digest", "by another grader than")]
    )
    def test_a_part_of_another_course_or_grader(self, field, words, grading):
        parts = grading.parts(CLASS, 2)
        results = read_run(parts[1])
        shard = replace(results.run.shard, **{field: "0" * 64})
        change(parts[1], replace(results, run=replace(results.run, shard=shard)))

        assert f"{parts[1]} was graded {words} {parts[0]}" in told(grading.root / "all", parts)

    def test_a_part_with_other_packages(self, grading):
        parts = grading.parts(CLASS, 2)
        results = read_run(parts[1])
        change(parts[1], replace(results, run=replace(results.run, versions={"numpy": "1"})))

        assert "was graded with other versions of packages than" in told(grading.root / "all", parts)

    def test_a_part_that_was_interrupted(self, grading):
        parts = grading.parts(CLASS, 2)
        grading.score("part-2", CLASS, (2, 2), engine_=MadeUpEngine(stops_after=1))
        line = told(grading.root / "all", parts)

        assert f"{parts[1]} was interrupted" in line
        assert "score shard 2/2 into it again" in line

    def test_a_part_in_which_the_grader_failed_unless_that_is_wanted(self, grading):
        faulty = MadeUpEngine(faulty={digest_of(b"a")})
        grading.score("one", CLASS, engine_=faulty)
        parts = grading.parts(CLASS, 2, engine_=faulty)
        line = told(grading.root / "all", parts)
        assert "the grader itself failed on 2 of its rows" in line
        assert "--with-failed" in line

        merged = merge_parts(grading.root / "all", parts, with_failed=True)
        assert sum(row.status is Status.FAILED for row in merged.results.submissions) == 2
        assert files(grading.root / "all") == files(grading.root / "one")

    def test_a_part_that_is_being_written(self, grading):
        parts = grading.parts(CLASS, 2)
        with open_run(parts[1]):
            assert f"A run is writing to {parts[1]}; wait for it" in told(grading.root / "all", parts)

    def test_a_part_without_its_functions(self, grading):
        parts = grading.parts(CLASS, 2)
        (parts[0] / "sources.jsonl").unlink()

        assert f"{parts[0]} has no sources.jsonl" in told(grading.root / "all", parts)

    def test_rows_that_somebody_took_out_or_changed(self, grading):
        parts = grading.parts(CLASS, 2)
        results = [read_run(part) for part in parts]
        for at, each in enumerate(results):
            kept = tuple(row for row in each.submissions if row.student != "eve" or row.is_elsewhere)
            change(parts[at], replace(each, submissions=kept))
        assert "of the class's 12 rows: somebody changed one" in told(grading.root / "all", parts)

        change(parts[0], results[0])
        own = next(row for row in results[0].submissions if row.checks)
        others = (row for row in results[1].submissions if (row.student, row.exercise) != (own.student, own.exercise))
        change(parts[1], replace(results[1], submissions=(*others, replace(own, output="changed"))))
        assert "both hold" in told(grading.root / "all", parts)

    def test_results_of_other_exercises_are_not_joined(self, grading):
        grading.score("all", CLASS)
        parts = grading.parts(CLASS, 2, exercises=(ONE,))
        before = (grading.root / "all" / "results.json").read_bytes()
        with pytest.raises(UsageError, match=f"holds exercises that the parts do not \\({OTHER}\\)"):
            merge_parts(grading.root / "all", parts)
        assert (grading.root / "all" / "results.json").read_bytes() == before

    def test_a_page_that_would_lie_elsewhere(self, grading):
        parts = grading.parts(CLASS, 1)
        results = json.loads((parts[0] / "results.json").read_text())
        for row in results["submissions"]:
            row["page"] = "../evil.html"
        (parts[0] / "results.json").write_text(json.dumps(results))

        assert "The parts can't be merged" in told(grading.root / "all", parts)
        assert not (grading.root / "evil.html").exists()
