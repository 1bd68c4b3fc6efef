"""The folder of submissions: who handed in, in whichever layout, and which file counts for which exercise."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.submissions.choose import Reader, candidates, choose, choose_in, named_for, sort_files
from grader.submissions.files import Folder, list_file, list_folder
from grader.submissions.names import display, kind_of, student_id
from grader.submissions.works import Found, Look, Signature, Work

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Found", "Look", "Signature", "Work", "find_file", "find_work"]

_NBGRADER = frozenset({"source", "release", "autograded", "feedback", "submitted"})
_MAX_FOLDERS = 100


def find_work(root: Path, exercises: Sequence[Signature], look: Look, is_course: bool) -> Found:
    """Find every student's file for every exercise under ``root``; a file is found as ``find_file`` does.

    ``is_course`` says that ``root`` is a course's own folder, which is one student whatever else it holds. ``look`` is
    called only where the choice depends on what a file holds. Raises UsageError (one line) if there is nothing to
    grade, or if ``root`` is one student's folder and a class at once.
    """
    known = tuple(exercises)
    if os.path.isfile(root):
        return find_file(root, known, look)
    top = _open(root)
    reader = Reader(look)
    if is_course or os.path.isfile(root / "course.toml"):
        return _single(root, known, reader, below=False)
    if any(named_for(name, known) for name in top.works):
        _refuse_class(top, known, reader)
        return _single(root, known, reader, below=True)
    base = ""
    if _is_nbgrader(top, known):
        base = "submitted"
        top = _open(root / base)
    if top.folders:
        return _class(top, base, known, reader)
    if top.works:
        _refuse_class(top, known, reader)
        if any(sort_files([("", top)], known, reader).fits.values()):
            return _single(root, known, reader, below=True)
    raise UsageError(
        f"{display(os.fspath(root))}: nothing to grade here; expected a folder per student, or files of an exercise"
    )


def find_file(file: Path, exercises: Sequence[Signature], look: Look) -> Found:
    """Take a single file as the work of one student, who is named after its folder; the other exercises are missing.

    Raises UsageError (one line) if the file is not there, is neither notebook nor script, or fits no exercise.
    """
    known = tuple(exercises)
    shown = display(os.fspath(file))
    kind = kind_of(file.name)
    if not os.path.lexists(file):
        raise UsageError(f"{shown}: there is no such file")
    if kind is None:
        unpack = "; unpack it first" if file.suffix.lower() in (".zip", ".gz", ".tar", ".7z", ".rar") else ""
        raise UsageError(f"{shown}: neither a notebook (.ipynb) nor a script (.py){unpack}")
    reader = Reader(look)
    folder = list_file(file, kind)
    fits = sort_files([("", folder)], known, reader).fits
    if not any(fits.values()):
        reason = reader.contents(candidates(folder, "")[0]).unreadable
        raise UsageError(f"{shown}: {reason or 'fits no exercise, neither by its name nor by what it holds'}")
    student = _named_after(file.parent)
    return Found((student,), tuple(choose_in(student, folder, [], "", known, reader)))


def _open(root: Path) -> Folder:
    shown = display(os.fspath(root))
    try:
        return list_folder(root)
    except FileNotFoundError:
        raise UsageError(f"{shown}: there is no such folder") from None
    except NotADirectoryError:
        raise UsageError(f"{shown}: this is no folder") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise UsageError(f"{shown}: this folder can't be opened ({reason})") from None


def _named_after(folder: Path) -> str:
    return student_id(os.path.basename(os.path.abspath(folder))) or "submissions"


def _single(root: Path, exercises: tuple[Signature, ...], reader: Reader, *, below: bool) -> Found:
    student = _named_after(root)
    return Found((student,), tuple(choose(student, root, "", exercises, reader, below=below)))


def _class(top: Folder, base: str, exercises: tuple[Signature, ...], reader: Reader) -> Found:
    students: dict[str, str] = {}
    for name in top.folders:
        student = student_id(name)
        while student in students:  # one folder's bytes, written as escapes, can be the letters of another's name
            student += "~"
        students[student] = name
    works: list[Work] = []
    prefix = f"{base}/" if base else ""
    for student in sorted(students):
        name = students[student]
        own = Reader(reader.look)
        works += choose(student, top.path / name, prefix + display(name), exercises, own, below=True)
    unplaced = sorted(display(prefix + name) for name in (*top.works, *top.others))
    return Found(tuple(sorted(students)), tuple(works), tuple(unplaced))


def _is_nbgrader(top: Folder, exercises: tuple[Signature, ...]) -> bool:
    """Return whether this folder holds nbgrader's ``submitted/<student>/<assignment>/`` and is no class itself."""
    if "submitted" not in top.folders:
        return False
    inner = _try(top, "submitted")
    if inner is None or not inner.folders or any(named_for(name, exercises) for name in inner.works):
        return False
    return not any(_holds_exercise(top, name, exercises) for name in top.folders if name not in _NBGRADER)


def _refuse_class(top: Folder, exercises: tuple[Signature, ...], reader: Reader) -> None:
    """Stop where what looks like one student's folder is a class as well; raises UsageError."""
    shown = display(os.fspath(top.path))
    way_out = "give each student a folder, or name one student's folder"
    holders: list[str] = []
    for name in top.folders:
        if _holds_exercise(top, name, exercises):
            holders.append(display(name))
        if len(holders) == 2:
            raise UsageError(
                f"{shown}: holds files of exercises, and so do folders in it ({' and '.join(holders)}): {way_out}"
            )
    fits = sort_files([("", top)], exercises, reader).fits
    unnamed = Counter({each: sum(file.fit is None for file in files) for each, files in fits.items()})
    for exercise, count in unnamed.most_common(1):
        if count > 1:
            first, second = [file.shown for file in fits[exercise] if file.fit is None][:2]
            raise UsageError(f"{shown}: {count} files in it hold {exercise} ({first}, {second}, ...): {way_out}")


def _holds_exercise(top: Folder, name: str, exercises: tuple[Signature, ...]) -> bool:
    """Return whether a folder holds a file named as an exercise, itself or one level below."""
    inner = _try(top, name)
    if inner is None:
        return False
    if any(named_for(work, exercises) for work in inner.works):
        return True
    lower = (_try(inner, sub) for sub in inner.folders[:_MAX_FOLDERS])
    return any(named_for(work, exercises) for folder in lower if folder for work in folder.works)


def _try(top: Folder, name: str) -> Folder | None:
    try:
        return list_folder(top.path / name)
    except OSError:
        return None
