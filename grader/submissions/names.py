"""Names of files and students: what was added to a file's name, what may be shown, what may name a page."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Literal, NamedTuple

from grader.source.text import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.source.text import Kind

_KINDS: dict[str, Kind] = {".py": "script", ".ipynb": "notebook"}

# What Colab, browsers, file managers and LMSs put before or behind a name.
_BEFORE = re.compile(
    r"(?:copy[\s_]+of|kopie[\s_]+von|copie[\s_]+de|copia[\s_]+de|c[oó]pia[\s_]+de)[\s_]+", re.IGNORECASE
)
_BEHIND = re.compile(
    r"(?<![\s_])(?:[\s_]*\((?P<browser>[0-9]{1,9})\)"  # x (1)
    r"|[\s_]*-copy(?P<jupyter>[0-9]{0,9})"  # x-Copy1
    r"|[\s_]+-[\s_]+(?:copy|kopie|copie|copia)"  # x - Copy
    r"|[\s_]+(?:copy|kopie|copie|copia)(?:[\s_]+(?P<finder>[0-9]{1,9}))?"  # x copy 2
    r"|[\s_]*-(?P<lms>[0-9]{1,9}))$",  # x-1
    re.IGNORECASE,
)

_MOST_ADDED = 10  # of what is taken from a name, each costs a look through all of it
_JOINTS = " \t_-.,"  # what stands between a name and the rest

_PLAIN_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"] + [f"{port}{n}" for port in ("com", "lpt") for n in range(10)]
)


# What people call their own folders and versions, as no person is called.
_OWN_WORDS = frozenset(
    "answer answers archive assignment attempt backup better code copy corrected done draft drafts edited ex exercise "
    "exercises final first fixed homework hw last latest my new notebook notebooks old original part real rev revised "
    "script scripts second solution solutions src submission task temp test tests the tmp trial try update updated "
    "version week work".split()
)
# What follows on an exercise's name and can be no part of a student's: a number alone may be a team's.
_WHICH = re.compile(r"(?:[\s_-]+(?:v[0-9]{1,2}|final|draft))+(?:\s*\([0-9]{1,9}\))?", re.IGNORECASE)
# What lies beside work without being handed in for it.
_BESIDE = re.compile(
    r"(?:readme|licen[sc]e|requirements|environment|makefile)\b.*"
    r"|.*\.(?:csv|tsv|npz|npy|json|jsonl|png|jpe?g|gif|svg|h5|keras|toml|ya?ml|cfg|ini|lock|log|pkl|parquet)",
    re.IGNORECASE | re.DOTALL,
)


class Fit(NamedTuple):
    """How a file's name fits an exercise: ``rank`` 0 is the exact name, 1 one that something was added to.

    ``numbers`` are the numbers added, the last one first: of ``x (1)`` and ``x (2)`` the latter is the larger.
    """

    rank: Literal[0, 1]
    numbers: tuple[int, ...]


def kind_of(name: str) -> Kind | None:
    """Return what kind of work a file is by the end of its name, in upper or lower case; None for anything else."""
    stem, dot, ending = name.rpartition(".")
    return _KINDS.get(dot + ending.lower()) if stem else None


def is_hidden(name: str) -> bool:
    """Return whether a file or folder of this name is no one's work: one dot in front hides it, two are an odd name."""
    return name.startswith(".") and not name.startswith("..")


def fit(name: str, exercise: str) -> Fit | None:
    """Return how a script's or notebook's file name fits an exercise id; None if it is another name."""
    if kind_of(name) is None:
        return None
    stem, _, ending = name.rpartition(".")
    if stem == exercise and ending.islower():
        return Fit(0, ())
    wanted = _canonical(exercise)
    numbers: list[int] = []
    for _ in range(_MOST_ADDED):
        if _canonical(stem) == wanted:
            return Fit(1, tuple(numbers))
        stem = stem.strip(" \t_") if stem.strip(" \t_") else stem
        before, behind = _BEFORE.match(stem), _BEHIND.search(stem)
        if before:
            stem = stem[before.end() :]
        elif behind:
            stem = stem[: behind.start()]
            numbers.append(next((int(number) for number in behind.groups() if number), 0))
        else:
            break
    return None


