"""The data that an exercise comes with: plain arrays, which a student gets as ``grader.example("ID")``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from grader.errors import CourseError, UsageError

PACKAGED = Path(__file__).parent / "packaged"  # what the students' package holds of a course; absent in a checkout


def load_example(file: Path) -> dict[str, Any]:
    """The data in an .npz file: arrays by name, words as a list of strings, ``name.0``, ``name.1`` ... as one list.

    Raises CourseError where the file can't be read or holds anything else than arrays of numbers and words.
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

    Raises UsageError where it comes with none.
    """
    from grader.course import find_course, load_course

    file = PACKAGED / f"{exercise}.npz"
    try:
        course = load_course(find_course(Path.cwd()))
    except CourseError:
        raise
    except UsageError:
        if PACKAGED.is_dir() and file.is_file():
            return load_example(file)
        raise
    for each in course.exercises:
        if each.id == exercise and each.example is not None:
            return load_example(each.example)
    raise UsageError(f"{exercise} comes with no data in this course ({course.folder}).")
