"""Each layer is attacked from inside, with the rest on and with the rest off; without any, the attacks work."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from grader.sandbox.lockdown import Plan, selftest
from grader.sandbox.wire.codec import decode

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., dict[str, Any]]

PROBE = "got = run_probes(targets)"
FAMILIES = {"reading", "writing", "connections", "programs", "others", "memory", "terminal"}

# What each layer refuses with all others off.
ALONE = {
    ("session",): {"terminal"},
    ("environment",): set(),  # what stands in the first environment stays in /proc/self: see below
    ("descriptors",): {"descriptors"},
    ("limits",): {"raise_limits", "memory"},
    ("parent",): {"survives_parent"},
    ("privileges",): {"mount", "new_privileges"},
    ("landlock",): {
        "read_outside",
        "list_outside",
        "write_outside",
        "list_root",
        "more_devices",
        "tcp",
        "unix_abstract",
        "exec",
        "signal_others",
        "trace",
        "read_memory",
        "read_proc",
    },
    ("seccomp",): {
        "change_outside",
        "tcp",
        "udp",
        "unix_path",
        "unix_abstract",
        "unix_datagram",
        "fork",
        "exec",
        "signal_others",
        "owned_signal",
        "trace",
        "read_memory",
        "mount",
        "new_namespace",
        "no_filter",
    },
    ("view",): {
        "read_outside",
        "list_outside",
        "see_outside",
        "write_outside",
        "change_outside",
        "more_devices",
        "unix_path",
        "unix_datagram",
        "exec",
    },
    ("view", "user"): {"own_user", "become_root"},
    ("processes",): {"signal_others", "owned_signal", "trace", "read_memory", "read_proc", "see_processes"},
    ("network",): {"tcp", "udp", "unix_abstract", "network_namespace"},
    ("ipc",): {"ipc_namespace"},
}
# Landlock refuses these from a version on.
SINCE = {"tcp": 4, "unix_abstract": 6, "signal_others": 6}
# These need more than a process without any lock to work: a privilege, a terminal, another user.
NOT_ALWAYS_OPEN = {"become_root", "mount", "new_namespace", "terminal", "own_user"}


def probed(ran: dict[str, Any]) -> dict[str, str]:
    answer = ran["answers"][0]
    assert "got" in answer, answer
    return dict(answer["got"])


def worked(ran: dict[str, Any]) -> dict[str, str]:
    return {name: answer for name, answer in probed(ran).items() if not answer.startswith("refused")}


def test_with_all_layers_no_attack_works(run: Run) -> None:
    ran = run(PROBE)
    expected = {"own_user"} if "user" not in ran["layers"] else set()
    if "view" in ran["layers"] and "landlock" in ran["layers"]:
        assert worked(ran).keys() <= expected | ({"environment"} & worked(ran).keys())
    judged = selftest.judge(probed(ran), decode(Plan, ran["plan"]))
    assert {each.name for each in judged if each.held} >= FAMILIES


def test_without_any_layer_the_attacks_work(run: Run) -> None:
    """The positive control: an attack that could not work anyway would prove nothing about a layer."""
    ran = run(PROBE, only=())
    assert selftest.PROBES.keys() - worked(ran).keys() <= NOT_ALWAYS_OPEN


@pytest.mark.parametrize("layers", ALONE, ids=" and ".join)
def test_a_layer_alone_refuses_what_it_is_there_for(run: Run, layers: tuple[str, ...]) -> None:
    ran = run(PROBE, only=layers)
    plan = decode(Plan, ran["plan"])
    if absent := set(layers) - set(ran["layers"]):
        pytest.skip(f"not on this machine in this mode: {', '.join(f'{n} ({dict(plan.missing)[n]})' for n in absent)}")
    claimed = {name for name in ALONE[layers] if "landlock" not in layers or SINCE.get(name, 0) <= plan.landlock_abi}
    assert not claimed & worked(ran).keys()


@pytest.mark.parametrize("layer", ["landlock", "seccomp", "view", "processes", "network", "ipc", "user", "privileges"])
def test_with_one_layer_off_others_still_hold_what_matters(run: Run, layer: str) -> None:
    full = run(PROBE)
    if not {"landlock", "seccomp", "view", "processes", "network"} <= set(full["layers"]):
        pytest.skip("this machine offers no two walls in this mode")
    ran = run(PROBE, without=(layer,))
    held = {each.name for each in selftest.judge(probed(ran), decode(Plan, ran["plan"])) if each.held}
    # without the filter it may start processes, within its limits and gone with it
    assert held >= FAMILIES - ({"programs"} if layer == "seccomp" else set())


def test_the_base_without_namespaces_holds_what_matters(run: Run) -> None:
    """Docker's default and Ubuntu's AppArmor refuse namespaces; the rest must do without them."""
    ran = run(PROBE, without=("view", "processes", "network", "ipc", "user"))
    if not {"landlock", "seccomp"} <= set(ran["layers"]):
        pytest.skip("this machine has no Landlock or no filters")
    judged = selftest.judge(probed(ran), decode(Plan, ran["plan"]))
    assert {each.name for each in judged if each.held} >= FAMILIES
    assert ran["left"] == []


def test_a_layer_that_is_off_is_not_reported_as_held(run: Run) -> None:
    for layer in ("landlock", "seccomp", "view", "processes"):
        ran = run(PROBE, without=(layer,))
        plan = decode(Plan, ran["plan"])
        judged = {each.name: each for each in selftest.judge(probed(ran), plan)}
        assert not judged[layer].held
        # nor would it be if the plan were believed
        believed = replace(plan, layers=(*plan.layers, layer))
        assert not {each.name: each for each in selftest.judge(probed(ran), believed)}[layer].held


def test_a_probe_that_works_changes_nothing_outside(run: Run) -> None:
    """One that mounted a file system to see whether it could once covered the /tmp of the machine that was surveyed."""
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        before = mounts.read()
    assert run(PROBE, PROBE, only=())["answers"]
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        assert mounts.read() == before
