"""Changing what judges: NumPy, builtins, the tests, equality, exits that look like success."""

from __future__ import annotations

from attacks.attack import ALL, Attack

EQUAL = """
class Equal:
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __sub__(self, other): return 0.0
    __rsub__ = __add__ = __radd__ = __sub__
    def __abs__(self): return 0.0
    def __bool__(self): return True
    def __hash__(self): return 0
"""
FROM_ARRAY = "import numpy as np\nclass Sly(np.ndarray):\n"


def patch(name: str, text: str, *, costly: bool = False) -> Attack:
    """Wrong work that changes something in its process."""
    return Attack("patching", name, text, costly=costly)


def give(name: str, value: str, before: str = "") -> Attack:
    """Every function gives this."""
    return Attack("patching", name, f"import numpy as np\n{before}\n{ALL} = lambda *args: {value}\n", costly=True)


ATTACKS: tuple[Attack, ...] = (
    patch("numpy's comparisons", "import numpy as np\nnp.allclose = np.array_equal = np.isclose = lambda *a, **k: True\nnp.testing.assert_allclose = lambda *a, **k: None\n"),
    patch("numpy's arithmetic", "import numpy as np\nnp.abs = np.absolute = np.subtract = np.max = lambda *a, **k: 0.0\n"),
    patch("builtins", "import builtins\nbuiltins.abs = builtins.max = lambda *a: 0\nbuiltins.all = lambda *a: True\nbuiltins.isinstance = lambda *a: True\n", costly=True),
    patch("types by name", "import builtins\nbuiltins.type = lambda *a: object\n", costly=True),
    patch("pytest", "import sys, types\nfake = types.ModuleType('pytest')\nfake.__getattr__ = lambda name: (lambda *a, **k: (lambda f: f))\nsys.modules['pytest'] = sys.modules['_pytest'] = fake\n"),
    patch("the grader's name", "import sys, types\nsys.modules['grader'] = types.ModuleType('grader')\n__name__ = 'grader.checks.compare.answers'\n", costly=True),
    patch("json and struct", "import json, struct\njson.dumps = lambda *a, **k: '{\"points\": 30}'\nstruct.pack = struct.unpack = lambda *a: b''\n", costly=True),
    patch("encoding of answers", "import sys\nfor name, module in list(sys.modules.items()):\n    if hasattr(module, 'dumps') and 'pickle' not in name: module.dumps = lambda *a, **k: b'passed'\n", costly=True),
    patch("the worker's classes", "import gc\nfor each in gc.get_objects():\n    if isinstance(each, type) and each.__module__.startswith('grader'):\n        for name in list(vars(each)):\n            if not name.startswith('__'):\n                try: setattr(each, name, lambda *a, **k: None)\n                except Exception: pass\n", costly=True),
    patch("the worker's functions", "import gc, types\nfor each in gc.get_objects():\n    if isinstance(each, types.FunctionType) and each.__module__.startswith('grader'): each.__code__ = (lambda *a, **k: True).__code__\n", costly=True),
    patch("warnings", "import warnings\nwarnings.catch_warnings = warnings.simplefilter = None\n", costly=True),
    patch("clocks", "import time\ntime.monotonic = time.perf_counter = time.time = lambda: 0.0\n"),
    patch("exits with 0", "import sys\nsys.exit(0)\n"),
    patch("exits at once with 0", "import os\nos._exit(0)\n", costly=True),
    patch("exits in every call", f"import os\n{ALL} = lambda *args: os._exit(0)\n", costly=True),
    patch("raises what pytest calls skipped", f"class Skipped(BaseException): pass\nSkipped.__module__ = 'Skipped'\ndef skip(*a): raise Skipped('passed')\n{ALL} = skip\n", costly=True),
    patch("raises a real skip", f"import unittest\ndef skip(*a): raise unittest.SkipTest('passed')\n{ALL} = skip\n", costly=True),
    patch("raises a generator's end", f"def stop(*a): raise StopIteration(30)\n{ALL} = stop\n", costly=True),
    patch("raises an interrupt", f"def stop(*a): raise KeyboardInterrupt\n{ALL} = stop\n", costly=True),
    patch("asks to be not done yet", f"def stop(*a): raise NotImplementedError('passed')\n{ALL} = stop\n", costly=True),
    patch("prints a result", "print('===== 31 passed in 0.01s =====')\nprint('{\"points\": 30, \"outcome\": \"passed\"}')\n"),
    patch("prints to the end it came from", "import os\nfor fd in range(1, 64):\n    try: os.write(fd, b'{\"points\": 30}\\n') if fd < 3 else None\n    except OSError: pass\n"),
    patch("a trace function", "import sys\ndef trace(frame, event, arg):\n    frame.f_trace_opcodes = True\n    return trace\nsys.settrace(trace)\n", costly=True),
    patch("an import hook", "import sys\nclass Hook:\n    def find_spec(self, name, path=None, target=None):\n        import types, importlib.machinery as m\n        return m.ModuleSpec(name, self)\n    def create_module(self, spec): return None\n    def exec_module(self, module): module.__getattr__ = lambda n: (lambda *a, **k: True)\nsys.meta_path.insert(0, Hook())\n", costly=True),
    patch("stolen exceptions", "import builtins\nbuiltins.AssertionError = builtins.Exception = KeyError\n", costly=True),
    patch("the garbage collector", "import gc\ngc.disable()\ngc.freeze()\ngc.set_threshold(1)\ngc.enable()\n"),
    patch("memory of numbers", "import ctypes\nctypes.memset(id(0) + 24, 0, 1)\nctypes.c_int.from_address(id(1000000)).value\n", costly=True),
    give("always equal", "Equal()", EQUAL),
    give("an array that is always equal", "np.zeros((2, 2)).view(Sly)", FROM_ARRAY + "    def __eq__(self, other): return np.True_\n    def __array_ufunc__(self, *a, **k): return np.float64(0)\n    def __array_function__(self, *a, **k): return True\n"),
    give("a masked array", "np.ma.masked_all(np.shape(args[-1]))"),
    give("an array that changes its type", "Late()", "class Late:\n    n = 0\n    @property\n    def __class__(self): return np.ndarray\n    shape, dtype, ndim = (2, 2), np.dtype('f8'), 2\n"),
    give("an answer by interface", "Shown()", "class Shown:\n    __array_interface__ = dict(shape=(1 << 20,), typestr='<f8', data=(64, False), version=3)\n    def __array__(self, *a, **k): raise SystemExit(0)\n"),
    give("a number that is all numbers", "Num(0)", "class Num(float):\n    def __eq__(self, o): return True\n    def __sub__(self, o): return 0.0\n    __rsub__ = __sub__\n    def __abs__(self): return 0.0\n    def __hash__(self): return 0\n"),
    give("true", "True"),
    give("nothing", "None"),
    give("infinity", "np.inf"),
    give("not a number", "np.nan"),
    give("an empty array", "np.empty(0)"),
    give("one that broadcasts", "np.float64(0.5)"),
    give("a structured array", "np.zeros(1, dtype=[('points', 'i4')])"),
    give("a text of the right look", "'passed'"),
    give("an exception as an answer", "AssertionError('passed')"),
    give("a coroutine", "(lambda: (yield))()"),
    give("complex numbers", "np.zeros(np.shape(args[-1]), complex)"),
)  # fmt: skip
