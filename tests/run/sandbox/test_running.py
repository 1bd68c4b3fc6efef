"""Statements run one after the other, each for itself, and what goes wrong costs only what it would have defined."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.checks.judge.remarks import cells_of, flags_of
from grader.checks.judge.why_stopped import message_of, outcome_of
from grader.sandbox.outside.replies import Returned
from grader.sandbox.outside.stops import Stopped
from grader.sandbox.outside.submission import Submission
from grader.scores.records import Outcome


def gives(submission: Submission, name: str = "sigmoid", *args: Any) -> Any:
    """Call a function that should answer."""
    reply = submission.call(name, args)
    assert isinstance(reply, Returned), reply
    return reply.value


def stops(submission: Submission, name: str = "sigmoid", *args: Any) -> Stopped:
    """Call a function that should not answer."""
    reply = submission.call(name, args)
    assert isinstance(reply, Stopped), reply
    return reply


def kinds(submission: Submission) -> list[str]:
    """List the kinds of the flags."""
    return [flag.kind for flag in flags_of(submission.what_ran)]


def notebook(*cells: str) -> bytes:
    """Make a notebook of code cells."""
    made = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": cell} for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}).encode()


def test_a_statement_that_raises_is_recorded_and_the_next_one_runs(read: Any) -> None:
    submission = read("a = 1\nb = 1 / 0\ndef sigmoid(): return a\n")
    assert gives(submission) == 1
    assert [(cell.index, cell.line, cell.outcome) for cell in cells_of(submission.what_ran)] == [
        (None, 2, Outcome.ERROR)
    ]
    assert "ZeroDivisionError" in cells_of(submission.what_ran)[0].message
    assert kinds(submission) == ["stopped"]


def test_each_name_of_an_import_stands_for_itself(read: Any) -> None:
    assert gives(read("import numpy as np, nonsense_package\ndef sigmoid(): return float(np.ones(1)[0])\n")) == 1.0


def test_a_name_whose_statement_failed_is_an_error_that_names_the_statement(read: Any) -> None:
    submission = read("import numpy as np\nsigmoid = np.vectorise(lambda a: a)\n")
    stopped = stops(submission)
    assert outcome_of(stopped) is Outcome.ERROR
    assert "line 2" in message_of(stopped)
    assert "vectorise" in message_of(stopped)


def test_a_name_whose_statement_does_not_parse_is_an_error_that_names_the_line(read: Any) -> None:
    submission = read("def update_gate():\n    return 1\n\ndef sigmoid(:\n    return 1\n")
    assert gives(submission, "update_gate") == 1
    stopped = stops(submission)
    assert outcome_of(stopped) is Outcome.ERROR
    assert "line 4" in message_of(stopped)
    assert kinds(submission) == ["syntax"]


def test_a_name_that_no_statement_would_bind_is_not_done_yet(read: Any) -> None:
    """Both as the function that is called and as a part that it calls."""
    submission = read("def gru_step(): return update_gate()\ndef other(): return helper()\n")
    assert outcome_of(stops(submission, "sigmoid")) is Outcome.TODO
    assert outcome_of(stops(submission, "gru_step")) is Outcome.TODO
    assert outcome_of(stops(submission, "other")) is Outcome.ERROR, "helper is no name of the exercise"


def test_not_implemented_is_not_done_yet(read: Any) -> None:
    raising = "raise NotImplementedError('01_made_up, TODO 2: update_gate')"
    submission = read(f"def update_gate(): {raising}\ndef gru_step(): return update_gate()\n")
    assert outcome_of(stops(submission, "update_gate")) is Outcome.TODO
    assert outcome_of(stops(submission, "gru_step")) is Outcome.TODO


def test_a_name_that_was_deleted_again_is_an_error(read: Any) -> None:
    assert outcome_of(stops(read("def sigmoid(): pass\ndel sigmoid\n"))) is Outcome.ERROR


def test_what_is_no_function_is_an_error_that_says_what_it_is(read: Any) -> None:
    stopped = stops(read("sigmoid = 5\n"))
    assert outcome_of(stopped) is Outcome.ERROR
    assert "int" in message_of(stopped)


def test_a_missing_name_of_a_method_is_no_name_of_the_file(read: Any) -> None:
    assert outcome_of(stops(read("def sigmoid(): return ''.sigmoid()\n"))) is Outcome.ERROR


def test_of_two_definitions_the_last_counts_also_where_the_first_failed(read: Any) -> None:
    assert gives(read("sigmoid = 1 / 0\ndef sigmoid(): return 2\n")) == 2
    assert gives(read("def sigmoid(): return 1\ndef sigmoid(): return 2\n")) == 2


def test_sys_exit_ends_the_reading_and_keeps_what_was_defined(read: Any) -> None:
    submission = read("import sys\ndef sigmoid(): return 1\nsys.exit(0)\ndef update_gate(): return 2\n")
    assert gives(submission) == 1
    stopped = stops(submission, "update_gate")
    assert outcome_of(stopped) is Outcome.ERROR
    assert "line 3" in message_of(stopped)
    assert kinds(submission) == ["stopped"]


def test_sys_exit_at_the_end_is_nothing_to_tell(read: Any) -> None:
    submission = read("import sys\ndef sigmoid(): return 1\nsys.exit()\n")
    assert gives(submission) == 1
    assert flags_of(submission.what_ran) == ()


def test_sys_exit_in_a_function_is_an_error_of_that_call(read: Any) -> None:
    submission = read("def sigmoid(): raise SystemExit(0)\ndef update_gate(): return 2\n")
    assert outcome_of(stops(submission)) is Outcome.ERROR
    assert gives(submission, "update_gate") == 2


def test_what_stands_under_the_main_guard_is_not_run(read: Any) -> None:
    submission = read("x = 1\nif __name__ == '__main__':\n    x = 2\n    print('ran')\ndef sigmoid(): return x\n")
    assert gives(submission) == 1
    assert "ran" not in submission.output


def test_future_imports_hold_for_all_later_statements(read: Any) -> None:
    text = "from __future__ import annotations\nx = 1\ndef sigmoid(a: no_such_name = 3): return a\n"
    assert gives(read(text)) == 3
    text = "'''Doc'''\nimport sys\nfrom __future__ import annotations\ndef sigmoid(a: no_such_name = 3): return a\n"
    assert gives(read(text)) == 3, "a late one too: a notebook's cells have no first line"


def test_future_imports_of_the_graders_own_modules_do_not_hold(read: Any) -> None:
    assert gives(read("def sigmoid(a: int = 3): return sigmoid.__annotations__['a'] is int\n")) is True


def test_top_level_await_works(read: Any) -> None:
    text = "import asyncio\nasync def one():\n    await asyncio.sleep(0)\n    return 1\nx = await one()\nimport math\n"
    submission = read(text + "async with asyncio.Lock(): y = 2\ndef sigmoid(): return x + y\n")
    assert gives(submission) == 3
    assert cells_of(submission.what_ran) == ()


def test_input_raises_at_once(read: Any) -> None:
    submission = read("n = int(input('How many? '))\ndef sigmoid(): return 1\n", statement=60)
    assert gives(submission) == 1
    assert "EOFError" in cells_of(submission.what_ran)[0].message


def test_magics_and_shell_lines_do_nothing_and_the_rest_of_the_cell_runs(read: Any) -> None:
    cells = (
        "!pip install keras\nfiles = !ls\n%matplotlib inline\nx = 1",
        "%%time\ndef sigmoid():\n    return x, list(files)",
        "%%bash\nrm -rf /",
        "if True:\n    %pip install numpy\ny = 2",
        "get_ipython().system('ls')\nget_ipython().kernel.do_shutdown(True)\ndisplay(x)\ndef update_gate(): return y",
    )
    submission = read(notebook(*cells), kind="notebook")
    assert gives(submission) == (1, [])
    assert gives(submission, "update_gate") == 2
    assert cells_of(submission.what_ran) == ()


def test_a_cell_is_named_by_its_place_in_the_notebook(read: Any) -> None:
    submission = read(notebook("x = 1", "y = 1\nsigmoid = x.real.nothing"), kind="notebook")
    assert "cell 2, line 2" in message_of(stops(submission))
    assert [(cell.index, cell.line) for cell in cells_of(submission.what_ran)] == [(1, 2)]


def test_what_is_shown_or_plotted_goes_nowhere_and_stops_nothing(read: Any) -> None:
    submission = read(
        """
        import matplotlib.pyplot as plt, numpy as np, pandas as pd
        plt.plot(np.arange(3)); plt.show()
        print(pd.DataFrame({"a": [1]}).to_string())
        def sigmoid(): return 1
        """
    )
    assert gives(submission) == 1
    assert cells_of(submission.what_ran) == ()


def test_a_statement_that_takes_too_long_is_stopped_and_the_next_one_runs(read: Any) -> None:
    submission = read("x = 1\nwhile True:\n    x += 1\ndef sigmoid(): return x > 1\n", statement=0.4)
    assert gives(submission) is True, "what had run before stays"
    assert [(cell.line, cell.outcome) for cell in cells_of(submission.what_ran)] == [(2, Outcome.TIMEOUT)]


def test_a_statement_that_swallows_the_stop_is_left_out_when_the_file_is_read_again(read: Any) -> None:
    text = "x = 1\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass\ndef sigmoid(): return x\n"
    submission = read(text, statement=0.4)
    assert gives(submission) == 1
    assert [(cell.line, cell.outcome) for cell in cells_of(submission.what_ran)] == [(2, Outcome.TIMEOUT)]


@pytest.mark.parametrize(
    "deed",
    [
        "os._exit(0)",
        "os.abort()",
        "ctypes.string_at(0)",
        "ctypes.CDLL(None).exit(0)",
    ],
)
def test_a_statement_that_ends_the_process_is_left_out_when_the_file_is_read_again(read: Any, deed: str) -> None:
    submission = read(f"import os, ctypes\nx = 1\n{deed}\ndef sigmoid(): return x\n")
    assert gives(submission) == 1
    assert [(cell.line, cell.outcome) for cell in cells_of(submission.what_ran)] == [(3, Outcome.CRASHED)]
    assert kinds(submission) == ["stopped"]


def test_a_file_that_ends_its_process_again_and_again_is_read_without_what_is_not_a_definition(read: Any) -> None:
    submission = read("import os\ndef sigmoid(): return 1\n" + "os._exit(0)\n" * 12)
    assert gives(submission) == 1


def test_a_definition_that_ends_the_process_is_survived(read: Any) -> None:
    """A decorator, a default argument or a class body runs code while something is defined."""
    text = "import os\ndef sigmoid(): return 1\ndef update_gate(a=os._exit(0)): return 2\ndef gru_step(): return 3\n"
    submission = read(text)
    assert gives(submission) == 1
    assert gives(submission, "gru_step") == 3
    assert outcome_of(stops(submission, "update_gate")) is Outcome.ERROR


def test_a_definition_that_never_ends_is_survived(read: Any) -> None:
    text = "def sigmoid(): return 1\nclass A:\n    while True: pass\ndef gru_step(): return 3\n"
    submission = read(text, statement=0.4)
    assert gives(submission) == 1
    assert gives(submission, "gru_step") == 3


def test_a_statement_that_takes_all_memory_is_crashed_and_names_the_limit(read: Any) -> None:
    submission = read("x = 1\nbig = bytearray(8 << 30)\ndef sigmoid(): return x\ndef update_gate(): return big\n")
    assert gives(submission) == 1
    assert cells_of(submission.what_ran)[0].outcome is Outcome.CRASHED
    assert outcome_of(stops(submission, "update_gate")) is Outcome.ERROR


def test_when_the_time_for_reading_is_used_up_definitions_still_run(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.sandbox.outside.submission.FULL_READING_SECONDS", -1.0)
    submission = read(
        "import math\nW = [1, 2]\nslow = sum(W)\nclass A: pass\ndef sigmoid(): return W\ndef update_gate(): return slow\n"
    )
    assert gives(submission) == [1, 2]
    assert [(cell.line, cell.outcome) for cell in cells_of(submission.what_ran)] == [(3, Outcome.TIMEOUT)]
    assert outcome_of(stops(submission, "update_gate")) is Outcome.ERROR


def test_a_submission_that_has_used_its_time_is_not_called_again(read: Any) -> None:
    submission = read("def sigmoid():\n    while True: pass\n", call=5, submission=0.6)
    assert outcome_of(stops(submission)) is Outcome.TIMEOUT
    assert outcome_of(stops(submission, "update_gate")) is Outcome.TIMEOUT


def test_globals_that_functions_share_stay_from_call_to_call(read: Any) -> None:
    submission = read("n = 0\ndef sigmoid():\n    global n\n    n += 1\n    return n\n")
    assert [gives(submission), gives(submission)] == [1, 2]


def test_what_is_printed_is_kept_up_to_a_limit_and_stops_nobody(read: Any) -> None:
    """Ten megabytes would fill any pipe; a full pipe looks like a loop without end."""
    submission = read(
        "print('first')\nprint('x' * 10_000_000)\ndef sigmoid():\n    print('y' * 3_000_000)\n    return 1\n"
    )
    assert gives(submission) == 1
    submission.close()
    assert submission.output.startswith("first\nxxx")
    assert "bytes are left out here" in submission.output
    assert len(submission.output) < 25_000


def test_output_that_is_no_text_is_shown_as_escapes(read: Any) -> None:
    submission = read(r"import os; os.write(1, b'\xff\xfe'); print('\ud800 \x1b[31m')" + "\ndef sigmoid(): return 1\n")
    assert gives(submission) == 1
    assert r"\xff\xfe" in submission.output


def test_a_file_read_again_after_a_crash_does_not_print_twice(read: Any) -> None:
    submission = read("print('once')\ndef sigmoid():\n    import os; os._exit(1)\ndef update_gate(): return 2\n")
    assert outcome_of(stops(submission)) is Outcome.CRASHED
    assert gives(submission, "update_gate") == 2
    submission.close()
    assert submission.output == "once\n"


def test_a_recursive_import_of_itself_finds_the_submission(read: Any) -> None:
    assert gives(read("x = 4\nimport __main__, sys\ndef sigmoid(): return __main__.x + sys.modules[__name__].x\n")) == 8


def test_pickles_dataclasses_and_annotations_find_the_module_of_the_submission(read: Any) -> None:
    text = """
    import dataclasses, pickle, typing
    @dataclasses.dataclass
    class Gate:
        z: "float" = 1.0
    def sigmoid():
        typing.get_type_hints(Gate)
        return pickle.loads(pickle.dumps(Gate(2.0))).z
    """
    assert gives(read(text)) == 2.0
