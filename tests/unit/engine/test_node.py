"""What a node says before it starts anything: that it may not grade, or that the course is wrong."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from grader.engine import node
from grader.engine.bundle import pack_course
from grader.engine.same_code import code_here
from grader.sandbox import lockdown

WEAK = lockdown.Plan(("session", "environment", "descriptors", "limits"))


def ready(folder: Path, bundle: bytes, **told: Any) -> dict[str, Any]:
    """What it answers; with nothing that lets it grade."""
    settings = {
        "exercises": ["a"],
        "seed": 1,
        "strict": False,
        "code": code_here(),
        "course": "/here",
        "jobs": 1,
    } | told
    with ExitStack() as stack:
        answer, pool = node._get_ready(stack, settings, bundle, folder / "course")
    assert pool is None
    assert "backend" not in answer
    return answer


@pytest.fixture
def bundle(tmp_path: Path) -> bytes:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "course.toml").write_text("name = 'made up'\nno_such_key = 1\n")
    return pack_course(tmp_path / "made")


def test_other_versions_are_refused_before_the_course_is_unpacked(tmp_path: Path, bundle: bytes) -> None:
    answer = ready(tmp_path, bundle, code=code_here() | {"numpy": "1.0"})

    assert answer["refused"].startswith("it has other versions: numpy ")
    assert "(here 1.0)" in answer["refused"]
    assert not (tmp_path / "course").exists()


def test_an_authors_slip_names_the_file_where_the_author_has_it(tmp_path: Path, bundle: bytes) -> None:
    answer = ready(tmp_path, bundle)

    assert answer["course_error"].startswith("/here/course.toml")
    assert "no_such_key" in answer["course_error"]


def test_strict_refuses_a_machine_that_lacks_a_protection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = tmp_path / "made"
    course.mkdir()
    (course / "course.toml").write_text('name = "x"\n[[exercises]]\nid = "a"\ntitle = "A"\npackages = ["numpy"]\n')
    (course / "a.py").write_text("# %%\ndef f():\n    # TODO 1: f\n    # >>> solution\n    return 1\n    # <<<\n")
    (course / "checks").mkdir()
    (course / "checks" / "check_a.py").write_text("")
    monkeypatch.setattr(lockdown, "survey", lambda _: WEAK)
    answer = ready(tmp_path, pack_course(course), strict=True)

    assert answer["refused"].startswith("--isolation strict: this machine lacks ")
    assert lockdown.LAYERS["seccomp"] in answer["refused"]


def test_a_course_that_came_broken_is_the_graders_fault(tmp_path: Path) -> None:
    assert "can't be unpacked" in ready(tmp_path, b"no zip")["fault"]
