"""Templates as `grader release` writes them: of this repository's course, and of its part that needs no TensorFlow."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from grader import cli
from helpers.repository import ROOT, SOLUTIONS
from helpers.shared import made_once

HEAVY = re.compile(r'\[\[exercises\]\]\nid = "0[23]_\w+"\n(?:.+\n)*')


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, students_wheel: Path) -> Path:
    """Write the templates of the whole course: github/, classic/ and gitlab/."""

    def make(out: Path) -> None:
        course = out / "course"
        (course / "dist").mkdir(parents=True)
        shutil.copy(students_wheel, course / "dist")
        for folder in ("solutions", "exercises"):
            (course / folder).symlink_to(ROOT / folder)
        release(course, "--github", out / "github")
        release(course, "--github", out / "classic", "--classic")
        release(course, "--gitlab", out / "gitlab")

    return made_once(tmp_path_factory, "templates", make)


@pytest.fixture(scope="session")
def light_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write those of a course with only the exercises without TensorFlow, and its solutions: solved/."""

    def make(out: Path) -> None:
        light_course(out / "course")
        release(out / "course", "--github", out / "github", "--gitlab", out / "gitlab", "--solutions", out / "solved")
        release(out / "course", "--github", out / "classic", "--classic")

    return made_once(tmp_path_factory, "light-templates", make)


def light_course(folder: Path, package: str = "") -> Path:
    """Make a course of the exercises without TensorFlow, whose course.toml names this address of the package."""
    solutions = folder / "solutions"
    solutions.mkdir(parents=True)
    for path in SOLUTIONS.iterdir():
        if path.name != "course.toml":
            (solutions / path.name).symlink_to(path)
    text = (SOLUTIONS / "course.toml").read_text(encoding="utf-8")
    kept = HEAVY.sub("", text)
    assert kept.count("[[exercises]]") == 3, "the course has other exercises now"
    (solutions / "course.toml").write_text(kept.replace('package = ""', f'package = "{package}"'), encoding="utf-8")
    return folder


def release(course: Path, *options: object) -> None:
    """Run ``grader release`` for a course."""
    assert cli.main(["release", "--course", str(course / "solutions"), *map(str, options)]) == 0
