"""The command's own words: light to start, versions, help, the doctor."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

import grader

from .conftest import ROOT

HEAVY = {"tensorflow", "keras", "pandas", "matplotlib", "jinja2", "nbformat", "rich", "numpy", "pytest"}


@pytest.mark.parametrize("words", ["import grader", "from grader import cli; cli.main(['--help'])"])
def test_importing_and_asking_for_help_load_nothing_heavy(words: str) -> None:
    """Students wait for their own code, not for ours."""
    text = f"import sys\ntry:\n    {words}\nexcept SystemExit: pass\nprint('LOADED', *sys.modules)"
    run = subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = run.stdout.rpartition("LOADED")[2].split()
    assert not HEAVY & set(loaded)


def test_the_version_names_what_decides_how_work_runs(typed: Any) -> None:
    run = typed("--version")
    assert run.returncode == 0
    assert run.stdout.startswith(f"grader {grader.__version__} (python ")
    assert "numpy" in run.stdout


@pytest.mark.parametrize("command", ["score", "check", "release", "dev", "doctor"])
def test_every_command_explains_itself(command: str, typed: Any) -> None:
    run = typed(command, "--help")
    assert run.returncode == 0
    assert command in run.stdout


def test_the_doctor_has_a_line_for_each_layer_and_an_exit_code_for_scripts(typed: Any) -> None:
    from grader.sandbox import lockdown

    run = typed("doctor")
    assert run.returncode in (0, 1), run.stderr
    for name in lockdown.ESSENTIAL:
        assert name in run.stdout
    assert ("NO" in run.stdout) or run.returncode == 0
