"""Which form a folder of submissions has: a platform's, a class of folders, one below a cover, or several classes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.submissions.choose import named_for, right_names
from grader.submissions.files import list_folder
from grader.submissions.layouts.blackboard import read_blackboard
from grader.submissions.layouts.brightspace import read_brightspace
from grader.submissions.layouts.canvas import read_canvas
from grader.submissions.layouts.flat import looks_flat
from grader.submissions.layouts.gh_teacher import read_gh_teacher
from grader.submissions.layouts.gradescope import looks_exported, read_gradescope
from grader.submissions.layouts.moodle import read_moodle
from grader.submissions.layouts.nbgrader import SUBMITTED, is_nbgrader
from grader.submissions.names import is_version

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.source.contents import Signature
    from grader.submissions.files import Folder
    from grader.submissions.layouts.entries import Layout

MAX_COVERS = 4
_MAX_FOLDERS = 100
_MANY = 8  # folders with work in them: more than a student keeps beside each other


@dataclass(frozen=True, slots=True)
class Forms:
    """Tells forms of folders apart by the names in them; no file is opened but a platform's own."""

    exercises: tuple[Signature, ...]
    refusals: Mapping[Path, str]
    _known: dict[Path, Layout | None] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        """The exercises' ids."""
        return [each.id for each in self.exercises]

    def is_named(self, name: str) -> bool:
        """Return whether a file is named as an exercise."""
        return named_for(name, self.exercises) is not None

    def within(self, top: Folder, name: str) -> Folder | None:
        """What lies in a folder of this one; None if it can't be opened."""
        try:
            return list_folder(top.place(name), right_names(self.exercises), self.refusals)
        except OSError:
            return None

    def platform(self, top: Folder) -> Layout | None:
        """Read a folder as a learning platform gives it; None if it does not look so. Raises UsageError."""
        if top.path not in self._known:  # what Gradescope tells can take seconds to read
            self._known[top.path] = read_gradescope(top) or self._by_names(top)
        return self._known[top.path]

    def _by_names(self, top: Folder) -> Layout | None:
        """The platform that named the most entries: in what it put in front, a student can have written another's words."""
        layouts = (
            read_moodle(top), read_blackboard(top), read_brightspace(top), read_canvas(top, self.is_named),
            read_gh_teacher(top),
        )  # fmt: skip
        return max(filter(None, layouts), key=lambda each: each.placed, default=None)

    def is_nbgraders(self, top: Folder) -> bool:
        """Return whether a folder is an nbgrader course's, whose students are in ``submitted``."""
        return SUBMITTED in top.folders and is_nbgrader(
            top, self.within(top, SUBMITTED), lambda name: bool(self.held(top, name)), self.is_named
        )

    def cover(self, top: Folder) -> Folder | None:
        """The folder below, if it is all there is here and the class is in it."""
        if len(top.folders) != 1 or top.works:
            return None
        inner = self.within(top, top.folders[0])
        if inner is None or any(map(self.is_named, inner.works)):
            return None
        if self.platform(inner) or self.is_nbgraders(inner):
            return inner
        if inner.works:
            return inner if looks_flat(inner, self.ids) else None
        return inner if self._holds_class(inner) or self._may_hold_class(inner) or self.cover(inner) else None

    def shell(self, top: Folder) -> Folder | None:
        """The folder below, if it is all there is here, whatever it holds."""
        if len(top.folders) != 1 or top.works or any(name.lower().endswith(".zip") for name in top.others):
            return None
        return self.within(top, top.folders[0])

    def held(self, top: Folder, name: str) -> frozenset[str]:
        """The exercises after which files are named in a folder of this one, or one level below that."""
        inner = self.within(top, name)
        if inner is None:
            return frozenset()
        lower = (self.within(inner, sub) for sub in inner.folders[:_MAX_FOLDERS])
        works = [*inner.works, *(work for each in lower if each for work in each.works)]
        return frozenset(found[0].id for work in works if (found := named_for(work, self.exercises)))

    def classes(self, top: Folder) -> list[str]:
        """The folders here, if they seem to be classes; none if too few do, or if one is certainly a student's.

        They may well be students', so nothing in them is read.
        """
        certain: list[str] = []
        small: dict[str, tuple[str, ...]] = {}
        for name in top.folders:
            inner = self.within(top, name)
            if inner is None or not (inner.works or inner.folders or inner.others):
                continue
            layout = self._by_names(inner)
            students = len(layout.students) if layout else 0
            if looks_exported(inner) or students > 1 or self._holds_class(inner) or self._is_flat(inner):
                certain.append(name)
            elif students or (inner.folders and not inner.works and not any(map(is_version, inner.folders))):
                small[name] = inner.folders  # one student in a class, or a student's folder with folders in it
            else:
                return []
        repeated = Counter(each for folders in small.values() for each in folders)
        if len(certain) < max(1, len(small)) or max(repeated.values(), default=0) > 1:
            return []  # what many students call a folder is no student's name
        found = sorted([*certain, *small])
        return found if len(found) > 1 else []

    def _is_flat(self, top: Folder) -> bool:
        return not any(map(self.is_named, top.works)) and bool(looks_flat(top, self.ids))

    def _holds_class(self, top: Folder) -> bool:
        """Return whether the folders of a folder are students': they hold the same exercise and are no versions of it."""
        held = self._held_below(top)
        shared = Counter(exercise for exercises in held.values() for exercise in exercises)
        return max(shared.values(), default=0) > 1 and not any(map(is_version, (name for name in held if held[name])))

    def _may_hold_class(self, top: Folder) -> bool:
        """Return whether folders with work of any name, or with zips, are more likely students' than one student's."""
        inner = {name: self.within(top, name) for name in top.folders}
        holders = [
            name
            for name, each in inner.items()
            if each and (each.works or any(other.lower().endswith(".zip") for other in each.others))
        ]
        if top.works or any(map(is_version, holders)):
            return False
        return len(holders) >= _MANY or (len(holders) > 2 and not any(self._held_below(top).values()))

    def _held_below(self, top: Folder) -> dict[str, frozenset[str]]:
        """Which exercises each folder holds, if there are several and no work beside them."""
        if top.works or len(top.folders) < 2:
            return {}
        return {name: self.held(top, name) for name in top.folders[:_MAX_FOLDERS]}
