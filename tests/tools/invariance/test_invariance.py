"""A mark does not move by itself: 500 drawn students changed work in harmless ways and get what the unchanged work gets."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from grader.engine.run import MAX_SEED

from .draw import BY_NAME, CHANGES, NOT_YET, Drawn, Step, draw, shrunk
from .edits import code_of
from .grade import Verdict, grade, graded, moved, original_name, smallest
from .work import NUMPY, WRITTEN, Work, originals

COUNT, DRAWN_WITH, GRADED_WITH = 500, 15, 7


@pytest.fixture(scope="module")
def works() -> tuple[Work, ...]:
    """The unchanged works; those for Keras are left to ``make invariance``."""
    return originals((*NUMPY, *WRITTEN))


@pytest.fixture(scope="module")
def drawn(works: tuple[Work, ...]) -> list[Drawn]:
    """The students who changed them."""
    return draw(works, COUNT, DRAWN_WITH)


def _tanh_left_out(work: Work, rng: random.Random) -> Work | None:
    """A change that does harm: it shows that one would be seen."""
    del rng
    return work.with_cell(0, work.cells[0].text.replace("np.tanh", "np.sin"))


@pytest.fixture(scope="module")
def planted(works: tuple[Work, ...]) -> Drawn:
    """A student with two harmless changes and one that is not."""
    ada = next(work for work in works if work.title == "ada" and work.exercise == "01_gates")
    return Drawn("planted", ada, (Step("remark", "1"), Step("tanh_left_out", "2"), Step("print_inside", "3")))


@pytest.fixture(scope="module")
def verdicts(drawn: list[Drawn], planted: Drawn) -> dict[str, Verdict]:
    """Grade the drawn students and the originals once, as one class."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(BY_NAME, "tanh_left_out", _tanh_left_out)
        return graded([*drawn, planted], GRADED_WITH)


def test_no_mark_moves_by_harmless_changes(drawn: list[Drawn], verdicts: dict[str, Verdict]) -> None:
    found = moved(drawn, verdicts)
    told = "\n\n".join(str(move) for move in smallest(found, GRADED_WITH))
    again = f"make invariance ARGS='--count {COUNT} --seed {DRAWN_WITH} --keep FOLDER' shows the files"
    assert not found, f"{len(found)} of {COUNT} marks moved, drawn with seed {DRAWN_WITH} ({again}):\n\n{told}"


def test_a_change_that_does_harm_is_seen(planted: Drawn, verdicts: dict[str, Verdict]) -> None:
    (move,) = moved([planted], verdicts)
    assert {"candidate_state_values", "gru_step_values"} <= {
        name for name in move.before if move.before[name] != move.after[name]
    }
    assert "candidate_state_values: passed, 2, no mistake, changed: failed, 0, no mistake" in str(move)


def test_the_unchanged_work_is_of_all_kinds(drawn: list[Drawn], verdicts: dict[str, Verdict]) -> None:
    """Right and wrong, finished and not: else a mark could not move up, or not down."""
    unchanged = {original_name(each.original) for each in drawn}
    outcomes = Counter(told.split(",")[0] for name in unchanged for told in verdicts[name].values())
    assert len(unchanged) >= 150
    assert {"passed", "failed", "error", "todo", "blocked", "review"} <= set(outcomes)


@pytest.mark.parametrize("change", sorted(BY_NAME.keys() - NOT_YET.keys()))
def test_each_change_is_drawn_for_several_works(change: str, drawn: list[Drawn]) -> None:
    made = [each for each in drawn if any(step.change == change for step in each.steps)]
    assert len(made) >= 7
    assert len({each.original.title for each in made}) >= 4


def test_a_change_that_is_not_drawn_yet_is_a_change() -> None:
    assert NOT_YET.keys() <= BY_NAME.keys()


def test_every_drawn_file_differs_from_its_original(drawn: list[Drawn]) -> None:
    assert all(each.work().files() != each.original.files() for each in drawn)


def test_the_same_seed_draws_the_same_students(works: tuple[Work, ...], drawn: list[Drawn]) -> None:
    """Else a failure could not be looked at again."""
    assert draw(works, 20, DRAWN_WITH) == drawn[:20]


def test_a_script_that_was_python_still_is(drawn: list[Drawn]) -> None:
    """A change that breaks the text would be one more mistake, and not a harmless one."""
    scripts = [each for each in drawn if each.original.form == each.work().form == "py"]
    broken = [str(each) for each in scripts if code_of(each.original.code) and not code_of(each.work().code)]
    assert broken == []
    assert len(scripts) >= 200


def test_the_smallest_part_of_the_changes_is_what_moves_the_mark(works: tuple[Work, ...]) -> None:
    """Two changes that move a mark only together are both told, and no third one."""
    names = [change.__name__ for change in CHANGES["01_gates"]]
    one, two, three = names[:3]
    student = Drawn("student", works[0], tuple(Step(name, "0") for name in (three, one, three, two, three)))
    alone = replace(student, name="other", steps=student.steps[:2])

    def moves(tries: list[Drawn]) -> set[str]:
        made = {each.name: {step.change for step in each.steps} for each in tries}
        return {
            name for name, steps in made.items() if {one, two} <= steps or (name.startswith("other") and one in steps)
        }

    both, single = shrunk([student, alone], moves)
    assert [step.change for step in both.steps] == [one, two]
    assert [step.change for step in single.steps] == [one]


def test_the_same_class_gets_the_same_marks_under_another_seed(works: tuple[Work, ...], tmp_path: Path) -> None:
    """What is drawn for the checks decides no mark, below 32 bits of the seed and above."""
    some = {original_name(work): work for work in works[::8]}
    first, *others = (grade(some, seed, tmp_path / str(seed)) for seed in (1, 2**32 + 1, MAX_SEED - 1))
    for other in others:
        assert {name: other[name] for name in first if other[name] != first[name]} == {}
