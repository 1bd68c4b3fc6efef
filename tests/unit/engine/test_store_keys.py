"""By what results are known: whatever grading reads is in the key, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.course_toml import load_course
from grader.engine import store_keys
from grader.engine.store_keys import ExerciseKeys, exercise_keys
from grader.sandbox.lockdown import LAYERS, Plan
from grader.submissions.works import Work
from helpers.repository import SOLUTIONS

PLAN = Plan(tuple(LAYERS), landlock_abi=4)
GATES, SWAP, MEASURE, THEORY, TRACE = IDS = ("01_gates", "02_swap", "03_measure", "04_theory", "05_trace")
WORK = Work(("ada",), GATES, Path("a/w.py"), "a/w.py", "script", "0" * 64, b"x")
Keys = dict[str, ExerciseKeys]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Copy the course."""
    return shutil.copytree(SOLUTIONS, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))


def keys(folder: Path, seed: int = 7, plan: Plan = PLAN) -> Keys:
    loaded = load_course(folder)
    return exercise_keys(loaded, loaded.exercises, seed, plan)


def changed(before: Keys, after: Keys) -> set[str]:
    return {name for name in IDS if before[name].rows != after[name].rows}


@pytest.mark.parametrize(
    ("file", "again"),
    [
        ("01_gates.py", {GATES}),
        ("checks/check_01_gates.py", {GATES}),
        ("checks/hidden_01_gates.py", {GATES}),
        ("misconceptions/01_gates.py", {GATES}),
        ("02_swap.py", {SWAP}),
        ("checks/check_02_swap.py", {SWAP}),
        ("data/02_swap.npz", {SWAP}),
        ("checks/hidden_03_measure.py", {MEASURE}),
        ("04_theory.py", {THEORY}),
        ("rubrics/04_theory.toml", {THEORY}),
        ("05_trace.py", {TRACE}),
        ("data/05_trace.npz", {TRACE}),
    ],
)
def test_a_file_of_an_exercise_that_changed_grades_that_exercise_again_and_no_other(
    file: str, again: set[str], course: Path
) -> None:
    before = keys(course)
    with (course / file).open("ab") as changing:
        changing.write(b"\n# changed\n")
    after = keys(course)
    assert changed(before, after) == again
    assert {name for name in IDS if before[name].facts != after[name].facts} == again


@pytest.mark.parametrize("file", ["data/pros_cons_train.tsv", "checks/helper.py", "rubrics/lesson.txt"])
def test_a_file_that_checks_find_from_their_own_place_counts_for_all_that_look_for_one(file: str, course: Path) -> None:
    """Which of them reads it is not known; those that look for nothing need not be graded again."""
    before = keys(course)
    with (course / file).open("ab") as changing:
        changing.write(b"\n")
    again = changed(before, keys(course))
    assert again >= ({THEORY} if "lesson" in file else {SWAP})
    assert not again & {GATES, TRACE}


@pytest.mark.parametrize("gone", ["checks/hidden_01_gates.py", "misconceptions/01_gates.py"])
def test_a_file_that_is_not_there_any_more_counts(gone: str, course: Path) -> None:
    before = keys(course)
    (course / gone).unlink()
    assert changed(before, keys(course)) == {GATES}


def put_into_course(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / "course.toml").read_text(encoding="utf-8")
        assert old in text
        (folder / "course.toml").write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


LIMITS = "[limits]\n{}\n\n[[exercises]]\n"


@pytest.mark.parametrize(
    ("change", "again"),
    [
        *(
            (put_into_course("[[exercises]]\n", LIMITS.format(limit)), set(IDS))
            for limit in ("call_seconds = 9", "statement_seconds = 9", "submission_seconds = 99", "memory_gb = 1")
        ),
        (put_into_course('packages = ["numpy", "pandas", "matplotlib"]', 'packages = ["numpy"]'), {GATES}),
        (put_into_course("[[exercises]]\n", 'theory = "completion"\n\n[[exercises]]\n'), {THEORY}),
        (put_into_course('"A GRU in seven functions"', '"Seven functions"'), set()),
        (put_into_course('"GRUs for NLP"', '"GRUs"'), set()),
        (put_into_course("[[exercises]]\n", 'void = ["sigmoid_values"]\n\n[[exercises]]\n'), set()),
        (put_into_course('"your teacher"', '"me"'), set()),
        (lambda folder: (folder / "data" / "README.md").write_text("other words"), set()),
        (lambda folder: (folder / "checks" / ".hidden").write_text("x"), set()),
    ],
)
def test_of_course_toml_only_what_grading_reads_counts(
    change: Callable[[Path], object], again: set[str], course: Path
) -> None:
    before = keys(course)
    change(course)
    assert changed(before, keys(course)) == again


@pytest.mark.parametrize("what", ["python", "code", "layers", "landlock", "namespace", "seed"])
def test_what_all_exercises_are_graded_with_counts_for_all(
    what: str, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keys(course)
    plan, seed = PLAN, 7
    match what:
        case "python":
            monkeypatch.setattr(store_keys.sys, "version", "4.0")  # type: ignore[attr-defined]
        case "code":
            monkeypatch.setattr(store_keys, "grader_code", lambda: "other")
        case "layers":
            plan = PLAN.without("network")
        case "landlock":
            plan = replace(PLAN, landlock_abi=5)
        case "namespace":
            plan = replace(PLAN, user_namespace=True)
        case "seed":
            seed = 8
    after = keys(course, seed, plan)
    assert changed(before, after) == set(IDS)
    facts = {name for name in IDS if before[name].facts != after[name].facts}
    assert facts == (set(IDS) if what == "code" else set())


def test_a_packages_version_counts_where_it_may_be_imported(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys(course)
    real = store_keys._versions
    for package, again in (("tensorflow", {SWAP, MEASURE}), ("matplotlib", set(IDS) - {THEORY}), ("pytest", set(IDS))):

        def other(names: tuple[str, ...], package: str = package) -> dict[str, str]:
            return {name: "0" if name == package else version for name, version in real(names).items()}

        monkeypatch.setattr(store_keys, "_versions", other)
        assert changed(before, keys(course)) == again


def test_another_place_of_the_course_changes_nothing(course: Path, tmp_path: Path) -> None:
    before = keys(course)
    moved = shutil.move(course, tmp_path / "elsewhere")
    assert keys(Path(moved)) == before


def test_all_that_grading_reads_of_a_work_is_in_its_key_and_nothing_else() -> None:
    own = ExerciseKeys("f", "r", "t")
    same = [
        replace(WORK, students=("bob", "cy")),
        replace(WORK, path="b/w.py"),
        replace(WORK, file=Path("b/w.py")),
        replace(WORK, group="g"),
    ]
    others = [
        replace(WORK, sha256="1" * 64),
        replace(WORK, kind="notebook"),
        replace(WORK, file=Path("a/v.py")),
        replace(WORK, shared=True),
    ]
    assert {own.of_work(work) for work in (WORK, *same)} == {own.of_work(WORK)}
    assert len({own.of_work(work) for work in (WORK, *others)}) == 1 + len(others)


def test_the_code_that_does_not_count_is_no_part_of_what_grades() -> None:
    """The processes that grade import nothing of it."""
    from test_import_graph import closure, part

    grading = closure("grader.engine.host", "grader.sandbox.zygote", "grader.sandbox.inside.serve")
    assert {part(module) for module in grading}.isdisjoint(store_keys.NOT_GRADING)
