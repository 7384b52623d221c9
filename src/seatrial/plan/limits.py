"""Where verdicts lie: from how many good cases on a clause is held, and up to how many it is breached."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from seatrial.proof.bounds import tail
from seatrial.proof.criterion import Criterion
from seatrial.proof.tally import Tally
from seatrial.proof.verdict import clause_verdict


def counted(criterion: Criterion) -> bool:
    """Return whether counts of cases decide a criterion."""
    return criterion.metric != "gap" and not criterion.baseline and not criterion.clustered


def limits(
    criterion: Criterion, n: int, *, attempt: int = 1, blocking: int = 1, early: bool = False
) -> tuple[int | None, int]:
    """Return from how many of n cases on a clause is held, and up to how many it is breached.

    For `<=` the clause is held by few: then the two are counted in cases that do not hold.  A mean is looked at as if
    every value were 0 or 1.  Where counts of cases decide nothing (differences, gaps, units) it is (None, -1).

    Args:
        criterion: What is promised.
        n: Cases, none unknown.
        attempt: Number of the attempt.
        blocking: Clauses that can block.
        early: Whether the plan may stop early.
    """
    if not counted(criterion):
        return None, -1

    def verdict(good: int) -> str:
        held = n - good if falling(criterion) else good
        said = {"control_missed": False, "failed": False, "not_done": False}
        return clause_verdict(criterion, _tally(criterion, n, held, early=early), attempt, blocking, **said)

    least = _first(lambda good: verdict(good) == "held", n)
    above = _first(lambda good: verdict(good) != "breached", n)
    return least, n if above is None else above - 1


def _tally(criterion: Criterion, n: int, held: int, *, early: bool) -> Tally:
    """Return counts as a verdict takes them: of a mean, as many ones as there are held cases."""
    if criterion.metric != "mean":
        return Tally(n, held, 0, early=early)
    spread = {(1.0, 1.0): held, (0.0, 0.0): n - held} if early else None
    return Tally(n, held, 0, Fraction(held), spread, early=early)


def chances(n: int, rate: float, least: int | None, most: int) -> dict[str, float]:
    """Return the probability of each verdict if every case holds with this chance on its own."""
    held = 0.0 if least is None else tail(n, least, rate)
    breached = 1.0 - tail(n, most + 1, rate)
    return {"held": held, "breached": breached, "unproven": max(0.0, 1.0 - held - breached)}


def falling(criterion: Criterion) -> bool:
    """Return whether fewer cases that count are better: a rate or mean that must stay below its limit."""
    return criterion.comparison == "<=" and criterion.quantile is None


def _first(holds: Callable[[int], bool], n: int) -> int | None:
    """Return the least number in 0..n from which on a rising condition holds; None if it never does."""
    if not holds(n):
        return None
    low, high = -1, n
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
