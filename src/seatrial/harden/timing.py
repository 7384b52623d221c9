"""How long a child takes for an answer beside its parent: in turns, case by case, so that a busy machine slows both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from math import exp, log
from statistics import median
from typing import Any

import numpy as np

from seatrial.proof.bounds import tail_at_least
from seatrial.records.batch import Batch
from seatrial.targets.metered import stopwatch
from seatrial.targets.target import Target

Watch = Callable[[], Callable[[], float]]
"""Begins to count; what it returns says how many seconds have passed."""

ROUNDS = 5
"""Times that each model is asked about a case; the shortest counts, because a busy machine only ever adds."""
MOST, FEWEST = 64, 6
"""Cases that are timed, and below how many there is no interval at 95 %."""
SECONDS = 6.0
"""After this long no further case is begun."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Latency of two models for the same cases, one case at a time, in this process, on this machine."""

    cases: int
    rounds: int
    parent: float
    """Median over the cases, seconds."""
    child: float
    ratio: float
    """Median over the cases of child's time by parent's."""
    low: float
    """Lower end of the 95 % interval of that median: order statistics, no assumption about how times spread."""
    high: float

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            name: value if isinstance(value, int) else float(f"{value:.4g}") for name, value in asdict(self).items()
        }


def side_by_side(
    child: Target[Any, Any],
    parent: Target[Any, Any],
    batch: Batch[Any],
    *,
    watch: Watch = stopwatch,
) -> Timing | None:
    """Return how long both take for the same cases; None if there are too few for an interval.

    Args:
        child: One model.
        parent: The other.
        batch: Cases, as a source gives them; the first `MOST` are asked.
        watch: Starts a stopwatch.
    """
    whole = watch()
    pairs = list[tuple[float, float]]()
    for at in range(min(MOST, len(batch))):
        if whole() > SECONDS and len(pairs) >= FEWEST:
            break
        one = batch.take(np.array([at]))
        both = [(model, model.face.home(one.inputs)) for model in (child, parent)]
        if not pairs:
            _turns(both, watch)  # the first answers warm up
        pairs.append(_turns(both, watch))
    return measured(pairs) if len(pairs) >= FEWEST else None


def measured(pairs: Sequence[tuple[float, float]]) -> Timing:
    """Return what the times of child and parent say, of at least `FEWEST` cases.

    Args:
        pairs: Seconds of child and parent for each case.
    """
    ratios = sorted(log(max(one, 1e-9) / max(other, 1e-9)) for one, other in pairs)
    away = _rank(len(ratios))
    child, parent = (median(times) for times in zip(*pairs, strict=True))
    ends = ratios[away], ratios[len(ratios) - 1 - away]
    return Timing(len(pairs), ROUNDS, parent, child, exp(median(ratios)), exp(ends[0]), exp(ends[1]))


def _turns(
    both: Sequence[tuple[Target[Any, Any], Any]], watch: Callable[[], Callable[[], float]]
) -> tuple[float, float]:
    """Ask both in turns, each as often first as second, and return the shortest time of each."""
    found = [float("inf"), float("inf")]
    for round_ in range(ROUNDS):
        for which in (0, 1) if round_ % 2 == 0 else (1, 0):
            model, inputs = both[which]
            passed = watch()
            model.respond(inputs)
            found[which] = min(found[which], passed())
    return found[0], found[1]


def _rank(n: int) -> int:
    """Return how many values lie outside on either side of the 95 % interval of a median: exact binomial."""
    away = 0
    while 2 * tail_at_least(n, n - away - 1, Fraction(1, 2)) <= Fraction(1, 20):
        away += 1
    return away
