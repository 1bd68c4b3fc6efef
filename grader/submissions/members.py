"""One member of a zip archive, as its entry in the table of contents tells: its name, and why it can't be unpacked."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import zipfile

from grader.submissions.files import is_nobodys

MAX_DEPTH = 8  # folders above a file; a cover's, a platform's and a student's are at most five
_READABLE = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_WINDOWS = 0
_UNIX = 3  # the system whose modes stand in the upper half of the attributes
_UTF8 = 0x800  # the flag of a member whose name is UTF-8


def name_of(info: zipfile.ZipInfo) -> str:
    """A member's name, in UTF-8 even if the archive does not say so, and with `/` if Windows wrote another."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    if info.create_system == _WINDOWS:
        name = name.replace("\\", "/")
    return re.sub(r"(?:^|(?<=/))(?:\./)+", "", name)  # some tools begin each name with `./`


def is_nobodys_member(name: str) -> bool:
    """Return whether a member lies in what is no student's work."""
    return any(map(is_nobodys, name.rstrip("/").split("/")))


def trouble_of(parts: list[str]) -> str | None:
    """Why a member can't be unpacked under its name."""
    if not all(map(is_fit, parts)) or is_drive(parts[0]):
        return "its name leads out of the archive"
    return "it lies too deep" if len(parts) > MAX_DEPTH else None


def is_drive(part: str) -> bool:
    """Return whether a name begins with a drive of Windows."""
    return bool(re.match(r"[A-Za-z]:", part))


def is_fit(part: str) -> bool:
    """Return whether this can name a file here and nothing else; a backslash in it separates nothing."""
    return part not in ("", ".", "..") and "\0" not in part and len(os.fsencode(part)) <= 255 and os.sep not in part


def refusal_of(info: zipfile.ZipInfo, limit: int | None) -> str | None:
    """Why a member that has a good name is not unpacked; ``limit`` is how many bytes it may have, if that is bounded."""
    mode = info.external_attr >> 16
    if info.create_system == _UNIX and stat.S_ISLNK(mode):
        return "it is a symbolic link, which is not followed: hand in the file itself"
    if info.create_system == _UNIX and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is no regular file"
    if info.flag_bits & 0x1:
        return "it is encrypted"
    if info.compress_type not in _READABLE:
        return "it is packed in a way that is not read"
    if limit is not None and info.file_size > limit:
        return f"it is larger than {limit // 1_000_000} MB" if limit >= 1_000_000 else "it is too large"
    return None
