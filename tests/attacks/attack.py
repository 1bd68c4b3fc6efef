"""What an attack is: a small submission, the work that comes with it, and what it must get."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[2]
EXERCISE = "01_gates"
KERAS = ("02_swap", "03_measure")


def _written(place: str) -> str:
    """A file of the tests."""
    return (ROOT / "tests" / place).read_text(encoding="utf-8")


RIGHT = _written(f"class/dmitri-stacks-the-weights/{EXERCISE}.py")
ZEROS = _written(f"class/zoe-all-zeros/{EXERCISE}.py")
FUNCTIONS = ("sigmoid", "update_gate", "reset_gate", "candidate_state", "next_state", "gru_step", "gru_forward")
ALL = " = ".join(FUNCTIONS)  # as the left side of an assignment
BREACH = "BREACH:"  # what an attack prints in front of what it got hold of
TRIED = "TRIED:"  # and in front of its name if it got nothing

Work = Literal["right", "zeros", "none"]
COUNTS = ("gru_parameter_count", "lstm_parameter_count", "model_size_bytes", "time_training", "compare_models")
WORKS: dict[str, dict[Work, str]] = {
    EXERCISE: {"right": RIGHT, "zeros": ZEROS, "none": ""},
    "02_swap": {
        "right": _written("course/otherwise/02_swap/honest/functional.py"),
        "zeros": "def build_model(*sizes):\n    return 0\n",
        "none": "",
    },
    "03_measure": {
        "right": _written("course/otherwise/03_measure/honest/callback.py"),
        "zeros": f"def zero(*args, **options):\n    return 0\n\n\n{' = '.join(COUNTS)} = zero\n",
        "none": "",
    },
}


@dataclass(frozen=True, slots=True)
class Attack:
    """One hostile submission.

    It must earn what its ``work`` earns alone (``costly``: no more than that), show no breach and leave nothing. What
    SECURITY.md says can't be told from honest work ``gains`` so many points more.
    ``bare`` is an attack on the operating system: unless ``reason`` says why not, it must show a breach where nothing
    is locked. ``needs`` are layers of which one must be on for it to be refused. ``says`` stands in its row.
    """

    family: str
    name: str
    text: str
    work: Work = "zeros"
    bare: bool = False
    reason: str = ""
    costly: bool = False
    needs: tuple[str, ...] = ()
    says: str = ""
    statuses: tuple[str, ...] = ("graded",)
    exercise: str = EXERCISE
    gains: int = 0
    file: str = ""  # the name that it is handed in under, if not the exercise's own
    data: bytes | None = None  # the file as it is, instead of text and work

    @property
    def file_name(self) -> str:
        """The name of the file that is handed in."""
        return self.file or f"{self.exercise}.py"

    @property
    def student(self) -> str:
        """The folder of the submission."""
        return f"{self.family} - {self.name}"

    @property
    def trace(self) -> str:
        """The name of what it leaves behind where it may write."""
        return self.name.replace(" ", "-")

    def code(self, targets: dict[str, str]) -> str:
        """The hostile lines, with the targets' places filled in."""
        text = self.text
        for key, value in {**targets, "NAME": self.trace}.items():
            text = text.replace(f"@{key}@", value)
        return text

    def submission(self, targets: dict[str, str]) -> bytes:
        """The file that is handed in."""
        return (
            self.data if self.data is not None else f"{WORKS[self.exercise][self.work]}\n{self.code(targets)}".encode()
        )


def reach(
    family: str, name: str, body: str, *, reason: str = "", needs: tuple[str, ...] = (), exercise: str = EXERCISE
) -> Attack:
    """An attack on the operating system, with honest work beside it: ``body`` returns what it got hold of."""
    text = (
        "import contextlib, ctypes, os, resource, signal, socket, sys, time\n"
        "def attack():\n"
        + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
        + "\ntry:\n"
        + f"    print({BREACH + ' ' + name + ':'!r}, ascii(got)[:120]) if (got := attack()) else print({TRIED + ' ' + name!r})\n"
        + f"except BaseException as error:\n    print({TRIED + ' ' + name!r}, type(error).__name__, ascii(str(error))[:60])\n"
    )
    return Attack(family, name, text, work="right", bare=True, reason=reason, needs=needs, exercise=exercise)
