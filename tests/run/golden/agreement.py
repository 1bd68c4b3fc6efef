"""Compares what a class gets at home, from the stored cases, with what it got when it was graded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from grader.course.course_toml import load_course
from grader.home.check_work import check_file
from grader.home.kit import Offered, of_course
from grader.source.read_source import describe
from grader.submissions.find import find_work
from helpers.repository import SOLUTIONS
from helpers.scored import Scored

# A machine at home lacks limits, or has others: the contract leaves these out.
EXCEPTED = {"blocked", "crashed", "timeout"}


def recorded(exercises: Iterable[str]) -> dict[str, Offered]:
    """Record the checks of some exercises, once for all students."""
    kit: dict[str, Offered] = {}
    for offered in of_course(load_course(SOLUTIONS)):
        if offered.exercise.id in set(exercises):
            record = offered.record()
            kit[offered.exercise.id] = replace(offered, record=lambda record=record: record)
    return kit


def one_of_each_verdict(scored: Scored, exercises: Collection[str]) -> set[tuple[str, str]]:
    """Choose a student for each verdict on notebooks and each on scripts, so that no file is checked for what another shows."""
    chosen: dict[object, tuple[str, str]] = {}
    for which, row in scored.handed_in.items():
        checks = [(each["id"], each["outcome"], each["misconception"]) for each in row["checks"]]
        if which[0] in exercises and row["path"] is not None:
            chosen.setdefault((which[0], row["status"], row["path"].rpartition(".")[2], repr(checks)), which)
    return set(chosen.values())


def differences(
    scored: Scored, kit: Mapping[str, Offered], only: Collection[tuple[str, str]] | None = None
) -> tuple[list[tuple[str, str, set[Any]]], int]:
    """List where the verdicts differ in the exercises of a kit, and count the files compared.

    ``only`` names the files to check, by exercise and student; without it, all are.
    """
    signatures = [offered.signature for offered in of_course(load_course(SOLUTIONS))]
    names = [name for each in signatures for name in each.names]
    found = find_work(scored.folder, signatures, lambda data, kind, name: describe(data, kind, name, names), False)
    different, compared = [], 0
    for work in found.works:
        row = scored.rows[work.exercise, work.students[0]]
        if work.exercise not in kit or row["status"] == "missing":
            continue
        if only is not None and (work.exercise, work.students[0]) not in only:
            continue
        if EXCEPTED & {each["outcome"] for each in [*row["checks"], *row["cells"]]}:
            continue
        checked = check_file(kit[work.exercise], work)
        compared += 1
        if row["status"] == "unreadable":
            assert sum(result.points for result in checked.results) == 0
            assert "unreadable" in {flag.kind for flag in checked.notes}
            continue
        want = [
            (each["id"], each["outcome"], each["points"], (each["misconception"] or {"id": None})["id"])
            for each in row["checks"]
            if not each["hidden"]
        ]
        got = [
            (each.id, str(each.outcome), each.points, each.misconception.id if each.misconception else None)
            for each in checked.results
        ]
        if sorted(want) != sorted(got):
            different.append((work.students[0], work.exercise, set(want) ^ set(got)))
    return different, compared
