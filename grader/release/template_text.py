"""Template texts: the files of ``grader/release/templates/``, with places that a release fills.

A place is written ``@@{name}``, which GitHub, GitLab, shells, YAML and Markdown all leave alone. One that has a line to itself
takes a value of several lines, each indented as the place is; an empty value takes the line away. A template of Python code
ends in ``.py.txt``: it is no module of the grader.
"""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATES = Path(__file__).with_name("templates")
_PLACE = re.compile(r"^(?P<indent>[ \t]*)@@\{(?P<block>[a-z0-9_]+)\}\n|@@\{(?P<word>[a-z0-9_]+)\}", re.MULTILINE)


def filled(name: str, /, **values: str) -> str:
    """The text of a template with a value in each of its places.

    What a value holds is text, never a place again. Raises ValueError if the template has a place without a value, or a value no
    place: that is a slip in the grader, not in a course.
    """
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    places = {found["block"] or found["word"] for found in _PLACE.finditer(text)}
    if places != values.keys():
        raise ValueError(f"{name} has the places {sorted(places)}, and the values are {sorted(values)}")

    def put(found: re.Match[str]) -> str:
        if found["word"]:
            return values[found["word"]]
        lines = values[found["block"]].rstrip("\n").split("\n")
        return "".join(f"{found['indent']}{line}".rstrip() + "\n" for line in lines) if any(lines) else ""

    return _PLACE.sub(put, text)
