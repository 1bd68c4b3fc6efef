"""`grader dev` says in a line each what holds of an exercise and what is wrong, with the way out; it ends with 1 where anything is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader import cli
from grader.dev import examine as examined
from grader.dev.examine import of_rows
from grader.dev.findings import Standing
from grader.dev.mistake_table import MistakeMarks, MistakeRow

MASTER = '''# %% [markdown]
# # Halves
#
# - **Points:** 3

# %%
def half(a):
    """Halves."""
    # TODO 1
    # >>> solution
    return a / 2
    # <<<
'''
CHECKS = '''import pytest
from grader.checks.authoring import NotRight, same


@pytest.mark.points(2)
def check_half_values(rng, student, expected):
    """half halves"""
    a = rng.normal(size=3)
    same(student.half(a), expected.half(a))
'''
HIDDEN = CHECKS.replace("points(2)", "points(1)").replace("half_values", "half_of_more").replace("size=3", "size=9")
MISTAKES = """from grader.checks.authoring import mistake, variant

mistake("H1", name="a third", explanation="It is a half.", hint="How many parts?")
mistake("H2", name="the double", explanation="It is a half.", hint="More or less?")


@variant("H1")
def half(a):
    return a / 3


@variant("H2")
def half(a):
    return a * 2
"""
ENTRY = '[[exercises]]\nid = "01_half"\ntitle = "Halves"\npackages = ["numpy"]\n'


@dataclass(frozen=True, slots=True)
class Told:
    """What `grader dev` said: the lines that hold, those that say NO, those that were not tried."""

    code: int
    holds: list[str]
    broken: list[str]
    untried: list[str]


Dev = Callable[..., Told]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Write a course of one exercise that is as it should be, and release it."""
    folder = tmp_path / "solutions"
    for inner in ("checks", "misconceptions"):
        (folder / inner).mkdir(parents=True)
    (folder / "course.toml").write_text('name = "N"\n' + ENTRY)
    (folder / "01_half.py").write_text(MASTER)
    (folder / "checks" / "check_01_half.py").write_text(CHECKS)
    (folder / "checks" / "hidden_01_half.py").write_text(HIDDEN)
    (folder / "misconceptions" / "01_half.py").write_text(MISTAKES)
    release(folder)
    return folder


@pytest.fixture
def dev(course: Path, capsys: pytest.CaptureFixture[str]) -> Dev:
    """Examine it, and give what was said."""

    def examine(*words: str) -> Told:
        capsys.readouterr()
        code = cli.main(["dev", "--course", str(course), *words])
        lines = [line.strip().partition("  ") for line in capsys.readouterr().out.splitlines()]
        said = {standing: [text for mark, _, text in lines if mark == standing.value] for standing in Standing}
        return Told(code, said[Standing.HOLDS], said[Standing.BROKEN], said[Standing.UNTRIED])

    return examine


def release(folder: Path) -> None:
    assert cli.main(["release", "--course", str(folder)]) == 0


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_course_that_is_as_it_should_be_has_a_line_for_each_thing_that_holds(dev: Dev) -> None:
    told = dev()

    assert told.code == 0
    assert told.holds == [
        "01_half.py and 01_half.ipynb in exercises/ are what the solution makes.",
        "the head says 3 points, and its checks give 3 (2 public, 1 hidden).",
        "the solution gets 3 of 3 points, as a script and as a notebook.",
        "the stub gets 0 of 3 points, as a script and as a notebook.",
        "all 2 known mistakes fail a public check.",
        "all of them are named.",
        "exercises/ holds the exercises of course.toml and no others.",
    ]
    assert told.broken == []
    assert told.untried == ["there is no package in dist/: `grader release --wheel` makes one."]


