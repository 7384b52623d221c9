"""What a remedy may spend: time, updates or money; money becomes time by the charter's price of an hour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Any

from seatrial.charter.charter import Charter
from seatrial.charter.money import Money, read
from seatrial.errors import InputError, Problem

PRICED = "budget: {prices: {per_hour: 2.50 USD}}"
"""How a charter says what an hour costs."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What a remedy may spend."""

    minutes: float = 0.0
    """CPU minutes to end within; 0 is none."""
    steps: int = 0
    """Updates instead; 0 is none."""
    hourly: Money | None = None
    """What an hour of one worker costs; None if the charter does not say."""

    def cost(self, seconds: Any) -> Money | None:
        """Return what so many CPU seconds cost; None if nobody knows."""
        if self.hourly is None or not isinstance(seconds, int | float):
            return None
        return self.hourly.times(seconds / 3600)


def spending(charter: Charter, *, minutes: float = 0.0, steps: int = 0, money: str | None = None) -> Spending:
    """Return what a remedy may spend.

    Args:
        charter: Names the price of an hour.
        minutes: CPU minutes; 0 is none.
        steps: Updates; 0 is none.
        money: `0.50`, in the currency of the charter's prices, or `0.50 USD`.

    Raises:
        InputError: If several are given, one is below 0, or the charter has no price for money.
    """
    given = [name for name, one in (("--minutes", minutes), ("--steps", steps), ("--money", money)) if one]
    if len(given) > 1:
        said = " and ".join(one.removeprefix("--") for one in given)
        raise InputError(Problem(given[-1], f"{said} are both given", "one of them is the budget"))
    if not (isfinite(minutes) and minutes >= 0) or steps < 0:
        raise InputError(Problem("--minutes" if steps >= 0 else "--steps", "the budget is below 0", "0 is none"))
    prices = charter.prices
    hourly = Money(prices.per_hour, prices.currency) if prices is not None and prices.per_hour else None
    if not money:
        return Spending(minutes, steps, hourly)
    return Spending(60 * _hours(money, hourly), 0, hourly)


def _hours(text: str, hourly: Money | None) -> float:
    """Return how long an amount pays for."""
    if not re.fullmatch(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?( [A-Z]{3})?", text.strip()):
        raise InputError(Problem("--money", f"{text!r} is no amount", "write it like 0.50, or 0.50 USD"))
    if hourly is None:
        what = "the charter does not say what an hour costs, so no time follows from money"
        raise InputError(Problem("budget.prices.per_hour", what, f"write `{PRICED}`, or use --minutes"))
    amount = read(text.strip() if " " in text.strip() else f"{text.strip()} {hourly.currency}")
    if amount.currency != hourly.currency:
        what = f"{amount} is in another currency than the charter's prices"
        raise InputError(Problem("--money", what, f"name it in {hourly.currency}"))
    if not amount.amount:
        raise InputError(
            Problem("--money", "nothing is no budget", "leave it out, and the remedy says how long it takes")
        )
    return float(amount.amount / Fraction(hourly.amount))
