"""decisions.jsonl gives back what was put into it, whatever else stands there, and merges no two lines."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import OutputError, UsageError
from grader.scores.decisions import Decisions, append_decisions, digest_for, made_to_count, moment_now, read_decisions
from grader.scores.records import Adjustment, CheckResult, Outcome, WrittenAnswer, as_written
from unit.exports.made import row

ONE = Adjustment(
    "ada", "e1", "why", 2, "Dr B", "2026-12-01T10:00:00+00:00", "so", "a" * 64, ("states",), "Say more.", 0
)
TEXT = st.text(st.characters(exclude_categories=()), max_size=8)
MADE = st.builds(
    Adjustment, TEXT, TEXT, TEXT, st.none() | st.integers(-5, 50), TEXT, st.just("2026-12-01T10:00:00Z"), TEXT, TEXT,
    st.lists(TEXT, max_size=2).map(tuple), TEXT, st.none() | st.integers(0, 9),
)  # fmt: skip


def written(each: Adjustment) -> Adjustment:
    """What a file in UTF-8 can hold of a decision."""
    texts = {name: as_written(getattr(each, name)) for name in ("student", "exercise", "check", "by", "why", "digest")}
    return replace(each, **texts, items=tuple(map(as_written, each.items)), comment=as_written(each.comment))


@given(st.lists(st.lists(MADE, max_size=4), max_size=4))
def test_what_was_decided_is_read_back_in_its_order(tmp_path_factory, batches):
    run = tmp_path_factory.mktemp("run")
    for batch in batches:
        append_decisions(run, batch)
    assert read_decisions(run) == Decisions(tuple(written(each) for batch in batches for each in batch))


def test_a_line_is_what_the_contract_says_and_several_students_share_one(tmp_path):
    plain = replace(ONE, items=(), comment="", was=None, points=None)
    append_decisions(tmp_path, [ONE, replace(ONE, student="alan"), replace(plain, student="grace")])
    first, second = map(json.loads, (tmp_path / "decisions.jsonl").read_text().splitlines())
    assert first == {
        "students": ["ada", "alan"], "exercise": "e1", "check": "why", "points": 2, "by": "Dr B",
        "when": "2026-12-01T10:00:00+00:00", "why": "so", "digest": "a" * 64, "items": ["states"],
        "comment": "Say more.", "was": 0,
    }  # fmt: skip
    assert (second["student"], second["points"], "items" in second) == ("grace", None, False)


def test_without_a_file_nothing_is_decided_and_deciding_nothing_makes_none(tmp_path):
    append_decisions(tmp_path, [])
    assert read_decisions(tmp_path) == Decisions()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_line_that_was_cut_short_is_named_and_the_next_one_is_whole(tmp_path, cut):
    append_decisions(tmp_path, [ONE])
    file = tmp_path / "decisions.jsonl"
    file.write_bytes(file.read_bytes() * 2)
    file.write_bytes(file.read_bytes()[:-cut])
    lost = 0 if cut == 1 else 1
    assert len(read_decisions(tmp_path).unreadable) == lost
    append_decisions(tmp_path, [replace(ONE, points=1)])
    found = read_decisions(tmp_path)
    assert [each.points for each in found.adjustments] == ([2, 2, 1] if cut == 1 else [2, 1])
    assert [(each.number, "cut short" in each.why) for each in found.unreadable] == [(2, True)] * lost


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("hello", "malformed"),
        ("[]", "Expected"),
        ('{"student": "ada"}', "missing"),
        ('{"exercise":"e","check":"c","points":1,"by":"","when":"2026-12-01","why":"","digest":""}', "no student"),
        ('{"student":"a","exercise":"e","check":"c","points":1,"by":"","when":"noon","why":"","digest":""}', "noon"),
        ('{"student":"a","exercise":"e","check":"c","points":"1","by":"","when":"2026-12-01","why":"","digest":""}', "int"),
        ("[" * 100_000, ""),
    ],
)  # fmt: skip
def test_a_line_that_holds_no_decision_is_named_and_the_others_count(tmp_path, line, why):
    append_decisions(tmp_path, [ONE])
    file = tmp_path / "decisions.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + line.encode() + b"\r\n\r\n" + file.read_bytes().replace(b"\n", b"\r\n"))
    found = read_decisions(tmp_path)
    assert found.adjustments == (ONE,)
    assert [each.number for each in found.unreadable] == [1]
    assert why in found.unreadable[0].why
    assert len(found.unreadable[0].why) < 120


def test_on_a_full_disk_none_of_what_was_to_be_saved_counts(tmp_path, monkeypatch):
    append_decisions(tmp_path, [ONE])
    before = (tmp_path / "decisions.jsonl").read_bytes()
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) < 100:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[: len(data) - 50])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OutputError, match=r"decisions\.jsonl can't be written \(No space left") as caught:
        append_decisions(tmp_path, [replace(ONE, points=1), replace(ONE, points=3)])
    assert "\n" not in str(caught.value)
    assert (tmp_path / "decisions.jsonl").read_bytes() == before


def test_a_write_that_takes_a_part_goes_on_with_the_rest(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:7]))
    append_decisions(tmp_path, [ONE])
    assert read_decisions(tmp_path).adjustments == (ONE,)


def test_it_is_on_disk_before_it_counts_and_so_is_a_new_files_name(tmp_path, monkeypatch):
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    append_decisions(tmp_path, [ONE])
    append_decisions(tmp_path, [ONE])
    file = str(tmp_path / "decisions.jsonl")
    assert synced == [file, str(tmp_path), file]


def test_a_file_that_an_editor_puts_in_its_place_gets_the_decision(tmp_path, monkeypatch):
    """Otherwise it would be written to a file that is no longer there."""
    import fcntl

    file = tmp_path / "decisions.jsonl"
    lock, other = fcntl.flock, tmp_path / "other"

    def replaced_first(descriptor: int, how: int) -> None:
        if how == fcntl.LOCK_EX and not file.read_bytes():
            other.write_bytes(b'{"edited": true}\n')
            other.replace(file)
        lock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", replaced_first)
    append_decisions(tmp_path, [ONE])
    assert read_decisions(tmp_path).adjustments == (ONE,)
    assert [each.number for each in read_decisions(tmp_path).unreadable] == [1]


def test_a_place_that_can_not_be_read_or_written_is_one_line(tmp_path):
    (tmp_path / "decisions.jsonl").mkdir()
    with pytest.raises(UsageError, match="can't be read"):
        read_decisions(tmp_path)
    with pytest.raises(OutputError, match="can't be written"):
        append_decisions(tmp_path, [ONE])
    with pytest.raises(OutputError, match="can't be written"):
        append_decisions(tmp_path / "nowhere", [ONE])


def test_a_decision_is_about_the_answer_and_where_there_is_none_about_the_file():
    whole = row("ada", "e1", 3)
    answer = CheckResult("why", "Why", 0, 3, Outcome.REVIEW, answer=WrittenAnswer("so", "b" * 64))
    assert digest_for(whole, answer) == "b" * 64
    assert digest_for(whole, whole.checks[0]) == whole.sha256
    assert digest_for(row("ada", "e1", None), whole.checks[0]) == ""


@given(st.lists(st.sampled_from(range(24)), max_size=5), st.sampled_from(range(24)))
def test_whatever_is_decided_later_counts_whatever_the_clocks_say(earlier, hour):
    words = [replace(ONE, when=f"2026-12-01T{each:02}:00:00Z", points=each % 2 or None) for each in earlier]
    (made,) = made_to_count([replace(ONE, points=7, when=f"2026-12-01T{hour:02}:00:00Z")], words)
    last = sorted([*words, made], key=lambda each: each.moment)[-1]
    assert (last.points, made.moment.hour) == (7, max([hour, *earlier]))


def test_a_clock_that_runs_ahead_moves_words_about_the_same_check_alone():
    ahead = replace(ONE, when="2999-01-01T00:00:00Z")
    others = [replace(ONE, student="kim"), replace(ONE, exercise="e2"), replace(ONE, check="how")]
    assert made_to_count(others, [ahead]) == tuple(others)


def test_the_moment_of_a_decision_has_a_zone_and_puts_decisions_in_order():
    first, second = replace(ONE, when=moment_now()), replace(ONE, when=moment_now())
    assert first.moment <= second.moment
    assert first.when.endswith("+00:00")
