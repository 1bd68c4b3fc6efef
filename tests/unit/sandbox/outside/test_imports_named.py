"""What a file will import is guessed from its bytes, without parsing it; a wrong guess only costs time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.outside.imports_named import LARGEST, may_import

EXERCISES = Path(__file__).parents[4] / "exercises"
NAMES = ("pandas", "matplotlib")
GUARD = 'if __name__ == "__main__":\n'

IMPORTS = (
    "import pandas as pd\n",
    "import numpy as np, pandas as pd\n",
    "import numpy as np; import pandas\n",
    "from matplotlib import pyplot as plt\n",
    "from matplotlib.pyplot import (\n    plot,\n)\n",
    "from matplotlib \\\n    import pyplot\n",
    "import numpy, \\\r\n    pandas\r\n",
    "try:\n    import pandas\nexcept ImportError:\n    pandas = None\n",
    "def plot():\n\timport matplotlib.pyplot\n",
    "if True: import pandas\n",
    "pd = __import__('pandas')\n",
    'import importlib\nplt = importlib.import_module("matplotlib.pyplot")\n',
    'exec("import pandas")\n',
    f"{GUARD}    pass\nimport pandas\n",
    f"{GUARD}    pass\nelse:\n    import pandas\n",
    f"{GUARD}    pass\n\n\ndef plot():\n    import pandas\n",
    'if __name__ != "__main__":\n    import pandas\n',
    'if __name__ == "__main__" or True:\n    import pandas\n',
    f"def main():\n    {GUARD}        pass\n    import pandas\n",
)
NO_IMPORTS = (
    "",
    "import numpy as np\n",
    "# import pandas as pd\n",
    "x = 1  # as with import pandas\n",
    '"""A table like those of pandas."""\n',
    "%matplotlib inline\n",
    "!pip install pandas\n",
    f"{GUARD}    import pandas\n",
    f"{GUARD}    try:\n        import matplotlib.pyplot as plt\n    except ImportError:\n        print('no matplotlib')\n",
    f"{GUARD}    print(1)\n\n# and now\n\n    import pandas\n",
    "if '__main__' == __name__:\n    import pandas\n",
    "if (__name__ == '__main__') :\n\timport pandas\n",
    'if __name__ == "__main__": import pandas\n',
    f"{GUARD}    print('if')\n    if 1:\n        from matplotlib import pyplot\n".replace("\n", "\r\n"),
)


def notebook(text: str, *, as_lines: bool, indent: int | None) -> bytes:
    """Write a notebook of one cell in one of the forms that notebooks have."""
    source = text.splitlines(keepends=True) if as_lines else text
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=indent).encode()


def forms(text: str) -> tuple[bytes, ...]:
    """Write a text as a script and as a notebook, in which lines may stand by themselves."""
    return (
        text.encode(),
        notebook(text, as_lines=True, indent=1),
        notebook(text, as_lines=False, indent=4),
        notebook(text, as_lines=False, indent=None),
    )


@pytest.mark.parametrize("text", IMPORTS)
def test_an_import_is_seen_wherever_and_however_it_stands(text: str) -> None:
    assert may_import(NAMES, text.encode())
    if "\\" not in text:  # a notebook writes a backslash as two
        assert all(may_import(NAMES, form) for form in forms(text))


@pytest.mark.parametrize("text", NO_IMPORTS)
def test_what_is_no_import_or_is_never_run_does_not_count(text: str) -> None:
    assert not any(may_import(NAMES, form) for form in forms(text)[:3])


@pytest.mark.parametrize("name", ["01_gates.py", "01_gates.ipynb", "05_trace.py", "05_trace.ipynb"])
def test_no_file_made_from_a_stub_waits_for_the_plot_that_is_not_drawn(name: str) -> None:
    data = (EXERCISES / name).read_bytes()
    assert b"matplotlib" in data
    assert not may_import(NAMES, data)


def test_a_file_too_large_to_be_looked_at_is_one_that_may_import() -> None:
    assert may_import(NAMES, b"# pandas" + b"\n" * LARGEST)
    assert not may_import(NAMES, b"# padnas" + b"\n" * LARGEST)


@given(
    st.lists(st.sampled_from([b"pandas", b"import ", b"\n", b"\\n", b'"', b"\\", b"{", b"#", b"if __name__ ==", b" "]))
)
def test_any_bytes_are_looked_at(parts: list[bytes]) -> None:
    """It never says no to a file whose every line that has the name imports it, outside a guard and a comment."""
    data = b"".join(parts)
    assert may_import(NAMES, data) in (True, False)
    assert may_import(NAMES, b"import pandas\n" + data)
    assert not may_import(NAMES, data.replace(b"pandas", b""))
