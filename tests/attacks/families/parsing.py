"""What is read before anything runs: texts, notebooks and encodings made to break a parser."""

from __future__ import annotations

import json

from attacks.attack import ALL, RIGHT, ZEROS, Attack

REFUSED = ("unreadable",)
EITHER = ("graded", "unreadable")


def notebook(*cells: object, **more: object) -> bytes:
    """A notebook of these cells."""
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}).encode()


def code(text: object) -> dict[str, object]:
    """A code cell."""
    return {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], "execution_count": None}


def script(name: str, data: bytes, statuses: tuple[str, ...] = EITHER) -> Attack:
    """A script of these bytes, which is worth nothing."""
    return Attack("parsing", name, "", work="none", costly=True, data=data, statuses=statuses)


def cells(name: str, data: bytes, statuses: tuple[str, ...] = EITHER) -> Attack:
    """A notebook of these bytes, which is worth nothing."""
    return Attack(
        "parsing", name, "", work="none", costly=True, data=data, statuses=statuses, file="01_gates.ipynb"
    )  # fmt: skip


ATTACKS: tuple[Attack, ...] = (
    script("deep brackets", b"x = " + b"(" * 100_000 + b")" * 100_000),
    script("deep operators", b"x = " + b"-" * 200_000 + b"1"),
    script("a long chain", b"x = " + b".a" * 100_000),
    script("a sum without end", b"x = 1" + b"+1" * 200_000),
    script("deep blocks", b"".join(b" " * n + b"if 1:\n" for n in range(150)) + b" " * 150 + b"pass\n"),
    script("deep f-strings", b"x = " + b"f'{" * 300 + b"1" + b"}'" * 300),
    script("a number without end", b"x = " + b"9" * 100_000),
    script("null bytes", b"def sigmoid(a):\0 return 1\n", EITHER),
    script("two encodings", b"\xef\xbb\xbf# coding: latin-1\n" + ZEROS.encode(), EITHER),
    script("rot13", b"# coding: rot13\nqrs fvtzbvq(n): erghea 1\n", REFUSED),
    script("zlib as an encoding", b"# coding: zlib\nx", REFUSED),
    script("unicode escapes", b"# coding: unicode_escape\n#\\x0aimport os\n", REFUSED),
    script("UTF-7", b"# coding: utf-7\n+AAo-import os\n", REFUSED),
    script("an encoding that there is not", b"# coding: ../../etc/passwd\n", REFUSED),
    script("bytes that are no text", bytes(range(256)) * 10, REFUSED),
    script("a program", b"\x7fELF" + bytes(1000), EITHER),
    script("a pickle as a script", b"\x80\x04\x95cos\nsystem\n(S'id'\ntR.", EITHER),
    script("6 MB", b"#" * (6 << 20), REFUSED),
    script("names that turn round", "def sigmoid\u202e(a): return 0\n".encode()),
    script("letters that look alike", ZEROS.replace("sigmoid", "s\u0456gmoid").encode()),
    cells("no notebook", b"{}"),
    cells("deep json", b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", REFUSED),
    cells("json that is no json", b"{'cells': []}", REFUSED),
    cells("a number for a cell", notebook(1, None, "x", [], code(5))),
    cells("a source of wrong types", notebook(code([1, None, {}]), code({"a": 1}))),
    cells("a hundred thousand cells", notebook(*[code("0")] * 100_000)),
    cells("a shell in every cell", notebook(code("!touch /tmp/pwned\n%%bash\ntouch /tmp/pwned"), code("%run /etc/passwd"), code("%load_ext x\n!!id"))),
    cells("outputs that claim points", notebook({**code(f"{ALL} = lambda *a: 0.0"), "outputs": [{"output_type": "stream", "name": "stdout", "text": "30 passed"}]})),
    cells("metadata that claims points", notebook(code(f"{ALL} = lambda *a: 0.0"), metadata={"grader": {"points": 30, "max_points": 30}, "nbgrader": {"score": 30}})),
    cells("twice the same key", b'{"cells": [], "cells": [' + json.dumps(code("x = 1")).encode() + b'], "nbformat": 4}'),
    cells("numbers beyond floats", b'{"cells": [], "nbformat": 1e999, "nbformat_minor": -1e999, "metadata": NaN}'),
    cells("right work behind a magic", notebook(code("%%script false\n" + RIGHT))),
)  # fmt: skip
