"""The repository itself: what stands where, what is said about it, and that it is true."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import tomllib
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

import grader
from grader.cli import COMMANDS
from grader.release import ci_pins

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "grader").rglob("*.py"))
PAGES = [
    "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md",
    *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")),
]  # fmt: skip
TOP = {
    "exercises", "solutions", "grader", "reports", "tests", "docs", "pyproject.toml", "README.md", "Makefile", "LICENSE",
    "CONTRIBUTING.md", "CHANGELOG.md", "ARCHITECTURE.md", "SECURITY.md", ".github", ".ci",
}  # fmt: skip
MANY_LINES = 400  # a module that is longer says in its docstring why it is not two
REASON = "In one file because"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def committed() -> tuple[str, ...]:
    """The files that git keeps; without git (an unpacked archive) nothing can be said."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git repository")
    # A repository may belong to somebody else than who runs the tests, as in a container.
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    return tuple(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")[:-1])


def test_the_top_level_holds_what_was_agreed_and_dotfiles():
    top = {name.partition("/")[0] for name in committed()}

    assert {name for name in top if not (name in TOP or (name.startswith(".") and (ROOT / name).is_file()))} == set()


def test_the_first_two_commands_of_the_readme_are_score_and_test():
    """Who reads no further has seen it work."""
    blocks = re.findall(r"^```(?:sh|bash|console)?\n(.*?)^```", read("README.md"), re.MULTILINE | re.DOTALL)
    commands = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]

    assert commands[:2] == ["make score", "make test"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_links_only_to_what_is_there(page):
    text = read(page)
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text)
    code = re.findall(r"`((?:grader|tests|solutions|exercises|\.ci|\.github)/[\w./-]*)`", text)
    code = [path for path in code if not re.search(r"ID|WORDS", path)]  # these stand for a name

    here = (ROOT / page).parent

    assert [each for each in links if not (here / each).exists()] == []
    assert [each for each in code if not (ROOT / each).exists()] == []


def test_the_architecture_says_of_every_module_what_it_is_for():
    """Who has read that page alone finds the file; a folder's paragraph begins with its name."""
    text = read("ARCHITECTURE.md")
    rooms = text[text.index("## The modules") : text.index("## Words")]
    told: dict[str, set[str]] = {}
    for folder, words in re.findall(r"\*\*`([a-z/]+)/`\*\*(.*?)(?=\*\*`[a-z/]+/`\*\*|\Z)", rooms, re.DOTALL):
        told[folder] = set(re.findall(r"`([a-z0-9_]+)`", words))
    inside = {module.relative_to(ROOT / "grader") for module in MODULES if module.stem not in ("__init__", "__main__")}
    missing = [
        str(module)
        for module in inside
        if (module.parent != Path() and module.parts[0] != "sandbox") or len(module.parts) > 2
        if module.stem not in told.get(str(module.parent), set())
    ]

    assert missing == []
    named = [each for each in re.findall(r"`([a-z]+/[\w/]+\.(?:py|json))`", text) if "ID" not in each]
    assert [each for each in named if not in_the_house(each)] == []


def in_the_house(path: str) -> bool:
    return (ROOT / path).exists() or (ROOT / "grader" / path).exists()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_commands_that_there_are(page):
    """A command that is planned is not promised."""
    text = read(page)
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    made = set(re.findall(r"`make ([a-z]+)", text)) | set(re.findall(r"^(?:\$ )?make ([a-z]+)", text, re.MULTILINE))
    said = set(re.findall(r"(?:`|^\$ |^\.venv/bin/|`\.venv/bin/)grader ([a-z-]+)", text, re.MULTILINE))

    assert made <= targets
    assert said <= set(COMMANDS)


def test_every_target_of_the_makefile_is_explained_by_make_help():
    makefile = read("Makefile")

    explained = re.findall(r"^([a-z]+):.*## \w", makefile, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    assert sorted(explained) == sorted(phony[1].split())


def test_the_version_stands_in_one_place():
    project = tomllib.loads(read("pyproject.toml"))

    assert re.fullmatch(r"\d+\.\d+\.\d+", grader.__version__)
    assert "version" not in project["project"]
    assert project["tool"]["hatch"]["version"]["path"] == "grader/__init__.py"


def test_the_changelog_begins_with_what_is_unreleased():
    headings = re.findall(r"^## (.+)$", read("CHANGELOG.md"), re.MULTILINE)

    assert headings[0] == "Unreleased"


def test_the_changelog_keeps_what_moves_a_mark_under_a_heading_of_its_own():
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Grading"}

    assert set(re.findall(r"^### (.+)$", read("CHANGELOG.md"), re.MULTILINE)) <= kinds


def test_every_package_that_is_asked_for_is_pinned():
    """A package without a version in the constraints is another one next month."""
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = list(chain(project["dependencies"], *project["optional-dependencies"].values()))
    lines = [line for line in read(".ci/constraints.txt").splitlines() if line and not line.startswith("#")]

    assert all(re.fullmatch(r"[\w.-]+==[\w.+!-]+", line) for line in lines)
    pinned = {plain(line.partition("==")[0]) for line in lines}
    assert {plain(re.match(r"[\w.-]+", each)[0]) for each in wanted} <= pinned  # type: ignore[index]


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_in_its_first_line_what_it_is_for(module):
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))

    assert docstring, f"{module} has no docstring"


