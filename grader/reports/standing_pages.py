"""Which students' pages stand in a run's folder, and what each was made of, so that only those that change are made again.

`.pages` keeps two digests for each page: of all that its making looks at, and of the file itself. A page is left alone only if
both are still the same; one that somebody changed, or that a killed run left older than its entry, is made again. All of them
are once the grader's own texts, templates or code are other ones.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.scores import records
from grader.scores.atomic import replace_if_other
from grader.scores.packed_rows import lines_of
from grader.scores.record_text import as_line, plain

if TYPE_CHECKING:
    from grader.scores.records import Results
    from grader.scores.totals import StudentTotal

STANDING = ".pages"
_SIZE = 16  # bytes of a digest


class _Entry(msgspec.Struct, array_like=True):
    made_of: str
    file: str


class _File(msgspec.Struct):
    made_by: str
    pages: dict[str, _Entry]


class StandingPages:
    """The pages in a folder, for one rendering of these results."""

    def __init__(self, out: Path, results: Results) -> None:
        self._out = out
        self._before = _entries(out / STANDING)
        self._now: dict[str, _Entry] = {}
        # Everything but the rows: whatever a page takes from the run, it is among it.
        of_run = [plain(results.run), *map(plain, results.exercises), *map(plain, results.misconceptions)]
        self._run = as_line(of_run)

    def stands(self, total: StudentTotal) -> bool:
        """Whether the page of this student is there, made of the same and unchanged since."""
        made_of = self._made_of(total)
        before = self._before.get(total.page)
        if before is None or before.made_of != made_of or _digest_of(self._out / total.page) != before.file:
            self._now[total.page] = _Entry(made_of, "")
            return False
        self._now[total.page] = before
        return True

    def made(self, total: StudentTotal, page: str) -> None:
        """Take down that the page of this student, of whom ``stands`` was asked, has been written."""
        self._now[total.page].file = _digest(page.encode("utf-8"))

    def keep(self) -> None:
        """Write down what stands now; raises OutputError."""
        replace_if_other(self._out / STANDING, msgspec.json.encode(_File(made_by(), self._now)))

    def _made_of(self, total: StudentTotal) -> str:
        whole = hashlib.blake2b(self._run, digest_size=_SIZE)
        # results.json writes half a character as an escape; here the two are not the same
        whole.update(repr((total.student, total.page, total.max_points)).encode("ascii", "backslashreplace"))
        for line in lines_of(total.submissions):
            whole.update(b"\n%d " % len(line))
            whole.update(line)
        return whole.hexdigest()


@cache
def made_by() -> str:
    """Return a digest of everything that makes pages out of records: code, templates, and the packages that fill these."""
    whole = hashlib.blake2b(f"{version('jinja2')} {version('markupsafe')}".encode(), digest_size=_SIZE)
    for folder in (Path(__file__).parent, Path(records.__file__).parent):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix in {".py", ".html", ".css", ".js"}:
                whole.update(f"\n{file.relative_to(folder)}\n".encode())
                whole.update(file.read_bytes())
    return whole.hexdigest()


def _entries(file: Path) -> dict[str, _Entry]:
    try:
        found = msgspec.json.decode(file.read_bytes(), type=_File)
    except (OSError, ValueError, RecursionError):
        return {}
    return found.pages if found.made_by == made_by() else {}


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_SIZE).hexdigest()


def _digest_of(file: Path) -> str | None:
    try:
        return None if file.is_symlink() else _digest(file.read_bytes())
    except OSError:
        return None
