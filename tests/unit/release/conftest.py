"""A course of one small exercise, whose package is made in no time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.course_toml import Course, load_course

MASTER = '''# %% [markdown]
# # Halves

# %%
def half(a):
    """Halves."""
    # TODO 1
    # >>> solution
    return a / 2
    # <<<
'''
CHECK = '''import pytest
from grader.checks.authoring import same


@pytest.mark.points(2)
def check_half_values(rng, student, expected):
    """half halves"""
    a = rng.normal(size=3)
    same(student.half(a), expected.half(a))
'''
Small = Callable[..., Course]


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """Write it with lines of one's own at the top of course.toml, and load it; a second call writes that file anew."""

    def made(top: str = "", packages: str = '["numpy"]') -> Course:
        folder = tmp_path / "small" / "solutions"
        (folder / "checks").mkdir(parents=True, exist_ok=True)
        entry = f'[[exercises]]\nid = "01_half"\ntitle = "Halves | wholes"\npackages = {packages}\n'
        (folder / "course.toml").write_text(f'name = "N"\n{top}\n{entry}')
        (folder / "01_half.py").write_text(MASTER)
        (folder / "checks" / "check_01_half.py").write_text(CHECK)
        return load_course(folder)

    return made