def test_a_long_module_says_why_it_is_in_one_file():
    """What counts is that a module has one reason to change; its length is only what makes one ask."""
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in MODULES}
    long = {name for name, text in texts.items() if text.count("\n") > MANY_LINES}
    reasoned = {name for name in long if REASON in (ast.get_docstring(ast.parse(texts[name])) or "")}

    assert long - reasoned == set(), f"split it, or say in its docstring: {REASON} ..."


SCRIPTS = {
    "none": ({}, "Python 3.11, 3.12 or 3.13 is missing;"),
    "stand-ins and other versions": (
        {"python3.11": "exit 127", "python3.12": "echo 3.14", "python3": "echo 3.9"},
        "Python 3.11, 3.12 or 3.13 is missing (there is 3.14, 3.9);",
    ),
    "no venv module": ({"python3.12": "echo bare 3.12"}, "python3.12 has no venv module;"),
}


@pytest.mark.parametrize("pythons", SCRIPTS)
def test_without_a_fitting_python_setting_up_says_so_in_one_line(pythons, tmp_path):
    """A name on PATH is not enough: it may fail when it is run (pyenv), or be another version, or lack venv (Debian)."""
    scripts, said = SCRIPTS[pythons]
    tools = tmp_path / "bin"
    (tmp_path / ".ci").mkdir()
    tools.mkdir()
    shutil.copy(ROOT / ".ci" / "venv", tmp_path / ".ci")
    for tool in ("sh", "dirname", "id", "uname"):
        found = shutil.which(tool)
        assert found is not None
        (tools / tool).symlink_to(found)
    for name, does in scripts.items():
        (tools / name).write_text(f"#!{tools / 'sh'}\n{does}\n")
        (tools / name).chmod(0o755)

    done = subprocess.run(
        [tools / "sh", ".ci/venv", "score"], cwd=tmp_path, env={"PATH": str(tools)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("workflow", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.name)
def test_a_workflow_of_this_project_uses_the_very_actions_that_a_release_does(workflow):
    """By commit, since a tag can be moved to other code, with the version in words."""
    pinned = {ci_pins.CHECKOUT, ci_pins.SETUP_PYTHON, ci_pins.UPLOAD_ARTIFACT, ci_pins.DOWNLOAD_ARTIFACT}
    used = re.findall(r"uses: *(.*)", workflow.read_text(encoding="utf-8"))

    assert used
    assert set(used) <= pinned
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v[0-9.]+", each) for each in pinned)


@pytest.fixture
def typed_make(tmp_path):
    """Run this repository's Makefile where the Python of .venv only prints what it is given, an argument on a line."""
    tools = tmp_path / ".venv" / "bin"
    tools.mkdir(parents=True)
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", ".ci/constraints.txt", ".ci/venv"):
        (tmp_path / name).write_text("")
    (tmp_path / ".venv" / ".place").write_text(f"{tmp_path}\n")
    (tools / "python").write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    (tools / "python").chmod(0o755)

    def make(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], **environment}
        return subprocess.run(["make", *words], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    return make


def test_make_score_takes_a_class_and_a_roster_whose_paths_have_spaces_and_umlauts(typed_make):
    done = typed_make("score", "SUBMISSIONS=My class", "ROSTER=Übung 1/Kürs=A.csv", "OUT=a b", "ARGS=--seed 7 --x=1")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "-m", "grader", "score", "My class", "--out", "a b", "--roster", "Übung 1/Kürs=A.csv", "--seed", "7", "--x=1",
    ]  # fmt: skip
    assert "--roster" not in typed_make("score").stdout


@pytest.mark.parametrize("target", ["score", "help", "-n"])
@pytest.mark.parametrize("wrong", ["SUBMISSION=class", "ROOSTER=a b.csv", "submissions=class"])
def test_a_variable_that_no_target_knows_stops_make_in_one_line_with_those_that_there_are(typed_make, target, wrong):
    """It graded the made-up class, and the teacher's own was never looked at."""
    done = typed_make(target, "OUT=x", wrong)

    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    name = wrong.partition("=")[0]
    assert f"no target knows {name}; there are SUBMISSIONS ROSTER OUT ARGS PYTHON, see `make help`" in line


@pytest.mark.parametrize(
    "words",
    [["PYTHON=/usr/bin/python3.12"], ["PIP_INDEX_URL=x"], ["-n"], ["SHELL=/bin/sh"], ["ARGS=a=b c=d"], ["-s", "-j2"]],
)
def test_what_make_python_and_pip_read_is_known(typed_make, words):
    done = typed_make("score", *words)

    assert (done.returncode, done.stderr) == (0, "")


def test_variables_of_the_environment_and_of_a_make_above_are_no_mistakes(typed_make, tmp_path):
    (tmp_path / "above.mk").write_text("all:\n\t@$(MAKE) --no-print-directory score\n")

    assert typed_make("score", SUBMISSION="x", ROOSTER="y").returncode == 0
    done = typed_make("-f", "above.mk", "SEMESTER=autumn", "SUBMISSIONS=mine")
    assert done.returncode == 0, done.stderr
    assert "mine" in done.stdout.splitlines()


def test_make_help_names_every_variable(typed_make):
    said = typed_make("help").stdout

    assert all(f"{name}=" in said for name in ("SUBMISSIONS", "ROSTER", "OUT", "ARGS", "PYTHON"))
