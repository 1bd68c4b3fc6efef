"""A course of one small exercise that starts quickly, for tests of the processes of a run."""

from __future__ import annotations

from pathlib import Path

SMALL = "01_half"
RIGHT = "def half(n):\n    return n / 2\n"
WRONG = "def half(n):\n    return n\n"
KILLS = "def half(n):\n    return -1000.0\n"  # the check ends the node that grades this, as a hole in the lock might
MARKS = "def half(n):\n    return -2000.0\n"  # the check writes down that it came to this
SLEEPS = f"import time\n{RIGHT}\ntime.sleep(1000)\n"
MASTER = '''\
# %% [markdown]
# # Half of it

# %%
import grader


# %%
def half(n):
    """Half of n."""
    # TODO 1 (one line): divide.
    # >>> solution
    return n / 2
    # <<<


# %%
grader.check("half")
'''
CHECK = '''\
import os
import signal
from pathlib import Path

import pytest

from grader.checks.authoring import same


@pytest.mark.points(2)
def check_half_values(rng, student, expected):
    """half divides by two"""
    n = float(rng.uniform(1, 2))
    got = student.half(n)
    if got.value == -1000.0:
        end_the_node()
    if got.value == -2000.0:
        Path("MARK").touch()
    same(got, expected.half(n))


def end_the_node():
    pid = os.getpid()
    while pid > 1:
        if b"grader.engine.node\\0" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
'''


def make_small_course(folder: Path) -> Path:
    """Write the course into a new folder; what `MARKS` leaves is the file ``marked`` beside it."""
    (folder / "checks").mkdir(parents=True)
    toml = f'name = "Halves"\n\n[[exercises]]\nid = "{SMALL}"\ntitle = "Half of it"\npackages = ["numpy"]\n'
    check = CHECK.replace("MARK", str(folder.with_name("marked").absolute()))
    for name, text in {"course.toml": toml, f"{SMALL}.py": MASTER, f"checks/check_{SMALL}.py": check}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
