"""The tempo of a run: what it costs, how many updates there will be, how closely it looks, and when that changes.

Only lengths follow from what is measured here, never what an update does.  Each decision is written down before it
counts; whoever goes on with the run follows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any

from seatrial.charter.money import Money
from seatrial.errors import HardenError, Problem
from seatrial.harden.budget.pace import BEATS, Bend, Pace, Purse
from seatrial.harden.budget.prices import CARES, Attack, Care, Prices, careful, prices_again, shaped


@dataclass(frozen=True, slots=True)
class Route:
    """What a run is to be, before anybody knows what it costs."""

    total: int
    """Updates, where no budget says how many."""
    epoch: int
    """Updates of one pass over the cases."""
    checks: int
    """Checks on the way that the recipe asks for."""
    attack: Attack
    """How long the attacks of the checks are."""


class Tempo:
    """The clock of a run."""

    def __init__(
        self,
        purse: Purse,
        route: Route,
        *,
        told: Mapping[str, Any] | None = None,
        bends: Sequence[Bend] = (),
        done: int = 0,
    ) -> None:
        """Begin, or go on.

        Args:
            purse: The budget, which counts already.
            route: What the run is to be.
            told: What `to_json` told when the run was put down.
            bends: Decisions that were written down.
            done: Updates that were made.
        """
        self.purse, self.route = purse, route
        self.prices = prices_again(told["prices"]) if told else Prices()
        self.pace = Pace(bends or [Bend(0, 0.0, route.total)], done=done)
        self._mark = purse.spent

    @property
    def care(self) -> Care:
        """How closely the run looks."""
        return CARES[self.pace.bends[0].looks]

    @property
    def checks(self) -> int:
        """Checks on the way."""
        return self.care.times(self.route.checks) if self.pace.bends[0].looks else self.route.checks

    def plan(self, prices: Prices, costs: Sequence[float]) -> None:
        """Plan as many updates as the budget allows; without one, only take the prices.

        Args:
            prices: What looking costs.
            costs: Seconds of an update at the places `prices.AT` of the run.

        Raises:
            HardenError: If that is not enough for one pass over the cases.
        """
        shape = shaped(costs)
        self.prices = replace(prices, shape=shape, update=shape[0] if max(shape) > min(shape) else median(costs))
        self._mark = self.purse.spent
        if not self.purse.seconds:
            return
        level = careful(self.prices, self.purse.seconds, self.route.attack, checks=self.route.checks)
        self.pace = Pace([Bend(0, 0.0, self.route.total, level)])
        self.prices = self.prices.narrowed(self.care)
        total = int(self._left(0) / self.prices.mean(0.0))
        if total < self.route.epoch:
            raise self._too_little(total)
        self.pace = Pace([Bend(0, 0.0, total, level)])

    def follow(self, bends: Sequence[Bend]) -> None:
        """Follow decisions that an earlier process wrote down before it made an update."""
        self.pace = Pace(bends)

    def tick(self) -> None:
        """Note that an update is over: all since the last note is its cost."""
        now = self.purse.spent
        self.prices, self._mark = self.prices.paid(now - self._mark), now

    def looked(self) -> None:
        """Note that a check is over, and what is written after it."""
        now, before = self.purse.spent, self.prices.check
        check = now - self._mark
        self.prices, self._mark = replace(self.prices, check=(before + check) / 2 if before else check), now

    def sounded(self, sound: Callable[[Prices], Prices]) -> None:
        """Measure anew what the questions of the end cost, where there is a budget and more than the end is left."""
        if self.purse.seconds:
            self.prices = sound(self.prices)
            self._mark = self.purse.spent

    def due(self, step: int, *, looked: bool) -> bool:
        """Return whether it is time to look at the clock.

        Args:
            step: Updates that were made.
            looked: Whether a check has just been made.
        """
        return bool(self.purse.seconds) and (looked or step % max(1, self.pace.bends[0].total // BEATS) == 0)

    def decided(self, step: int) -> Bend | None:
        """Return a decision that is to be taken after so many updates, and has not been: None if all is well."""
        if not self.purse.seconds or step >= self.pace.total:
            return None
        return self.pace.decided(step, left=self._left(step), price=self.prices.mean(self.pace.progress(step)))

    def _left(self, step: int) -> float:
        """Return CPU seconds for updates: without those for looking."""
        checks = self.checks - int(self.pace.progress(step) * self.checks) if step else self.checks
        looking = self.prices.ahead(max(1, checks), self.route.attack, self.care)
        return self.purse.seconds - self.purse.spent - looking

    def _too_little(self, total: int) -> HardenError:
        """Return what to say if there is no time for one pass over the cases."""
        each, pass_ = self.prices.mean(0.0), self.route.epoch
        looking = self.prices.ahead(self.checks, self.route.attack, self.care)
        least = pass_ * each + looking + self._mark
        what = (
            f"{self.purse.seconds:.3g} CPU seconds are not enough for one pass over the cases: one update costs "
            f"{1000 * each:.2g} ms, a pass takes {pass_:,} of them, and looking at what came of it {looking:.2g} s"
        )
        if total > 0:
            what += f"; there is time for {total:,}"
        return HardenError(Problem("budget", what, f"give it {minutes(1.1 * least)} or more"))

    def expects(self, hourly: Money | None) -> str:
        """Return in words what the run will take.

        Args:
            hourly: What an hour costs; None if nobody said.
        """
        total, each = self.pace.total, self.prices.mean(0.0)
        updates = f"{total:,} updates, {total / self.route.epoch:.1f} passes, {1000 * each:.2g} ms each"
        looking = self.prices.ahead(self.checks, self.route.attack, self.care)
        seconds = self.purse.seconds or self.purse.spent + total * each + looking
        money = "" if hourly is None else f", {hourly.times(seconds / 3600)}"
        about = "within" if self.purse.seconds else "about"
        looks = f"{looking:.2g} s of it for checks and choosing"
        return f"{updates}, {about} {minutes(seconds)} of CPU time ({looks}){money}"

    def whole(self) -> float:
        """Return what the run would cost in CPU seconds if no budget said how long it is; after it has ended."""
        return self.prices.whole(self.route.total, self.route.checks, self.route.attack, self.care)

    def to_json(self) -> dict[str, Any]:
        """Return what goes into a checkpoint, as plain JSON values."""
        return {
            "spent": self.purse.spent,
            "prices": self.prices.to_json(),
            "bends": [asdict(bend) for bend in self.pace.bends],
        }


def minutes(seconds: float) -> str:
    """Return a length of time in minutes, in two digits."""
    shown = f"{seconds / 60:.2g}" if seconds < 5970 else f"{seconds / 60:,.0f}"
    return f"{shown} minute{'' if shown == '1' else 's'}"
