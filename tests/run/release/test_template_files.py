"""What a template holds is what students may have: a list of files, and in no byte of them what only instructors have."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

import grader
from grader.course.course_toml import load_course
from helpers.never_given import hidden_checks, secret_lines, texts_below
from helpers.repository import ROOT, SOLUTIONS

IDS = [exercise.id for exercise in load_course(SOLUTIONS).exercises]
WHEEL = f"gru_grader-{grader.__version__}-py3-none-any.whl"
COMMON = {
    "README.md",
    "README-exercises.md",
    ".gitignore",
    "requirements.txt",
    "requirements-deep-learning.txt",
    ".grader/grader.txt",
    f".grader/{WHEEL}",
    *(f"{ident}{ending}" for ident in IDS for ending in (".py", ".ipynb")),
}
GITHUB = {".github/workflows/grade.yml", ".devcontainer/devcontainer.json"}
FILES = {"github": COMMON | GITHUB, "classic": COMMON | GITHUB, "gitlab": COMMON | {".gitlab-ci.yml"}}


@pytest.fixture(scope="module", params=FILES)
def template(request: pytest.FixtureRequest, templates: Path) -> Path:
    return templates / str(request.param)


def test_it_holds_these_files_and_no_others(template: Path) -> None:
    held = {path.relative_to(template).as_posix() for path in template.rglob("*") if path.is_file()}

    assert held == FILES[template.name]


def test_no_byte_of_it_is_a_solution_a_hidden_check_or_a_mistake(template: Path) -> None:
    held = texts_below(template)
    hidden = hidden_checks()
    secret = {line for ident in IDS for line in secret_lines(ident)} | {*hidden, *hidden.values()}

    assert len(secret) > 300
    assert len(held) > 200, "the files in the wheel are among them"
    assert sorted((name, line) for name, text in held.items() for line in secret if line in text) == []


def test_a_line_of_a_solution_would_be_found_also_where_json_or_a_zip_hides_it(tmp_path: Path) -> None:
    """The search itself: a line with quotes stands in a notebook with backslashes."""
    line = 'x = params["W_z"] @ params["U_z"]'
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [{"source": [line]}]}))

    assert line in texts_below(tmp_path)["a.ipynb"]


def test_no_secret_of_a_ci_system_is_asked_for(template: Path) -> None:
    told = [name for name, text in texts_below(template).items() if re.search(r"secrets\.|github\.token|_TOKEN", text)]

    assert [name for name in told if not name.startswith(f".grader/{WHEEL}/")] == []


def test_stubs_and_the_page_about_them_are_those_of_exercises(template: Path) -> None:
    for ident in IDS:
        for ending in (".py", ".ipynb"):
            name = f"{ident}{ending}"
            assert (template / name).read_bytes() == (ROOT / "exercises" / name).read_bytes()
    assert (template / "README-exercises.md").read_bytes() == (ROOT / "exercises" / "README.md").read_bytes()


def test_the_package_is_pinned_by_its_digest_in_a_file_of_its_own(template: Path) -> None:
    lines = (template / ".grader" / "grader.txt").read_text().splitlines()
    digest = hashlib.sha256((template / ".grader" / WHEEL).read_bytes()).hexdigest()

    assert [line for line in lines if not line.startswith("#")] == [
        "--no-index",
        "--find-links .",
        f"gru-grader=={grader.__version__} --hash=sha256:{digest}",
    ]


def test_all_else_that_is_installed_has_a_version_and_only_one_file_names_tensorflow(template: Path) -> None:
    light = (template / "requirements.txt").read_text().splitlines()
    heavy = (template / "requirements-deep-learning.txt").read_text().splitlines()

    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line) for line in light + heavy)
    assert [line.partition("==")[0] for line in light] == ["matplotlib", "numpy", "packaging", "pandas", "pytest"]
    assert [line.partition("==")[0] for line in heavy] == ["keras", "tensorflow"]


def test_the_readme_says_which_points_these_are_and_links_only_to_what_is_there(template: Path) -> None:
    text = (template / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)

    assert "52 of 100. The other 48" in " ".join(text.split())
    assert "| `01_gates` | A GRU in seven functions | 30 | 18 |" in text
    assert "@@" not in text
    assert [link for link in links if not (link.startswith("../../") or (template / link).exists())] == []
    badge = "../../actions/workflows/grade.yml/badge.svg"
    assert (badge in text) == (template.name != "gitlab")
    assert ("GitHub" in text) == (template.name != "gitlab")


def test_the_dev_container_installs_all_that_the_workflow_does(templates: Path) -> None:
    made = json.loads((templates / "github" / ".devcontainer" / "devcontainer.json").read_text())

    assert made["image"] == "python:3.12"
    for word in (
        "-r requirements.txt",
        "-r requirements-deep-learning.txt",
        "--require-hashes",
        "-r .grader/grader.txt",
    ):
        assert word in made["postCreateCommand"]


def test_a_course_without_deep_learning_has_no_word_of_it(light_templates: Path) -> None:
    for platform in ("github", "gitlab"):
        held = {name: text for name, text in texts_below(light_templates / platform).items() if ".whl/" not in name}
        assert "requirements-deep-learning.txt" not in held
        own = {name: text for name, text in held.items() if not name.startswith("0")}
        assert [name for name, text in own.items() if "ensor" in text or "deep-learning" in text] == []
