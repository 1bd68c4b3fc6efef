"""What the students' package holds, and what must never be in it."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

from grader.checks.stored.read_record import read_record
from grader.course.course_toml import load_course
from grader.home.kit import of_course, of_package, public_checks
from grader.release.wheel import make_wheel
from helpers.never_given import hidden_checks, secret_lines, texts_in

from .conftest import ROOT


@pytest.fixture(scope="module")
def held(wheel: Path) -> dict[str, str]:
    return texts_in(wheel)


def test_the_public_checks_and_the_data_of_each_exercise_are_in_it(held):
    names = {name.partition("grader/packaged/")[2] for name in held}

    assert {
        "course.json",
        "check_01_gates.py",
        "01_gates.json",
        "check_05_trace.py",
        "05_trace.json",
        "05_trace.npz",
    } <= names


def test_no_file_of_hidden_checks_mistakes_or_solutions_is_in_it(held):
    assert not [name for name in held if re.search(r"hidden|misconceptions/|solutions", name)]
    assert not [name for name in held if re.fullmatch(r"grader/packaged/\d.*\.py", name)]


@pytest.mark.parametrize("ident", [exercise.id for exercise in load_course(ROOT / "solutions").exercises])
def test_no_line_of_a_solution_of_a_hidden_check_or_of_a_mistake_is_in_it(ident, held):
    """What identifies them are their longer lines; the grader's own code has none of these by chance."""
    secret = secret_lines(ident)

    assert len(secret) > 10
    assert [(name, line) for name, text in held.items() for line in secret if line in text] == []


def test_titles_of_hidden_checks_are_not_in_it(held):
    titles = hidden_checks().values()

    assert len(titles) > 5
    assert [title for title in titles for text in held.values() if title in text] == []


def test_what_it_needs_is_light(held):
    (name,) = (name for name in held if name.endswith("METADATA"))
    wanted = message_from_string(held[name]).get_all("Requires-Dist")

    assert {re.match(r"[\w-]+", each)[0] for each in wanted if "extra ==" not in each} == {
        "numpy",
        "packaging",
        "pytest",
    }


def test_its_list_of_files_is_right(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (record,) = (name for name in archive.namelist() if name.endswith("/RECORD"))
        listed = dict(line.split(",", 1) for line in archive.read(record).decode().splitlines())
        assert set(listed) == set(archive.namelist())
        for name in set(listed) - {record}:
            data = archive.read(name)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            assert listed[name] == f"sha256={digest},{len(data)}"


def test_equal_courses_make_equal_packages(wheel, tmp_path):
    """Who builds it again must be able to see that nothing changed."""
    assert make_wheel(load_course(ROOT / "solutions"), tmp_path).read_bytes() == wheel.read_bytes()


def test_a_course_named_by_a_relative_path_keeps_its_hidden_checks_hidden(monkeypatch, tmp_path, wheel):
    """They were once told from public ones by comparing a relative path with a whole one, and all counted as public."""
    monkeypatch.chdir(ROOT)

    assert make_wheel(load_course(Path("solutions")), tmp_path).read_bytes() == wheel.read_bytes()


def test_pip_installs_it(wheel, tmp_path):
    command = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", "--target", str(tmp_path), str(wheel)]
    done = subprocess.run(
        [*command, "--quiet", "--disable-pip-version-check"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "grader" / "packaged" / "course.json").is_file()


def test_what_a_ci_job_lists_without_running_it_are_the_checks_that_run_in_their_order(site: Path) -> None:
    here = {
        offered.exercise.id: public_checks(offered.exercise) for offered in of_course(load_course(ROOT / "solutions"))
    }
    for offered in of_package(site / "grader" / "packaged"):
        listed = public_checks(offered.exercise)
        plans = read_record(offered.record()).checks.values() if listed else ()
        assert [(each.id, each.title, each.max_points) for each in listed] == [
            (plan.id, plan.title, plan.points) for plan in plans
        ]
        assert listed == here[offered.exercise.id]
        assert sum(each.max_points for each in listed) == offered.points[0]


def test_a_job_without_tensorflow_counts_the_whole_course_and_says_what_it_could_not_check(at_home, tmp_path):
    """A template installs TensorFlow only if an exercise that needs it is begun."""
    (tmp_path / "01_gates.py").write_bytes((ROOT / "solutions" / "01_gates.py").read_bytes())
    (tmp_path / "02_swap.ipynb").write_bytes((ROOT / "exercises" / "02_swap.ipynb").read_bytes())
    (tmp_path / "03_measure.py").write_text("def lstm_parameter_count(input_dim, units):\n    return 1\n")
    run = at_home("-P", "-m", "grader", "check", "--ci", "plain")
    told = " ".join(run.stdout.split())

    assert run.returncode == 1, run.stderr
    assert "(01_gates.py): 18 of 18 points" in told
    assert "(02_swap.ipynb): 0 of 9 points Nothing is done yet" in told
    assert "(03_measure.py): 0 of 18 points it needs tensorflow, which is not installed here" in told
    assert told.endswith("Public checks: 18 of 52 points. The other 48 are decided when it is graded.")
