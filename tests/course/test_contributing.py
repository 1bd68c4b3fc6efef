"""The mistake that CONTRIBUTING shows can be added as it is written there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from grader.checks.mistakes.declare import compose, load_mistakes

from .otherwise.files import Submission
from .otherwise.gates_answers import FUNCTIONS, agree, answers

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
(SHOWN,) = re.findall(r"^## Add a known mistake$.*?^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
(ID,) = set(re.findall(r'"(G\d+)"', SHOWN))
MASTER = ROOT / "solutions" / "01_gates.py"
MISTAKES = ROOT / "solutions" / "misconceptions" / "01_gates.py"


def test_the_mistake_that_the_page_shows_is_added_by_what_it_shows(tmp_path: Path) -> None:
    """Its number was that of no free one, and its faulty file needed six functions that it does not show."""
    file = tmp_path / "01_gates.py"
    file.write_text(f"{MISTAKES.read_text(encoding='utf-8')}\n\n{SHOWN}", encoding="utf-8")
    mistakes = load_mistakes(file, FUNCTIONS)
    assert mistakes[-1].id == ID
    assert ID not in {mistake.id for mistake in mistakes[:-1]}


def test_a_faulty_file_needs_only_the_function_that_is_wrong(tmp_path: Path) -> None:
    (shown,) = [each for each in ast.parse(SHOWN).body if isinstance(each, ast.FunctionDef)]
    shown.decorator_list = []
    file = tmp_path / f"{ID}-{shown.name}-words.py"
    file.write_text(ast.unparse(shown), encoding="utf-8")
    submission = Submission(file, "01_gates", *file.stem.split("-")[:2])
    namespace: dict[str, object] = {"__name__": "submission"}
    exec(compile(submission.source, str(file), "exec", dont_inherit=True), namespace)
    right = compose(MASTER.read_text(encoding="utf-8"), {}, str(MASTER))
    wrong = {name for name in FUNCTIONS if not agree(answers(namespace, name), answers(dict(right), name))}
    assert wrong == {"next_state", "gru_step", "gru_forward"}
    known = [each for mistake in load_mistakes(MISTAKES, FUNCTIONS) for each in mistake.instances]
    for instance in known:
        given = compose(MASTER.read_text(encoding="utf-8"), instance.overrides, str(MASTER))
        assert not agree(answers(namespace, "next_state"), answers(dict(given), "next_state")), instance.id
