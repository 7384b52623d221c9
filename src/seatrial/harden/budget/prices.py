"""What things cost in a run, in CPU seconds: seen so far, and expected from now on, its end among them.

Nothing here reads a clock: seconds come in as values.  A run is worth training more than looking at, so where the
budget is small it looks less often and at fewer cases (`Care`); how closely it looks is decided once and written down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

WEIGHT, WILD = 0.05, 10.0
"""Weight of the newest update in the price of one, and what one may cost at most, in those before, to count whole."""
AT = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Shares of the run at which an update is priced beforehand."""
ROUGH = 1.4
"""Prices on the way that differ by no more than this factor are taken for one and the same."""
LOOKING = 0.3
"""Share of a budget that may go into looking, before it is looked less closely."""
PASSES, PROBED, FEW = 5, 105, 16
"""Passes of a check beside the steps of its attack; of the questions about masking; and cases that those ask about."""
STANDING, FALLEN = 0.7, 0.2
"""Share of the cases that is still there in a usual step of a check, and of one of a model that stands nothing."""


@dataclass(frozen=True, slots=True)
class Care:
    """How closely a run looks at what it makes."""

    checks: float = 1.0
    """Checks on the way, in those of the recipe."""
    sample: int = 256
    """Cases of a check on the way."""
    last: int = 400
    """Cases of the last check."""
    finalists: int = 2
    """How many come into the last check at first."""

    def times(self, wanted: int) -> int:
        """Return how many checks there are on the way.

        Args:
            wanted: As many as the recipe asks for.
        """
        return max(min(wanted, 2), round(wanted * self.checks))


CARES = (Care(), Care(0.75, 256, 256), Care(0.5, 192, 256, 1), Care(0.375, 128, 128, 1))
"""From the closest to the least."""


@dataclass(frozen=True, slots=True)
class Attack:
    """How long the attacks of the checks are."""

    steps: int
    """On the way."""
    long: int
    """In the end."""
    queries: int
    """Of the search by scores."""
    rules: int = 1
    """Balls that are attacked in."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What things cost, in CPU seconds."""

    update: float = 0.0
    """One update, now."""
    check: float = 0.0
    """One check on the way, with the checkpoint behind it."""
    wide: float = 0.0
    """One gradient pass over the cases of a check, all of which stand."""
    narrow: float = 0.0
    """One gradient pass over `FEW` cases."""
    query: float = 0.0
    """One query of the search by scores."""
    parent: float = 0.0
    """Share of the cases that the parent stands."""
    shape: tuple[float, ...] = (1.0,) * len(AT)
    """What an update costs at the places `AT`, in any unit."""

    def paid(self, seconds: float) -> Prices:
        """Return the prices after an update; one that was wildly expensive counts little."""
        if not self.update:
            return replace(self, update=seconds)
        return replace(self, update=(1 - WEIGHT) * self.update + WEIGHT * min(seconds, WILD * self.update))

    def narrowed(self, care: Care) -> Prices:
        """Return the prices of the closest look for a less close one: a pass over fewer cases."""
        return replace(self, wide=self.wide * care.sample / CARES[0].sample)

    def mean(self, progress: float) -> float:
        """Return what an update will cost from now on, on average.

        Args:
            progress: Share of the run that is over.
        """
        here = _at(self.shape, progress)
        return self.update * _mean(self.shape, progress) / here if here else self.update

    def whole(self, total: int, checks: int, attack: Attack, care: Care) -> float:
        """Return what a run of full length, closely looked at, costs; after a run in which the prices were seen.

        Args:
            total: Its updates.
            checks: Its checks on the way.
            attack: How long attacks are.
            care: How closely the run was looked at that the prices are from.
        """
        each = self.update * _mean(self.shape, 0.0) / (_at(self.shape, 1.0) or 1.0)
        close = replace(self, check=self.looked(attack) * CARES[0].sample / care.sample)
        return total * each + close.ahead(checks, attack, CARES[0])

    def looked(self, attack: Attack) -> float:
        """Return what a check on the way costs: as the last one did, else as many passes take."""
        if self.check:
            return self.check
        return attack.rules * (attack.steps + PASSES) * self.wide * STANDING

    def ending(self, attack: Attack, care: Care) -> float:
        """Return what choosing, and comparing with the parent, will cost."""
        each, fixed = self._pass(attack, care)
        last = attack.rules * (attack.long + PASSES) * (fixed + each * STANDING * care.last)
        search, questions = attack.rules * attack.queries * self.query, attack.rules * PROBED * self.narrow
        parent = last * (FALLEN + (1 - FALLEN) * self.parent) + (search + questions if self.parent else 0.0)
        usual = (1 + care.finalists) / 2  # the newest weights are often the best, too: then one of two is looked at
        return usual * last + questions + search + parent

    def ahead(self, left: int, attack: Attack, care: Care) -> float:
        """Return what all looking from now on will cost.

        Args:
            left: Checks on the way that are still to come, the last one of them.
            attack: How long attacks are.
            care: How closely it is looked.
        """
        return left * self.looked(attack) + self.ending(attack, care)

    def _pass(self, attack: Attack, care: Care) -> tuple[float, float]:
        """Return what a gradient pass costs for each case, and for itself."""
        wide = self.looked(attack) / (attack.rules * (attack.steps + PASSES))
        each = max(0.0, wide - self.narrow) / max(1.0, STANDING * care.sample - FEW)
        return each, max(0.0, min(wide, self.narrow) - FEW * each)

    def to_json(self) -> dict[str, Any]:
        """Return them as plain JSON values."""
        return {**asdict(self), "shape": list(self.shape)}


def prices_again(told: Mapping[str, Any]) -> Prices:
    """Return what `Prices.to_json` told."""
    return Prices(**{**told, "shape": tuple(told["shape"])})


def shaped(costs: Sequence[float]) -> tuple[float, ...]:
    """Return what updates cost at the places `AT`, without differences that are noise.

    Args:
        costs: Seconds of an update at each place.
    """
    return tuple(costs) if max(costs) > ROUGH * min(costs) else (1.0,) * len(AT)


def careful(prices: Prices, seconds: float, attack: Attack, *, checks: int) -> int:
    """Return how closely a run may look: the place in `CARES` of the first whose looks cost no more than `LOOKING`.

    Args:
        prices: What things cost.
        seconds: The budget.
        attack: How long attacks are.
        checks: Checks that the recipe asks for.
    """
    for level, care in enumerate(CARES):
        if prices.narrowed(care).ahead(care.times(checks), attack, care) <= LOOKING * seconds:
            return level
    return len(CARES) - 1


def _at(shape: Sequence[float], progress: float) -> float:
    """Return a value between those at the places `AT`."""
    place = min(max(progress, 0.0), 1.0) * (len(AT) - 1)
    low = min(int(place), len(AT) - 2)
    return shape[low] + (shape[low + 1] - shape[low]) * (place - low)


def _mean(shape: Sequence[float], progress: float) -> float:
    """Return the mean of what is between a place and the end."""
    if progress >= 1:
        return shape[-1]
    points = [progress, *(at for at in AT if at > progress)]
    values = [_at(shape, at) for at in points]
    parts = zip(points, points[1:], values, values[1:], strict=False)
    return sum((right - left) * (one + other) / 2 for left, right, one, other in parts) / (1 - progress)
