"""The filter is tried by a small machine of our own, so also for the kind of processor that the tests don't run on."""

from __future__ import annotations

import errno
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.lockdown import bpf, seccomp
from grader.sandbox.lockdown.call_numbers import HIGHEST, numbers

ARCHITECTURES = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
ALLOW, KILL = 0x7FFF_0000, 0x8000_0000
REFUSE, UNKNOWN, NO_TERMINAL = (0x0005_0000 | number for number in (errno.EPERM, errno.ENOSYS, errno.ENOTTY))


def decide(program: bytes, architecture: int, number: int, *arguments: int) -> int:
    """What a filter answers to one call."""
    data = struct.pack("<IIQ6Q", number, architecture, 0, *(*arguments, *[0] * 6)[:6])
    at = word = 0
    while True:
        code, yes, no, value = struct.unpack_from("<HBBI", program, 8 * at)
        at += 1
        if code == 0x20:
            word = struct.unpack_from("<I", data, value)[0]
        elif code == 0x06:
            return int(value)
        elif code == 0x05:
            at += value
        elif code == 0x54:
            word &= value
        else:
            at += yes if {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[code] else no


@given(st.sets(st.integers(1, 500), max_size=60), st.integers(0, 2**32 - 1))
def test_the_search_finds_the_last_start_that_is_not_above(starts: set[int], word: int) -> None:
    ordered = [0, *sorted(starts)]
    code = [bpf.load(0), *bpf.search([(start, bpf.give(start)) for start in ordered])]
    assert decide(bpf.assemble(code, {}), 0, word) == max(start for start in ordered if start <= word)


def test_a_jump_back_is_refused() -> None:
    with pytest.raises(ValueError, match="jump"):
        bpf.assemble([bpf.Label("here"), bpf.jump("here")], {})


@pytest.mark.parametrize("kind", ARCHITECTURES)
@pytest.mark.parametrize("metadata", [True, False])
def test_every_call_gets_the_answer_that_is_meant(kind: str, metadata: bool) -> None:
    made = seccomp.build(kind, metadata=metadata)
    known = numbers(kind)
    pid = 1
    code = bytearray(made.program)
    for offset in made.pids:
        struct.pack_into("<I", code, offset, pid)

    def ask(name: str, *arguments: int) -> int:
        return decide(bytes(code), ARCHITECTURES[kind], known[name], *arguments)

    for name in (
        "socket",
        "connect",
        "execve",
        "ptrace",
        "mount",
        "setuid",
        "bpf",
        "unshare",
        "linkat",
        "memfd_create",
    ):
        assert ask(name) == REFUSE, name
    for name in ("fchmod", "utimensat"):
        assert ask(name) == (ALLOW if metadata else REFUSE)
    assert ask("clone", 0x0001_0000 | 0x100) == ALLOW  # a thread
    assert ask("clone", 17) == REFUSE  # a process
    assert ask("clone", 0x0001_0000 | 0x1000_0000) == REFUSE  # a thread in a new user namespace
    assert ask("clone3") == UNKNOWN
    assert [ask("kill", target) for target in (1, 2, 2**64 - 1, 0)] == [ALLOW, REFUSE, REFUSE, REFUSE]
    assert [ask("tgkill", target) for target in (1, 2)] == [ALLOW, REFUSE]
    assert [ask("prlimit64", target) for target in (0, 1, 2)] == [ALLOW, ALLOW, REFUSE]
    assert [ask("prctl", option) for option in (15, 1, 4)] == [ALLOW, REFUSE, REFUSE]
    assert [ask("ioctl", 0, request) for request in (0x5401, 0x5412, 0x541C)] == [ALLOW, NO_TERMINAL, NO_TERMINAL]
    assert [ask("fcntl", 0, command) for command in (1, 3, 8, 10)] == [ALLOW, ALLOW, REFUSE, REFUSE]
    assert ask("socketpair", 1, 1 | 0o2000000) == ALLOW
    assert [ask("socketpair", *pair) for pair in ((1, 2), (2, 1))] == [REFUSE, REFUSE]
    assert decide(bytes(code), ARCHITECTURES[kind], HIGHEST + 1) == UNKNOWN
    assert decide(bytes(code), 0x4000_0003, known["socket"]) == KILL  # 32-bit calls
    x32 = decide(bytes(code), ARCHITECTURES[kind], 0x4000_0000 | known["socket"])
    assert x32 == (KILL if kind == "x86_64" else UNKNOWN)


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_no_call_has_two_numbers(kind: str) -> None:
    known = numbers(kind)
    assert len(set(known.values())) == len(known)
    assert max(known.values()) <= HIGHEST
