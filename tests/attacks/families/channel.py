"""The channel: forged frames, answers before and beside the question, the worker's own socket in foreign hands."""

from __future__ import annotations

from attacks.attack import Attack

FRAME = """
import os, struct, sys
def channel():
    frame = sys._getframe()
    while type(frame.f_locals.get("self")).__name__ != "Served":
        frame = frame.f_back
    channel, request = frame.f_locals["self"]._channel, frame.f_locals["request"]
    return channel, request, type(channel).send.__globals__["pack"]
"""


def forge(name: str, body: str) -> Attack:
    """Wrong work that speaks on the channel by itself; that may cost it what it had."""
    lines = "\n".join("    " + line for line in body.strip("\n").splitlines())
    head = "def forge(*args):\n    channel_, request, pack = channel()\n"
    text = f"{FRAME}\n{head}{lines}\n    return 0.0\nsigmoid = next_state = forge\n"
    return Attack("channel", name, text, costly=True)


def said(name: str, message: str) -> Attack:
    """One message that nobody asked for in this form."""
    return forge(name, f"channel_._socket.sendall(pack({message}))")


ATTACKS: tuple[Attack, ...] = (
    said("passed", '{"id": request["id"], "passed": True}'),
    said("points", '{"id": request["id"], "points": 30, "outcome": "passed"}'),
    said("the grader's own fault", '{"id": request["id"], "fault": "the grader broke", "failed": True}'),
    said("the number of the next question", '{"id": request["id"] + 1, "returned": 0.5, "changed": [], "warned": []}'),
    said("an answer twice", '{"id": request["id"], "returned": 0.5, "changed": [], "warned": []}'),
    said("a number that is true", '{"id": True, "returned": 0.5}'),
    said("a number beyond all", '{"id": 10 ** 400, "returned": 0.5}'),
    said("a missing function", '{"id": request["id"], "missing": "sigmoid", "wanted": True}'),
    said("blocked in another name", '{"id": request["id"], "raised": {"kind": "blocked", "type": "x", "text": "<b>", "where": None, "line": 1, "name": None, "wanted": True}}'),
    said("a place that is an array", '{"id": request["id"], "raised": {"kind": "error", "type": "x", "text": "x", "where": __import__("numpy").zeros(3), "line": 2**4000, "name": None}}'),
    said("a question as an answer", '{"id": request["id"], "ask": "sigmoid", "args": []}'),
    said("a question about what there is not", '{"id": request["id"], "ask": "__import__", "args": ["os"]}'),
    said("an event", '{"id": request["id"], "event": {"index": 0, "answer": {"returned": 0.5}}}'),
    said("the end of reading", '{"id": request["id"], "ran": True}'),
    said("another reading", '{"id": request["id"], "statements": [], "broken": [], "elsewhere": [], "contents": {}}'),
    said("that all protections hold", '{"id": request["id"], "probed": {}}'),
    said("that it can't be read", '{"id": request["id"], "unreadable": "\\x1b[31m::error::x"}'),
    said("no dict", '[1, 2, 3]'),
    forge("rubbish", "channel_._socket.sendall(os.urandom(4096))"),
    forge("a giant frame announced", "channel_._socket.sendall(struct.pack('<II', 2 ** 32 - 1, 2 ** 32 - 1))"),
    forge("a frame cut short", "channel_._socket.sendall(struct.pack('<II', 100, 0) + b'x'); os._exit(0)"),
    forge("a deep header", "head = b'[' * 100_000\nchannel_._socket.sendall(struct.pack('<II', len(head), 0) + head)"),
    forge("an array of a size that it has not", "head = b'{\"d\": [[\"id\", 1], [\"returned\", {\"a\": [\"<f8\", [67108864, 67108864], 0, 8]}]]}'\nchannel_._socket.sendall(struct.pack('<II', len(head), 8) + head + bytes(8))"),
    forge("an array of objects", "head = b'{\"d\": [[\"id\", 1], [\"returned\", {\"a\": [\"|O\", [1], 0, 8]}]]}'\nchannel_._socket.sendall(struct.pack('<II', len(head), 8) + head + bytes(8))"),
    forge("a pickle", "import pickle\nchannel_._socket.sendall(pickle.dumps({'returned': 0.5}))"),
    forge("closing", "channel_._socket.close()"),
    forge("shutting down", "import socket\nchannel_._socket.shutdown(socket.SHUT_RDWR)"),
    forge("reading what is meant for the worker", "import socket\nchannel_._socket.setblocking(False)\nchannel_._socket.recv(1 << 20)"),
    forge("sending a descriptor", "import socket\nsocket.send_fds(channel_._socket, [b'x'], [0, 1, 2])"),
    forge("a second reader in a thread", "import threading\nthreading.Thread(target=lambda: channel_._socket.recv(100), daemon=True).start()"),
    forge("answers from a replaced worker", "type(channel_).send = lambda self, message: self._socket.sendall(pack({'id': message.get('id'), 'returned': 0.5, 'changed': [], 'warned': []}))"),
    forge("claims that nothing was changed", "args[0][...] = 7 if hasattr(args[0], 'shape') and args[0].shape else 0"),
    forge("asks for a part again and again", "import sys\nfor _ in range(100_000):\n    try: globals()['next_state'](*args[:3])\n    except RecursionError: raise\n    except BaseException: break"),
)  # fmt: skip
