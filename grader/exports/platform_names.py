"""Under which of a platform's own names a student's work came: what its importer would read from the path in the results.

A path's number says for certain whose page or mark it is; where it does not, nobody is named.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

from grader.scores.records import as_written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.scores.records import Results

Platform = Literal["canvas", "moodle"]
FEEDBACK = "feedback.html"  # no number and no underscore in it, which an importer could take for a person
_MOST_COVERS = 4  # folders round a class, as many as are looked through when it is read
_NUMBER = re.compile(r"[0-9]{1,18}")
_MOODLE = re.compile(r"(?P<who>[^_]*_(?P<id>[0-9]{1,18}))_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_.*)?", re.DOTALL)
_UNSAFE = re.compile(r"[^\w ,'.-]|_")
_LONGEST = 80


class PlatformName(NamedTuple):
    """A name that a platform gave: the person's ``number`` there, who that is in its words, and where a page goes back.

    ``file`` is what the person called it, if that stands behind.
    """

    number: str
    who: str
    place: str
    file: str = ""


def platform_names(results: Results, platform: Platform) -> dict[str, PlatformName]:
    """Return the name of each student whose own it certainly is.

    The name has to be the student's id; somebody on the roster may have another id there, so what lies at the top of the class
    counts as well, but for work of a group, which may be another member's. One who shares a number with somebody else, or whose
    work came under several numbers, has none; nor does a member of a group in Canvas, which shows a page to the whole group.
    """
    read = _READERS[platform]
    paths: dict[str, list[tuple[str, str]]] = defaultdict(list)
    in_groups = {row.student for row in results.submissions if row.group is not None}
    for row in results.submissions:
        if row.path is not None:
            paths[row.student].append((row.path, row.exercise))
    depth = _depth(paths)
    # A group's work has the number of the member who handed it in, who may be anybody of the group.
    renamed = {person.student for person in results.roster} - {as_written(student) for student in in_groups}
    found = {
        student: _one(own, student, depth if as_written(student) in renamed else None, read)
        for student, own in paths.items()
    }
    shared: dict[str, list[str]] = defaultdict(list)
    for student, names in found.items():
        for number in {name.number for name in names}:
            shared[number].append(student)
    return {
        student: names[0]
        for student, names in found.items()
        if len({name.number for name in names}) == 1
        and shared[names[0].number] == [student]
        and not (platform == "canvas" and student in in_groups)
    }


def fitting_paths(results: Results, platform: Platform) -> int:
    """Return in how many paths there is a name that the platform may have given, whoever it is about."""
    read = _READERS[platform]
    paths = [row.path for row in results.submissions if row.path is not None]
    return sum(any(read(part) for part in path.split("/")) for path in paths)


def folded(text: str) -> str:
    """Return a name as two that mean the same person are equal: letters composed, cases and outer spaces ignored."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).strip()


def _depth(paths: Mapping[str, Sequence[tuple[str, str]]]) -> int:
    """How many folders lie round the whole class; a single student's are never taken for such."""
    if len(paths) < 2:
        return 0
    folders = [path.split("/")[:-1] for own in paths.values() for path, _ in own]
    depth = 0
    while depth < _MOST_COVERS and all(len(each) > depth and each[depth] == folders[0][depth] for each in folders):
        depth += 1
    return depth


def _one(
    paths: Sequence[tuple[str, str]], student: str, depth: int | None, read: Callable[[str], list[PlatformName]]
) -> list[PlatformName]:
    """What the paths of one student say, one for each that says anything; ``depth`` is where another id may stand."""
    found: list[PlatformName] = []
    for path, exercise in paths:
        parts = path.split("/")
        own = [name for part in parts for name in read(part) if folded(name.who) == folded(student)]
        if not own and depth is not None:
            own = _renamed(parts, depth, exercise, read)
        found += own[:1]
    return found


def _renamed(
    parts: Sequence[str], depth: int, exercise: str, read: Callable[[str], list[PlatformName]]
) -> list[PlatformName]:
    """The name at the top of the class, whoever it names; none if another part of the path could be one as well.

    The importer's own reading counts if there is no other, or if the exercise's name stands behind it.
    """
    readings = [names for part in parts if (names := read(part))]
    if len(readings) != 1 or depth >= len(parts) or read(parts[depth]) != readings[0]:
        return []
    first, *others = readings[0]
    is_clear = not others or first.file.startswith(exercise)
    return [first] if is_clear and not first.who.startswith("_") else []


def _moodle(part: str) -> list[PlatformName]:
    """``NAME_PARTICIPANT_assignsubmission_PLUGIN[_...]``; the name holds no underscore, Moodle has taken them out.

    Source: `is_valid_filename_for_import` in moodle, mod/assign/feedback/file/importziplib.php: a part of the path is taken
    apart at its first four underscores; its second piece is the participant, and the third and fourth name a plugin.
    """
    found = _MOODLE.fullmatch(part)
    if found is None:
        return []
    number = str(int(found["id"]))  # the importer counts 007 and 7 as one participant
    head = _plain(part.partition("_")[0])
    return [PlatformName(number, found["who"], f"{head}_{number}_assignsubmission_{found['plugin']}/{FEEDBACK}")]


def _canvas(part: str) -> list[PlatformName]:
    """``NAME[_LATE]_USER_UPLOAD_FILE`` or ``anon_ID[_LATE]_UPLOAD_FILE``: all readings, the importer's own first.

    Source: `infer_comment_context_from_filename` in canvas-lms, app/models/abstract_assignment.rb: a name is taken apart at
    its underscores, LATE is dropped, and the first two pieces that are numbers are the user and the upload, or the second
    and third if the first is "anon". The name that goes back holds no other number in front of these.
    """
    pieces = [piece for piece in part.split("_") if piece != "LATE"]
    if len(pieces) > 3 and pieces[0] == "anon" and _NUMBER.fullmatch(pieces[2]) and re.fullmatch(r"\w+", pieces[1]):
        who = f"anon_{pieces[1]}"
        return [PlatformName(who, who, f"{who}_{pieces[2]}_{FEEDBACK}")]
    found = []
    for at in range(len(pieces) - 2):
        user, upload = pieces[at : at + 2]
        if _NUMBER.fullmatch(user) and _NUMBER.fullmatch(upload):
            head = "_".join(pieces[:at])
            place = f"{_plain(head)}_{int(user)}_{int(upload)}_{FEEDBACK}"
            found.append(PlatformName(str(int(user)), f"{head}_{user}", place, "_".join(pieces[at + 2 :])))
    return found


def _plain(name: str) -> str:
    """A person's name for somebody who looks into the zip: it decides nothing, and nothing in it can."""
    plain = _UNSAFE.sub("-", name[:_LONGEST]).strip(" .-'")
    return plain if re.search(r"[^\W\d]", plain) and plain != "anon" else "student"


_READERS: Mapping[Platform, Callable[[str], list[PlatformName]]] = {"canvas": _canvas, "moodle": _moodle}
