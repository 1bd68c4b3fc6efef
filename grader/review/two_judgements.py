"""How far two judgements of the same answers agree: a suggestion and a person, or two people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ENOUGH = 10  # answers; with fewer a kappa says nothing


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of ``n`` answers, how many got ``same`` points, the mean difference in points, and the quadratic weighted kappa.

    ``kappa`` is None for fewer than ten answers, and where both gave everybody the same points.
    """

    n: int
    same: int
    mean_difference: float
    kappa: float | None

    @property
    def percent(self) -> int:
        """The share of the same points, in percent."""
        return round(100 * self.same / self.n) if self.n else 0


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """One item: in how many of ``n`` answers both found it, neither did, only the program or only the person."""

    name: str
    n: int
    both: int
    neither: int
    only_suggested: int
    only_person: int

    @property
    def percent(self) -> int:
        """The share of answers in which they agree, in percent."""
        return round(100 * (self.both + self.neither) / self.n) if self.n else 0


def agreement(pairs: Sequence[tuple[int, int]]) -> Agreement:
    """Compare two judgements, each pair the points of one answer; all answers belong to one question."""
    n = len(pairs)
    off = sum(abs(one - other) for one, other in pairs)
    kappa = quadratic_weighted_kappa(pairs) if n >= ENOUGH else None
    return Agreement(n, sum(one == other for one, other in pairs), off / n if n else 0.0, kappa)


def item_agreement(name: str, pairs: Sequence[tuple[bool, bool]]) -> ItemAgreement:
    """Compare what the program and the person found of one item, a pair for each answer."""
    counted = Counter(pairs)
    return ItemAgreement(
        name, len(pairs), counted[True, True], counted[False, False], counted[True, False], counted[False, True]
    )


def quadratic_weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Return 1 minus the squared differences over those that chance would give with the same two distributions.

    This is Cohen's weighted kappa (Psychological Bulletin 70, 1968) with squared weights. None where chance leaves no
    difference, so that it is not defined.
    """
    n = len(pairs)
    seen = sum((one - other) ** 2 for one, other in pairs)
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum((one - other) ** 2 * ones[one] * others[other] for one in ones for other in others)
    return 1 - seen * n / by_chance if by_chance else None
