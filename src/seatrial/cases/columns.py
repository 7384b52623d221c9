"""One column of a table, tallied value by value: what it holds, what is missing, which values there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from seatrial.cases.cells import TRUTH, missing, number, shown
from seatrial.cases.seen import FEW, Column

EXAMPLES = 5
MOSTLY = 0.9
"""Share of numbers from which a text in a column is odd."""


@dataclass(slots=True)
class Tally:
    """What was seen of one column so far."""

    name: str
    unit: str
    typed: bool
    _missing: int = 0
    _texts: int = 0
    _numbers: int = 0
    _low: float = math.inf
    _high: float = -math.inf
    _longest: int = 0
    _different: dict[str, Any] = field(default_factory=dict)
    """The first `FEW` + 1 different values, as text -> as they came."""
    _other: str = ""
    _odd: list[str] = field(default_factory=list)

    def add(self, values: Sequence[Any], lines: Sequence[int]) -> None:
        """Take in some values and their lines."""
        for value, line in zip(values, lines, strict=True):
            if missing(value, typed=self.typed):
                self._missing += 1
                continue
            found = _number(value, typed=self.typed)
            if found is None:
                self._text(value, line)
            else:
                self._numbers += 1
                self._low, self._high = min(self._low, found), max(self._high, found)
            if len(self._different) <= FEW:
                self._different.setdefault(str(value), value)

    def column(self) -> Column:
        """Return what was seen."""
        there = self._texts + self._numbers
        is_number = self._numbers > 0 and not self._texts
        odd = self._odd if self._numbers > MOSTLY * there else []
        return Column(
            name=self.name,
            kind="number" if is_number else "text",
            missing=self._missing,
            distinct=len(self._different),
            values=self._values(is_number=is_number),
            examples=tuple(list(self._different)[:EXAMPLES]),
            low=self._low if is_number else None,
            high=self._high if is_number else None,
            longest=self._longest,
            odd=tuple(odd),
            other=self._other,
        )

    def _text(self, value: Any, line: int) -> None:
        self._texts += 1
        if not isinstance(value, str) and not self._other:
            self._other = type(value).__name__
        self._longest = max(self._longest, len(str(value)))
        if len(self._odd) < EXAMPLES:
            self._odd.append(f"{self.unit} {line}: {shown(value)}")

    def _values(self, *, is_number: bool) -> tuple[str | int | bool, ...]:
        if not self._different or len(self._different) > FEW:
            return ()
        if not is_number:
            return tuple(sorted(self._different))
        if all(_truth(value) is not None for value in self._different.values()):
            return tuple(sorted({bool(_truth(value)) for value in self._different.values()}))
        found = [_number(value, typed=self.typed) for value in self._different.values()]
        whole = [int(one) for one in found if one is not None and one.is_integer()]
        return tuple(sorted(set(whole))) if len(whole) == len(found) else ()


def _number(value: Any, *, typed: bool) -> float | None:
    found = number(value, typed=typed)
    return None if isinstance(found, str) else found


def _truth(value: Any) -> float | None:
    return float(value) if isinstance(value, bool) else TRUTH.get(value) if isinstance(value, str) else None
