"""Whatever a submission does to its process, the call is answered for, points are not, and the next function is graded."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import tempfile
from pathlib import Path
from typing import Any

import pytest

from grader.checks.judge.remarks import cells_of, flags_of
from grader.checks.judge.why_stopped import message_of, outcome_of
from grader.sandbox import lockdown
from grader.sandbox.outside import packages
from grader.sandbox.outside.conversation import WorkerDied, WorkerLate
from grader.sandbox.outside.launch import Zygote
from grader.sandbox.outside.process import Spawning, WorkerProcess
from grader.sandbox.outside.replies import Returned
from grader.sandbox.outside.stops import Stopped
from grader.sandbox.outside.submission import Submission
from grader.sandbox.wire.channel import pack
from grader.sandbox.wire.messages import CallOne, DescribeFile, ReadFile, RunFile
from grader.scores.records import Outcome
from helpers.processes import adopting_orphans, children, descendants, is_alive, wait_for

NEXT = "\ndef update_gate(): return 2\n"


def stops(submission: Submission, name: str = "sigmoid", *args: Any) -> Stopped:
    """Call a function that should not answer."""
    reply = submission.call(name, args)
    assert isinstance(reply, Stopped), reply
    return reply


def goes_on(submission: Submission) -> bool:
    """Tell whether the next function is called as if nothing had been."""
    reply = submission.call("update_gate", ())
    return isinstance(reply, Returned) and reply.value == 2


@pytest.mark.parametrize(
    "deed",
    [
        "os._exit(0)",
        "os._exit(7)",
        "os.abort()",
        "ctypes.string_at(0)",
        "ctypes.CDLL(None)._exit(0)",
        "resource.setrlimit(resource.RLIMIT_CPU, (0, 0)); [0 for _ in iter(int, 1)]",
    ],
)
def test_a_call_that_ends_the_process_is_crashed_and_the_next_one_runs(read: Any, deed: str) -> None:
    submission = read(f"import os, ctypes, resource, signal\ndef sigmoid():\n    {deed}\n" + NEXT)
    stopped = stops(submission)
    assert outcome_of(stopped) is Outcome.CRASHED
    assert "1 GB" in message_of(stopped)
    assert goes_on(submission)


def test_a_process_that_kills_itself_and_all_it_sees_hurts_nobody_else(read: Any, worker: WorkerProcess) -> None:
    """In its own namespace it is the first process, which its own signals do not end; elsewhere it is crashed."""
    submission = read(
        "import os, signal\ndef sigmoid():\n    os.kill(os.getpid(), 9)\n    os.kill(-1, 9)\n    return 1\n" + NEXT
    )
    reply = submission.call("sigmoid", ())
    assert not isinstance(reply, Returned) or reply.value == 1
    assert goes_on(submission)
    assert worker.ask(DescribeFile(b"x = 1", "script", "a.py", ("x",), ()), 5).bound == ("x",)


def test_too_much_memory_is_crashed_and_names_the_limit(read: Any) -> None:
    text = "import numpy as np\ndef sigmoid(): return np.ones(1 << 33)\ndef gru_step():\n    x = [0]\n    while True: x += x\n"
    submission = read(text + NEXT)
    for name in ("sigmoid", "gru_step"):
        stopped = stops(submission, name)
        assert outcome_of(stopped) is Outcome.CRASHED
        assert "1 GB" in message_of(stopped)
    assert goes_on(submission)


def test_memory_that_is_taken_where_no_error_is_seen_is_crashed_too(read: Any) -> None:
    text = """
    import ctypes
    def sigmoid():
        libc = ctypes.CDLL(None)
        libc.malloc.restype = ctypes.c_void_p
        while True:
            ctypes.memset(ctypes.c_void_p(libc.malloc(1 << 28)), 1, 1 << 28)
    """
    submission = read(text + "\n    def update_gate(): return 2\n")
    assert outcome_of(stops(submission)) is Outcome.CRASHED
    assert goes_on(submission)


def test_endless_recursion_is_an_error_of_that_call(read: Any) -> None:
    submission = read("import sys\ndef sigmoid(): return sigmoid()\n" + NEXT)
    stopped = stops(submission)
    assert outcome_of(stopped) is Outcome.ERROR
    assert "RecursionError" in message_of(stopped)
    assert goes_on(submission)


def test_a_loop_without_end_is_a_timeout_and_after_the_second_not_called_again(read: Any) -> None:
    submission = read("def sigmoid():\n    print('called')\n    while True: pass\n" + NEXT, call=0.4)
    assert [outcome_of(stops(submission)) for _ in range(3)] == [Outcome.TIMEOUT] * 3
    assert goes_on(submission)
    assert "not called again" in message_of(stops(submission))


def test_a_loop_that_swallows_interrupts_is_stopped_all_the_same(read: Any) -> None:
    text = """
    import signal
    signal.signal(signal.SIGINT, signal.SIG_IGN); signal.signal(signal.SIGTERM, signal.SIG_IGN)
    def sigmoid():
        while True:
            try:
                while True: pass
            except BaseException: pass
    """
    submission = read(text + "\n    def update_gate(): return 2\n", call=0.4)
    assert outcome_of(stops(submission)) is Outcome.TIMEOUT
    assert goes_on(submission)


class Counting:
    """Counts the processes that a submission needed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number = 0
        original = WorkerProcess.__init__

        def counted(process: WorkerProcess, spawning: Spawning) -> None:
            self.number += 1
            original(process, spawning)

        monkeypatch.setattr(WorkerProcess, "__init__", counted)


