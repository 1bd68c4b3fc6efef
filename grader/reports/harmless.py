"""Text from submissions, made harmless to read: what would be invisible is shown, what is long is cut."""

from __future__ import annotations

import re

NAME, LINE, PARAGRAPH, CALL, OUTPUT = 100, 300, 1_200, 4_000, 8_000  # characters that a page shows of each
WIDE = 60  # characters of a call that stay on one line

# Colours and cursor moves of a terminal say nothing on a page.
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|[@-Z\\^_])")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls, lone surrogates, what turns the direction of text or is invisible in it, tags, and non-characters. The
# joiners U+200C and U+200D stay: Persian, Hindi and emoji are written with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    """Return ``text`` with one kind of line end, no terminal colours, and each unseen character as a visible mark."""
    if text.isascii() and text.isprintable():  # as most are, each of which is asked several times
        return text
    return _UNSEEN.sub(_mark, _LINE_ENDS.sub("\n", _TERMINAL.sub("", text)))


def visible(text: str) -> str:
    """Return ``text`` with each unseen character but tabs and line ends as a visible mark."""
    return _UNSEEN.sub(_mark, text)


def block(text: str, limit: int = PARAGRAPH) -> str:
    """Return ``text``, clean and cut after ``limit`` characters, with the full size at the cut."""
    shown = clean(text[:limit]).strip("\n")
    return shown if len(text) <= limit else f"{shown} … ({len(text):,} characters in all)"


def ends(text: str, limit: int = OUTPUT) -> str:
    """Return ``text``, clean; if it is longer than ``limit``, only its beginning and its end."""
    if len(text) <= limit:
        return block(text, limit)
    head, tail = text[: limit // 2], text[-(limit // 2) :]
    gap = f"… {len(text) - 2 * (limit // 2):,} of {len(text):,} characters in all are left out here …"
    return f"{clean(head)}\n{gap}\n{clean(tail)}".strip("\n")


def line(text: str, limit: int = LINE) -> str:
    """Return ``text`` as one clean line, cut after ``limit`` characters with "…" and the full size."""
    return " ".join(block(text, limit).split())


def name(text: str) -> str:
    """Return a student's id or a file's name as one clean line; spaces in it are kept."""
    shown = clean(text[:NAME]).replace("\n", "␊").replace("\t", "␉")
    return shown if len(text) <= NAME else f"{shown}… ({len(text):,} characters)"


def in_rows(value: str, wide: int = WIDE) -> str:
    """Return a one-line array or call with a line for each row or argument, and anything else unchanged."""
    if re.fullmatch(r"\[\[.*\]\]", value):
        return re.sub(r"(\]+), (?=\[)", r"\1,\n ", value)
    *before, last = value.split("\n")
    if len(last) > wide and (call := re.fullmatch(r"(\w+\()(.*\))", last)):
        arguments = re.sub(r", (?=(?!dtype=)\w+=)", ",\n  ", call[2])
        return "\n".join([*before, call[1], f"  {arguments}"])
    return value


def _mark(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"
