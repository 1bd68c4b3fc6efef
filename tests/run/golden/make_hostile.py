"""Makes the students that Git can't hold on every system: links, pipes, huge files, and names that attack a report.

``python tests/run/golden/make_hostile.py OUT`` copies the golden class to OUT and adds them. What is to become of each
is written down in tests/run/golden/hostile.toml. What a file system refuses is left out there.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path

CLASSROOM = Path(__file__).parents[2] / "class"
SCRIPT = "01_gates.py"

NAMES: tuple[bytes, ...] = (
    # a spreadsheet's formulas
    b"=cmd|' -C calc'!A1",
    b"@SUM(1+1)",
    b"+1",
    b"-rf",
    b"\tTabby",
    # a page's markup, and what a template or a log would run
    b"<img src=x onerror=alert(1)>",
    b'"><svg onload=alert(1)>',
    b"javascript:alert(1)",
    b"{{ 7 * 7 }}",
    b"$(touch pwned)",
    b"%s%n%x",
    b"::error::forged",
    # what is shown is not what is there
    "rtl\u202eyp.01".encode(),
    "zero\u200bwidth".encode(),
    b"esc\x1b[2Jape",
    b"two\nlines",
    "line\u2028separator".encode(),
    b"caf\xe9",
    # names that meet on some system or other
    b"up\\..\\..",
    b"CON",
    b"index",
    b" blank ",
    b"Anna",
    b"anna",
    "Jos\u00e9".encode(),
    "Jose\u0301".encode(),
    b"x" * 255,
)

PLANTED = {
    "conftest.py": "import os\nos._exit(0)\n",
    "numpy.py": "def __getattr__(name):\n    return lambda *args, **kwargs: True\n",
    "sitecustomize.py": "raise SystemExit(0)\n",
    "pytest.ini": "[pytest]\naddopts = --collect-only\n",
    "grader.py": "def check():\n    return 30\n",
}


def make_hostile(folder: Path) -> None:
    """Add the hostile students to a folder of submissions; what its file system refuses is left out."""
    right = (CLASSROOM / "dmitri-stacks-the-weights" / SCRIPT).read_bytes()
    zeros = (CLASSROOM / "zoe-all-zeros" / SCRIPT).read_bytes()
    for name in NAMES:
        with contextlib.suppress(OSError):
            place = os.path.join(os.fsencode(folder), name)
            os.mkdir(place)
            with open(os.path.join(place, SCRIPT.encode()), "wb") as file:
                file.write(right)
    _make_links(folder, right)
    _make_files(folder, right)
    _write(folder / "plants-files" / SCRIPT, right)
    _write(folder / "plants-files-for-zeros" / SCRIPT, zeros)
    for student in ("plants-files", "plants-files-for-zeros"):
        for planted, text in PLANTED.items():
            _write(folder / student / planted, text.encode())
    for nobody in ("__MACOSX", ".ghost"):
        _write(folder / nobody / SCRIPT, right)
    _write(folder / "checkpoint-only" / ".ipynb_checkpoints" / "01_gates-checkpoint.py", right)


def _make_links(folder: Path, right: bytes) -> None:
    """Add work that is somebody else's, or that never ends when it is read."""
    _link(folder / "links-to-a-neighbour" / SCRIPT, Path("..") / "plants-files" / SCRIPT)
    _link(folder / "links-to-nowhere" / SCRIPT, Path("nowhere.py"))
    _link(folder / "links-to-a-device" / SCRIPT, Path("/dev/zero"))
    _write(folder / "goes-in-circles" / SCRIPT, right)
    _link(folder / "goes-in-circles" / "deeper", Path())
    with contextlib.suppress(OSError, AttributeError):
        (folder / "hands-in-a-pipe").mkdir()
        os.mkfifo(folder / "hands-in-a-pipe" / SCRIPT)


def _make_files(folder: Path, right: bytes) -> None:
    """Add files that are too large, too deep, in another encoding, or that attack the page they are shown on."""
    _write(folder / "one-gigabyte" / "01_gates.ipynb", b"{", size=1 << 30)
    _write(folder / "six-megabytes" / SCRIPT, right, size=6 << 20)
    deep = b"[" * 100_000 + b"]" * 100_000
    nested = b'{"cells": [], "metadata": {"deep": ' + deep + b'}, "nbformat": 4, "nbformat_minor": 5}'
    _write(folder / "deeply-nested" / "01_gates.ipynb", nested)
    _write(folder / "utf-16" / SCRIPT, right.decode().encode("utf-16"))
    _write(folder / "undeclared-latin-1" / SCRIPT, right + "# na\u00efve\n".encode("latin-1"))
    _write(folder / "byte-order-mark" / SCRIPT, b"\xef\xbb\xbf" + right)
    markup = b'print("</pre><script>alert(1)</script>", "\\x1b[2J\\x00 ::error::forged")\n'
    complaint = b'    raise ValueError("<script>alert(1)</script> " + "\\u202e" + "x" * 100_000)\n'
    blend = b"def next_state(z, h, h_tilde):\n"
    assert blend in right
    _write(folder / "attacks-the-page" / SCRIPT, markup + right.replace(blend, blend + complaint))


def _write(path: Path, content: bytes, size: int | None = None) -> None:
    """Write a file, with its folders; a size beyond the content makes it sparse."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            if size is not None:
                file.truncate(size)


def _link(path: Path, target: Path) -> None:
    """Make a symbolic link, with its folders."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/run/golden/make_hostile.py OUT")
    out = Path(sys.argv[1])
    shutil.copytree(CLASSROOM, out, ignore=shutil.ignore_patterns("__pycache__"))
    make_hostile(out)
