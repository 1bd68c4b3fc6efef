"""Whether a worker comes from the zygote that has imported the larger packages costs time, and never a mark."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.outside.launch import wants_preloaded
from grader.sandbox.outside.replies import Returned
from grader.sandbox.outside.submission import Submission
from grader.sandbox.outside.work import Budget, Workload

if TYPE_CHECKING:
    from grader.sandbox.outside.process import Spawning

TEXT = """
table = __import__("pan" + "das").DataFrame({"a": [1, 2]})
plots = __import__("mat" + "plotlib.pyplot").pyplot
import sys
def sigmoid():
    figure, axes = plots.subplots()
    axes.plot(table["a"])
    figure.savefig("plot.png")
    return [int(table["a"].sum()), plots.get_backend().lower(), "scipy" in sys.modules]
"""


@pytest.mark.parametrize("full", [False, True], ids=["imports-itself", "imported-before"])
def test_a_file_that_hides_its_imports_runs_in_either_worker(spawning: Spawning, full: bool) -> None:
    """A wrong guess about what it imports must cost nothing but the time of importing."""
    assert not wants_preloaded(("numpy", "pandas", "matplotlib"), TEXT.encode())
    work = Workload(TEXT.encode(), "script", "a.py", ("sigmoid",))
    submission = Submission(work, replace(spawning, full=full), Budget(30, 60, 120, "1 GB"))
    try:
        assert not submission.what_ran.halts
        reply = submission.call("sigmoid", ())
        assert isinstance(reply, Returned)
        assert reply.value == [3, "agg", False]
    finally:
        submission.close()


def test_only_a_file_that_imports_a_larger_package_waits_for_it() -> None:
    allowed = ("numpy", "pandas", "matplotlib")
    assert wants_preloaded(allowed, b"import pandas as pd\n")
    assert not wants_preloaded(allowed, b"# a table, as in pandas\nimport numpy as np\n")
    assert wants_preloaded((*allowed, "tensorflow", "keras"), b"x = 1\n")
