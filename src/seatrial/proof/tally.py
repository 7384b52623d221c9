"""From rows to counts: how the planned cases of a clause came out, per unit of inference."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from seatrial.errors import EvidenceError
from seatrial.proof.criterion import Criterion
from seatrial.proof.gap import Group
from seatrial.proof.observation import BASE
from seatrial.proof.process import Spread

Row = Mapping[str, Any]
"""One case of one slice: column -> value, of both blobs of its shard."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How the planned cases of a clause came out."""

    n: int
    """Cases planned; where another unit is declared, units seen and cases missing."""
    held: int
    """Cases that held (of a difference, in the candidate), or met the limit of a quantile; of values, the whole part of
    `total`."""
    unknown: int
    """Cases or units whose outcome is not known, those that are missing among them."""
    total: Fraction | None = None
    """Sum of the known values, a difference d taken as (d + 1) / 2; None for a rate."""
    spread: Spread | None = None
    """Lowest and highest value of every unit on a scale of 0..1, where bets judge them: clusters, differences."""
    groups: Mapping[bytes, Group] | None = None
    """What was seen of each group, for a gap."""
    early: bool = False
    """Whether the plan may stop early, so that the tests are those that may be looked at at any time."""


def tally(criterion: Criterion, rows: Iterable[Row] | Sequence[Sequence[Row]], n: int, *, early: bool = False) -> Tally:
    """Return the counts of a clause.

    A case has held if it held in every draw; it is unknown if draws are unknown and none broke it.

    Args:
        criterion: What is counted.
        rows: Those that are there; of several slices, a list for each.
        n: Cases planned; what is missing is unknown.
        early: Whether the plan may stop early, so that means are judged by bets.
    """
    slices = _slices(rows)
    seen = [row for rows_ in slices for row in rows_]
    form = kind(criterion, early=early)
    if form == "gap":
        return _by_group(criterion, seen, n)
    if form == "bets":
        return _spread(criterion, slices, n - len(seen))
    if form == "mean":
        values = [_value(row, criterion.arguments[0]) for row in seen]
        known = [Fraction(value) for value in values if value is not None and 0 <= value <= 1]
        total = sum(known, Fraction(0))
        return Tally(n, math.floor(total), n - len(known), total)
    outcomes = [_outcome(criterion, row) for row in seen]
    return Tally(n, outcomes.count(True), outcomes.count(None) + n - len(outcomes), early=early)


def kind(criterion: Criterion, *, early: bool) -> str:
    """Return which test judges a criterion: `rate`, `mean`, `bets` or `gap`."""
    if criterion.metric == "gap":
        return "gap"
    if criterion.baseline or criterion.clustered or (early and criterion.metric == "mean"):
        return "bets"
    return "mean" if criterion.metric == "mean" else "rate"


def repeated(seen: Tally, times: Fraction) -> Tally:
    """Return a tally over more units of the same kind; what does not divide evenly counts against certainty."""
    n = math.floor(seen.n * times)
    total = None if seen.total is None else seen.total * times
    spread = None
    if seen.spread is not None:
        more = Counter({value: math.floor(count * times) for value, count in seen.spread.items()})
        more[0.0, 1.0] += n - more.total()
        spread = dict(+more)
    groups = None
    if seen.groups is not None:
        groups = {
            name: (math.floor(size * times), Fraction(math.floor(held * times)), math.ceil(unknown * times))
            for name, (size, held, unknown) in seen.groups.items()
        }
    return Tally(n, math.floor(seen.held * times), math.ceil(seen.unknown * times), total, spread, groups, seen.early)


def _slices(rows: Iterable[Row] | Sequence[Sequence[Row]]) -> list[list[Row]]:
    listed: list[Any] = list(rows)
    if listed and isinstance(listed[0], Mapping):
        return [listed]
    return [list(one) for one in listed]


