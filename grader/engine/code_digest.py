"""Digests of folders, the grader's own among them: equal ones hold the same files."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import grader

_CACHES = "__pycache__"


def folder_digest(folder: Path) -> str:
    """Return the sha256 of the names and bytes of all files below a folder, but hidden ones and what Python compiled."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") or part == _CACHES for part in parts):
            name, data = "/".join(parts).encode(errors="surrogateescape"), path.read_bytes()
            whole.update(b"%d %d\n%b%b" % (len(name), len(data), name, data))
    return whole.hexdigest()


@cache
def grader_digest() -> str:
    """Return the digest of the grader's own files."""
    return folder_digest(Path(grader.__file__).parent)
