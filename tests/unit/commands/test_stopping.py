"""Who asks a job to stop is heard once, and what was found is written down in peace."""

from __future__ import annotations

import signal

import pytest

from grader.commands.stopping import Stopping


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_interrupts_and_later_ones_do_nothing(which: signal.Signals) -> None:
    before = signal.getsignal(which)
    with Stopping() as stopping:
        assert not stopping.is_told()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(which)
        assert stopping.is_told()
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(which) is before


def test_nothing_interrupts_what_is_being_written() -> None:
    with Stopping() as stopping:
        stopping.over()
        signal.raise_signal(signal.SIGTERM)
        assert not stopping.is_told()
