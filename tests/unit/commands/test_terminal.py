"""What a command prints fits the terminal, and starts nothing in a CI job's runner."""

from __future__ import annotations

import io

import pytest

from grader.commands.terminal import columns, harmless, has_colour


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without anything that says whether colours are wanted."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_colours_are_for_a_terminal_alone() -> None:
    assert has_colour(Terminal())
    assert not has_colour(io.StringIO())


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_wants_no_colours_gets_none(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert not has_colour(Terminal())


def test_the_width_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "61")
    assert columns() == 61


@pytest.mark.parametrize("text", ["::set-output name=x::1", "a\n   ::error::no", "##[command]x", "one\n\t##[group]"])
def test_no_line_begins_as_a_command_of_a_runner_does(text: str) -> None:
    """A student's words may be wrapped so that they stand first in a line."""
    assert not any(line.lstrip(" \t").startswith(("::", "##[")) for line in harmless(text).split("\n"))
    assert harmless(text).replace("\u200b", "") == text


def test_what_is_harmless_stays_as_it_is() -> None:
    assert harmless("a[::2] and a ##[ there\n  called: f(x)") == "a[::2] and a ##[ there\n  called: f(x)"
