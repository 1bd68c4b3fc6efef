"""Mistakes as an author writes them: read with their slips named, and put in the place of the reference's functions."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.mistakes.declare import Mistake, compile_reference, compose, load_mistakes, mistake, variant
from grader.errors import CourseError

if TYPE_CHECKING:
    from pathlib import Path

REFERENCE = '''
"""A master file."""
import fractions
import json
from math import sqrt

LIMIT = 10
TABLE: dict = {"a": [1, 2]}
rng = undefined_at_grading_time()
print("a demo cell")


def half(a):
    return a / 2


def both(a, b):
    return half(a) + half(b)


class Box:
    side = sqrt(LIMIT - 1)


if __name__ == "__main__":
    print(both(1, 2))
'''

HEAD = "from grader.checks.mistakes.declare import mistake, variant\n"
KNOWN = 'mistake("G1", name="a third", explanation="It is a half.", hint="How many parts?")\n'
THIRD = '@variant("G1")\ndef half(a):\n    return a / 3\n'


@pytest.fixture
def read(tmp_path: Path):
    """Read an author's file from its text."""

    def read(text: str, names: tuple[str, ...] | None = ("half", "both")) -> tuple[Mistake, ...]:
        file = tmp_path / "shares.py"
        file.write_text(HEAD + textwrap.dedent(text), encoding="utf-8")
        return load_mistakes(file, names)

    return read


def slip(read: Any, text: str) -> str:
    """Read a file with a slip and give the message."""
    with pytest.raises(CourseError) as caught:
        read(text)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_mistake_has_its_texts_and_its_variants(read):
    """Reports print the texts, naming computes with the variants."""
    (known,) = read(KNOWN + THIRD)

    assert (known.id, known.name, known.explanation, known.hint) == (
        "G1",
        "a third",
        "It is a half.",
        "How many parts?",
    )
    assert [(i.id, i.form, tuple(i.overrides)) for i in known.instances] == [("G1", "", ("half",))]


def test_mistakes_keep_the_order_of_the_file(read):
    """Not that of the alphabet, where G10 comes before G2."""
    second = KNOWN.replace("G1", "A0") + THIRD.replace("G1", "A0")

    assert [known.id for known in read(KNOWN + THIRD + second)] == ["G1", "A0"]


def test_functions_of_one_form_combine_and_forms_do_not(read):
    """The same mistake in both gates is one mistake; two ways of making it are not made at once."""
    (known,) = read(
        KNOWN + THIRD + "@variant('G1')\ndef both(a, b):\n    return 0\n"
        "@variant('G1', form='a fourth')\ndef half(a):\n    return a / 4\n"
    )

    assert [(i.form, set(i.overrides)) for i in known.instances] == [
        ("", {"half"}),
        ("", {"both"}),
        ("", {"half", "both"}),
        ("a fourth", {"half"}),
    ]


@given(st.sets(st.sampled_from("abcdef"), min_size=1))
def test_every_choice_of_the_functions_is_an_instance_once(tmp_path_factory, names):
    """No choice is missing, none comes twice, and choosing nothing is no mistake."""
    file = tmp_path_factory.getbasetemp() / "choices.py"
    file.write_text(HEAD + KNOWN + "".join(f"@variant('G1')\ndef {name}():\n    pass\n" for name in sorted(names)))

    (known,) = load_mistakes(file)

    assert len({frozenset(i.overrides) for i in known.instances}) == len(known.instances) == 2 ** len(names) - 1


def test_an_instance_can_not_be_changed(read):
    """All submissions of a run share the instances."""
    (known,) = read(KNOWN + THIRD)
    with pytest.raises(TypeError):
        known.instances[0].overrides["half"] = None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (THIRD, ["variant of G1", "no mistake("]),
        (KNOWN, ["G1 has no variant", "@variant("]),
        (KNOWN + THIRD.replace("half", "third"), ["called third", "half, both"]),
        (KNOWN + KNOWN + THIRD, ["line 3", "G1 is declared twice"]),
        (KNOWN.replace("How many parts?", "  ") + THIRD, ["line 2", "empty hint"]),
        (KNOWN.replace("a third", "") + THIRD, ["line 2", "empty name"]),
        (KNOWN.replace("It is a half.", "") + THIRD, ["line 2", "empty explanation"]),
        (KNOWN + THIRD + THIRD, ["line 6", "two variants of half"]),
        (KNOWN + "variant('G1')(3)\n", ["line 3", "above a function"]),
        (KNOWN + "def half(a:\n", ["line 3"]),
        (KNOWN + "\nundefined\n", ["line 4", "NameError"]),
        ("mistake('G1', name='a third')\n", ["line 2", "TypeError"]),
    ],
)
def test_an_author_s_slip_names_the_file_and_the_way_out(read, text, words):
    """An author reads one line, not a traceback of the grader."""
    message = slip(read, text)
    for word in ["shares.py", *words]:
        assert word in message