def is_version(name: str) -> bool:
    """Return whether a name says which version or part something is, as ``draft``, ``v2`` or ``week 1`` do."""
    name = re.sub(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "", name)
    words = [word for word in re.findall(r"[^\W\d_]+", name.casefold()) if len(word) > 1 or not word.isascii()]
    # One letter and many digits is how a university numbers its students.
    return all(word in _OWN_WORDS for word in words) and (bool(words) or sum(c.isdigit() for c in name) <= 2)


def lies_beside(name: str) -> bool:
    """Return whether a file that is no work is an ordinary companion of some: data, pictures, a read-me."""
    return bool(_BESIDE.fullmatch(name))


def without_exercise(name: str, exercises: Sequence[str]) -> tuple[str, str] | None:
    """Return what is left of a file's name without an exercise's, and the name as if only that stood in it.

    The exercise may stand anywhere, whole or without its number; None if none of them does, "" if nothing is left.
    """
    stem, dot, ending = name.rpartition(".")
    stem, ending = (_BEFORE.sub("", stem, count=1), dot + ending) if stem else (name, "")
    for whole in (True, False):
        for exercise in sorted(exercises, key=len, reverse=True):
            parts = exercise.split("_")
            words = parts if whole else [part for part in parts if not part.isdigit()]
            if not words or (not whole and words == parts):
                continue
            spaced = r"[\s_.-]*".join(map(re.escape, words))
            found = re.search(rf"(?<![^\W_]){spaced}(?![^\W_])", stem, re.IGNORECASE)
            if found:
                shown = exercise if whole else found[0]
                head, tail = stem[: found.start()], re.sub(r"^\.(?:py|ipynb)\b", "", stem[found.end() :])
                is_which = head.strip(_JOINTS) and _WHICH.fullmatch(tail)
                # What browsers add stays with the exercise, and so does what tells a student's files apart.
                if not is_which and fit(f"{exercise}{tail}.py", exercise) is None:
                    rest = re.sub(r"\s*\([0-9]{1,9}\)$", "", tail)
                    head, tail = f"{head.rstrip(_JOINTS)} {rest.strip(_JOINTS)}", tail[len(rest) :]
                return head.strip(_JOINTS), f"{shown}{tail}{ending}"
    return None


def _canonical(stem: str) -> str:
    return re.sub(r"[\s_]+", "_", unicodedata.normalize("NFC", stem).strip()).casefold()


def student_id(name: str | bytes) -> str:
    r"""Return a folder's name as a student's id: as it is, with bytes that are no UTF-8 written ``\xNN``."""
    text = name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name
    return "".join(escaped(c) if "\ud800" <= c <= "\udfff" else c for c in text)


def page_names(students: Sequence[str]) -> dict[str, str]:
    """Return each student's page, as ``students/<name>.html``: the plain id itself, else a slug and a piece of a hash.

    No two students share a page, on file systems that ignore case either.
    """
    ids = list(dict.fromkeys(students))
    folded: dict[str, int] = {}
    for student in ids:
        folded[student.casefold()] = folded.get(student.casefold(), 0) + 1
    plain = {s: s for s in ids if _is_plain(s) and folded[s.casefold()] == 1}
    others = [student for student in ids if student not in plain]
    hashes = {s: hashlib.sha256(s.encode("utf-8", "surrogatepass")).hexdigest() for s in others}
    # Ids can be made so that short pieces of their hashes agree; then longer pieces tell them apart.
    length = next(n for n in (8, 16, 32, 64) if n == 64 or len({h[:n] for h in hashes.values()}) == len(others))
    # No plain id holds a "~", so no id can be made to look like another one's slug and hash.
    made = {student: f"{_slug(student)}~{hashes[student][:length]}" for student in others}
    pages = plain | made
    return {student: f"students/{pages[student]}.html" for student in ids}


def _is_plain(student: str) -> bool:
    return bool(_PLAIN_ID.fullmatch(student)) and student.partition(".")[0].lower() not in _RESERVED


def _slug(student: str) -> str:
    letters = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", letters.lower())[:40].strip("-") or "student"
