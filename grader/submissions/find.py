"""The folder of submissions: who handed in, in whichever layout, and which file counts for which exercise."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from grader.errors import UsageError
from grader.scores.flag_kinds import FlagKind
from grader.scores.records import Flag
from grader.source.contents import Signature
from grader.source.text import display
from grader.submissions.choose import candidates, choose, choose_in, right_names, sort_files
from grader.submissions.doubts import holds_classes, holds_files, holds_files_below, holds_zips, is_class_too
from grader.submissions.files import Folder, list_file, list_folder
from grader.submissions.gather import HandIn, hand_ins
from grader.submissions.layouts.flat import read_flat
from grader.submissions.layouts.form import MAX_COVERS, Forms
from grader.submissions.layouts.nbgrader import SUBMITTED, read_timestamp
from grader.submissions.levels import Level, levels_below
from grader.submissions.names import kind_of, student_id
from grader.submissions.reader import Reader
from grader.submissions.works import Found, LookInto, Work, together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from grader.submissions.archive import StudentZips, Unpacked
    from grader.submissions.layouts.entries import Layout

__all__ = ["Form", "Found", "LookInto", "Signature", "Work", "find_file", "find_work"]

Form = Literal["folders", "flat", "one"]
"""What a folder of submissions is: folders of students, files of students, or one student."""


def find_work(
    root: Path,
    exercises: Sequence[Signature],
    look: LookInto,
    is_course: bool = False,
    *,
    form: Form | None = None,
    unpacked: Unpacked | None = None,
    zips: StudentZips | None = None,
) -> Found:
    """Find every student's file for every exercise under ``root``; a file is found as ``find_file`` does.

    ``is_course`` says that ``root`` is a course's own folder, which is one student whatever else it holds. ``look`` is called
    only if the choice depends on what a file holds. ``form`` settles what the folder is, ``unpacked`` says that it is an
    archive's content, and students' zips are opened by ``zips``, if given. Raises UsageError (one line) if there is nothing to
    grade, or if it is unclear what ``root`` is.
    """
    known = tuple(exercises)
    if os.path.isfile(root):
        return find_file(root, known, look)
    refusals = unpacked.refused if unpacked else {}
    search = _Search(root, _open(root, refusals), Forms(known, refusals), Reader(look, refusals, zips))
    if form is None and (is_course or os.path.isfile(root / "course.toml")):
        return search.single(below=False)
    found = search.told(form) if form else search.guessed()
    return replace(found, unplaced=(*found.unplaced, *(unpacked.left if unpacked else ())))


@dataclass(frozen=True, slots=True)
class _Search:
    """A folder of submissions that is looked through: ``top`` is where the class is, itself or below a cover."""

    root: Path
    top: Folder
    forms: Forms
    reader: Reader

    @property
    def exercises(self) -> tuple[Signature, ...]:
        return self.forms.exercises

    @property
    def shown(self) -> str:
        return display(os.fspath(self.root))

    def told(self, form: Form) -> Found:
        """Read the folder as the user says it is."""
        if form == "one":
            if not (self.top.works or self.top.folders or self.top.others):
                raise UsageError(f"{self.shown}: nothing to grade here, the folder is empty")
            return self.single(below=True)
        search = self
        for _ in range(MAX_COVERS):
            below = self.forms.cover(search.top) if form == "folders" else self.forms.shell(search.top)
            if below is None:
                break
            search = replace(search, top=below)
        if form == "flat":
            return search.of_layout(read_flat(search.top, search.forms.ids))
        return search.of_folders()

    def guessed(self) -> Found:
        """Read the folder as what it looks like."""
        search = self
        for _ in range(MAX_COVERS):
            if layout := search.forms.platform(search.top):
                return search.of_layout(layout)
            if any(map(search.forms.is_named, search.top.works)):
                search.stop_if(
                    is_class_too(search.top, search.forms) or holds_files(search.top, search.forms, search.reader)
                )
                return search.single(below=True)
            if search.forms.is_nbgraders(search.top):
                search = replace(search, reader=replace(search.reader, told_when=read_timestamp))
                below = search.forms.within(search.top, SUBMITTED)
            else:
                below = search.forms.cover(search.top)
            if below is None:
                break
            search = replace(search, top=below)
        search.stop_if(holds_files(search.top, search.forms, search.reader))
        if search.top.folders or search._links():
            search.stop_if(
                holds_files_below(search.top, search.forms, search.reader) or holds_classes(search.top, search.forms)
            )
            return search.of_folders()
        if any(sort_files([("", search.top)], search.exercises, search.reader).fits.values()):
            return search.single(below=True)
        search.stop_if(holds_zips(search.top))
        raise UsageError(f"{self.shown}: nothing to grade here; expected a folder per student, or files of an exercise")

    def single(self, *, below: bool) -> Found:
        """Take the folder as one student's."""
        student = _named_after(self.root)
        base = "" if self.top.path == self.root else self.path_of(self.top.path)
        works = choose(student, self.top.path, base, self.exercises, self.reader, below=below)
        return Found((student,), tuple(works), form="one student's folder")

    def of_folders(self) -> Found:
        """Take each folder as a student's."""
        links = self._links()
        students: dict[str, str] = {}
        for name in (*self.top.folders, *links):
            student = student_id(name)
            while student in students:  # one folder's bytes, written as escapes, can be the letters of another's name
                student += "~"
            students[student] = name
        if not students:
            raise UsageError(f"{self.shown}: nothing to grade here; there is no folder in it")
        works: list[Work] = []
        for student in sorted(students):
            name = students[student]
            if name in links:
                reason = "the folder is a symbolic link, which is not followed"
                flag = Flag("unreadable", f"{reason}: put the folder itself here")
                works += [Work((student,), each.id, flags=(flag,), unreadable=reason) for each in self.exercises]
            else:
                base = self.path_of(self.top.path / name)
                reader = self.reader.next_student()
                works += choose(student, self.top.path / name, base, self.exercises, reader, below=True)
        rest = {*self.top.works, *self.top.others} - links
        return Found(tuple(sorted(students)), tuple(works), self._unplaced(rest), "a folder for each student")

    def of_layout(self, layout: Layout) -> Found:
        """Take each entry as its layout says."""
        layout = layout.shown()
        works: list[Work] = []
        late = {self.top.place(entry.at): entry.late for entry in layout.entries if entry.late}
        for student, came in hand_ins(layout, self.top, self.forms.refusals).items():
            chosen = [self._dated(work, late) for work in self._chosen(student, came)]
            works += _doubted(chosen, layout.doubts.get(student))
        placed = {entry.at for entry in (*layout.entries, *layout.receipts)} | layout.own
        rest = {*self.top.folders, *self.top.works, *self.top.others} - placed
        if not layout.students:
            raise UsageError(f"{self.shown}: nothing to grade here; no file in it is named after a student")
        unplaced = self._unplaced(rest)
        return Found(layout.students, together(works), unplaced, layout.form, layout.people, logins=layout.logins)

    def _chosen(self, student: str, came: Sequence[HandIn]) -> list[Work]:
        """A student's work of the last hand-in and, for an exercise that this does not hold, of those before."""
        reader, wanted = self.reader.next_student(), right_names(self.exercises)
        first, *before = came
        levels: list[Level] = levels_below(first.folder, "", wanted, reader)
        for each in before:
            levels.append(partial(list, [(each.label, each.folder)]))
            levels += levels_below(each.folder, each.label, wanted, reader)
        works = choose_in(student, first.folder, levels, "", self.exercises, reader)
        return [work if work.file is None else replace(work, path=self.path_of(work.file)) for work in works]

    def _dated(self, work: Work, late: Mapping[Path, str]) -> Work:
        """The same with a flag if it lies in an entry that a platform calls late."""
        if work.file is None:
            return work
        origin = self.reader.zips.origin(work.file) if self.reader.zips else None
        file = origin[0] if origin else work.file
        says = next((late[place] for place in (file, *file.parents) if place in late), None)
        flag = Flag(FlagKind.LATE, f"handed in late, says {says}")
        return work if says is None else replace(work, flags=(*work.flags, flag))

    def path_of(self, file: Path) -> str:
        """A file's path below the submissions as it is shown; for one from a student's zip with the zip's name in it."""
        origin = self.reader.zips.origin(file) if self.reader.zips else None
        if origin is not None:
            return f"{self.path_of(origin[0])}/{display(origin[1].as_posix())}"
        return display(file.relative_to(self.root).as_posix())

    def stop_if(self, doubt: str) -> None:
        """Stop with the words of a doubt, if there is one; raises UsageError."""
        if doubt:
            raise UsageError(f"{self.shown}: {doubt}")

    def _links(self) -> frozenset[str]:
        """The entries that are links to folders."""
        return frozenset(
            name for name in self.top.others if name in self.top.notes and os.path.isdir(self.top.place(name))
        )

    def _unplaced(self, names: set[str]) -> tuple[str, ...]:
        """What is no one's work in the class's folder, and beside the covers above it."""
        found = [self.path_of(self.top.path / name) for name in names]
        above = self.top.path
        while above != self.root:
            above = above.parent
            beside = list_folder(above)
            found += [self.path_of(above / name) for name in (*beside.works, *beside.others)]
        return tuple(sorted(found))


def find_file(file: Path, exercises: Sequence[Signature], look: LookInto) -> Found:
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
    return Found((student,), tuple(choose_in(student, folder, [], "", known, reader)), form="one student's file")


def _doubted(works: list[Work], flag: Flag | None) -> list[Work]:
    """The same with a flag on what was handed in; if nothing was, on all."""
    if flag is None:
        return works
    handed_in = [work for work in works if not work.is_missing] or works
    return [replace(work, flags=(*work.flags, flag)) if work in handed_in else work for work in works]


def _open(root: Path, refusals: Mapping[Path, str]) -> Folder:
    shown = display(os.fspath(root))
    try:
        return list_folder(root, refusals=refusals)
    except FileNotFoundError:
        what = "file" if root.suffix.lower() in (".zip", ".ipynb", ".py") else "folder"
        raise UsageError(f"{shown}: there is no such {what}") from None
    except NotADirectoryError:
        raise UsageError(f"{shown}: this is no folder") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise UsageError(f"{shown}: this folder can't be opened ({reason})") from None


def _named_after(folder: Path) -> str:
    return student_id(os.path.basename(os.path.abspath(folder))) or "submissions"
