"""A certificate and its key that one run alone has, so that nobody else on a machine can speak to what it started."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAKE_SECONDS = 30.0
_NEW = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 7 -subj /CN=gru-grader"


def make_own_key(folder: Path) -> Path | None:
    """A file in ``folder``, which others can't read, with a new key and a certificate for it; None without OpenSSL."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return None
    key, certificate, both = (folder / name for name in ("key.pem", "certificate.pem", "own.pem"))
    command = [openssl, *_NEW.split(), "-keyout", str(key), "-out", str(certificate)]
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=MAKE_SECONDS)
        both.write_bytes(certificate.read_bytes() + key.read_bytes())
        return both
    return None
