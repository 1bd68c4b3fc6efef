"""Where a cluster is, and that Dask is there at all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.engine.cluster import Cluster, address_of
from grader.errors import UsageError


@pytest.mark.parametrize(
    "address", ["tcp://10.0.0.5:8786", "tls://head.example.edu:8786", "head:8786", "tcp://[::1]:8786"]
)
def test_an_address_is_taken_as_it_was_typed(address: str) -> None:
    assert address_of(address) == address


def test_a_scheduler_file_tells_the_address(tmp_path: Path) -> None:
    file = tmp_path / "scheduler.json"
    file.write_text('{"type": "Scheduler", "address": "tcp://10.0.0.5:8786"}')

    assert address_of(str(file)) == "tcp://10.0.0.5:8786"


@pytest.mark.parametrize(
    "typed", ["", "head", "http://head:8786", "tcp://head", "tcp://head:x", "inproc://1/2:3", "a b:1"]
)
def test_what_is_no_address_is_told_in_one_line(typed: str) -> None:
    with pytest.raises(UsageError, match="this is neither an address, such as tcp://HOST:8786, nor a file") as told:
        address_of(typed)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("text", ["", "[1]", "{}", '{"address": 3}', "\udcff"])
def test_a_file_that_is_no_scheduler_file_is_told_in_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "scheduler.json"
    file.write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(UsageError, match="scheduler-file` wrote"):
        address_of(str(file))


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(
        UsageError, match=r"^--engine dask needs distributed, .* pip install -e '\.\[dask\]' in a clone"
    ):
        Cluster(None, 1)
