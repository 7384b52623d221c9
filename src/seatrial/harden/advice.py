"""What a short trial of a remedy says of it: how much risk it takes away for a minute, and how sure that is.

A pilot trains on training cases and is judged on those that were kept aside, beside its parent.  What it won is not
made larger for the length that it did not have: a full run is supposed to win what its pilot won.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from seatrial.harden.paired import Pairs
from seatrial.proof.bounds import lower, upper

DOUBT = Fraction(1, 20)
"""Of the interval of a difference: 95 %."""
_JUDGED = (
    "Pilots are judged by the attacks that choose weights, on training cases that were kept aside: a stand-in for the "
    "clause. The parent may have learned from these cases, which flatters it."
)
_LENGTH = (
    "What a pilot won is not extrapolated: a full run is supposed to win as much, and the order to stay. Only its "
    "length is: the prices of the pilot times the recipe's own length."
)
_CHANCE = (
    "Intervals are of the difference on these cases (95 %, exact bounds), for each pilot by itself: the best of "
    "several looks better than it is."
)
_RISK = (
    "Risk is the severity's weight x what is closed of the gap between bound and limit x exposure, less the weight of "
    "clean answers x what was lost of them. Only the order means something."
)
ASSUMED = (_JUDGED, _LENGTH, _CHANCE, _RISK)
"""What an order of remedies rests on."""


@dataclass(frozen=True, slots=True)
class Stake:
    """What is at stake in one clause that does not hold."""

    clause: str
    verdict: str
    severity: str
    weight: float
    gap: float
    """How far the bound is from the limit, 0 to 1; 1 where nothing was measured."""
    exposure: float
    """Share of the traffic."""
    why: str = ""
    """Where these come from, in words."""

    @property
    def risk(self) -> float:
        """In no unit: only its order means something."""
        return self.weight * self.gap * self.exposure

    def taken(self, gain: float) -> float:
        """Return the risk that a change of the held rate takes away; below 0 it adds some."""
        return self.weight * self.exposure * min(gain, self.gap)


@dataclass(frozen=True, slots=True)
class Change:
    """How a share differs between a child and its parent, on the same cases."""

    cases: int
    pairs: Pairs

    @property
    def gain(self) -> float:
        """What was won, as a share of the cases."""
        return (self.pairs.won - self.pairs.lost) / self.cases

    @property
    def ends(self) -> tuple[float, float]:
        """Ends of its interval: exact bounds of what is won and of what is lost, each at half the doubt."""
        each = DOUBT / 4
        won = lower(self.cases, self.pairs.won, each), upper(self.cases, self.pairs.won, each)
        lost = lower(self.cases, self.pairs.lost, each), upper(self.cases, self.pairs.lost, each)
        return won[0] - lost[1], won[1] - lost[0]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        low, high = (round(one, 4) for one in self.ends)
        return {"cases": self.cases, "gain": round(self.gain, 4), "low": low, "high": high, **self.pairs.to_json()}


@dataclass(frozen=True, slots=True)
class Pilot:
    """What a short run of a remedy showed."""

    robust: Change
    """Cases that stand the threat."""
    clean: Change
    """Cases that are answered right without an attack."""
    seconds: float
    """CPU seconds that it took."""
    full: float
    """CPU seconds that the remedy takes by its own length."""


@dataclass(frozen=True, slots=True)
class Tip:
    """One remedy for one clause."""

    remedy: str
    stake: Stake
    pilot: Pilot
    care: float
    """What clean answers weigh."""
    command: str
    """What applies it in full, to be copied."""

    @property
    def relief(self) -> float:
        """Risk that it takes away, less what it costs in clean answers."""
        return self.stake.taken(self.pilot.robust.gain) + self.care * min(0.0, self.pilot.clean.gain)

    @property
    def minutes(self) -> float:
        """CPU minutes of a full run."""
        return self.pilot.full / 60

    @property
    def score(self) -> float:
        """Risk taken away for a CPU minute."""
        return self.relief / self.minutes if self.minutes > 0 else self.relief

    @property
    def sure(self) -> bool:
        """Whether chance hardly explains what the pilot won."""
        return self.pilot.robust.ends[0] > 0

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        figures = {name: float(f"{getattr(self, name):.4g}") for name in ("relief", "minutes", "score")}
        changes = {"robust": self.pilot.robust.to_json(), "clean": self.pilot.clean.to_json()}
        plain = {"remedy": self.remedy, "clause": self.stake.clause, **figures, "sure": self.sure}
        return {**plain, "pilot_cpu_seconds": round(self.pilot.seconds, 2), **changes, "command": self.command}


def piloted(record: Mapping[str, Any], seconds: float) -> Pilot | None:
    """Return what the record of a remedy shows; None if it compares nothing with its parent.

    Args:
        record: How the pilot was made (`Mended.record`).
        seconds: CPU seconds that it took.
    """
    before = record.get("before")
    if not isinstance(before, Mapping) or not before.get("cases") or "pairs" not in before:
        return None
    robust, clean = (_change(before["cases"], before["pairs"].get(name)) for name in ("robust", "clean"))
    if robust is None or clean is None:
        return None
    return Pilot(robust, clean, seconds, float(record.get("full_cpu_seconds") or seconds))


def _change(cases: int, told: Mapping[str, Any] | None) -> Change | None:
    return None if told is None else Change(cases, Pairs(told["lost"], told["won"]))
