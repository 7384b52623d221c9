"""What a gate can prove, judged by a pilot: the threshold of a first charter."""

from __future__ import annotations

import math
from dataclasses import dataclass

from seatrial.plan.limits import limits
from seatrial.proof.criterion import Criterion, parse

SURE = 0.95
"""A threshold is one that a gate proves with this probability, if gate cases are like those of the pilot."""
GOAL = 50
"""Percent.  What a pilot cannot promise at least is no promise worth writing down: then this is asked, as a goal."""
_TOP = 99


@dataclass(frozen=True, slots=True)
class Threshold:
    """A criterion, and whether the pilot supports it."""

    require: str
    """`held_rate >= 0.86 at 95%`."""
    goal: bool
    """Whether it is a wish: the pilot held too few cases for a promise."""


def threshold(held: int, tried: int, gate: int) -> Threshold:
    """Return the highest whole percent that a gate proves 19 times in 20 at its first attempt, given a pilot.

    The pilot's rate is not taken for the truth: the number of gate cases that will hold is beta-binomial, with
    Laplace's uniform prior on the rate, so that a small pilot asks for less than a large one.

    Args:
        held: Cases of the pilot that held.
        tried: Cases of the pilot; with none, nothing is known and a goal is set.
        gate: Cases that an attempt opens.
    """
    most = _highest(gate, gate)
    percent = _highest(_likely(held, tried, gate), gate) if tried else 0
    if percent < min(GOAL, most):
        return Threshold(_require(min(GOAL, most)), goal=True)
    return Threshold(_require(percent), goal=False)


def _likely(held: int, tried: int, gate: int) -> int:
    """Return the largest number of gate cases of which at least so many hold with probability `SURE`."""
    good, bad = held + 1, tried - held + 1
    above = 0.0
    for count in range(gate, 0, -1):
        above += math.exp(_choose(gate, count) + _beta(count + good, gate - count + bad) - _beta(good, bad))
        if above >= SURE:
            return count
    return 0


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _highest(held: int, gate: int) -> int:
    """Return the highest whole percent that so many held cases of a gate prove at its first attempt; 0 if none."""
    low, high = 0, _TOP + 1
    while high - low > 1:
        middle = (low + high) // 2
        least, _ = limits(_criterion(middle), gate)
        low, high = (middle, high) if least is not None and least <= held else (low, middle)
    return low


def _criterion(percent: int) -> Criterion:
    return parse(_require(percent))


def _require(percent: int) -> str:
    return f"held_rate >= 0.{percent:02d} at 95%"
