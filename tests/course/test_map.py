"""The map in exercises/README.md: every line of the lesson leads to an exercise, and what it names is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "exercises" / "README.md").read_text(encoding="utf-8")
LESSON = (ROOT / "solutions" / "rubrics" / "lesson.txt").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (.+) \| `(\d\d_[a-z]+)` \| (.+) \|$", re.MULTILINE)
MAP = README.partition("## From the lesson to the exercises\n")[2]
ROWS = ROW.findall(MAP)
EXERCISES = sorted(path.stem for path in (ROOT / "solutions").glob("[0-9][0-9]_*.py"))
NOT_OF_THE_LESSON = ["| Aspect | LSTM | GRU |", "|---|---|---|"]  # a table's head


def lesson_lines() -> list[str]:
    """The lesson's lines as the map quotes them: no bullet, of a row of a table the first cell."""
    lines = [line.strip() for line in LESSON.splitlines() if line.strip() and line not in NOT_OF_THE_LESSON]
    return [re.sub(r"^\| ([^|]+) \|.*$", r"\1", line).removeprefix("- ") for line in lines]


def quoted(says: str) -> list[str]:
    return re.findall(r'"((?:“[^”]*”|[^"])*)"', says) + re.findall(r"`([^`]+)`", says)


@cache
def master(exercise: str) -> str:
    return (ROOT / "solutions" / f"{exercise}.py").read_text(encoding="utf-8")


@cache
def checks(exercise: str) -> frozenset[str]:
    """The public checks of an exercise, or the questions of one that has no code."""
    file = ROOT / "solutions" / "checks" / f"check_{exercise}.py"
    if file.is_file() and (found := re.findall(r"^def check_(\w+)\(", file.read_text(encoding="utf-8"), re.MULTILINE)):
        return frozenset(found)
    return frozenset(re.findall(r"^# ## ([a-z_]+)$", master(exercise), re.MULTILINE))


def headings(exercise: str) -> set[str]:
    return set(re.findall(r"^# ## (.+)$", master(exercise), re.MULTILINE))


@pytest.mark.parametrize("says, exercise, where", ROWS)
def test_what_a_row_names_is_in_its_exercise(says: str, exercise: str, where: str):
    """A row may lead on to a second exercise; what is named after that is looked for there."""
    for part in re.split(r"(?=`\d\d_[a-z]+`)", where):
        of = match[1] if (match := re.match(r"`(\d\d_[a-z]+)`", part)) else exercise
        named = [name for name in re.findall(r"`([A-Za-z_]+)`", part) if "_" in name]

        assert set(named) <= checks(of)
        assert set(re.findall(r"\*([^*]+)\*", part)) <= headings(of)


def test_every_row_of_the_map_is_read():
    """A row in another form would be looked at by no test."""
    rows = [
        line for line in MAP.splitlines() if line.startswith("| ") and not line.startswith(("| ---", "| the lesson"))
    ]

    assert len(rows) == len(ROWS) > 50


def test_every_line_of_the_lesson_is_in_the_map():
    sections = re.findall(r"^### (.+)$", MAP, re.MULTILINE)
    known = {*sections, *(line for says, _, _ in ROWS for line in quoted(says))}
    lost = [line for line in lesson_lines() if line not in known]

    assert lost == [line for line in lost if line.startswith("Next lesson:")]


def test_the_map_quotes_nothing_that_the_lesson_does_not_say():
    lines = lesson_lines()

    assert [line for says, _, _ in ROWS for line in quoted(says) if line not in lines] == []


def test_every_exercise_and_each_public_check_is_in_the_map():
    """But for a few that only guard a function which another check leads to."""
    led_to = {exercise: set() for exercise in EXERCISES}
    for _, exercise, where in ROWS:
        led_to[exercise] |= set(re.findall(r"`([A-Za-z_]+)`", where))

    guards = {
        "sigmoid_large_inputs",
        "gru_forward_float32",
        "gru_forward_with_your_own_parts",
        "gate_trace_z_first_word",
        "gate_trace_r_first_word",
        "gru_parameter_count_reset_before",
    }
    assert {check for exercise in EXERCISES for check in checks(exercise) - led_to[exercise]} == guards


@pytest.mark.parametrize("exercise", EXERCISES)
def test_time_and_points_are_those_of_the_exercises_own_head(exercise: str):
    row = next(line for line in README.splitlines() if line.startswith(f"| `{exercise}` |"))
    _, _, time, _, points, _ = (cell.strip() for cell in row.strip("|").split("|"))

    assert f"- **Time:** {time}\n" in master(exercise)
    assert f"- **Points:** {points}\n" in master(exercise)


def test_the_points_add_up_to_a_hundred():
    assert sum(int(points) for points in re.findall(r"\| (\d+) \| [A-Zt][^|]+\|$", README, re.MULTILINE)) == 100


def test_the_order_is_that_of_the_table():
    table = re.findall(r"^\| `(\d\d)_[a-z]+` \|", README.partition("## In which order")[0], re.MULTILINE)

    assert ", ".join(table) in README
    assert table == ["02", "01", "03", "04", "05"]


def test_the_short_path_is_the_lessons_homework_and_takes_as_long_as_its_exercises():
    path = re.search(
        r"\*\*Short of time\?\*\* Do (\d\d), (\d\d) and (\d\d)\.[^.]*\. That takes\s(\w+) to (\w+) hours\.", README
    )
    assert path is not None
    homework = MAP.partition("### Assignment / Homework\n")[2].partition("\n### ")[0]
    times = re.findall(
        rf"^\| `(?:{'|'.join(path.groups()[:3])})_[a-z]+` \| [^|]+ \| (\d+) to (\d+) minutes", README, re.MULTILINE
    )
    least, most = (sum(int(time[end]) for time in times) / 60 for end in (0, 1))

    assert sorted({exercise[:2] for _, exercise, _ in ROW.findall(homework)}) == list(path.groups()[:3])
    assert [{"two": 2, "three": 3}[word] for word in path.groups()[3:]] == [least, most]
