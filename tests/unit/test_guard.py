"""What `make quick` runs is quick because no test of it starts a process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from unit.conftest import StartedAProcess


def test_a_unit_that_starts_a_process_is_found():
    with pytest.raises(StartedAProcess, match=r"subprocess\.Popen"):
        subprocess.run([sys.executable, "-c", ""], check=False)
    with pytest.raises(StartedAProcess, match=r"os\.fork"):
        os.fork()
