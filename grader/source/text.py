"""From a submission's bytes to its text: sizes, encodings, and why something can't be read."""

from __future__ import annotations

import re
from typing import Literal

from grader.errors import UnreadableWork

Kind = Literal["script", "notebook"]

MAX_BYTES: dict[Kind, int] = {"script": 5_000_000, "notebook": 50_000_000}

# Codec names are looked up here and never in Python's registry: that one imports modules by the name it is given.
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "u8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf8-sig": "utf-8",
    "cp65001": "utf-8",
    "ascii": "ascii",
    "us-ascii": "ascii",
    "646": "ascii",
    "ansi-x3.4-1968": "ascii",
    "latin-1": "latin-1",
    "latin1": "latin-1",
    "latin": "latin-1",
    "l1": "latin-1",
    "iso-8859-1": "latin-1",
    "iso8859-1": "latin-1",
    "8859": "latin-1",
    "cp819": "latin-1",
    "iso-latin-1": "latin-1",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
    "1252": "cp1252",
}
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_LFS = b"version https://git-lfs.github.com/spec/"
_OTHER_FORMATS = (
    (b"PK\x03\x04", "a zip archive (or an Office document)"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "an image"),
    (b"\x80\x04", "a Python pickle"),
)
_WEB_PAGE = re.compile(rb"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_NOTEBOOK = re.compile(rb'\s*\{\s*"(?:cells|metadata|nbformat|worksheets)"\s*:')


def check_size(size: int, kind: Kind) -> None:
    """Refuse what is larger than a script (5 MB) or a notebook (50 MB) may be; raises UnreadableWork."""
    limit = MAX_BYTES[kind]
    if size > limit:
        raise UnreadableWork(
            f"the {kind} is larger than {limit // 1_000_000} MB ({size / 1e6:.1f} MB): clear its outputs or take out "
            "data that was pasted into it"
        )


def decode(data: bytes, kind: Kind) -> str:
    """Return the text of a script or notebook with plain newlines; raises UnreadableWork with the reason."""
    check_size(len(data), kind)
    for mark, name in _MARKS:
        if data.startswith(mark):
            raise UnreadableWork(f"the text is {name}, not UTF-8: save it again with the encoding UTF-8")
    for mark, what in _OTHER_FORMATS:
        if data.startswith(mark):
            raise UnreadableWork(f"this is {what}, not a {kind}")
    if _WEB_PAGE.match(data[:1000]):
        raise UnreadableWork(f"this is a web page, not a {kind}: download the file itself, not the page that shows it")
    if data.startswith(_LFS):
        raise UnreadableWork(f"this stands for a {kind} that Git LFS keeps elsewhere: fetch it with `git lfs pull`")
    if kind == "script" and _NOTEBOOK.match(data[:1000]):
        raise UnreadableWork("this is a notebook with the ending .py: give it the ending .ipynb")
    marked = data.startswith(b"\xef\xbb\xbf")
    body = data[3:] if marked else data
    if b"\0" in body:
        line = body.count(b"\n", 0, body.index(b"\0")) + 1
        raise UnreadableWork(f"line {line} holds a NUL byte, so this is not plain text: save it again as UTF-8")
    codec = "utf-8" if marked or kind == "notebook" else _declared(body)
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        said = "declared " if codec != "utf-8" else ""
        raise UnreadableWork(
            f"line {line} holds a byte (0x{body[error.start]:02x}) that is not {said}{codec} text: "
            "save the file again with the encoding UTF-8"
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _declared(body: bytes) -> str:
    """Return the codec that a comment in the first two lines declares (PEP 263), or UTF-8."""
    start = body[:2000].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for line in start.split(b"\n")[:2]:
        found = _COOKIE.match(line)
        if found:
            return _codec(found[1].decode("ascii", "replace"))
        if not _BLANK.match(line):
            break
    return "utf-8"


def _codec(name: str) -> str:
    plain = name.lower().replace("_", "-")
    for suffix in ("-unix", "-dos", "-mac"):  # what Emacs adds for the line ends
        plain = plain.removesuffix(suffix)
    if plain not in _CODECS:
        raise UnreadableWork(f"the file declares the encoding {name[:40]!r}: save it as UTF-8 and delete that line")
    return _CODECS[plain]


def display(name: str | bytes) -> str:
    r"""Return a name fit to be shown: what is invisible, turns text round or is no UTF-8 is written as an escape."""
    text = name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name
    return "".join(c if c.isprintable() else escaped(c) for c in text)


def escaped(character: str) -> str:
    r"""Return a character as an escape: ``\xNN`` for a byte that is no UTF-8, else by its number in Unicode."""
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python carries a byte that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
