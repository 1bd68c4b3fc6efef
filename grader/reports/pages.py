"""Turns views into HTML: one self-contained file each, complete without its script."""

from __future__ import annotations

import base64
import hashlib
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grader.reports import words
from grader.reports.harmless import clean

if TYPE_CHECKING:
    from grader.reports.classroom.class_view import ClassView
    from grader.reports.classroom.large_class import ListPage
    from grader.reports.student.shown import StudentView

GENERATOR = '<meta name="generator" content="gru-grader">'  # how we recognise our own pages


def student_page(view: StudentView) -> str:
    """Return a student's page. It runs no script at all."""
    return _environment().get_template("student.html").render(page=view)


def class_page(view: ClassView) -> str:
    """Return the class page, whose one script sorts and filters tables and is allowed by its hash."""
    return _with_script("class.html", page=view, up="")


def list_page(page: ListPage) -> str:
    """Return a page with a piece of what a large class's page has no room for; it has the same script."""
    return _with_script("class_list.html", page=page, up="../")


def _with_script(template: str, **values: object) -> str:
    environment = _environment()
    script = environment.get_template("table.js").render().encode()
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    return environment.get_template(template).render(**values, script_hash=digest)


def filled(template: str, **values: object) -> str:
    """Return a page of another part of the grader, made of a template here; every text in it is escaped and cleaned."""
    return _environment().get_template(template).render(**values)


def _printed(value: object) -> object:
    """Clean every text once more as it is printed, in case a view forgot one; markup is our own."""
    return clean(value) if type(value) is str else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printed,
    )
    for noun in ("point", "check", "more check", "student", "statement", "reason"):
        environment.filters[f"{noun}s".replace(" ", "_")] = partial(words.count, one=noun)
    return environment
