"""Numbers as people write them: `0.2`, `8/255`, `40%`."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

FRACTION = r"[0-9]{1,9}(\.[0-9]{1,9})?/[0-9]{1,9}(\.[0-9]{1,9})?"
PERCENT = r"[0-9]{1,3}(\.[0-9])?%"
"""Tenths of a percent are the finest share."""


def number(value: Any) -> float | int | None:
    """Return a number or the fraction that a text says; None if it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if not isinstance(value, str):
        return value
    if not re.fullmatch(FRACTION, value):
        return None
    over, _, under = value.partition("/")
    return float(Fraction(over) / Fraction(under)) if Fraction(under) else None


def per_mille(value: Any) -> int | None:
    """Return a share in thousandths, from `40%`, `2/5` or `0.4`; None if it is no share, or finer than that."""
    if isinstance(value, str) and re.fullmatch(PERCENT, value):
        share = Fraction(value[:-1]) * 10
    elif isinstance(value, str) and re.fullmatch(FRACTION, value) and Fraction(value.partition("/")[2]):
        share = Fraction(value.partition("/")[0]) / Fraction(value.partition("/")[2]) * 1000
    elif isinstance(value, int | float) and not isinstance(value, bool):
        share = Fraction(str(value)) * 1000
    else:
        return None
    return int(share) if share.denominator == 1 and 0 <= share <= 1000 else None


def fractions(value: Any) -> Any:
    """Return plain values with every text that is a fraction replaced by its number."""
    if isinstance(value, dict):
        return {key: fractions(part) for key, part in value.items()}
    if isinstance(value, list):
        return [fractions(part) for part in value]
    found = number(value) if isinstance(value, str) else None
    return value if found is None else found
