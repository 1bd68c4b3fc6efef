"""``grader mine``: finds the mistakes again that were taken out of the course, and makes known ones of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course.otherwise.files import completed, faulty
from grader.checks.mistakes.declare import load_mistakes
from grader.cli import main
from helpers.cut_course import cut_course, variants_of
from helpers.repository import SOLUTIONS
from helpers.scored import Scored, score
from helpers.shared import made_once

# Of each mistake the one file here makes it in another way than the variants, which are its other writers.
GONE = {
    "01_gates": (
        "G1-next_state-loop G2-gru_step-stacked G4-candidate_state-einsum G6-reset_gate-negative_sum G8-candidate_state-loop "
        "G9-gru_step-class G12-gru_step-inline G14-reset_gate-stacked G15-gru_step-inline G19-next_state-einsum "
        "G20-gru_step-inline G23-gru_forward-class G24-gru_forward-preallocated G26-gru_forward-loop G35-reset_gate-einsum "
        "G38-next_state-einsum"
    ).split(),
    "05_trace": (
        "R1-gate_trace-pytorch_order R3-gate_trace-summed_bias R4-gate_trace-einsum R5-gate_trace-recursive "
        "R6-gate_trace-zeros_in_the_loop R11-gate_trace-sums R12-gate_trace-one_minus R13-gate_trace-no_brackets"
    ).split(),
}
KEPT = {
    "01_gates": ["G3-candidate_state-stacked", "G36-sigmoid-power"],
    "05_trace": ["R15-gate_trace-after_the_loop"],
}
HOSTILE = {
    "nan": "z * h * float('nan')",
    "nan again": "h - h + np.nan",
    "huge": "np.zeros((9_000_000,))",
    "list": "list(range(5_000))",
    "nested": "[[h, {'a' * 9_000: [None] * 900}]] * 9",
    "text": "'<script>' * 20_000",
    "raises": "(_ for _ in ()).throw(ValueError('x' * 1_000_000))",
    "class": "type('<b>' * 900, (), {})()",
    "numbers": "10 ** 5_000",
}
TITLE = "the brackets are gone, & < said in HTML >"
NAMING = ("--title", TITLE, "--explain", 'Without them the product "comes" first.', "--hint", "What if z is 1?")


def key(student: str) -> str:
    """The mistake that a student of the class makes."""
    return student.partition("-")[0]


def keys(files: list[str]) -> list[str]:
    """The mistakes that files make."""
    return [key(each) for each in files]


@pytest.fixture(scope="session")
def mined(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """Grade all writers of each mistake, with a course that knows 24 of the mistakes no more."""

    def make(folder: Path) -> None:
        for exercise, gone in GONE.items():
            cut_course(folder / "course", exercise, keys(gone))
            hand_in(folder / "class", exercise, [*gone, *KEPT[exercise]])
        for name, answer in HOSTILE.items():
            text = f"import numpy as np\n\n\ndef next_state(z, h, h_tilde):\n    return {answer}\n"
            give(folder / "class" / f"hostile-{name}", "01_gates", completed(text, SOLUTIONS / "01_gates.py"))
        score(folder / "class", folder / "out", exercises=GONE, course=folder / "course")

    folder = made_once(tmp_path_factory, "mined", make)
    return Scored(folder / "class", folder / "out")


def hand_in(folder: Path, exercise: str, files: list[str]) -> None:
    """Write a student for each file, and one for each variant of its mistake: those in its own function, if there are any."""
    variants = variants_of(exercise)
    made = {(mistake, function) for mistake, function, _ in variants}
    for each in faulty(exercise):
        if each.path.stem in files:
            give(folder / f"{each.mistake}-file", exercise, each.source)
    functions = {key(each): each.split("-")[1] for each in files}
    for at, (mistake, function, text) in enumerate(variants):
        wanted = functions.get(mistake, "")
        if wanted and (function == wanted or (mistake, wanted) not in made):
            give(folder / f"{mistake}-variant {at}", exercise, completed(text, SOLUTIONS / f"{exercise}.py"))


def give(student: Path, exercise: str, text: str) -> None:
    """Write a student's file."""
    student.mkdir(parents=True, exist_ok=True)
    (student / f"{exercise}.py").write_text(text, encoding="utf-8")


@pytest.fixture
def grader(capsys):
    """Type a command; give its exit code and all that it says."""

    def typed(*words: object) -> tuple[int, str]:
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out + said.err

    return typed


@pytest.fixture
def groups(mined, grader):
    return json.loads(grader("mine", mined.out, "--json")[1])


def test_mistakes_that_were_taken_out_are_found_again_as_groups_of_one_mistake_each(groups):
    gone = {mistake for files in GONE.values() for mistake in keys(files)}
    again = {key(group["students"][0]) for group in groups if any("-file" in each for each in group["students"])}
    mixed = [group["students"] for group in groups if len(set(map(key, group["students"]))) > 1]

    assert len(gone) == 24
    assert mixed == []
    assert len(again & gone) >= 0.95 * len(gone), gone - again


def test_what_a_known_mistake_explains_is_left_out(groups):
    kept = {mistake for files in KEPT.values() for mistake in keys(files)}

    assert kept.isdisjoint(key(student) for group in groups for student in group["students"])


