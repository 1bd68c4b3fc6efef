"""Hogs of each kind: time, memory, files, threads, output, and values that are huge, cyclic or lie."""

from __future__ import annotations

from attacks.attack import ALL, Attack


def hog(name: str, text: str) -> Attack:
    """Wrong work that takes what it can get."""
    return Attack("hogs", name, text, work="none", costly=True, statuses=("graded", "unreadable"))


def answer(name: str, body: str, before: str = "") -> Attack:
    """Every function gives this."""
    return hog(name, f"import numpy as np\n{before}\ndef give(*args):\n    {body}\n{ALL} = give\n")


ATTACKS: tuple[Attack, ...] = (
    hog("a loop at the top", "while True: pass\n"),
    hog("a loop that swallows interrupts", "while True:\n    try:\n        while True: pass\n    except BaseException: pass\n"),
    answer("memory in a call", "return np.ones(1 << 40)"),
    answer("memory bit by bit", "kept = []\n    while True: kept.append(bytearray(1 << 26))"),
    hog("memory at the top", "kept = [bytearray(1 << 26) for _ in range(1000)]\n"),
    hog("a power", "10 ** 10 ** 8 % 7\n"),
    hog("a regular expression", "import re\nre.match('(a+)+$', 'a' * 40 + 'b')\n"),
    answer("recursion", "return give(*args)"),
    hog("recursion without limit", "import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(): return f()\nf()\n"),
    hog("a file without end", "with open('big', 'wb') as file:\n    while True: file.write(bytes(1 << 24))\n"),
    hog("a sparse giant", "open('big', 'wb').truncate(1 << 50)\n"),
    hog("many files", "for number in range(1_000_000): open(str(number), 'w').close()\n"),
    hog("a deep folder", "import os\nfor _ in range(100_000):\n    os.mkdir('d'); os.chdir('d')\n"),
    hog("many descriptors", "import os\nkept = [os.dup(0) for _ in range(1_000_000)]\n"),
    hog("many threads", "import threading, time\nfor _ in range(10_000): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"),
    hog("many processes", "import os\nfor _ in range(50): os.fork() or os._exit(0)\n"),
    hog("output without end", "while True: print('x' * 10_000)\n"),
    hog("output past Python", "import os\nwhile True: os.write(1, b'x' * 65536)\n"),
    hog("a thread that prints on", "import os, threading\ndef on():\n    while True: os.write(2, b'x' * 1000)\nthreading.Thread(target=on, daemon=True).start()\n"),
    answer("a cycle", "ring = []; ring.append(ring); return ring"),
    answer("nested deeply", "deep = []\n    for _ in range(100_000): deep = [deep]\n    return deep"),
    answer("a wide tree", "one = [0.0] * 1000\n    return [[one] * 1000] * 1000"),
    answer("a stretched array", "return np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 20, 1 << 20), (0, 0))"),
    answer("an array that lies about its place", "return np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 16,), (1 << 12,))"),
    answer("a huge number", "return 10 ** 5000"),
    answer("a huge text", "return 'x' * (1 << 28)"),
    answer("a generator without end", "return iter(int, 1)"),
    answer("an array of objects", "return np.array([print, give], dtype=object)"),
    answer("never a number", "return np.full((2, 2), np.nan)"),
    answer("a subclass that multiplies", "return Many(args[0])", "class Many(list):\n    def __iter__(self):\n        while True: yield 0.0\n    def __len__(self): return 1 << 60\n"),
    hog("an exception without end", "class Endless(Exception):\n    def __str__(self): return 'x' * (1 << 26)\ndef give(*args): raise Endless()\n" + f"{ALL} = give\n"),
    hog("a destructor that loops", "class Loop:\n    def __del__(self):\n        while True: pass\nLoop()\n"),
    hog("a handler at the end", "import atexit, time\natexit.register(time.sleep, 1000)\n"),
    hog("a signal's handler", "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass\n"),
)  # fmt: skip
