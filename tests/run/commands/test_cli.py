"""What every command says of itself, and the doctor."""

from __future__ import annotations

from typing import Any

import pytest


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
