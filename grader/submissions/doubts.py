"""When it is unclear what a folder of submissions is: which reading was tried, and the option that settles it.

Each function says so in words that follow the folder's name, or "" if there is no doubt.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.source.text import display
from grader.submissions.choose import sort_files
from grader.submissions.layouts.flat import looks_flat
from grader.submissions.names import is_version, without_exercise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.submissions.files import Folder
    from grader.submissions.layouts.form import Forms
    from grader.submissions.reader import Reader


def is_class_too(top: Folder, forms: Forms) -> str:
    """Whether what holds exercises, as one student's folder does, has students' folders in it as well."""
    holders = []
    for name in top.folders:
        if forms.held(top, name):
            holders.append(display(name))
        if len(holders) == 2:
            return (
                "looks like one student's folder, since it holds files of exercises, but folders in it hold some too "
                f"({' and '.join(holders)}): say --layout one if it is, or --layout folders if each folder is a student's"
            )
    return ""


def holds_files(top: Folder, forms: Forms, reader: Reader) -> str:
    """Whether several files here hold one exercise under other names, as those of a class do."""
    alike = _alike(top, forms, reader)
    folders = ", --layout folders if only the folders are students'," if top.folders else ""
    return alike and (
        f"{alike}, so it does not look like one student's folder: say --layout flat if each is named after its "
        f"student{folders} or --layout one if they are one student's"
    )


def holds_files_below(top: Folder, forms: Forms, reader: Reader) -> str:
    """Whether the only folder here does so, and its files are named as no versions of one work are."""
    shell = forms.shell(top)
    if shell is None or any(map(forms.is_named, shell.works)):
        return ""
    alike = _alike(replace(shell, works=tuple(name for name in shell.works if _may_name(name, forms))), forms, reader)
    return alike and (
        f"in its only folder, {display(shell.path.name)}, {alike}: say --layout flat if each is named after its student, "
        "or --layout folders if they are one student's"
    )


def holds_classes(top: Folder, forms: Forms) -> str:
    """Whether the folders here seem to be classes."""
    classes = forms.classes(top)
    return (
        "seems to hold several classes or assignments, since students' folders or files are in each folder "
        f"({_few(classes)}): grade one at a time, or say --layout folders if each is one student's"
        if classes
        else ""
    )


def holds_zips(top: Folder) -> str:
    """Whether there are zips here and nothing else."""
    zips = [name for name in top.others if name.lower().endswith(".zip")]
    if not zips:
        return ""
    what = f"{len(zips)} zip archives ({_few(zips)})" if len(zips) > 1 else f"a zip archive ({_few(zips)})"
    return (
        f"holds {what}, and no folder or notebook: name {'one of them' if len(zips) > 1 else 'it'} if it is a class, or "
        f"say --layout flat if {'each' if len(zips) > 1 else 'it'} is a student's"
    )


def _alike(folder: Folder, forms: Forms, reader: Reader) -> str:
    fits = sort_files([("", folder)], forms.exercises, reader).fits
    unnamed = Counter({each: sum(file.fit is None for file in files) for each, files in fits.items()})
    for exercise, count in unnamed.most_common(1):
        if count > 1:
            names = [file.shown for file in fits[exercise] if file.fit is None]
            return f"{count} files hold {exercise} ({_few(names)})"
    flat = [] if any(map(forms.is_named, folder.works)) else looks_flat(folder, forms.ids)
    return f"{len(flat)} files are named after an exercise and something else ({_few(flat)})" if flat else ""


def _may_name(name: str, forms: Forms) -> bool:
    """Whether a file may be named after a person."""
    apart = without_exercise(name, forms.ids)
    return not is_version(apart[0] if apart else name.rpartition(".")[0])


def _few(names: Sequence[str]) -> str:
    return ", ".join(map(display, names[:2])) + (", ..." if len(names) > 2 else "")
