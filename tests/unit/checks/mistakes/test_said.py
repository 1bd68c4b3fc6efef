"""Mistakes of reading: what an author declares, where it slips, what a student is told, and that no file can bend it."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from grader.checks.mistakes.declare import Mistake, load_mistakes
from grader.checks.mistakes.said import notes
from grader.checks.plan.reference import load_reference
from grader.checks.run.bench import CheckBench, with_checks, with_stored_checks
from grader.course.course_toml import Exercise
from grader.errors import CourseError

SAID = "[r'\\bz (?:wins|is high)', r'^assert z']"
MISTAKE = f"""
from grader.checks.mistakes.declare import mistake

mistake("X1", said=tuple({SAID}), name="z is praised", explanation="Why.", hint="What does z keep?")
"""
Read = Callable[[str], tuple[Mistake, ...]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read an author's file from its text."""

    def reading(text: str) -> tuple[Mistake, ...]:
        file = tmp_path / "made_up.py"
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        return load_mistakes(file)

    return reading


def test_a_mistake_of_reading_needs_no_variant(read: Read) -> None:
    (known,) = read(MISTAKE)
    assert known.said == (r"\bz (?:wins|is high)", "^assert z")
    assert known.instances == ()


@pytest.mark.parametrize(
    ("pattern", "words"), [("z (is", "can't be read"), ("z*", "found in an empty text"), ("", "found in an empty text")]
)
def test_a_pattern_that_is_none_or_fits_anything_is_the_authors_slip(pattern: str, words: str, read: Read) -> None:
    with pytest.raises(CourseError, match=words) as caught:
        read(MISTAKE.replace(f"tuple({SAID})", f"({pattern!r},)"))
    assert "made_up.py, line 4: the mistake X1" in str(caught.value)


def test_a_pattern_that_fits_the_exercises_own_text_is_the_authors_slip(exercise: Exercise, tmp_path: Path) -> None:
    """Every student would be told of a mistake that the stub makes."""
    file = tmp_path / f"{exercise.id}.py"
    file.write_text(MISTAKE.replace("z (?:wins|is high)", "keeps? the past"), encoding="utf-8")
    with pytest.raises(
        CourseError, match=r"a pattern of the mistake X1 fits the solution's own “.*keep.*”: make it narrower"
    ):
        load_reference(dataclasses.replace(exercise, misconceptions=file))


def test_a_note_quotes_the_sentence_and_names_the_mistake(read: Read) -> None:
    (note,) = notes(read(MISTAKE), {"X1": "# Here z is high."})
    assert (note.kind, note.check) == ("note", None)
    assert note.message == (
        "“Here z is high.” reads like a known mistake, which costs nothing: z is praised. What does z keep?"
    )
    (long,) = notes(read(MISTAKE), {"X1": "z is high " * 40})
    assert long.message.startswith(f"“{' '.join(['z is high'] * 12)}…” reads")


def test_the_patterns_go_with_the_record(exercise: Exercise, tmp_path: Path) -> None:
    """So the students' package tells of what the grading tells of."""
    file = tmp_path / f"{exercise.id}.py"
    file.write_text(MISTAKE, encoding="utf-8")
    kept: list[Mapping[str, object]] = []

    def keep(bench: CheckBench) -> None:
        kept.append(bench.said)
        if len(kept) == 1:
            kept.append({"record": bench.record()})

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        with_checks(dataclasses.replace(exercise, misconceptions=file), 7, keep)
        with_stored_checks(exercise, str(kept[1]["record"]), keep)
    assert kept[0] == kept[2] == {"X1": (r"\bz (?:wins|is high)", "^assert z")}
