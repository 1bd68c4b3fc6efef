"""How the processes that grade find the store of their run: a file in the folder that they share says where it is.

Each opens the store for itself and only for a moment, so that no connection is ever taken over a fork.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from grader.scores.atomic import replace_file

_NAME = "store.json"


@dataclass(frozen=True, slots=True)
class Lead:
    """Where the store is, and ``basis``: a digest of all that is the same for what one exercise does once.

    Unless it ``reads``, what earlier runs did is done again, and replaced.
    """

    store: str
    basis: str
    reads: bool = True
    shares_memory: bool = True

    def write(self, folder: Path) -> None:
        """Leave this in a folder; raises OutputError."""
        replace_file(folder / _NAME, json.dumps(asdict(self)))

    def look_up(self, key: str) -> str | None:
        """Return the JSON that is kept under a key; None if there is none, or the store can't be used."""
        from grader.scores.store_file import digest_of_parts, look_up

        if not self.reads:
            return None
        found = look_up(Path(self.store), digest_of_parts("once", self.basis, key), shares_memory=self.shares_memory)
        try:
            text = None if found is None else found.decode()
            json.loads(text or "null")
        except ValueError:
            return None
        return text

    def put(self, key: str, text: str) -> None:
        """Keep a JSON text, if the store can be used."""
        from grader.scores.store_file import digest_of_parts, put_in

        name = digest_of_parts("once", self.basis, key)
        put_in(Path(self.store), name, text.encode(), shares_memory=self.shares_memory)


def lead_of(folder: Path) -> Lead | None:
    """Return what was left in a folder; None if nothing was."""
    try:
        return Lead(**json.loads((folder / _NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
