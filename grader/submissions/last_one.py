"""What the names of several files say about which of them is the last one."""

from __future__ import annotations

import re

# What people write on the version that they mean, and on those that they do not.
_LAST = frozenset(
    "abgabe corrected definitive definitiva done endfassung endversion fertig final finale finished fixed last latest "
    "new neu newest updated".split()
)
_FIRST = frozenset(
    "alt backup bak draft drafts entwurf first old original rough test tmp temp try unfinished wip".split()
)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_MAX_DIGITS = 20


def claim(path: str, exercise: str) -> tuple[int, tuple[int, ...]]:
    """Return what a file's path, below its student's folder, says of it beside the exercise's id; the larger is the later.

    First comes 1 for a word as ``final`` and -1 for one as ``draft``, then the numbers in their order: ``v2`` goes before ``v1``.
    """
    rest = re.sub(re.escape(exercise), " ", path, flags=re.IGNORECASE)
    words = _WORD.findall(rest.casefold())
    last = any(word in _LAST for word in words)
    first = any(word in _FIRST for word in words)
    numbers = tuple(int(word[:_MAX_DIGITS]) for word in words if word.isdecimal())
    return (1 if last else -1 if first else 0), numbers
