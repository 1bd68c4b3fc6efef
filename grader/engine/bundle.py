"""A course as one piece of bytes, so that it can be sent to another machine: a zip, made and unpacked within bounds."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path, PurePosixPath

from grader.errors import CourseError, WorkerFault

MAX_FILES = 10_000
MAX_BYTES = 64 << 20  # of all files together, before they are packed
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same course gives the same bytes


def pack_course(folder: Path) -> bytes:
    """The files of a course's folder as a zip, without hidden ones and caches; raises CourseError if they are too large."""
    packed, size = io.BytesIO(), 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for number, file in enumerate(_files(folder), 1):
            try:
                data = file.read_bytes()
            except OSError as error:
                raise CourseError(f"{file} can't be read ({error.strerror}).") from None
            size += len(data)
            if size > MAX_BYTES or number > MAX_FILES:
                raise CourseError(
                    f"{folder} can't be sent to other machines: it holds more than {MAX_BYTES >> 20} MB or {MAX_FILES:,} "
                    "files. Keep what is not part of the course elsewhere."
                )
            info = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _WHEN)
            bundle.writestr(info, data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack_course(bundle: bytes, into: Path) -> Path:
    """Unpacks what `pack_course` made into the new folder ``into``; raises WorkerFault for anything else."""
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
            infos = packed.infolist()
            if len(infos) > MAX_FILES or sum(info.file_size for info in infos) > MAX_BYTES:
                raise WorkerFault("the course that came is larger than any that is sent")
            into.mkdir()
            for info in infos:
                name = PurePosixPath(info.filename)
                if name.is_absolute() or ".." in name.parts or "\\" in info.filename:
                    raise WorkerFault("the course that came holds a file that would lie outside its folder")
                place = into / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(packed.read(info))
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise WorkerFault(f"the course that came can't be unpacked ({error})") from None
    except OSError as error:
        raise WorkerFault(f"the course can't be unpacked into {into} ({error.strerror})") from None
    return into


def _files(folder: Path) -> list[Path]:
    """The regular files of a folder and those below it, in order."""
    found: list[Path] = []
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        found += [Path(here, name) for name in names if not name.startswith(".") and Path(here, name).is_file()]
    return sorted(found)
