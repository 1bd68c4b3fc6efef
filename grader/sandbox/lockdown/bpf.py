"""A small assembler of the classic BPF that seccomp runs: blocks of instructions with named places to jump to."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP = 0x05  # BPF_JMP | BPF_JA
_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K

NEXT = ""  # the place just after an instruction


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction; where it jumps to is a label, or `NEXT`."""

    code: int
    value: int | str
    yes: str = NEXT
    no: str = NEXT


@dataclass(frozen=True, slots=True)
class Label:
    """A place that instructions before it jump to."""

    name: str


Code = Instruction | Label


def load(offset: int) -> Instruction:
    """Loads the 32-bit word at an offset of ``struct seccomp_data``."""
    return Instruction(_LOAD, offset)


def argument(index: int) -> Instruction:
    """Loads the low half of a call's argument (0 to 5); both machines are little-endian."""
    return load(16 + 8 * index)


def equal(value: int | str, yes: str = NEXT, no: str = NEXT) -> Instruction:
    """Compares the loaded word; a value that is a name is filled in by `assemble`."""
    return Instruction(_EQUAL, value, yes, no)


def at_least(value: int, yes: str = NEXT, no: str = NEXT) -> Instruction:
    """Compares the loaded word, unsigned."""
    return Instruction(_AT_LEAST, value, yes, no)


def any_bit(value: int, yes: str = NEXT, no: str = NEXT) -> Instruction:
    """Asks whether the loaded word has any of the bits."""
    return Instruction(_ANY_BIT, value, yes, no)


def mask(value: int) -> Instruction:
    """Keeps only some bits of the loaded word."""
    return Instruction(_AND, value)


def jump(label: str) -> Instruction:
    """Goes on at a label, however far."""
    return Instruction(_JUMP, 0, label)


def give(action: int) -> Instruction:
    """Ends with an action."""
    return Instruction(_RETURN, action)


def search(starts: Sequence[tuple[int, Instruction]], name: str = "s") -> list[Code]:
    """A binary search: ends with the instruction of the last entry whose start is not above the loaded word."""
    if len(starts) == 1:
        return [starts[0][1]]
    middle = len(starts) // 2
    right = f"{name}r"
    return [
        at_least(starts[middle][0], yes=right),
        *search(starts[:middle], f"{name}l"),
        Label(right),
        *search(starts[middle:], right),
    ]


def assemble(code: Iterable[Code], values: dict[str, int]) -> bytes:
    """The packed program; raises ValueError for a jump back or one too far for a comparison (255 instructions)."""
    instructions: list[Instruction] = []
    places: dict[str, int] = {}
    for each in code:
        if isinstance(each, Label):
            places[each.name] = len(instructions)
        else:
            instructions.append(each)

    def distance(label: str, here: int, most: int) -> int:
        steps = 0 if label == NEXT else places[label] - here - 1
        if not 0 <= steps <= most:
            raise ValueError(f"a jump of {steps} instructions to {label}")
        return steps

    packed = []
    for here, each in enumerate(instructions):
        value = values[each.value] if isinstance(each.value, str) else each.value
        if each.code == _JUMP:
            packed.append(struct.pack("<HBBI", _JUMP, 0, 0, distance(each.yes, here, 0xFFFF)))
        else:
            yes, no = distance(each.yes, here, 255), distance(each.no, here, 255)
            packed.append(struct.pack("<HBBI", each.code, yes, no, value))
    return b"".join(packed)
