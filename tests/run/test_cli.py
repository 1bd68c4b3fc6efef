"""The command line as a person meets it: quick to start, one clear line for a slip, nothing done by halves."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import grader
from grader import cli
from grader.commands import doctor
from grader.errors import OutputError

ROOT = Path(__file__).parents[2]
EXTRAS = {"jinja2", "keras", "matplotlib", "msgspec", "nbformat", "pandas", "rich", "tensorflow", "yaml"}
HEAVY = EXTRAS | {"hypothesis", "IPython", "numpy", "pytest"}
MASTER = '''"""A tiny exercise."""

# %%
def double(a):
    """Twice a."""
    # TODO 1 (one line): the number and itself.
    # >>> solution
    return 2 * a
    # <<<
'''


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


def run(*arguments: str | Path, cwd: Path = ROOT) -> Said:
    """Runs ``python -m grader`` as a person would, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, arguments)],
        cwd=cwd, env=os.environ | {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


def loaded(program: str) -> set[str]:
    """The top-level names of the modules that a fresh interpreter holds after a program."""
    program += "\nimport sys; sys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A folder with a course and a class of one student, who handed in nothing worth grading."""
    folder = tmp_path_factory.mktemp("course")
    for inner in ("solutions/checks", "class/ada", "empty"):
        (folder / inner).mkdir(parents=True)
    (folder / "solutions/course.toml").write_text(
        'name = "Tiny"\nrepository = "o/n"\nbranch = "main"\ncontact = "your teacher"\n'
        '[[exercises]]\nid = "01_double"\ntitle = "Doubling"\npackages = ["numpy"]\n'
    )
    (folder / "solutions/01_double.py").write_text(MASTER)
    (folder / "class/ada/01_double.py").write_text("def double(a):\n    return a + a\n")
    return folder


def everything_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)


def test_importing_grader_loads_no_package_of_others():
    """Students wait for their own code, not for ours."""
    assert not loaded("import grader") & HEAVY


def test_importing_the_command_loads_no_package_of_others():
    assert not loaded("import grader.cli") & HEAVY


@pytest.mark.parametrize(
    "arguments", [["--help"], ["score", "--help"], ["check", "--help"], ["--version"]], ids=" ".join
)
def test_asking_for_help_or_the_version_loads_no_package_of_others(arguments):
    """TensorFlow alone would make `grader --help` take four seconds."""
    program = f"from grader.cli import main\ntry: main({arguments})\nexcept SystemExit: pass"

    assert not loaded(program) & HEAVY


def test_checking_ones_own_work_loads_no_extra():
    """The students' package brings NumPy, packaging and pytest alone."""
    program = "import os, sys; from grader.cli import main; sys.stdout = open(os.devnull, 'w'); main(['check', 'exercises/01_gates.py'])"
    found = loaded(program)

    assert {"numpy", "pytest"} <= found
    assert not found & EXTRAS


