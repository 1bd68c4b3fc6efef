"""Packs the students' pages so that each goes to its own student: for Moodle, for Canvas, or as a folder for each.

Nothing but the pages leaves; results and class page are the instructor's alone.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.errors import UsageError
from grader.exports.export_words import count, listed, named
from grader.exports.platform_names import fitting_paths, folded, platform_names
from grader.scores.records import Status, as_written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.exports.platform_names import Platform
    from grader.scores.records import Results

Target = Literal["moodle", "canvas", "folder"]
MOMENT = (1980, 1, 1, 0, 0, 0)  # equal pages make equal bytes, whenever they are packed
MAKER = b"gru-grader"  # the comment of a zip that the grader made
_PAGE = re.compile(r"students/(?P<stem>(?!\.)[^/\\\x00-\x1f]+)\.html")
_OURS = b'<meta name="generator" content="gru-grader">'
_HEAD = 2_000  # bytes of a page in which its generator is named
_MOST = 64 << 20  # bytes of a page
_WHY = {
    "moodle": "Left out, since no name that Moodle gave is theirs alone (a group's folder is one member's; "
    "--to folder makes a page for each)",
    "canvas": "Left out, since no name that Canvas gave is theirs alone (Canvas shows what goes to a group's work to all of "
    "them; --to folder makes a page for each)",
    "folder": "",
}
_HOW = {
    "moodle": "upload it in Moodle: the assignment, Upload multiple feedback files in a zip",
    "canvas": "upload it in Canvas: the assignment, Upload Submissions; it shows each page under the name of the file that it "
    "is about",
    "folder": "each student's page is in a folder of its own",
}


@dataclass(frozen=True, slots=True)
class Packed:
    """The pages, each under the name that leads to its student, and what is to be said about it.

    ``lost`` is whether somebody who handed something in gets no page this way.
    """

    pages: Mapping[str, bytes]
    told: tuple[str, ...]
    lost: bool


def pack_pages(results: Results, run: Path, target: Target) -> Packed:
    """Pack the pages of a run for a target.

    Raises UsageError if one of them is not there or is not the student's, or if the work came from elsewhere than the target.
    """
    owners = _owners(results)
    if target == "folder":
        places = {student: f"{_stem(page)}/{_stem(page)}.html" for student, page in owners.items()}
    else:
        platform: Platform = target
        places = {student: name.place for student, name in platform_names(results, platform).items()}
        if not places:
            _refuse_another_platform(results, platform)
    pages = {places[student]: _page(run, page) for student, page in owners.items() if student in places}
    if len({folded(place) for place in pages}) < len(places):
        raise UsageError(
            "two students would get one place in the zip; that is the grader's own fault, so tell its author."
        )
    handed_in = {row.student for row in results.submissions if row.status is not Status.MISSING}
    left = [student for student in owners if student not in places]
    lost = [student for student in left if student in handed_in]
    told = (
        f"{count(len(pages), 'page')} of {count(len(owners), 'student')}: {_HOW[target]}.",
        *listed("Packed", (f"{named(student)} -> {named(place)}" for student, place in places.items())),
        *listed(_WHY[target], map(named, lost)),
        *listed(
            "Nothing handed in, so there is nothing that a page could be returned to",
            (named(student) for student in left if student not in handed_in),
        ),
    )
    return Packed(pages, told, bool(lost))


def _refuse_another_platform(results: Results, platform: Platform) -> None:
    """Raises UsageError, rather than list everybody as left out, if the work came from elsewhere.

    Results do not say how work was read, so this counts whose names the paths hold.
    """
    other: Platform = "canvas" if platform == "moodle" else "moodle"
    labels = {"canvas": "Canvas", "moodle": "Moodle"}
    own, others = (fitting_paths(results, each) for each in (platform, other))
    if others > own:
        raise UsageError(f"Read as what {labels[other]} gives: use --to {other}, or --to folder.")
    if own == 0 and any(row.path is not None for row in results.submissions):
        raise UsageError(f"No work here has a name that {labels[platform]} gave: use --to folder.")


def as_zip(pages: Mapping[str, bytes]) -> bytes:
    """Return a zip of these files, the same bytes for the same files; its comment says who made it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = MAKER
        for name, data in sorted(pages.items()):
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if data.startswith(b"#!") else 0o644) << 16  # a script can be run
            archive.writestr(entry, data)
    return written.getvalue()


def _owners(results: Results) -> dict[str, str]:
    """Each student's page; raises UsageError if the results give a page to two students, or two pages to one."""
    pages: dict[str, str] = {}
    owner: dict[str, str] = {}
    for row in results.submissions:
        if not _PAGE.fullmatch(row.page):
            raise UsageError(
                f"the results name {row.page[:80]!r} as a student's page, which lies elsewhere; score again."
            )
        if pages.setdefault(row.student, row.page) != row.page:
            raise UsageError(f"the results give {named(row.student)} two pages; score again.")
        # Some file systems tell neither cases nor forms of letters apart.
        if owner.setdefault(folded(row.page), row.student) != row.student:
            raise UsageError(f"the results give {named(row.student)} and somebody else one page; score again.")
    return dict(sorted(pages.items(), key=lambda each: as_written(each[0])))


def _stem(page: str) -> str:
    found = _PAGE.fullmatch(page)
    return found["stem"] if found else ""


def _page(run: Path, page: str) -> bytes:
    path = run / page
    try:
        if path.is_symlink() or not path.is_file():
            raise FileNotFoundError
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except OSError:
        raise UsageError(f"{named(str(path))} is not there or can't be read; score again to make the pages.") from None
    if len(data) > _MOST or _OURS not in data[:_HEAD]:
        raise UsageError(f"{named(str(path))} is no page that the grader made; score again to make the pages.")
    return data
