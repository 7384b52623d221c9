"""The contract of a metric, executable: `check_metric(card)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np

from seatrial.metrics.metric import Metric
from seatrial.records.batch import Observation
from seatrial.records.card import Card

ORDER = (4, 0, 5, 2, 1, 3)


def observation() -> Observation:
    """Return six cases of every kind: held, broken, unknown, partly held in three draws, without a score."""
    return Observation(
        cases=tuple(bytes([at]) * 32 for at in range(6)),
        computed={
            "held": np.array([3, 0, 0, 2, 1, 3], dtype=np.uint32),
            "draws": np.full(6, 3, dtype=np.uint32),
            "unknown": np.array([0, 0, 3, 1, 0, 0], dtype=np.uint32),
            "score": np.array([0.7, -1.5, np.nan, 0.1, -0.2, 12.0]),
            "stage": np.array([-1, 0, -1, -1, 1, -1], dtype=np.int16),
            "forwards": np.array([41, 2, 41, 41, 20, 41], dtype=np.uint32),
            "backwards": np.array([40, 1, 40, 40, 19, 40], dtype=np.uint32),
            "queries": np.array([1, 1, 1, 1, 1, 1], dtype=np.uint32),
        },
        measured={"seconds": np.array([0.01, 0.5, np.nan, 0.2, 0.03, 1.5])},
    )


def check_metric(card: Card[Metric], seen: Observation | None = None) -> None:
    """Check that a metric keeps what `metrics/metric.py` promises.

    Args:
        card: The `CARD` of the plugin; it is made without arguments.
        seen: What it measures: any observation with two cases or more; `observation()` if there is none.

    Raises:
        AssertionError: Naming every promise that is broken: one float64 number per case, finite or NaN, the same again;
            an observation that is left as it was; no number that depends on the other cases or their order; a number
            that rests on the clock only if the card says `measured`.
    """
    shown = observation() if seen is None else seen
    assert len(shown.cases) > 1, "check_metric needs at least two cases"
    broken = list(_form(card, deepcopy(shown)))
    broken = broken or [said for check in _CHECKS for said in check(card, deepcopy(shown))]
    assert not broken, f"{card.title}: the metric breaks its contract:\n" + "\n".join(f"* {said}" for said in broken)


def _form(card: Card[Metric], seen: Observation) -> Iterator[str]:
    numbers = card.make().measure(seen)
    if not isinstance(numbers, np.ndarray) or numbers.dtype != np.float64 or numbers.shape != (len(seen.cases),):
        yield f"it must return float64 ({len(seen.cases)},), not {_described(numbers)}"
    elif np.isinf(numbers).any():
        yield "a number is infinite; what is unknown is NaN"
    empty = cut(seen, ())
    if np.shape(card.make().measure(empty)) != (0,):
        yield "of no case it must return no number"


def _repeats(card: Card[Metric], seen: Observation) -> Iterator[str]:
    metric = card.make()
    first = metric.measure(seen)
    if not _equal(first, metric.measure(seen)) or not _equal(first, card.make().measure(seen)):
        yield "it gives other numbers for the same observation"


def _leaves(card: Card[Metric], seen: Observation) -> Iterator[str]:
    given = deepcopy(seen)
    numbers = card.make().measure(given)
    if numbers.flags.writeable:
        numbers[:] = -7.0
    for name in (*seen.computed, *seen.measured):
        kept, left = ({**one.computed, **one.measured}[name] for one in (seen, given))
        if not _equal(kept, left):
            yield f"it changes, or hands out, the column {name} of the observation"


def _alone(card: Card[Metric], seen: Observation) -> Iterator[str]:
    whole = card.make().measure(seen)
    order = [at for at in ORDER if at < len(seen.cases)] + list(range(len(ORDER), len(seen.cases)))
    if not _equal(card.make().measure(cut(seen, order)), whole[order]):
        yield "its numbers depend on the order of the cases"
    for at in range(len(seen.cases)):
        if not _equal(card.make().measure(cut(seen, [at])), whole[[at]]):
            yield f"the number of case {at} depends on the other cases"
            return


def _clock(card: Card[Metric], seen: Observation) -> Iterator[str]:
    if card.measured:
        return
    slower = {name: part * 3 + 1 for name, part in seen.measured.items()}
    if not _equal(card.make().measure(seen), card.make().measure(replace(seen, measured=slower))):
        yield "its numbers rest on measured columns, but its card does not say measured=True"


_CHECKS: tuple[Callable[[Card[Metric], Observation], Iterator[str]], ...] = (_repeats, _leaves, _alone, _clock)


def cut(seen: Observation, index: Any) -> Observation:
    """Return these cases of an observation, in this order."""
    at = np.asarray(index, dtype=np.intp)
    return Observation(
        cases=tuple(seen.cases[int(i)] for i in at),
        computed={name: part[at] for name, part in seen.computed.items()},
        measured={name: part[at] for name, part in seen.measured.items()},
    )


def _equal(one: Any, other: Any) -> bool:
    first, second = np.asarray(one), np.asarray(other)
    return first.shape == second.shape and bool(np.array_equal(first, second, equal_nan=first.dtype.kind == "f"))


def _described(value: Any) -> str:
    return f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