def test_a_submission_can_neither_make_the_results_large_nor_come_into_the_groups_of_others(mined, groups):
    sizes = {student: len(json.dumps(row.get("wrong", []))) for student, row in mined.of("01_gates").items()}

    assert max(sizes.values()) < 30_000
    assert [group["students"] for group in groups if "hostile" in map(key, group["students"])] == [
        ["hostile-nan", "hostile-nan again"]
    ]


def test_groups_stand_on_no_page_and_each_is_listed_with_its_source_and_case(mined, groups, grader):
    code, said = grader("mine", mined.out, "--exercise", "05_trace")
    (group,) = (each for each in groups if "R13-file" in each["students"])

    assert code == 0
    assert group["id"] in said
    assert "2 students" in said
    assert "      def gate_trace(" in said
    assert "01_gates" not in said
    assert not any(group["id"] in page.read_text(encoding="utf-8") for page in mined.out.rglob("*.html"))


@pytest.fixture
def small_course(tmp_path):
    """A course that knows two mistakes of the first exercise, so that it takes little time to try another."""
    return cut_course(tmp_path / "course", "01_gates", only=("G4", "G15"))


def of_mistake(groups, mistake):
    (found,) = (each for each in groups if key(each["students"][0]) == mistake and each["function"] == "next_state")
    return found


def test_a_group_that_is_given_a_name_is_named_by_the_next_run(mined, groups, small_course, grader, tmp_path):
    """Nothing is written before the code of the very source that was shown is typed."""
    group = of_mistake(groups, "G38")
    file = small_course / "misconceptions" / "01_gates.py"
    words = ("mine", mined.out, "--name", group["id"], "--id", "G99", *NAMING, "--course", small_course)
    before = file.read_text(encoding="utf-8")

    code, said = grader(*words)
    assert (code, file.read_text(encoding="utf-8")) == (0, before)
    assert "    return z * h + 1 - z * h_tilde" in said
    read = said.rpartition("--read ")[2].split()[0]
    assert grader(*words, "--read", "00000000")[0] == 2
    assert file.read_text(encoding="utf-8") == before
    code, said = grader(*words, "--read", read)
    assert code == 0, said
    assert [each.id for each in load_mistakes(file)] == ["G4", "G15", "G99"]
    assert not any(student in file.read_text(encoding="utf-8") for student in group["students"])
    code, said = grader(*words, "--read", read)
    assert code == 2
    assert "already" in said

    for student in group["students"]:
        text = (mined.folder / student / "01_gates.py").read_text(encoding="utf-8")
        give(tmp_path / "class" / student, "01_gates", text)
    again = score(tmp_path / "class", tmp_path / "out", exercises=["01_gates"], course=small_course)
    for row in again.of("01_gates").values():
        named = {check["id"]: check["misconception"] for check in row["checks"]}
        assert named["next_state_values"] == {"id": "G99", "name": TITLE}
        assert "&amp; &lt; said" in (again.out / row["page"]).read_text(encoding="utf-8")
    assert json.loads(grader("mine", again.out, "--json")[1]) == []


def test_a_mistake_that_can_not_be_told_from_a_known_one_is_not_added(mined, groups, tmp_path, grader):
    course = cut_course(tmp_path / "course", "01_gates", only=("G38",))
    file = course / "misconceptions" / "01_gates.py"
    before = file.read_text(encoding="utf-8")
    words = ("mine", mined.out, "--name", of_mistake(groups, "G38")["id"], "--id", "G99", *NAMING, "--course", course)
    read = grader(*words)[1].rpartition("--read ")[2].split()[0]

    code, said = grader(*words, "--read", read)

    assert code == 2
    assert "G99 was not added" in said
    assert said.count("\n") == 1
    assert file.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--name", "next_state-000000", "--id", "G99", *NAMING], "no group"),
        (["--name", "GROUP"], "--id, --title, --explain, --hint"),
        (["--name", "GROUP", "--id", "G99; import os", *NAMING], "no id"),
        (["--name", "GROUP", "--id", "G99", *NAMING[:-1], "two\nlines"], "the hint has to be one line"),
        (["--hint", "?"], "--hint needs --name"),
        (["--exercise", "09_none"], "no exercise 09_none"),
    ],
)
def test_a_slip_is_one_line_and_writes_nothing(mined, groups, small_course, grader, words, says):
    group = of_mistake(groups, "G38")["id"]
    course = ["--course", small_course] if "--name" in words else []
    code, said = grader("mine", mined.out, *(group if word == "GROUP" else word for word in words), *course)

    assert code == 2
    assert says in said
    assert said.count("\n") == 1


def test_hostile_work_is_never_made_code_of_the_course(mined, groups, small_course, grader):
    (group,) = (each for each in groups if "hostile-nan" in each["students"])
    words = ("mine", mined.out, "--name", group["id"], "--id", "G99", *NAMING, "--course", small_course)
    code, said = grader(*words)

    assert code == 0  # the shorter one only computes
    assert "return h - h + np.nan" in said
    assert "hostile" not in said
