"""Reads, runs and calls a small file of ours, once, in the process that workers are forked from.

What Python and NumPy make ready at their first use (compiled patterns, caches, tables of types) each worker would make again.
"""

from __future__ import annotations

import json
import socket
import types
from typing import TYPE_CHECKING

import numpy as np

from grader.sandbox.inside import calls, running, serve
from grader.sandbox.inside.objects import Live
from grader.sandbox.wire import values
from grader.sandbox.wire.channel import WorkerEnd, pack
from grader.sandbox.wire.codec import reader
from grader.sandbox.wire.messages import CallEach, CallOne, OneCalled, ReadFile, RunFile, message, opened
from grader.source.copies import without_copies
from grader.source.read_source import read_source

if TYPE_CHECKING:
    from grader.sandbox.wire.codec import WireRecord
    from grader.source.text import Kind

NAMES = ("f", "g", "X")
SAMPLE = """# %% [markdown]
# # A file as students write them

# %%
import numpy as np

weights = {"W": np.ones((3, 3)), "b": 0.5, "names": ["a", 'b']}
X = [1, -2.5, None]


def f(a):
    \"\"\"Returns something.\"\"\"
    return (2 + np.exp(-np.abs(a))) / 3


def g(x, *, scale=2.0):
    \'\'\'
    Has lines

    of text.
    \'\'\'
    if x.ndim != 2 or not scale:
        raise NotImplementedError("sample, TODO 1: g")
    for step in range(2):  # a loop
        x = f(x @ weights["W"] * scale) + np.tanh(x) - step
    several = [each for each in (x, -x)]
    return np.stack(several)[0]


class Cell:
    def __init__(self, size: int) -> None:
        self.size = size


with np.errstate(all="ignore"):
    shown = f"{g(np.zeros((2, 3))).shape}"
raise ValueError(shown)
if __name__ == "__main__":
    print("not run")
"""


def warm_up() -> None:
    """Does once what each worker does first; nothing of it stays but what was made ready."""
    ours, other = socket.socketpair()
    with ours, other:
        channel = WorkerEnd(ours)
        for kind, data in _files():
            asked = ReadFile(data, kind, "sample", NAMES, {}, ("X",), {"x": ("a text",)}, {"g": ("",)}, keep=True)
            _crossed(asked)
            source = without_copies(read_source(asked.data, kind, asked.name), asked.stub)
            channel.send(message(1, serve.read_as_told(source, asked)))
            module = types.ModuleType("sample")
            names = frozenset(each.filename for each in source.statements)
            _crossed(RunFile((), 60.0))
            running.run(source, module, running.Wants(), lambda told: channel.send(message(1, told)), names, (), 60.0)
            inputs = (np.ones((2, 3)), {"W": np.zeros((3, 3), np.float32)}, 0.5)
            for name, parts, count in (("f", {}, 1), ("g", {"f": ("a",)}, 1), ("f", {}, 2)):
                _crossed(CallEach((CallOne(name, inputs, {}, parts),)))
                one = CallOne(name, inputs[:count], {}, parts)
                reply = calls.call(module, one, values.copied(one.args), lambda _, args: args[0], names, Live())
                channel.send(message(1, OneCalled(0, reply)))
            other.recv(1 << 20)


def _files() -> tuple[tuple[Kind, bytes], ...]:
    cells = [
        {"cell_type": "code", "source": SAMPLE.splitlines(keepends=True)},
        {"cell_type": "code", "source": "%time x = 1\n!ls\n"},
        {"cell_type": "markdown", "source": ["# Title"]},
    ]
    return ("script", SAMPLE.encode()), ("notebook", json.dumps({"cells": cells, "nbformat": 4}).encode())


def _crossed(made: WireRecord) -> None:
    frame = pack(message(1, made))
    size = int.from_bytes(frame[:4], "little")
    reader(type(made))(opened(values.loads(frame[8 : 8 + size], frame[8 + size :]))[1])
