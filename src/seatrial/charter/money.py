"""What a trial may cost in money, and what the target's answers cost; exact, in one currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from seatrial.catalog.source import forms


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a currency."""

    amount: Fraction
    currency: str
    """Three capital letters, ISO 4217."""

    def times(self, share: float) -> Money:
        """Return a multiple of it."""
        return Money(self.amount * Fraction(share), self.currency)

    def __str__(self) -> str:
        """Return it as it is written: `5 USD`, `0.0004 USD`; rounded to two digits that say something."""
        value = float(self.amount)
        text = f"{value:.{2 if not value or value >= 0.995 else _digits(value)}f}"
        return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {self.currency}"


def _digits(value: float) -> int:
    """Return how many decimals a value below one needs for two digits that say something."""
    digits = 2
    while digits < 12 and value * 10 ** (digits - 1) < 1:
        digits += 1
    return digits


def read(text: str) -> Money:
    """Return the amount that a text says.

    Raises:
        ValueError: If it is not written like `5 USD` or `0.0004 USD`.

    Examples:
        >>> str(read("0.0004 USD"))
        '0.0004 USD'
    """
    if not re.fullmatch(forms.MONEY, text):
        raise ValueError(f"{text!r} is no amount")
    amount, currency = text.split()
    return Money(Fraction(amount), currency)


@dataclass(frozen=True, slots=True)
class Prices:
    """What a trial costs."""

    currency: str
    per_call: Fraction = Fraction(0)
    """For each case that the target answers, attacked or not."""
    per_hour: Fraction = Fraction(0)
    """For each hour of one worker."""

    def cost(self, calls: float, seconds: float) -> Money:
        """Return what so many calls and so much time of one worker cost."""
        hours = Fraction(seconds) / 3600
        return Money(self.per_call * Fraction(calls) + self.per_hour * hours, self.currency)


def prices(written: dict[str, str]) -> Prices | None:
    """Return the prices of a charter's `budget.prices`; None if it names none."""
    if not written:
        return None
    read_ = {name: read(text) for name, text in written.items()}
    currency = next(iter(read_.values())).currency
    return Prices(currency, **{name: one.amount for name, one in read_.items()})