def test_a_call_that_only_waited_is_tried_once_more_and_one_that_worked_is_not(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that was busy elsewhere is not the student's fault; a loop is.

    How much a worker worked is told here and not measured: on a machine that is busy elsewhere the loop waits as well.
    """
    counting = Counting(monkeypatch)
    submission = read("def sigmoid():\n    while True: pass\ndef gru_step(): return sigmoid()\n" + NEXT, call=0.3)
    looked = itertools.count(1)
    monkeypatch.setattr(WorkerProcess, "_cpu", lambda _: 10.0 * next(looked))
    assert outcome_of(stops(submission, "gru_step")) is Outcome.TIMEOUT
    assert counting.number == 1
    monkeypatch.setattr(WorkerProcess, "_cpu", lambda _: 0.0)
    assert outcome_of(stops(submission)) is Outcome.TIMEOUT
    assert counting.number == 3
    assert goes_on(submission)


def test_calls_asked_together_are_each_answered_for(read: Any) -> None:
    """One question for many calls saves time; one of them that fails must cost the others nothing."""
    text = """
    import os, time
    def sigmoid(a):
        if a == 1: return 1 / 0
        if a == 3: os._exit(0)
        if a == 5:
            while True: pass
        return a
    """
    submission = read(text, call=0.5)
    replies = submission.call_each([("sigmoid", (a,), {}) for a in range(8)])
    outcomes = [outcome_of(r).value if isinstance(r, Stopped) else r.value for r in replies]
    assert outcomes == [0, "error", 2, "crashed", 4, "timeout", 6, 7]


def test_closing_every_descriptor_is_survived(read: Any) -> None:
    """An answer can't come over a closed socket: that call is crashed, the others run in a new process."""
    submission = read("import os\ndef sigmoid():\n    os.closerange(0, 4096)\n    return 1\n" + NEXT)
    assert outcome_of(stops(submission)) is Outcome.CRASHED
    assert goes_on(submission)
    submission = read(
        "import os\nos.close(0); os.close(1); os.close(2)\ndef sigmoid(): print('x', flush=True); return 1\n" + NEXT
    )
    assert goes_on(submission)


def test_closing_every_descriptor_while_it_is_read_is_one_statement_that_did_not_run(read: Any) -> None:
    submission = read("import os\nos.closerange(0, 4096)\ndef sigmoid(): return 1\n" + NEXT)
    assert goes_on(submission)
    assert [(cell.line, cell.outcome) for cell in cells_of(submission.what_ran)] == [(2, Outcome.CRASHED)]


FIND = """
import os, socket, struct, json
def frame(message):
    header = json.dumps(message).encode()
    return struct.pack("<II", len(header), 0) + header
def channel():
    for number in range(3, 64):
        try:
            if os.readlink(f"/proc/self/fd/{number}").startswith("socket:"):
                return socket.socket(fileno=os.dup(number))
        except OSError:
            continue
    for number in range(3, 64):
        try:
            return socket.socket(fileno=os.dup(number))
        except OSError:
            continue
def d(**entries): return {"d": [[k, v] for k, v in entries.items()]}
def question():
    import gc
    return next(o for o in gc.get_objects() if type(o).__name__ == "Served")._number
def say(data): channel().sendall(data)
"""


@pytest.mark.parametrize(
    "deed",
    [
        "say(b'x' * 100)",
        "say(frame([1, 2]))",
        "say(frame([99, ['CallReturned', 1.0, [], [], [], False]]))",
        "say(frame([question(), ['Passed']]))",
        "say(frame([question(), {'d': [['passed', True]]}]))",
        "say(frame([0, ['LockFailure', 'the grader broke']]))",
        "say(frame([True, ['CallMissing', False]]))",
        "say(struct.pack('<II', 2**32 - 1, 0))",
        "say(struct.pack('<II', 10, 0) + b'[[[[[[[[[[')",
        """say(frame([1, ['CallReturned', {'a': ['<f8', [0, 67108864, 67108864, 67108864], 0, 0]}, [], [], [], False]]))""",
        "channel().shutdown(socket.SHUT_RDWR)",
        "channel().shutdown(socket.SHUT_WR)",
    ],
)
def test_a_frame_that_the_submission_wrote_itself_ends_its_process_and_wins_nothing(read: Any, deed: str) -> None:
    submission = read(FIND + f"def sigmoid():\n    {deed}\n    return 1\n" + NEXT)
    assert outcome_of(stops(submission)) is Outcome.CRASHED
    assert goes_on(submission)


def test_a_forged_answer_is_the_submissions_own_answer_and_the_surplus_ends_the_process(read: Any) -> None:
    """It knows the number of the question, so it can answer before its function returns: that is only another answer."""
    text = (
        FIND
        + """
def sigmoid():
    say(frame([question(), ["CallReturned", 5, [], [], [], False]]))
    return 6
"""
    )
    submission = read(text + NEXT)
    reply = submission.call("sigmoid", ())
    assert isinstance(reply, Stopped) or reply.value == 5
    assert not isinstance(submission.call("update_gate", ()), Returned) or goes_on(submission)


@pytest.mark.parametrize(
    "answer",
    [
        "['CallReturned', 1]",
        "['CallReturned', 1, 'x', [], [], False]",
        "['CallReturned', 1, [1], [], [], False]",
        "['CallReturned', 1, [], ['loud'], [], False]",
        "['CallReturned', 1, [], [], [[-1, 0]], False]",
        "['CallRaised', 5, False, [], []]",
        "['CallRaised', ['CodeFault'], False, [], []]",
        "['CallRaised', ['CodeFault', [1], {'t': []}, 5, 7, 'x', 5, 8], False, [], []]",
        "['CallRaised', ['CodeFault', 'error', 'x', 'x', None, None, False, 'x' * 10_000], False, [], []]",
        "['CallRaised', ['CodeFault', 'error', 'x', 'x', None, 2**4000, False, None], False, [], []]",
        "['CallMissing', 7]",
        "['CallNoFunction', 5]",
        "['OneCalled', 0, ['CallReturned', 1, [], [], [], False]]",
        "['OneCalled', 10**30, ['CallReturned', 1, [], [], [], False]]",
        "['Started', 10**30, False]",
        "['RunStopped', -1, ['CodeFault'], False]",
        "['AskPart', 'sigmoid']",
        "['AskPart', 'sigmoid', 5]",
        "['AskPart', 'sigmoid', []]",
        "['CantRead', 5]",
        "['FileRan']",
        "d(id=1, returned=1)",
        "[]",
    ],
)
@pytest.mark.parametrize("when", ["calling", "reading"])
def test_an_answer_of_the_right_number_and_the_wrong_form_breaks_nothing(read: Any, answer: str, when: str) -> None:
    """The grader's own fault would leave the points open; a submission must not be able to make it look so."""
    text = (
        FIND
        + f"""
def forge():
    say(frame([question(), {answer}]))
"""
    )
    text += "def sigmoid(): forge()\n" if when == "calling" else "forge()\ndef sigmoid(): return 1\n"
    submission = read(text + NEXT, call=2, statement=2)
    submission.call("sigmoid", ())
    submission.call_each([("sigmoid", (), {}), ("sigmoid", (), {})])
    submission.call("update_gate", ())
    assert len(cells_of(submission.what_ran)) <= 10
    assert all(isinstance(flag.message, str) for flag in flags_of(submission.what_ran))


def test_forks_are_refused_and_threads_are_not(read: Any) -> None:
    text = """
    import os, subprocess, threading, multiprocessing, concurrent.futures
    def sigmoid():
        while True: os.fork()
    def gru_step():
        return subprocess.run(["/bin/true"]).returncode
    def update_gate():
        got = []
        threads = [threading.Thread(target=got.append, args=(n,)) for n in range(4)]
        [t.start() for t in threads]; [t.join() for t in threads]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return len(got) // 2 if list(pool.map(abs, [-1])) == [1] else 0
    """
    submission = read(text, call=5)
    assert outcome_of(stops(submission)) is Outcome.BLOCKED
    assert outcome_of(stops(submission, "gru_step")) is Outcome.BLOCKED
    assert goes_on(submission)


@pytest.mark.parametrize(
    "deed",
    [
        "open('/etc/passwd').read()",
        "os.listdir('/root')",
        "open('/tmp/../etc/hostname').read()",
        "socket.create_connection(('127.0.0.1', 80), 1)",
        "socket.socket(socket.AF_UNIX).connect('/run/x')",
        "urllib.request.urlopen('http://example.org', timeout=1)",
        "os.setsid() or os.fork()",
        "open('/proc/1/environ').read() and open('/proc/self/../2/environ')",
    ],
)
def test_what_is_not_allowed_fails_and_never_answers(read: Any, deed: str) -> None:
    submission = read(f"import os, socket, urllib.request\ndef sigmoid(): return str({deed})\n" + NEXT, call=5)
    assert outcome_of(stops(submission)) in (Outcome.BLOCKED, Outcome.ERROR)
    assert goes_on(submission)


def test_the_network_being_used_in_a_function_is_blocked(read: Any) -> None:
    text = "import urllib.request\ndef sigmoid(): return urllib.request.urlopen('http://192.0.2.1/', timeout=2)\n"
    assert outcome_of(stops(read(text))) is Outcome.BLOCKED


def test_a_submission_has_a_folder_of_its_own_and_leaves_nothing_behind(read: Any) -> None:
    mark = f"left-behind-{os.getpid()}"
    text = f"open('{mark}', 'w').write('x')\ndef sigmoid(): return open('{mark}').read()\n"
    submission = read(text)
    reply = submission.call("sigmoid", ())
    assert isinstance(reply, Returned)
    assert reply.value == "x"
    submission.close()
    assert (
        not list(Path("/tmp").glob(f"{mark}")) + list(Path("/tmp").glob(f"grader-*/{mark}")) + list(Path().glob(mark))
    )
    other = read("import os\ndef sigmoid(): return os.listdir('.')\n").call("sigmoid", ())
    assert isinstance(other, Returned)
    assert mark not in other.value


def test_the_environment_holds_no_secret(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = read("import os\ndef sigmoid(): return dict(os.environ)\n").call("sigmoid", ())
    assert isinstance(reply, Returned)
    assert not [name for name in reply.value if "TOKEN" in name or "KEY" in name or "PYTEST" in name]
    assert reply.value["TF_ENABLE_ONEDNN_OPTS"] == "0", "what TensorFlow is told before it is imported"


def test_what_is_patched_in_the_worker_changes_nothing_on_our_side(read: Any) -> None:
    """NumPy, json and the builtins of the worker are the submission's own; the grader has others."""
    text = """
    import builtins, json, numpy as np, struct, sys
    np.allclose = np.abs = np.array_equal = lambda *a, **k: True
    json.dumps = lambda *a, **k: '[3,["CallReturned",1.0,[],[],[],false]]'
    builtins.isinstance = lambda *a: True
    builtins.len = lambda *a: 0
    def sigmoid(a): return 0
    """
    submission = read(text + "\n    def update_gate(): return 2\n")
    reply = submission.call("sigmoid", (3.0,))
    assert isinstance(reply, Stopped) or reply.value in (0, 1.0)
    assert len("abc") == 3
    assert not isinstance(1, str)


def test_the_calls_before_and_after_a_patched_channel_are_crashed_at_most(read: Any) -> None:
    text = """
    import sys, gc
    def sigmoid():
        for o in gc.get_objects():
            if type(o).__name__ == "WorkerEnd":
                type(o).send = lambda self, message: None
        return 1
    """
    submission = read(text + "\n    def update_gate(): return 2\n", call=0.5)
    assert outcome_of(stops(submission)) in (Outcome.TIMEOUT, Outcome.CRASHED)
    assert goes_on(submission)


def test_no_expected_value_no_seed_and_no_other_case_is_in_the_worker(read: Any) -> None:
    """All that a function can find are the arguments of calls that were made of it."""
    text = """
    import gc, sys
    def sigmoid(a):
        names = {type(o).__name__ for o in gc.get_objects()}
        frames, found = sys._getframe(), []
        while frames:
            found += list(frames.f_locals)
            frames = frames.f_back
        wanted = ("Bench", "Trial", "Plans", "CheckPlan", "Reference", "Mistake", "Drawn", "PlannedCall")
        return [name for name in wanted if name in names] + [n for n in found if n in ("want", "expected", "seed")]
    """
    reply = read(text).call("sigmoid", (1.0,))
    assert isinstance(reply, Returned)
    assert reply.value == []


def test_a_worker_that_was_ended_is_gone(spawning: Spawning) -> None:
    process = WorkerProcess(spawning)
    assert Path(f"/proc/{process.pid}").exists()
    process.end()
    assert wait_for(lambda: not Path(f"/proc/{process.pid}").exists())


def test_workers_that_are_let_go_leave_no_process_and_no_folder() -> None:
    """A keeper once died of its own words, as nobody had read them: its worker was left to the system, its folder to nobody."""
    folders = f"grader-{os.getpid()}-*/work-*"
    plan = lockdown.survey(packages.interpreter_paths()).without("view")
    before, had = set(children(os.getpid())), set(Path(tempfile.gettempdir()).glob(folders))
    with Zygote(("numpy",), plan) as zygote, adopting_orphans() as orphans:
        zygote.wait_until_ready()
        (pid,) = set(children(os.getpid())) - before
        starting = Spawning(zygote.control, "01_made_up", (), lockdown.ResourceLimits())
        for number in range(12):
            process = starting.start()
            if number % 3:
                process.ask(DescribeFile(b"x = 1", "script", "a.py", ("x",), ()), 5)
            process.dismiss()
        assert wait_for(lambda: not any(map(is_alive, descendants(pid))))
        assert orphans() == []
        assert set(Path(tempfile.gettempdir()).glob(folders)) == had


HOLDS_OUT = b"""
import ctypes, signal, time  # each a statement
for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}:
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
time.sleep(3600)
"""


@pytest.mark.parametrize(
    ("ends", "without"),
    [
        ("its grader is gone", ()),
        ("the zygote is killed", ()),
        ("the orders end", ()),
        ("the zygote is killed", ("view",)),  # then it has a keeper of its own
    ],
)
def test_a_worker_that_holds_out_ends_with_whoever_started_it(ends: str, without: tuple[str, ...]) -> None:
    """It ignores every signal that it may, and asks not to be told of its parent's end."""
    plan = lockdown.survey(packages.interpreter_paths()).without(*without)
    before = set(children(os.getpid()))
    with Zygote(("numpy",), plan) as zygote, adopting_orphans() as orphans:
        zygote.wait_until_ready()
        (pid,) = set(children(os.getpid())) - before
        process = Spawning(zygote.control, "01_made_up", (), lockdown.ResourceLimits()).start()
        process.ask(reading(HOLDS_OUT), 20)
        with pytest.raises(WorkerLate):  # as soon as it sleeps
            process.ask(RunFile((), 60.0), 20, on_event=lambda told: 0.05 if told.index == 5 else 20.0)
        worker = process.pid
        assert is_alive(worker)
        keepers = int(bool(without) or os.geteuid() != 0)
        assert descendants(pid).index(worker) == keepers, "who keeps it"
        if ends == "the zygote is killed":
            os.kill(pid, signal.SIGKILL)
        elif ends == "the orders end":
            zygote.control.shutdown(socket.SHUT_RDWR)
        else:
            process.dismiss()
        assert wait_for(lambda: not is_alive(worker))
        process.dismiss()
        assert ends == "the zygote is killed" or orphans() == []


def test_workers_of_one_time_have_users_of_their_own(spawning: Spawning) -> None:
    processes = [WorkerProcess(spawning) for _ in range(4)]
    for process in processes:
        process.ask(DescribeFile(b"x = 1", "script", "a.py", ("x",), ()), 20)
    users = {os.stat(f"/proc/{process.pid}").st_uid for process in processes}
    assert len(users) == (4 if "user" in lockdown.survey(packages.interpreter_paths()).layers else 1)
    for process in processes:
        process.end()


def reading(data: bytes) -> ReadFile:
    """Ask for a script to be read."""
    return ReadFile(data, "script", "a.py", (), {}, (), {}, {})


def test_a_worker_says_how_it_ended(worker: WorkerProcess) -> None:
    data = b"import os\nos._exit(3)\n"
    worker.ask(reading(data), 10)
    with pytest.raises(WorkerDied, match="by itself with status 3"):
        worker.ask(RunFile((), 60.0), 10, on_event=lambda _: 10.0)


def test_a_late_worker_says_how_much_of_the_time_it_worked(spawning: Spawning) -> None:
    for deed, worked in (("time.sleep(60)", False), ("[0 for _ in iter(int, 1)]", True)):
        process = WorkerProcess(spawning)
        data = f"import time\ndef f(): {deed}\n".encode()
        process.ask(reading(data), 10)
        process.ask(RunFile((), 60.0), 10, on_event=lambda _: 10.0)
        with pytest.raises(WorkerLate) as late:
            process.ask(CallOne("f", (), {}, {}), 0.5)
        process.end()
        assert (late.value.cpu > 0.05) is worked, "of half a second, and a busy machine leaves it a tenth of that"


def test_a_message_may_be_as_large_as_the_channel_allows(read: Any) -> None:
    import numpy as np

    array = np.arange(500_000.0)
    submission = read("import numpy as np\ndef sigmoid(a): return a + 1\ndef update_gate(n): return np.zeros(int(n))\n")
    reply = submission.call("sigmoid", (array,))
    assert isinstance(reply, Returned)
    assert np.array_equal(reply.value, array + 1)
    assert len(pack([array])) > 3_900_000
    larger = submission.call("update_gate", (600_000,))
    assert isinstance(larger, Returned)
    assert "too large" in larger.value.type_name
