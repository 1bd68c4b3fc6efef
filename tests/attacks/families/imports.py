"""Packages that the exercise is done without, by any route."""

from __future__ import annotations

from attacks.attack import ALL, Attack, reach

REFUSED = ("tensorflow", "keras", "torch", "jax", "scipy")
RULE = "is done without"


def use(package: str) -> Attack:
    """Wrong work that wants a package, is told so, and loses nothing by it."""
    return Attack("imports", f"import {package}", f"import {package}\n", says=RULE)


def route(name: str, body: str, *, needs: tuple[str, ...] = ()) -> Attack:
    """A way round, with right work beside it."""
    return reach("imports", name, body, reason="the packages may not be installed", needs=needs)


EACH = f"for name in {REFUSED!r}:\n    with contextlib.suppress(ImportError):\n        "

ATTACKS: tuple[Attack, ...] = (
    *(use(package) for package in REFUSED),
    route("from inside a function", EACH + "return __import__(name)"),
    route("importlib", "import importlib\n" + EACH + "return importlib.import_module(name)"),
    route("without the finder", "sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != 'Refusing']\n" + EACH + "return __import__(name)"),
    route("the base interpreter's folders", f"sys.path += [sys.base_prefix + '/lib', sys.base_prefix + '/lib/python{{}}.{{}}/site-packages'.format(*sys.version_info), '/usr/lib/python3/dist-packages', '/usr/lib', '/usr/local/lib', sys.prefix + '/lib/python{{}}.{{}}/site-packages'.format(*sys.version_info)]\nsys.meta_path[:] = sys.meta_path[-1:]\nsys.path_importer_cache.clear()\nfor name in {REFUSED!r}:\n    with contextlib.suppress(ImportError, OSError):\n        return __import__(name)"),
    route("a spec by hand", "import importlib.util, numpy\nplace = os.path.dirname(os.path.dirname(os.path.realpath(numpy.__file__)))\n" + f"for name in {REFUSED!r}:\n    with contextlib.suppress(ImportError, OSError):\n        spec = importlib.util.spec_from_file_location(name, f'{{place}}/{{name}}/__init__.py')\n        module = importlib.util.module_from_spec(spec)\n        spec.loader.exec_module(module)\n        return module"),
    route("files beside numpy", "import numpy\nplace = os.path.dirname(os.path.dirname(os.path.realpath(numpy.__file__)))\nreturn [n for n in " + repr(REFUSED) + " if os.path.exists(f'{place}/{n}/__init__.py')]", needs=("view",)),
    route("modules already loaded", "return [n for n in list(sys.modules) if n.partition('.')[0] in " + repr(REFUSED) + "]"),
    route("numpy's own way", "import numpy\nreturn [n for n in " + repr(REFUSED) + " if hasattr(numpy, n)]"),
    route("pandas' optional packages", "from pandas.compat._optional import import_optional_dependency\nreturn import_optional_dependency('scipy', errors='ignore')"),
    route("install it", "import subprocess\nreturn subprocess.run([sys.executable, '-m', 'pip', '--version']).returncode == 0 and 'pip runs'"),
    route("pip inside", "import pip._internal.cli.main as pip\nreturn pip"),
    route("a library by its file", "import glob\nreturn [ctypes.CDLL(name) for name in glob.glob(sys.base_prefix + '/**/libtensorflow*', recursive=True)]"),
    route("a subinterpreter", "import _xxsubinterpreters as sub\none = sub.create()\ntry:\n    sub.run_string(one, 'import tensorflow')\n    return 'imported'\nfinally:\n    sub.destroy(one)"),
    route("a folder of links that can be read", "found = []\nfor place in list(sys.path):\n    with contextlib.suppress(OSError):\n        found += [n for n in os.listdir(place) if n in " + repr(REFUSED) + "]\nreturn found", needs=("view",)),
    Attack("imports", "scipy under another name", f"import sys\nclass All:\n    def __getattr__(self, name): return lambda *a: 0.5\nsys.modules['scipy'] = sys.modules['scipy.special'] = All()\nfrom scipy.special import expit\n{ALL} = expit\n", costly=True),
    Attack("imports", "torch in every function", f"def f(*a):\n    import torch\n    return torch.sigmoid(a[0])\n{ALL} = f\n", costly=True, says=RULE),
    Attack("imports", "a star of keras", "from keras.layers import *\nmodel = GRU(4)\n", says=RULE),
)  # fmt: skip