def _by_group(criterion: Criterion, rows: Sequence[Row], n: int) -> Tally:
    """Return the counts of every group; cases that are missing belong to none, and are unknown."""
    inner = Criterion("mean", criterion.arguments, False, ">=", "0.5", "", "95", "")  # noqa: FBT003 - a record
    rate = criterion.arguments == ("held_rate",)
    parts: dict[bytes, list[Row]] = {}
    for row in rows:
        parts.setdefault(_group(row), []).append(row)
    groups: dict[bytes, Group] = {}
    for name, mine in sorted(parts.items()):
        ends = [_ends(inner, row, whole=rate) for row in mine]
        known = [Fraction(low) for low, high in ends if low == high]
        groups[name] = (len(mine), sum(known, Fraction(0)), len(mine) - len(known))
    total = sum((held for _, held, _ in groups.values()), Fraction(0))
    unknown = sum(lost for _, _, lost in groups.values()) + n - len(rows)
    return Tally(n, math.floor(total), unknown, None if rate else total, None, groups)


def _spread(criterion: Criterion, slices: Sequence[Sequence[Row]], missing: int) -> Tally:
    """Return the values of every unit; a missing case is a unit of which nothing is known."""
    units: dict[Any, list[tuple[float, float]]] = {}
    for at, rows in enumerate(slices):
        for number, row in enumerate(rows):
            name = _group(row) if criterion.clustered else number
            units.setdefault((at, name), []).append(_ends(criterion, row))
    counted = Counter((_mean([low for low, _ in ends]), _mean([high for _, high in ends])) for ends in units.values())
    counted[0.0, 1.0] += missing
    known = {low: count for (low, high), count in sorted(counted.items()) if low == high}
    total = sum((Fraction(value) * count for value, count in known.items()), Fraction(0))
    n, held = counted.total(), math.floor(total)
    if criterion.baseline and criterion.metric == "held_rate" and not criterion.clustered:
        held = sum(_held(row) is True for rows in slices for row in rows)
    return Tally(n, held, n - sum(known.values()), total, dict(+counted))


def _mean(values: Sequence[float]) -> float:
    return values[0] if len(values) == 1 else min(1.0, math.fsum(values) / len(values))


def _group(row: Row) -> bytes:
    """Return the group of a row as it was recorded.

    Raises:
        EvidenceError: If it names none.
    """
    if not isinstance(row.get("group"), bytes):
        raise EvidenceError("the rows name no group, and the criterion asks for groups or units")
    return bytes(row["group"])


def _ends(criterion: Criterion, row: Row, *, whole: bool = False) -> tuple[float, float]:
    """Return the lowest and the highest value that a case can have, 0..1; of a difference d, (d + 1) / 2."""
    low, high = _end(criterion, row, whole=whole)
    if not criterion.baseline:
        return low, high
    least, most = _end(criterion, {name[len(BASE) :]: row[name] for name in row if name.startswith(BASE)}, whole=whole)
    return (low - most + 1.0) / 2.0, (high - least + 1.0) / 2.0


def _end(criterion: Criterion, row: Row, *, whole: bool) -> tuple[float, float]:
    if criterion.metric == "mean" and not whole:
        value = _value(row, criterion.arguments[0])
        known = value is not None and 0 <= value <= 1
        return (float(value), float(value)) if value is not None and known else (0.0, 1.0)
    outcome = _held(row) if whole else _outcome(criterion, row)
    return (0.0, 1.0) if outcome is None else (float(outcome), float(outcome))


def _outcome(criterion: Criterion, row: Row) -> bool | None:
    """Return whether a case held, or met the limit of a quantile; None if that is not known."""
    if criterion.quantile is None:
        return _held(row)
    value = _value(row, criterion.arguments[0])
    if value is None:
        return None
    limit = float(criterion.limit)  # so that a recorded 0.05 s is not above 50 ms
    return value <= limit if criterion.comparison == "<=" else value >= limit


def _held(row: Row) -> bool | None:
    if "held" not in row:
        return None
    if row["held"] == row["draws"]:
        return True
    return None if row["held"] + row["unknown"] == row["draws"] else False


def _value(row: Row, metric: str) -> float | Fraction | None:
    """Return the value of a metric for a case; None if it is not known."""
    if metric == "held_rate":
        return Fraction(row["held"], row["draws"]) if row.get("unknown") == 0 else None
    value = row.get(f"value:{metric}", row.get(metric))
    return None if not isinstance(value, float) or math.isnan(value) else value
