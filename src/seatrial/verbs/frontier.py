"""Which models no other one beats: as good on every axis that both have, and better on one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SLOWER, TICK, SURER = 1.5, 1e-3, 0.01
"""Latencies that differ by less than this factor or by less than this many seconds, and calibration errors that differ
by less than this, are as good: the clocks of two trials are no surer, and the errors of some hundred cases neither."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that models are compared in."""

    name: str
    """What it is called in tables and drawings."""
    unit: str = "rate"
    """`rate` (a share), `error` (a share, less is better), `seconds` of an answer, `cost` in CPU seconds."""

    @property
    def more(self) -> bool:
        """Whether more of it is better."""
        return self.unit == "rate"

    def better(self, one: float, other: float) -> bool:
        """Return whether one value is better than another by more than the axis can tell."""
        if self.more:
            return one > other
        if self.unit == "seconds":
            return one * SLOWER < other and one + TICK < other
        return one < other - (SURER if self.unit == "error" else 0.0)

    def shown(self, value: float) -> str:
        """Return a value as a reader sees it."""
        if self.unit == "seconds":
            return f"{1000 * value:.3g} ms"
        if self.unit == "cost":
            return f"{value:,.0f} s" if value >= 10 else f"{value:.1f} s"
        return f"{value:.1%}"


Values = Mapping[str, float]
"""Name of an axis -> what a model has there; nothing where it was not measured."""


def unbeaten(axes: Sequence[Axis], models: Sequence[Values]) -> tuple[bool, ...]:
    """Return which models no other one beats; one without any rate is never among them.

    Models are compared that were judged on the same clauses, over these and whatever else was measured of both.

    Args:
        axes: What there is to compare.
        models: What each model has.
    """
    return tuple(
        _rates(axes, one) != frozenset() and not any(_beats(axes, other, one) for other in models) for one in models
    )


def _rates(axes: Sequence[Axis], model: Values) -> frozenset[str]:
    return frozenset(axis.name for axis in axes if axis.more and axis.name in model)


def _beats(axes: Sequence[Axis], other: Values, one: Values) -> bool:
    if _rates(axes, other) != _rates(axes, one):
        return False
    both = [(axis, other[axis.name], one[axis.name]) for axis in axes if axis.name in other and axis.name in one]
    worse = any(axis.better(mine, theirs) for axis, theirs, mine in both)
    return not worse and any(axis.better(theirs, mine) for axis, theirs, mine in both)