def test_a_file_that_is_not_there_is_a_slip_too(tmp_path):
    """It is named like any other."""
    with pytest.raises(CourseError, match="can't be read"):
        load_mistakes(tmp_path / "none.py")


def test_without_names_every_function_is_taken(read):
    """A file can be looked at without its exercise."""
    (known,) = read(KNOWN + THIRD.replace("half", "third"), None)

    assert set(known.instances[0].overrides) == {"third"}


def test_a_file_that_failed_leaves_nothing_to_the_next(read):
    """Each reading has a register of its own."""
    slip(read, KNOWN + "undefined\n")

    assert [known.id for known in read(KNOWN + THIRD)] == ["G1"]


def test_declaring_outside_a_file_says_how_it_is_meant():
    """As when the file is run by itself."""
    with pytest.raises(CourseError, match="read by the grader"):
        mistake("G1", name="a", explanation="b", hint="c")
    with pytest.raises(CourseError, match="read by the grader"):
        variant("G1")


def test_a_reference_composes_without_its_demonstrations(capsys):
    """Demo cells plot, print and train; only what defines something is run, and imports only where they are used."""
    namespace = compose(REFERENCE, {})

    assert namespace["both"](1, 2) == 1.5
    assert (namespace["LIMIT"], namespace["TABLE"], namespace["Box"].side) == (10, {"a": [1, 2]}, 3.0)
    assert {"rng", "json", "fractions"}.isdisjoint(namespace)
    assert capsys.readouterr().out == ""


def test_an_import_that_only_a_demonstration_needs_is_not_made(tmp_path, monkeypatch):
    """Plotting packages cost half a second and much memory."""
    (tmp_path / "heavy_plots.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)

    compose("import heavy_plots\nheavy_plots.show()\ndef half(a):\n    return a / 2\n", {})

    assert "heavy_plots" not in sys.modules


def test_future_imports_hold_in_the_reference():
    """And those of the grader's own modules do not."""
    source = "from __future__ import annotations\ndef half(a: Undefined) -> Undefined:\n    return a / 2\n"

    assert compose(source, {})["half"](3) == 1.5


def test_a_variant_is_used_by_the_parts_that_build_on_it(read):
    """So a mistake in a part can be seen in what builds on it."""
    (known,) = read(KNOWN + THIRD)
    namespace = compose(REFERENCE, known.instances[0].overrides)

    assert namespace["both"](1, 2) == 1


def test_a_variant_calls_the_reference_s_parts_and_its_own_file_s_helpers(read):
    """A variant is written as a student would, with the names of the exercise."""
    (known,) = read(
        KNOWN
        + "from math import floor\nSHIFT = 1\n"
        + "@variant('G1')\ndef both(a, b=4, *, c=0):\n    return floor(_shifted(a)) + half(b) + c\n"
        + "def _shifted(a):\n    return half(a) + SHIFT\n"
    )
    namespace = compose(REFERENCE, known.instances[0].overrides)

    assert namespace["both"](3) == 2 + 2
    assert namespace["both"](3, 2, c=5) == 2 + 1 + 5


def test_names_of_the_reference_win_over_those_of_the_author_s_file(read):
    """Two variants of one function leave only the last under its name, which must not be called by a third."""
    (known,) = read(
        KNOWN + "LIMIT = 99\n" + THIRD + "@variant('G1', form='all')\ndef both(a, b):\n    return half(a) + LIMIT\n"
    )
    namespace = compose(REFERENCE, known.instances[1].overrides)

    assert namespace["both"](1, 2) == 10.5


def test_any_callable_can_stand_for_a_part():
    """Functions drawn for one call are put in as they are, with the names that they know."""
    offset = 7

    def drawn(a):
        return a + offset

    namespace = compose(REFERENCE, {"half": drawn})

    assert namespace["half"] is drawn
    assert namespace["both"](1, 2) == 17


def test_compositions_do_not_touch_each_other(read):
    """About a hundred are alive at once."""
    (known,) = read(KNOWN + THIRD)
    overrides = known.instances[0].overrides
    code = compile_reference(REFERENCE, "shares.py")
    first, second = compose(code, overrides), compose(code, {})
    first["half"] = first["TABLE"] = None

    assert second["both"](1, 2) == 1.5
    assert compose(code, overrides)["both"](1, 2) == 1


def test_a_reference_is_compiled_once():
    """Drawn parts are composed for single calls, some thousand times a run."""
    assert compile_reference(REFERENCE, "shares.py") is compile_reference(REFERENCE, "shares.py")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def half(a:\n", r"shares\.py, line 1"),
        ("def half(a=LIMIT):\n    pass\n", r"shares\.py: NameError.*literal assignments"),
    ],
)
def test_a_reference_that_does_not_run_is_the_author_s_slip(source, words):
    """The message says why a name may be missing here."""
    with pytest.raises(CourseError, match=words):
        compose(source, {}, "shares.py")
