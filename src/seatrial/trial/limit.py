"""What ends a run before it is done: the clock, or the money.  Both are looked at between shards only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic

from seatrial.charter.money import Money, Prices
from seatrial.plan.calls import calls
from seatrial.plan.plan import Plan
from seatrial.proof.observation import decode
from seatrial.records.event import StoppedByClock, StoppedByMoney
from seatrial.trial.work import Result


@dataclass(frozen=True, slots=True)
class Purse:
    """How much money a run-plan may cost, and what things cost."""

    money: Money
    prices: Prices


class Limit:
    """What is left of a run's budget."""

    def __init__(self, plan: Plan, begun: float, minutes: float | None, purse: Purse | None) -> None:
        """Begin to count.

        Args:
            plan: What is run.
            begun: Monotonic instant, seconds.
            minutes: From then on; None is no limit.
            purse: For everything that is done of the run-plan, earlier runs included; None is no limit.
        """
        self._plan, self._minutes, self._purse = plan, minutes, purse
        self._end = None if minutes is None else begun + 60 * minutes
        self.spent = Fraction(0)
        """In the currency of the prices."""

    def take(self, results: Iterable[Result | None]) -> None:
        """Count what finished shards cost.

        Raises:
            StoreError: If a result is gone or damaged.
        """
        if self._purse is not None:
            self.spent += sum((_cost(self._plan, one, self._purse.prices) for one in results if one), Fraction(0))

    @property
    def reached(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._broke or (self._end is not None and monotonic() >= self._end)

    @property
    def _broke(self) -> bool:
        return self._purse is not None and self.spent >= self._purse.money.amount

    def event(self, left: int) -> StoppedByClock | StoppedByMoney:
        """Return what is told when it stopped a run with so many shards left."""
        if self._purse is not None and self._broke:
            spent = Money(self.spent, self._purse.money.currency)
            return StoppedByMoney(str(self._purse.money), str(spent), left)
        return StoppedByClock(self._minutes or 0.0, left)


def _cost(plan: Plan, result: Result, prices: Prices) -> Fraction:
    """Return what one shard cost; one that failed cost its time only, as far as that is known."""
    asked = 0
    if result.status == "done":
        tables = [decode(data) for part, data in result.parts().items() if part != "stimuli"]
        columns = {name: values for one in tables for name, values in one.columns.items()}
        asked = calls(plan.promise(result.clause), columns, result.cases)
    return prices.cost(asked, result.seconds).amount
