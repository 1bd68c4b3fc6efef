"""Looking for solutions, expected values, points or inputs inside the worker."""

from __future__ import annotations

from attacks.attack import ALL, FUNCTIONS, Attack


def secret(name: str, body: str) -> Attack:
    """Zeros that look round when they are called, and hand over what they find."""
    lines = "\n".join("        " + line for line in body.strip("\n").splitlines())
    text = (
        "import gc, inspect, os, sys\nimport numpy as np\nBEFORE = {name: globals()[name] for name in "
        f"{FUNCTIONS!r}}}\n"
        "def look(args):\n    try:\n" + lines + "\n    except BaseException: return None\n"
        "def spy(name):\n    def call(*args):\n        found = look(args)\n"
        "        if found is not None: return found\n        return BEFORE[name](*args)\n    return call\n"
        f"for name in {FUNCTIONS!r}: globals()[name] = spy(name)\n"
    )
    return Attack("secrets", name, text)


ATTACKS: tuple[Attack, ...] = (
    secret("walk the stack", "frame = sys._getframe()\nwhile frame:\n    for key, value in frame.f_locals.items():\n        if key in ('expected', 'want', 'wanted', 'reference', 'answer') and isinstance(value, (np.ndarray, float)): return value\n    frame = frame.f_back"),
    secret("ask the collector for arrays", "known = {id(a) for a in args}\nfor each in gc.get_objects():\n    if isinstance(each, dict):\n        for key in ('expected', 'want', 'answer', 'solution'):\n            if isinstance(each.get(key), np.ndarray): return each[key]"),
    secret("ask the collector for solutions", "for each in gc.get_objects():\n    if inspect.isfunction(each) and each.__name__ == 'gru_step' and each.__module__ != __name__: return each(*args)"),
    secret("loaded modules", "for name, module in list(sys.modules.items()):\n    if ('solution' in name or 'check' in name) and hasattr(module, 'gru_step'): return module.gru_step(*args)"),
    secret("import the grader", "import grader.checks.compare.answers as answers\nreturn answers"),
    secret("import the solutions", "import importlib\nreturn importlib.import_module('solutions.01_gates').gru_step(*args)"),
    secret("the pristine copy", "frame = sys._getframe()\nwhile frame:\n    if 'pristine' in frame.f_locals: return frame.f_locals['pristine'][0] * 0 + 1\n    frame = frame.f_back"),
    secret("seeds in random generators", "state = np.random.get_state()[1]\nreturn np.random.default_rng(int(state[0])).normal(size=np.shape(args[-1]))"),
    secret("environment", "return float(os.environ['SEED'])"),
    secret("memory of its own", "text = open('/proc/self/mem', 'rb', 0)\nfor line in open('/proc/self/maps'):\n    low, high = (int(part, 16) for part in line.split()[0].split('-'))\n    if line.split()[1][0] == 'r' and high - low < 1 << 26 and 'heap' in line:\n        text.seek(low)\n        if b'return reference.gru_step' in text.read(high - low): return np.ones(1)"),
    secret("arguments of the program", "return float(sys.argv[1])"),
    secret("the example's own data", "import grader\nreturn grader.example('01_gates')['expected']"),
    Attack("secrets", "play back what a stand-in said", "seen = {}\n_step = gru_step\ndef gru_step(x, h, params):\n    global seen\n    try: seen[h.shape] = next_state(h, h, h)\n    except BaseException: pass\n    return seen.get(h.shape, h * 0)\n"),
    Attack("secrets", "answer with the input", f"{ALL} = lambda *args: args[0]\n", costly=True),
    Attack("secrets", "remember the last answer", "_kept = []\ndef sigmoid(a):\n    _kept.append(a)\n    return _kept[0]\n", costly=True),
    Attack("secrets", "tell a test by its tracer", "import sys, unittest\nif sys.gettrace() or 'pytest' in sys.modules or 'PYTEST_CURRENT_TEST' in __import__('os').environ: print('BREACH: tell a test by its tracer: sees the tests')\n"),
)  # fmt: skip
