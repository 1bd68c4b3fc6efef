"""What an exercise is done without is not there, in a way that honest code copes with and that costs nothing by itself."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks.judge.remarks import cells_of, flags_of
from grader.checks.judge.why_stopped import outcome_of
from grader.package_table import refused_packages
from grader.sandbox.outside.replies import Returned
from grader.sandbox.outside.stops import Stopped
from grader.sandbox.outside.submission import Submission
from grader.scores.records import Outcome


def outcome(submission: Submission, name: str = "sigmoid", *args: Any) -> Outcome:
    """Tell how a call ended."""
    reply = submission.call(name, args)
    return outcome_of(reply) if isinstance(reply, Stopped) else Outcome.PASSED


def value(submission: Submission, name: str = "sigmoid") -> Any:
    """Give what a call gave."""
    reply = submission.call(name, ())
    assert isinstance(reply, Returned), reply
    return reply.value


@pytest.mark.parametrize(
    "package", ["tensorflow", "keras", "torch", "jax", "scipy", "scipy.special", "tensorflow.keras.layers"]
)
def test_a_refused_import_costs_nothing_by_itself(read: Any, package: str) -> None:
    submission = read(f"import {package}\ndef sigmoid(): return 1\n")
    assert value(submission) == 1
    assert [flag.kind for flag in flags_of(submission.what_ran)] == ["blocked"]
    assert cells_of(submission.what_ran)[0].outcome is Outcome.BLOCKED
    assert "done without" in cells_of(submission.what_ran)[0].message


@pytest.mark.parametrize(
    "text",
    [
        "from scipy.special import expit as sigmoid\n",
        "from scipy.special import expit, logit\nsigmoid = expit\n",
        "import tensorflow as tf\nsigmoid = tf.sigmoid\n",
        "import tensorflow as tf\nmath = tf.math\nsig = math.sigmoid\nsigmoid = sig\n",
        "import tensorflow as tf\ndef sigmoid(): return tf.sigmoid(1)\n",
        "from scipy.special import *\ndef sigmoid(): return expit(1)\n",
        "from scipy.special import *\nsigmoid = expit\n",
        "from tensorflow.keras.activations import *\n",
        "def sigmoid():\n    import torch\n    return torch.sigmoid(1)\n",
        "def sigmoid():\n    from scipy.special import expit\n    return expit(1)\n",
        "import importlib\ndef sigmoid(): return importlib.import_module('scipy.special')\n",
        "def sigmoid():\n    try:\n        import torch\n    except ImportError as e:\n        raise ValueError from e\n",
        "if True:\n    import tensorflow as tf\nclass Gate:\n    f = tf.sigmoid\ndef sigmoid(): return Gate.f(1)\n",
    ],
)
def test_what_fails_for_want_of_a_refused_package_is_blocked(read: Any, text: str) -> None:
    assert outcome(read(text)) is Outcome.BLOCKED


def test_a_name_bound_after_all_is_not_for_want_of_the_package(read: Any) -> None:
    assert value(read("from scipy.special import expit as sigmoid\ndef sigmoid(): return 2\n")) == 2
    text = "import tensorflow as tf\ntf = None\ndef sigmoid(): return undefined_name\n"
    assert outcome(read(text)) is Outcome.ERROR


def test_what_never_asked_for_a_refused_package_is_not_blocked(read: Any) -> None:
    submission = read("import torch\ndef sigmoid(): return undefined_name\ndef update_gate(): return 1 / 0\n")
    assert outcome(submission) is Outcome.ERROR
    assert outcome(submission, "update_gate") is Outcome.ERROR
    assert outcome(submission, "gru_step") is Outcome.TODO


def test_careful_code_that_asks_first_is_told_that_there_is_none(read: Any) -> None:
    submission = read(
        """
        import importlib.util
        import numpy as np
        try:
            import torch
        except ImportError:
            torch = None
        try:
            from scipy.special import expit
        except ModuleNotFoundError:
            expit = lambda a: 1 / (1 + np.exp(-a))
        has = importlib.util.find_spec("tensorflow") is not None
        def sigmoid(): return [torch, has, importlib.util.find_spec("keras"), float(expit(0.0))]
        """
    )
    assert value(submission) == [None, False, None, 0.5]
    assert cells_of(submission.what_ran) == ()


def test_a_refused_package_is_nowhere_to_be_found(read: Any) -> None:
    """Not in sys.modules, not under another name, not by taking our finder away."""
    submission = read(
        """
        import sys
        del sys.meta_path[0]
        sys.path += ["/usr/lib/python3/dist-packages", sys.prefix + "/lib/python3.11/site-packages", sys.base_prefix + "/lib"]
        def sigmoid():
            found = [name for name in sys.modules if name.split(".")[0] in ("tensorflow", "keras", "torch", "jax", "scipy")]
            for name in ("tensorflow", "keras", "torch", "jax", "scipy"):
                try:
                    __import__(name)
                    found.append(name)
                except ImportError:
                    pass
            return found
        """
    )
    assert value(submission) == []


@pytest.mark.parametrize("package", ["sklearn", "tensorflow_datasets", "no_such_package", "my_functions"])
def test_any_other_package_that_is_not_there_is_an_import_error(read: Any, package: str) -> None:
    submission = read(f"import {package}\ndef sigmoid(): return 1\ndef update_gate(): return {package}.x\n")
    assert value(submission) == 1
    assert cells_of(submission.what_ran)[0].outcome is Outcome.ERROR
    assert "ModuleNotFoundError" in cells_of(submission.what_ran)[0].message
    assert outcome(submission, "update_gate") is Outcome.ERROR


def test_the_allowed_packages_and_the_standard_library_are_there(read: Any) -> None:
    text = (
        "import numpy, pandas, matplotlib.pyplot, json, re, math, dataclasses, typing, functools, itertools, decimal\n"
    )
    text += "import random, collections, copy, unittest, doctest, sqlite3, ssl, multiprocessing, concurrent.futures, pathlib\n"
    submission = read(text + "def sigmoid(): return 1\n")
    assert value(submission) == 1
    assert cells_of(submission.what_ran) == ()


def test_the_small_grader_module_does_nothing(read: Any) -> None:
    submission = read(
        "import grader\nx = grader.check()\ny = grader.check('01_made_up.ipynb')\ndef sigmoid(): return [x, y]\n"
    )
    assert value(submission) == [None, None]
    assert cells_of(submission.what_ran) == ()


def test_nothing_of_the_grader_can_be_imported_or_found(read: Any) -> None:
    """Not its modules, not its comparing, not the solution: there is nothing to patch and nothing to read."""
    submission = read(
        """
        import sys, gc
        def sigmoid():
            found = [name for name in sys.modules if name.startswith("grader.")]
            for name in ("grader.checks", "grader.checks.run.bench", "grader.scores", "grader.cli", "solutions"):
                try:
                    __import__(name)
                    found.append(name)
                except ImportError:
                    pass
            return found + [name for name in ("reference", "pytest", "_pytest") if name in sys.modules]
        """
    )
    assert value(submission) == []


def test_a_check_inside_the_submission_can_not_be_recognised_by_what_is_printed(read: Any) -> None:
    submission = read(
        "import grader\nprint('Public checks: 51 of 51 points.')\ndef sigmoid(): return grader.example('05_trace')\n"
    )
    assert outcome(submission) is Outcome.ERROR


def test_where_deep_learning_is_what_an_exercise_is_about_nothing_is_refused() -> None:
    """What is not installed is missing there as anywhere; once NumPy was said to be all it needs."""
    assert refused_packages(("numpy", "tensorflow", "keras")) == ()
    assert {"torch", "scipy", "tensorflow"} <= set(refused_packages(("numpy", "pandas")))
