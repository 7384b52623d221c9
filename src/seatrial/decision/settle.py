"""What would settle an open question: how many more cases, if they come out as those that were seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from seatrial.plan.limits import limits
from seatrial.proof import verdict
from seatrial.proof.bounds import tail
from seatrial.proof.criterion import Criterion
from seatrial.proof.process import coarse
from seatrial.proof.tally import Tally, repeated

MOST = 512
"""Further slices that are looked at; who needs more has a model at the limit."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What more cases would bring."""

    again: int
    """How often `--again` would be needed; 0 if no number of cases that is looked at settles it."""
    cases: int
    """Cases that this opens."""
    verdict: str
    """How it would then come out: `held` or `breached`; `unproven` if it stays open."""

    unit: str = "cases"
    """What is counted."""
    chance: float | None = None
    """Probability of that verdict, if every further case holds with the rate that was seen; None if counts of cases
    do not decide it."""
    cost: str = ""
    """What it would take, in words: `about 3 minutes and 0.72 USD`; empty if nobody knows."""

    def __str__(self) -> str:
        """Return it as a sentence without a full stop."""
        if not self.again:
            return "more cases alone would not settle it: what was seen lies too close to the limit"
        times = "once" if self.again == 1 else f"{self.again} times"
        luck = "" if self.chance is None else f" (probability {self.chance:.2f} under the rate that was seen)"
        cost = f"; {self.cost}" if self.cost else ""
        return (
            f"about {self.cases} more {self.unit} (`seatrial gate --again`, {times}) would show it {self.verdict}, "
            f"if they come out as these did{luck}{cost}"
        )


def settle(asked: Criterion, tally: Tally, attempt: int, blocking: int, *, slices: int) -> Settlement:
    """Return how many more slices decide a clause that is unproven, at the stricter doubt of later attempts.

    Args:
        asked: The criterion.
        tally: What was seen so far.
        attempt: Number of the attempt that saw it; each `--again` is one more.
        blocking: Clauses that can block.
        slices: Slices that the tally is over, all of one size.
    """

    def after(more: int) -> str:
        seen = repeated(rough, Fraction(slices + more, slices))
        given = {"control_missed": False, "failed": False, "not_done": False}
        return verdict.clause_verdict(asked, seen, attempt + more, blocking, **given)

    unit = f"units ({asked.per})" if asked.clustered else "cases"
    rough = replace(tally, spread=None if tally.spread is None else coarse(tally.spread, 50))
    if tally.unknown >= tally.n:
        return Settlement(0, 0, "unproven", unit)
    more = _first(lambda count: after(count) != "unproven")
    cases = tally.n // slices * more
    if not more:
        return Settlement(0, cases, "unproven", unit)
    luck = _chance(asked, tally, cases, after(more), attempt + more, blocking)
    return Settlement(more, cases, after(more), unit, luck)


def _chance(asked: Criterion, seen: Tally, more: int, wanted: str, attempt: int, blocking: int) -> float | None:
    """Return how likely a verdict is after further cases that hold with the rate that was seen."""
    if seen.early or seen.total is not None or asked.comparison != ">=":
        return None
    least, most = limits(asked, seen.n + more, attempt=attempt, blocking=blocking)
    rate = seen.held / seen.n
    if wanted == "held":
        return None if least is None else tail(more, least - seen.held, rate)
    return 1.0 - tail(more, most - seen.held - seen.unknown + 1, rate) if most >= 0 else None


def _first(enough: Callable[[int], bool]) -> int:
    """Return the least number from 1 to `MOST` that is enough, by doubling and halving; 0 if none is."""
    high = 1
    while not enough(high):
        high *= 2
        if high > MOST:
            return 0
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
