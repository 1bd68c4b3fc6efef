"""What is done once for a run is kept for those that follow, where there is a store, and otherwise as long as the run lasts."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.checks.models.once import once
from grader.engine.store import Store
from grader.scores.lead import Lead


class Work:
    """Counts how often it is done."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, int]:
        """Do it."""
        self.times += 1
        return {"times": self.times}


def run_of(folder: Path, lead: Lead | None = None) -> Path:
    """Make the folder that the processes of a run share."""
    folder.mkdir()
    if lead is not None:
        lead.write(folder)
    return folder


@pytest.fixture
def lead(tmp_path: Path) -> Lead:
    """Make a store."""
    with Store(tmp_path / "kept", print) as store:
        return store.lead("basis")


def test_it_is_done_once_in_a_run_and_again_in_the_next_if_there_is_no_store(tmp_path: Path) -> None:
    work, first = Work(), run_of(tmp_path / "first")
    assert [once(first, "key", work) for _ in range(3)] == [{"times": 1}] * 3
    assert once(run_of(tmp_path / "second"), "key", work) == {"times": 2}
    assert once(None, "key", work) == {"times": 3}


def test_a_store_keeps_it_for_the_next_run(tmp_path: Path, lead: Lead) -> None:
    work = Work()
    for number in range(3):
        assert once(run_of(tmp_path / f"run-{number}", lead), "key", work) == {"times": 1}
    assert once(run_of(tmp_path / "last", lead), "another key", work) == {"times": 2}


def test_it_is_done_again_where_anything_else_is_the_basis_and_in_a_fresh_run(tmp_path: Path, lead: Lead) -> None:
    work = Work()
    once(run_of(tmp_path / "first", lead), "key", work)
    other = run_of(tmp_path / "other", Lead(lead.store, "other versions"))
    assert once(other, "key", work) == {"times": 2}
    fresh = run_of(tmp_path / "fresh", Lead(lead.store, "basis", reads=False))
    assert [once(fresh, "key", work) for _ in range(2)] == [{"times": 3}] * 2
    assert once(run_of(tmp_path / "next", lead), "key", work) == {"times": 3}, "what a fresh run found is the newer"


def test_a_store_that_is_damaged_or_gone_costs_only_the_work(tmp_path: Path, lead: Lead) -> None:
    work, place = Work(), Path(lead.store)
    place.write_bytes(b"garbage")
    assert once(run_of(tmp_path / "first", lead), "key", work) == {"times": 1}
    place.unlink()
    assert once(run_of(tmp_path / "second", lead), "key", work) == {"times": 2}
    assert not place.exists()


def test_what_raises_is_not_kept(tmp_path: Path, lead: Lead) -> None:
    def fails() -> None:
        raise RuntimeError("busy")

    folder = run_of(tmp_path / "run", lead)
    with pytest.raises(RuntimeError):
        once(folder, "key", fails)
    assert once(folder, "key", Work()) == {"times": 1}
