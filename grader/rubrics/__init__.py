"""Written answers: reads an author's rubric and assesses an answer by it; what isn't certain waits for a person.

The rest of the house uses ``load_rubric``, ``assess`` and ``is_empty`` from here, and the bench in ``text_bench``:

    from grader.rubrics import assess, load_rubric

    rubric = load_rubric(Path("solutions/rubrics/04_theory.toml"))
    made = assess(rubric, "memory_gate", "It's the update gate, not the reset gate.")
    made.settled  # 1; None if a person decides, and then made.suggested is the proposal

An answer's way: its words (``answer_words``), what they are about (``topics``), then a short question's choice
(``short_answers``) or an open one's ideas (``open_answers``), and what should make a person look twice (``flags``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.source.written.written_text import is_empty

if TYPE_CHECKING:
    from grader.rubrics.assessment import assess
    from grader.rubrics.rubric_toml import load_rubric

__all__ = ["assess", "is_empty", "load_rubric"]


def __getattr__(name: str) -> Any:
    """Import what is asked for only then: whoever needs one name does not compile patterns for the others."""
    if name == "load_rubric":
        from grader.rubrics.rubric_toml import load_rubric

        return load_rubric
    if name == "assess":
        from grader.rubrics.assessment import assess

        return assess
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
