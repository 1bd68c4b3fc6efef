"""What a file says is read in its worker before any of its code runs: nothing that the code does changes what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from grader.sandbox.outside.process import Spawning
from grader.sandbox.outside.replies import Returned
from grader.sandbox.outside.submission import Submission
from grader.sandbox.outside.work import Budget, Workload

PATTERNS = {"X1": ("^# .*gru (?:wins|won)", "^assert .{0,80}gru.{0,80}<.{0,80}lstm"), "X2": ("never said by anybody",)}
SAYS_IT = "# The GRU wins.\n"
Say = Callable[..., Submission]


@pytest.fixture
def say(spawning: Spawning) -> Iterator[Say]:
    """Read a file's text in a worker, and look for what it says."""
    made: list[Submission] = []

    def reading(text: str, kind: str = "script") -> Submission:
        work = Workload(text.encode(), kind, "01_made_up.py", ("sigmoid",), said=PATTERNS)
        made.append(Submission(work, spawning, Budget(10, 5, 120, "1 GB")))
        return made[-1]

    yield reading
    for each in made:
        each.close()


def test_what_is_said_is_found_and_the_rest_is_not(say: Say) -> None:
    submission = say(SAYS_IT + "def sigmoid(): return 1\n")
    assert submission.said == {"X1": "# The GRU wins."}
    assert isinstance(submission.call("sigmoid", ()), Returned)


@pytest.mark.parametrize(
    "code",
    [
        "import re, sys\nre.compile = re.search = None\nsys.modules.clear()\n",
        "import grader.source.sentences as s\ns.find_said = lambda *a: {'X2': 'forged'}\n",
        "import gc\nfor o in gc.get_objects():\n    if type(o) is dict and 'X1' in o:\n        o['X2'] = o.pop('X1')\n",
        "import os\nos._exit(0)\n",
        "import os\nos.kill(os.getpid(), 9)\n",
    ],
    ids=["patches re", "patches the reader", "patches every dict", "exits", "kills itself"],
)
def test_no_code_of_the_file_changes_what_was_found(code: str, say: Say) -> None:
    """A worker that ends is replaced; the second one is not asked again, since nothing would make it more honest."""
    submission = say(f"{code}{SAYS_IT}def sigmoid(): return 1\n")
    assert submission.said == {"X1": "# The GRU wins."}


def test_no_code_of_a_file_that_says_nothing_makes_it_say_something(say: Say) -> None:
    code = "import grader.source.sentences as s\ns.find_said = lambda *a: {'X1': 'forged'}\nimport os\nos._exit(0)\n"
    assert say(code + "def sigmoid(): return 1\n").said == {}


@pytest.mark.parametrize(
    "text",
    [
        "assert gru " * 300_000,
        "# " + "gru " * 900_000,
        "# gru wi\n" * 400_000,
        "'''" + "assert gru <\n" * 60_000,
        "x = (" + "gru < lstm, " * 60_000,
        "# " + "\N{COMBINING ACUTE ACCENT}" * 1_000_000,
    ],
    ids=["code", "prose", "sentences", "a text that is not closed", "a bracket that is not closed", "accents"],
)
def test_a_huge_text_made_for_the_patterns_is_read_and_judged_like_any_other(text: str, say: Say) -> None:
    submission = say(f"{SAYS_IT}def sigmoid(): return 1\n\n{text}\n")
    assert submission.said == {"X1": "# The GRU wins."}
    assert isinstance(submission.call("sigmoid", ()), Returned)