def test_one_exercise_is_examined_alone(course: Path, dev: Dev) -> None:
    (course / "02_other.py").write_text(MASTER.replace("return a / 2", "return a / two"))
    with (course / "course.toml").open("a") as file:
        file.write(ENTRY.replace("01_half", "02_other"))

    assert dev("01_half").code == 0
    assert dev().code == 1


def test_an_exercise_that_there_is_not_is_a_wrong_command(dev: Dev, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert dev("01_hafl").code == 2


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("return a / two", "name 'two' is not defined"),
        ("return 1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_solution_that_fails_is_told_and_its_mistakes_are_not_tried(
    course: Path, dev: Dev, new: str, said: str
) -> None:
    edit(course / "01_half.py", "return a / 2", new)
    release(course)
    told = dev("01_half")

    assert told.code == 1
    (line,) = told.broken
    assert str(course / "01_half.py") in line
    assert said in line
    assert len(told.holds) == 2


def test_a_solution_that_stops_below_its_functions_is_told(course: Path, dev: Dev) -> None:
    """The functions alone passed all checks, and whoever ran the file saw a traceback."""
    with (course / "01_half.py").open("a") as file:
        file.write("\n\n# %%\nprint(half(two))\n")
    release(course)
    told = dev("01_half")

    assert told.code == 1
    assert told.broken[0].startswith("the solution does not run to its end as a script: line 14: ")
    assert "two" in told.broken[0]


def test_a_stub_that_earns_points_is_told(course: Path, dev: Dev) -> None:
    edit(course / "01_half.py", "    # >>> solution\n", "    # >>> solution\n    # stub: return 0.5 * a\n")
    release(course)
    told = dev("01_half")

    assert told.code == 1
    assert told.broken == [
        "the stub gets 3 of 3 points as a script: half_values, half_of_more. Leave less in it, or let the check ask more."
    ]


def test_a_mistake_that_passes_is_told(course: Path, dev: Dev) -> None:
    edit(course / "misconceptions" / "01_half.py", "return a / 3", "return a * 0.5")
    told = dev("01_half")

    assert told.code == 1
    assert told.broken == [
        "H1 half fails nothing at home: give check_01_half.py a case in which its answers are its own.",
        "H1 (a third) is named by no check: another mistake answers alike, or it raises in other words. "
        "Give check_01_half.py a case that tells them apart, or make one mistake of the two.",
    ]


def test_a_mistake_that_passes_with_other_inputs_alone_is_told_where_seeds_are_asked_for(
    course: Path, dev: Dev
) -> None:
    """At home inputs are always the same ones; a check that draws too little finds the mistake there by chance."""
    edit(course / "misconceptions" / "01_half.py", "return a / 3", "return a / 3 if a[0] > 0 else a / 2")
    told = dev("01_half", "--seeds", "6")

    assert told.code == 1
    assert any("fails no public check with seed" in line for line in told.broken)
    assert any("points, as the seed has it" in line for line in told.broken)


def test_two_mistakes_that_answer_alike_are_told_as_not_named(course: Path, dev: Dev) -> None:
    edit(course / "misconceptions" / "01_half.py", "return a * 2", "return a * 2 / 6")
    told = dev("01_half")

    assert told.code == 1
    assert "all 2 known mistakes fail a public check." in told.holds
    assert [line.partition(" is named by no check")[0] for line in told.broken] == ["H1 (a third)", "H2 (the double)"]


def test_a_mistake_that_is_named_as_another_is_told(course: Path) -> None:
    """No variant of a course can do that today, since its own answers are its own; the line is there for the day on which one can."""
    wrong = MistakeMarks(frozenset({"half_values"}), 0, frozenset({"H2"}))
    (exercise,) = examined_course(course)

    found = list(of_rows(exercise, (), [MistakeRow("H1", "H1 half", wrong)]))

    assert [finding.text for finding in found] == [
        "H1 half is named H2: give check_01_half.py a case in which its answers are its own."
    ]


def examined_course(folder: Path) -> tuple[object, ...]:
    from grader.course.course_toml import load_course

    return load_course(folder).exercises


RECOGNISED = """mistake("H3", named_by_checks=True, name="all zeros", explanation="It is a half.", hint="Of what?")
"""


@pytest.fixture
def recognised(course: Path) -> Path:
    """Add a mistake that a check recognises by itself; give the folder of the files that make it."""
    with (course / "misconceptions" / "01_half.py").open("a") as file:
        file.write("\n\n" + RECOGNISED)
    edit(
        course / "checks" / "check_01_half.py",
        "    same(student.half(a), expected.half(a))\n",
        "    answer = student.half(a)\n    if not answer.value.any():\n"
        '        raise NotRight(answer, "halves", "zeros", mistake="H3")\n    same(answer, expected.half(a))\n',
    )
    return course / "misconceptions" / "01_half"


def test_a_mistake_that_no_variant_makes_is_tried_by_a_file(recognised: Path, dev: Dev) -> None:
    told = dev("01_half")
    assert told.code == 0
    assert told.untried[0] == (
        "H3: not tried, since there is no variant, and no file misconceptions/01_half/H3-WORDS.py makes it."
    )

    recognised.mkdir()
    (recognised / "H3-zeros.py").write_text("def half(a):\n    return 0 * a\n")
    told = dev("01_half")

    assert (told.code, told.broken, len(told.untried)) == (0, [], 1)
    assert "all 3 known mistakes fail a public check." in told.holds
    assert "all of them are named." in told.holds


def test_a_file_that_makes_no_mistake_is_told(recognised: Path, dev: Dev) -> None:
    recognised.mkdir()
    (recognised / "H3-zeros.py").write_text("def half(a):\n    return a / 2\n")
    told = dev("01_half")

    assert told.code == 1
    assert told.broken[0].startswith("H3 zeros fails no public check with seed ")
    assert told.broken[1].startswith("H3 (all zeros) is named by no check")


def test_a_file_called_after_no_mistake_is_told(recognised: Path, dev: Dev) -> None:
    recognised.mkdir()
    (recognised / "H4-zeros.py").write_text("def half(a):\n    return 0 * a\n")

    (line,) = dev("01_half").broken
    assert "H4-zeros.py is called after no known mistake" in line


def test_mistakes_of_reading_are_told_as_not_tried(course: Path, dev: Dev) -> None:
    with (course / "misconceptions" / "01_half.py").open("a") as file:
        file.write(
            'mistake("R1", said=("^# .*thirds are",), name="thirds", explanation="It is a half.", hint="How many?")\n'
        )
    told = dev("01_half")

    assert told.code == 0
    assert told.untried[0] == "R1: not tried, since they stand in a file's text, and no check fails for them."
    assert "all 2 known mistakes fail a public check." in told.holds


def test_without_known_mistakes_it_says_that_nothing_proves_the_checks(course: Path, dev: Dev) -> None:
    (course / "misconceptions" / "01_half.py").unlink()
    told = dev("01_half")

    assert told.code == 0
    assert told.untried[0] == (
        "no known mistakes are declared in misconceptions/01_half.py, so nothing shows that the checks find any."
    )


def test_stale_stubs_are_told(course: Path, dev: Dev) -> None:
    edit(course / "01_half.py", '"""Halves."""', '"""Half of a."""')
    told = dev("01_half")

    assert told.code == 1
    assert told.broken == [
        "exercises/ holds another 01_half.py and 01_half.ipynb than the solution makes: run `grader release`."
    ]


def test_points_that_disagree_are_told(course: Path, dev: Dev) -> None:
    edit(course / "checks" / "hidden_01_half.py", "points(1)", "points(4)")
    told = dev("01_half")

    assert told.code == 1
    assert told.broken == [f"{course / '01_half.py'} says 3 points, and its checks give 6; correct one of them."]


def test_stubs_of_no_exercise_are_told_where_the_course_is_examined(course: Path, dev: Dev) -> None:
    (course.parent / "exercises" / "02_gone.py").write_text("x")

    assert dev("01_half").code == 0
    told = dev()
    assert told.code == 1
    assert told.broken == [
        "exercises/ holds files of no exercise in course.toml: 02_gone.py. Delete them, or put the exercise back."
    ]


def test_a_package_that_was_made_before_the_last_change_is_told(course: Path, dev: Dev) -> None:
    assert cli.main(["release", "--wheel", "--course", str(course)]) == 0
    assert "the students' package in dist/ was made from these files." in dev("01_half").holds
    edit(course / "checks" / "hidden_01_half.py", "size=9", "size=8")
    told = dev("01_half")

    assert told.code == 1
    (line,) = told.broken
    assert line.endswith("was made from other files than these: run `grader release --wheel`, or take it out.")


@pytest.mark.parametrize("name", ["check_01_half.py", "hidden_01_half.py"])
def test_a_check_file_that_is_no_python_is_told_and_the_rest_of_the_course_examined(
    course: Path, dev: Dev, name: str
) -> None:
    with (course / "checks" / name).open("a") as file:
        file.write("def f(:\n")
    told = dev()

    assert told.code == 1
    assert [line for line in told.broken if "this is not valid Python" in line] == told.broken
    assert told.holds[-1].startswith("exercises/ holds")


def test_without_tensorflow_it_says_what_it_did_not_try(
    course: Path, dev: Dev, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The functions of an exercise about Keras may need none of it themselves: then the mistakes are tried all the same."""
    monkeypatch.setattr(examined, "missing_package", lambda _exercise: "tensorflow")
    told = dev("01_half")

    assert told.code == 0
    assert told.untried[0] == (
        "the solution and the stub are not run: they need tensorflow, which is not installed here "
        "(pip install -e '.[score]')."
    )
    assert "all 2 known mistakes fail a public check." in told.holds

    edit(course / "01_half.py", "# %%\ndef half", "# %%\nimport keras\n\n\ndef half")
    edit(course / "01_half.py", "return a / 2", "return keras.ops.convert_to_numpy(a) / 2")
    release(course)
    assert dev("01_half").untried[1].startswith("the known mistakes are not tried: they need tensorflow")


RUBRIC = """[[questions]]
id = "why"
title = "Why halves?"
points = 1
affirms = ["is"]
known = "halves"

[[questions.choices]]
name = "sharing"
right = true
words = ["sharing"]

[[questions.choices]]
name = "luck"
words = ["luck"]
"""
WRITTEN = """# %% [markdown]
# # Words
#
# - **Points:** 1

# %%
ANSWERS = {}

# %% [markdown]
# ## why

# %%
# TODO 1
# >>> solution
# stub: ANSWERS["why"] = ""
ANSWERS["why"] = "SAID"
# <<<
"""


@pytest.mark.parametrize(("said", "code"), [("sharing", 0), ("luck", 1)])
def test_written_answers_are_judged_by_their_rubric(course: Path, dev: Dev, said: str, code: int) -> None:
    (course / "rubrics").mkdir()
    (course / "rubrics" / "02_words.toml").write_text(RUBRIC)
    (course / "02_words.py").write_text(WRITTEN.replace("SAID", said))
    with (course / "course.toml").open("a") as file:
        file.write(ENTRY.replace("01_half", "02_words").replace('"numpy"', ""))
    release(course)
    told = dev("02_words")

    assert told.code == code, told
    assert "the head says 1 point, and its rubric gives 1." in told.holds
    assert "the stub gets 0 of 1 point, as a script and as a notebook." in told.holds
    assert ("the solution gets 1 of 1 point, as a script and as a notebook." in told.holds) == (code == 0)
    assert any(
        line.startswith("the solution gets 0 of 1 point as a script: why (failed)") for line in told.broken
    ) == bool(code)
