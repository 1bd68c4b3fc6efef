"""Writes the notebooks that are handed out; nbformat makes sure that Jupyter, VS Code and Colab open them."""

from __future__ import annotations

from grader.course.make_notebook import notebook_of
from grader.errors import CourseError, UsageError


def notebook_file(script: str, exercise: str, link: str = "") -> str:
    """The text of a notebook file that holds a script cell for cell, see `notebook_of`.

    Raises CourseError if that would be no valid notebook, and UsageError if nbformat is not installed.
    """
    try:
        import nbformat  # the students' package comes without it: it makes no notebooks
    except ModuleNotFoundError as error:
        raise UsageError(
            f"making notebooks needs {error.name}, which is not installed here: pip install -e '.[score]'"
        ) from None

    notebook = nbformat.from_dict(notebook_of(script, exercise, link))  # type: ignore[no-untyped-call]
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        why = str(error).strip().partition("\n")[0]
        raise CourseError(f"{exercise}.py makes no valid notebook: {why}") from None
    return f"{nbformat.writes(notebook)}\n"  # type: ignore[no-untyped-call]
