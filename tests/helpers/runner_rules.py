"""How GitHub's runner reads what a step leaves, written down from its own source, to tell what a log or a file would start.

Sources: actions/runner, ``src/Runner.Common/ActionCommand.cs`` (both forms of a command), ``src/Runner.Worker/
ActionCommandManager.cs`` (stopping them), ``src/Runner.Worker/FileCommandManager.cs`` (files of outputs).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

REGISTERED = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher", "save-state",
    "set-env", "set-output", "stop-commands", "warning", "internal-set-repo-path",
}  # fmt: skip
STOP = "stop-commands"
# What .NET's Char.IsWhiteSpace holds for white space, which String.TrimStart takes away.
WHITE = "".join(
    map(
        chr,
        [*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000],
    )
)


@dataclass(frozen=True)
class Obeyed:
    """A command that a runner would obey."""

    name: str
    data: str
    properties: dict[str, str] = field(default_factory=dict)


def first_form(line: str, registered: set[str]) -> Obeyed | None:
    """Read ``::name key=value,key=value::data``, which begins a line after white space."""
    line = line.lstrip(WHITE)
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    info = line[2:end]
    name, _, told = info.partition(" ")
    if name.lower() not in registered:
        return None
    pairs = [each.split("=", 1) for each in told.strip().split(",") if "=" in each]
    properties = {key: unescaped(value, ":,") for key, value in pairs if key and value}
    return Obeyed(name.lower(), unescaped(line[end + 2 :], ""), properties)


def second_form(line: str, registered: set[str]) -> Obeyed | None:
    """Read ``##[name key=value;key=value]data``, which may stand anywhere in a line."""
    begin = line.find("##[")
    end = line.find("]", begin)
    if begin < 0 or end < 0:
        return None
    name, _, _ = line[begin + 3 : end].partition(" ")
    return Obeyed(name.lower(), unescaped(line[end + 1 :], ";]")) if name.lower() in registered else None


def unescaped(text: str, more: str) -> str:
    """Read a value back; the percent sign comes last."""
    for character in f"\r\n{more}%":
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def commands_in(log: str) -> list[Obeyed]:
    """List the commands that a runner obeys in a log, in order; those that stop others and go on are left out."""
    registered, token, found = set(REGISTERED), "", []
    for line in re.split(r"\r\n|\r|\n", log):
        command = first_form(line, registered) or second_form(line, registered)
        if command is None:
            continue
        if token:
            if command.name == token:
                registered.discard(token)
                token = ""
        elif command.name == STOP:
            token = command.data.lower()
            registered.add(token)
        else:
            found.append(command)
    assert not token, "commands were stopped and never go on"
    return found


def commands_if_never_stopped(log: str) -> list[Obeyed]:
    """List what a runner would obey if the token of a stop were known, or its comparison passed over what is invisible."""
    lines = [line for line in re.split(r"\r\n|\r|\n", log) if not line.startswith(f"::{STOP}::")]
    found = []
    for line in lines:
        seen = "".join(
            each for each in line if unicodedata.category(each) not in ("Cf", "Mn", "Me", "Cc") or each == "\t"
        )
        for each in (line, seen):
            command = first_form(each, REGISTERED) or second_form(each, REGISTERED)
            if command is not None:
                found.append(command)
                break
    return found


def outputs_in(text: str) -> dict[str, str]:
    """Read a file of outputs: ``name=value`` lines, and ``name<<END``, lines, ``END``; raises ValueError as the runner does."""
    found: dict[str, str] = {}
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        equals, heredoc = line.find("="), line.find("<<")
        if not line:
            continue
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, _, value = line.partition("=")
            found[name] = value
        elif heredoc >= 0:
            name, _, end = line.partition("<<")
            if not name or not end:
                raise ValueError(f"invalid format: {line!r}")
            inside = []
            while at < len(lines) and lines[at] != end:
                inside.append(lines[at])
                at += 1
            if at == len(lines):
                raise ValueError(f"no delimiter {end!r}")
            at += 1
            found[name] = "\n".join(inside)
        else:
            raise ValueError(f"invalid format: {line!r}")
    return found