def test_only_the_command_that_is_typed_is_read():
    program = (
        "from grader.cli import main\nmain(['check', '--help'])\nimport sys; sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    commands = {name.rpartition(".")[2] for name in done.stderr.split() if name.startswith("grader.commands.")}

    assert commands & set(cli.COMMANDS) == {"check"}


def test_every_module_of_a_command_is_collected():
    modules = Path(cli.__file__).parent.joinpath("commands").glob("*.py")
    holds = {file.stem for file in modules if "\ndef add_parser(" in file.read_text(encoding="utf-8")}

    assert holds == {cli.MODULES.get(name, name) for name in cli.COMMANDS}


def test_the_version_names_what_decides_how_work_runs():
    said = run("--version")

    assert said.code == 0
    assert said.out.startswith(f"grader {grader.__version__} (python {sys.version.split()[0]}, numpy ")


def test_the_help_lists_every_command_and_no_other():
    """A command comes with its issue; one that is only planned is not promised."""
    said = run("--help")

    listed = re.findall(r"^    ([a-z-]+)(?: |$)", said.out, re.MULTILINE)
    assert said.code == 0
    assert listed == [
        "score", "check", "release", "dev", "doctor", "merge", "review", "report", "diff", "adjust", "what-if", "export",
        "return", "mine", "similarity",
    ]  # fmt: skip


SLIPS = {
    "no command": ([], "COMMAND"),
    "an unknown command": (["scroe", "class"], "scroe"),
    "an unknown option": (["score", "class", "--job", "2"], "--job"),
    "no folder named": (["score"], "SUBMISSIONS"),
    "a folder that is not there": (["score", "klass"], "klass"),
    "an empty folder": (["score", "empty"], "empty"),
    "an unknown exercise": (["score", "class", "--exercise", "01_duoble"], "did you mean 01_double"),
    "a seed that is no number": (["score", "class", "--seed", "seven"], "seven"),
    "a seed below zero": (["score", "class", "--seed", "-7"], "-7"),
    "no jobs": (["score", "class", "--jobs", "0"], "--jobs"),
    "a limit that is no number": (["score", "class", "--fail-under", "half"], "half"),
    "an unknown isolation": (["score", "class", "--isolation", "none"], "none"),
    "a folder without a course": (["score", "class", "--course", "class"], "course.toml"),
    "reports into a file": (["score", "class", "--out", "solutions/course.toml"], "solutions/course.toml"),
    "reports below a file": (["score", "class", "--out", "solutions/course.toml/x"], "solutions/course.toml/x"),
    "reports among the submissions": (["score", "class", "--out", "class/reports"], "class/reports"),
    "a file to check that is not there": (["check", "02_nothing.py"], "02_nothing.py"),
    "a course that is not there": (["release", "--course", "nowhere"], "nowhere"),
    "an exercise to try that there is not": (["dev", "01_duoble"], "did you mean 01_double"),
    "seeds that are no number": (["dev", "--seeds", "few"], "few"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_in_one_line_and_nothing_is_written(slip, course):
    """Exit 2, nothing on stdout (which may be piped into a file), and a line that names what was wrong."""
    arguments, named = SLIPS[slip]
    before = everything_below(course)

    said = run(*arguments, cwd=course)

    lines = said.err.splitlines()
    assert said.code == 2
    assert said.out == ""
    assert len(lines) == 1, said.err
    assert lines[0].startswith("grader: ")
    assert named in lines[0]
    assert "Traceback" not in lines[0]
    assert everything_below(course) == before


@pytest.mark.parametrize("arguments", [["score", "."], ["release"], ["dev"]], ids=" ".join)
def test_where_there_is_no_course_the_line_says_where_one_was_looked_for(arguments, tmp_path):
    said = run(*arguments, cwd=tmp_path)

    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "solutions/course.toml" in said.err
    assert str(tmp_path) in said.err
    assert everything_below(tmp_path) == []


def test_a_student_outside_a_checkout_is_told_to_go_there(tmp_path):
    """A student knows of no course.toml, and can't name another course."""
    said = run("check", cwd=tmp_path)

    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "checkout of the course" in said.err
    assert everything_below(tmp_path) == []


def test_a_word_that_argparse_would_guess_is_refused(course):
    """`--exer` would be `--exercise` today and something else next year."""
    said = run("score", "class", "--exer", "01_double", cwd=course)

    assert said.code == 2


@pytest.mark.parametrize("command", ["score", "doctor"])
def test_on_windows_one_line_names_the_way_out(command, monkeypatch, capsys):
    monkeypatch.delattr(os, "fork")

    code = cli.main([command, *(["class"] if command == "score" else [])])

    error = capsys.readouterr().err
    assert code == 2
    assert error.count("\n") == 1
    assert "use WSL" in error


def test_an_interrupted_command_ends_with_130(monkeypatch, capsys):
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "run", interrupted)

    assert cli.main(["doctor"]) == 130
    assert capsys.readouterr().err == "grader: interrupted\n"


@pytest.mark.parametrize("arguments", [["--help"], ["doctor"]], ids=" ".join)
def test_a_reader_that_has_gone_is_no_error(arguments):
    """`grader doctor | head -1` must not end in a traceback."""
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "grader", *arguments], cwd=ROOT, env=buffered, stdout=gone, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip

    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "dist/x.whl"),
            "dist/x.whl can't be written (No space left on device).",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "exercises"),
            "exercises can't be used (Permission denied).",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "the output can't be written (No space left on device)."),
        (OutputError("out/index.html can't be written (x)."), "out/index.html can't be written (x)."),
    ],
)
def test_what_can_not_be_written_is_one_line_that_names_it_and_exit_1(error, said, monkeypatch, capsys):
    def full(*_: object) -> int:
        raise error

    monkeypatch.setattr(doctor, "run", full)
    monkeypatch.setattr(os, "dup2", lambda *_: None)

    assert cli.main(["doctor"]) == 1
    assert capsys.readouterr().err == f"grader: {said}\n"


def test_output_that_goes_to_a_full_disk_is_one_line_and_exit_1():
    """Python itself complained once more at its end."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "grader", "--version"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT,
        )

    assert done.returncode == 1
    assert done.stderr == "grader: the output can't be written (No space left on device).\n"
