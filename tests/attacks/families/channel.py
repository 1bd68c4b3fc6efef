"""The channel: forged frames, answers before and beside the question, the worker's own socket in foreign hands."""

from __future__ import annotations

from attacks.attack import Attack

FRAME = """
import os, struct, sys
def channel():
    frame = sys._getframe()
    while type(frame.f_locals.get("self")).__name__ != "Served":
        frame = frame.f_back
    served = frame.f_locals["self"]
    return served._channel, served._number, type(served._channel).send.__globals__["pack"]
"""


def forge(name: str, body: str) -> Attack:
    """Wrong work that speaks on the channel by itself; that may cost it what it had."""
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    head = "def forge(*args):\n    channel_, number, pack = channel()\n"
    text = f"{FRAME}\n{head}{lines}\n    return 0.0\nsigmoid = next_state = forge\n"
    return Attack("channel", name, text, costly=True)


def said(name: str, message: str) -> Attack:
    """One message that nobody asked for in this form."""
    return forge(name, f"channel_._socket.sendall(pack({message}))")


ATTACKS: tuple[Attack, ...] = (
    said("passed", '[number, ["Passed", True]]'),
    said("points", '[number, ["CheckResult", 30, "passed"]]'),
    said("the grader's own fault", '[0, ["LockFailure", "the grader broke"]]'),
    said("the grader's own fault, by its number", '[number, ["LockFailure", "the grader broke"]]'),
    said("the number of the next question", '[number + 1, ["CallReturned", 0.5, [], [], [], False]]'),
    said("an answer twice", '[number, ["CallReturned", 0.5, [], [], [], False]]'),
    said("a number that is true", '[True, ["CallReturned", 0.5, [], [], [], False]]'),
    said("a number beyond all", '[10 ** 400, ["CallReturned", 0.5, [], [], [], False]]'),
    said("a missing function", '[number, ["CallMissing", True]]'),
    said("no function", '[number, ["CallNoFunction", "x" * 1000]]'),
    said("blocked in another name", '[number, ["CallRaised", ["CodeFault", "blocked", "x", "<b>", None, 1, False, None], True, [], []]]'),
    said("blocked in its own name", '[number, ["CallRaised", ["CodeFault", "import", "x", "<b>", None, 1, False, None], True, [], []]]'),
    said("a place that is an array", '[number, ["CallRaised", ["CodeFault", "error", "x", "x", __import__("numpy").zeros(3), 2**4000, False, None], False, [], []]]'),
    said("a field too many", '[number, ["CallReturned", 0.5, [], [], [], False, "passed"]]'),
    said("a name that is an array", '[number, [__import__("numpy").zeros(3), 0.5, [], [], [], False]]'),
    said("a dict as it was", '{"id": number, "returned": 0.5, "changed": [], "warned": []}'),
    said("a question as an answer", '[number, ["AskPart", "sigmoid", []]]'),
    said("a question about what there is not", '[number, ["AskPart", "__import__", ["os"]]]'),
    said("an event", '[number, ["OneCalled", 0, ["CallReturned", 0.5, [], [], [], False]]]'),
    said("the end of reading", '[number, ["FileRan"]]'),
    said("the end of all calls", '[number, ["AllCalled"]]'),
    said("another reading", '[number, ["FileRead", [], [], [], [], [], [], [], ["FileHolds", None, {}, [], [], {}], [], {}]]'),
    said("that all protections hold", '[number, ["Probed", {}]]'),
    said("that it can't be read", '[number, ["CantRead", "\\x1b[31m::error::x"]]'),
    said("no dict", '[1, 2, 3]'),
    forge("rubbish", "channel_._socket.sendall(os.urandom(4096))"),
    forge("a giant frame announced", "channel_._socket.sendall(struct.pack('<II', 2 ** 32 - 1, 2 ** 32 - 1))"),
    forge("a frame cut short", "channel_._socket.sendall(struct.pack('<II', 100, 0) + b'x'); os._exit(0)"),
    forge("a deep header", "head = b'[' * 100_000\nchannel_._socket.sendall(struct.pack('<II', len(head), 0) + head)"),
    forge("an array of a size that it has not", "head = ('[%d, [\"CallReturned\", {\"a\": [\"<f8\", [67108864, 67108864], 0, 8]}, [], [], [], false]]' % number).encode()\nchannel_._socket.sendall(struct.pack('<II', len(head), 8) + head + bytes(8))"),
    forge("an array of objects", "head = ('[%d, [\"CallReturned\", {\"a\": [\"|O\", [1], 0, 8]}, [], [], [], false]]' % number).encode()\nchannel_._socket.sendall(struct.pack('<II', len(head), 8) + head + bytes(8))"),
    forge("a pickle", "import pickle\nchannel_._socket.sendall(pickle.dumps({'returned': 0.5}))"),
    forge("closing", "channel_._socket.close()"),
    forge("shutting down", "import socket\nchannel_._socket.shutdown(socket.SHUT_RDWR)"),
    forge("reading what is meant for the worker", "import socket\nchannel_._socket.setblocking(False)\nchannel_._socket.recv(1 << 20)"),
    forge("sending a descriptor", "import socket\nsocket.send_fds(channel_._socket, [b'x'], [0, 1, 2])"),
    forge("a second reader in a thread", "import threading\nthreading.Thread(target=lambda: channel_._socket.recv(100), daemon=True).start()"),
    forge("answers from a replaced worker", "type(channel_).send = lambda self, message: self._socket.sendall(pack([message[0], ['CallReturned', 0.5, [], [], [], False]]))"),
    forge("claims that nothing was changed", "args[0][...] = 7 if hasattr(args[0], 'shape') and args[0].shape else 0"),
    forge("asks for a part again and again", "import sys\nfor _ in range(100_000):\n    try: globals()['next_state'](*args[:3])\n    except RecursionError: raise\n    except BaseException: break"),
)  # fmt: skip
