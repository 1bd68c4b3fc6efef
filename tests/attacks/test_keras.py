"""Attacks in the exercises with Keras, graded in one run: what a model, a training or TensorFlow itself could be made to do."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

from attacks import grading
from attacks.attack import KERAS
from attacks.families import models, tensorflow, training
from attacks.grading import WITH_KERAS

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what holds elsewhere is in SECURITY.md")

POINTS = {"02_swap": 15, "03_measure": 28}


@pytest.fixture(scope="module")
def graded(graded_in: Any) -> grading.Graded:
    """The run, or why there is none."""
    found: grading.Graded = graded_in(WITH_KERAS)
    if found.cannot == grading.NO_KERAS:
        pytest.skip("TensorFlow is not installed; it has no wheel for this Python, or the extra `score` is missing")
    return found


def test_no_attack_gains_reads_changes_or_leaves_anything(graded: grading.Graded) -> None:
    assert [f"{each.attack.student}: {each.wanted}; got {each.got}" for each in graded.verdicts if not each.holds] == []
    assert (graded.changed, graded.left, graded.alive) == ((), (), "0")
    assert len(graded.verdicts) == sum(len(family.ATTACKS) for family in (models, training, tensorflow))


@pytest.mark.parametrize("exercise", KERAS)
def test_honest_students_get_exactly_their_points_among_attacks(exercise: str, graded: grading.Graded) -> None:
    assert graded.rows is not None
    for work, points in {"right": POINTS[exercise], "zeros": 0}.items():
        found = [graded.rows[grading.honest(place, work, exercise)] for place in grading.PLACES]
        assert [(row["status"], row["points"], row["pending_points"]) for row in found] == [("graded", points, 0)] * 3
        checks = [[(check["id"], check["outcome"], check["message"]) for check in row["checks"]] for row in found]
        assert checks[0] == checks[1] == checks[2]


def test_what_can_not_be_told_from_honest_work_is_what_security_says(graded: grading.Graded) -> None:
    """The rows of a training and the facts of a model are told by the process of the submission itself."""
    gains = {each.attack.name: each.attack.gains for each in graded.verdicts if each.attack.gains}
    assert gains == {
        "facts that are made up whole": 15,
        "a counter found and turned on": 6,
        "rows that pass the first layer alone": 6,
        "a clock asked for rows never trained": 4,
    }


@pytest.mark.usefixtures("graded")
def test_every_attack_by_tensorflow_works_where_nothing_is_locked(works_unlocked: Any) -> None:
    """An attack that fails everywhere shows nothing."""
    if os.geteuid() != 0 or os.uname().machine != "x86_64":
        pytest.skip("what works without a lock is written down for root on x86_64")
    unlocked = works_unlocked(WITH_KERAS)
    assert unlocked == dict.fromkeys((each.student for each in tensorflow.ATTACKS), True)
