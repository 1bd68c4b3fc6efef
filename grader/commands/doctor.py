"""``grader doctor``: attacks each protection of this machine and says which hold, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.commands.arguments import need_a_posix_system

if TYPE_CHECKING:
    import argparse

    from grader.commands.arguments import Subparsers


def add_parser(commands: Subparsers) -> None:
    """Adds the command, which has no options."""
    doctor = commands.add_parser("doctor", help="attack each protection of this machine and say which hold")
    doctor.set_defaults(run=run)


def run(_given: argparse.Namespace) -> int:
    """Prints one line for each protection, as tried from inside a worker; exit code 1 if an essential one is missing."""
    need_a_posix_system()
    from grader.engine.protections import protections
    from grader.sandbox import lockdown
    from grader.sandbox.lockdown.selftest import open_targets
    from grader.sandbox.outside import packages
    from grader.sandbox.outside.launch import Zygote

    plan = lockdown.survey(packages.interpreter_paths())
    with open_targets() as targets, Zygote((), plan) as zygote:
        zygote.wait_until_ready()
        found = protections(zygote.control, targets, plan)
    print(f"Isolation: {plan.backend}")
    for each in found:
        extra = each.name in lockdown.LAYERS and each.name not in lockdown.ESSENTIAL
        print(f"  {'yes' if each.held else 'no' if extra else 'NO':3}  {each.name:12} {each.detail}")
    print("`--isolation strict` asks for all but: " + ", ".join(sorted(set(lockdown.LAYERS) - lockdown.ESSENTIAL)))
    missing = [each.name for each in found if not each.held and each.name in lockdown.ESSENTIAL]
    if missing:
        print(f"\n`grader score --isolation strict` would refuse to run here: {', '.join(missing)}.")
    return 1 if missing else 0
