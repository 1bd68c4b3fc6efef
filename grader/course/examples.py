"""The data that an exercise comes with: plain arrays, which a student gets as ``grader.example("ID")``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from grader.errors import CourseError, UsageError

PACKAGED = Path(__file__).parents[1] / "packaged"  # what the students' package holds of a course; absent in a checkout


def load_example(file: Path) -> dict[str, Any]:
    """The data in an .npz file: arrays by name, words as a list of strings, ``name.0``, ``name.1`` ... as one list.

    Raises CourseError if the file can't be read or holds anything but arrays of numbers and words.
    """
    try:
        with np.load(file, allow_pickle=False) as arrays:
            entries = {name: arrays[name] for name in sorted(arrays.files)}
    except (OSError, ValueError) as error:
        raise CourseError(f"{file}: can't be read as arrays of numbers and words ({error})") from None
    example: dict[str, Any] = {}
    for name, array in entries.items():
        value = array.tolist() if array.dtype.kind == "U" else array
        stem, _, place = name.rpartition(".")
        if not place.isdecimal():
            example[name] = value
            continue
        series = example.setdefault(stem, [])
        if int(place) != len(series):
            raise CourseError(f"{file}: {name} comes where {stem}.{len(series)} should; number them from 0")
        series.append(value)
    return example


def find_example(exercise: str) -> dict[str, Any]:
    """The data of an exercise of the course that this folder belongs to, or of the course that this package was made for.

    Raises UsageError if it comes with none, and CourseError for an author's slip.
    """
    from grader.course.course_toml import find_course, load_course

    try:
        course = load_course(find_course(Path.cwd()))
        files = {each.id: each.example for each in course.exercises if each.example is not None}
    except UsageError:
        if not PACKAGED.is_dir():
            raise
        files = {file.stem: file for file in sorted(PACKAGED.glob("*.npz"))}
    if exercise not in files:
        raise UsageError(f"no data come with {exercise!r}, only with {', '.join(files) or 'no exercise'}.")
    return load_example(files[exercise])
