"""Python's messages on syntax in plain words."""

from __future__ import annotations

import re

_COMMA = re.compile(r"""(?:["'] ?:|\w ?=) ?(\d{1,9},\d{1,9})(?![\d.])""")
_AT_A_COMMA = ("expected after dictionary key", "leading zeros in decimal", "positional argument follows keyword")
_WORDS = (
    ("Missing parentheses in call to", "print needs parentheses in Python 3: print(...)"),
    ("expected ':'", "a colon (:) is missing"),
    ("unterminated triple-quoted", "a text in triple quotes is not closed"),
    ("unterminated string", "a text in quotes is not closed"),
    ("unexpected indent", "the line is indented, but nothing above it asks for that"),
    ("unindent does not match", "the indentation fits none of the lines above"),
    ("inconsistent use of tabs", "tabs and spaces are mixed in the indentation; use spaces only"),
    ("U+00A0", "it holds a non-breaking space (often from a web page); type a plain space instead"),
    ("non-printable character", "it holds an invisible character (often from a web page); type the line again"),
)


def about_comma(message: str, line: str) -> str:
    """Return what is wrong if a number in a dict is written with a comma, as 0,51 or 345,025; else nothing."""
    found = _COMMA.search(line) if any(part in message for part in _AT_A_COMMA) else None
    return (
        f"a number with a comma in it ({found[1]}): write decimals with a point, and thousands without any mark"
        if found
        else ""
    )


def in_words(message: str) -> str:
    """Return Python's message, in plainer words if there are some."""
    for part, words in _WORDS:
        if part in message:
            return words
    return message[:200]
