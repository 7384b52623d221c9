"""The same case several times in one call, exactly and all but."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.records.batch import Array, Attempts, Batch, Frame, Oddities, Texts, rows
from seatrial.records.card import Card
from seatrial.records.threat import Company
from seatrial.targets.target import Target

X = TypeVar("X")


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Ask about each case several times in one call: every second row is the case, the others differ in the last digit.

    Numbers of the near-duplicates are the next representable ones towards zero, texts have a blank more at the end.
    All rows must get the answer of the case: a service that folds duplicates, keeps answers in a cache by a key that
    is too short, or joins answers back by value breaks here (the metamorphic relation of permutation and addition of
    inputs, Xie et al., doi:10.1016/j.jss.2010.11.920).  The call has as many rows as the threat allows.  Nothing is
    drawn, the target is asked nothing; presenting costs one call per case.
    """

    def attack(
        self,
        target: Target[Any, Any],  # noqa: ARG002 - the protocol has it
        batch: Batch[Array | Frame | Texts],
        bench: Bench[Company],
    ) -> Attempts[Any]:
        """Return an `Oddities` of one call per case, the case itself in the first row."""
        size = bench.threat.rows
        near = np.arange(size) % 2 == 1
        calls = (_nudged(rows(batch.inputs, [at] * size), near) for at in range(len(batch)))
        return Attempts(stimuli=Oddities(calls))


def _nudged(column: X, near: Any) -> X:
    """Return rows of which the marked ones differ in the last digit; whole numbers stay."""
    if isinstance(column, Texts):
        texts = zip(column, near, strict=True)
        return Texts(f"{text} " if one else text for text, one in texts)  # type: ignore[return-value]
    if isinstance(column, Frame):
        return Frame({name: _nudged(part, near) for name, part in column.items()})  # type: ignore[return-value]
    values: Any = column
    xp = array_api_compat.array_namespace(values) if not isinstance(values, np.ndarray) else np
    if isinstance(values, np.ndarray) and values.dtype.kind != "f":
        return column
    if xp is not np and not xp.isdtype(values.dtype, "real floating"):
        return column
    mark = xp.asarray(near.reshape(-1, *[1] * (values.ndim - 1)), device=array_api_compat.device(values))
    made: X = xp.where(mark, xp.nextafter(values, xp.zeros_like(values)), values)
    return made


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Duplicates,
    title="One case several times in one call",
    oracle="one_answer",
    controls=("faults.duplicates",),
    cites=("doi:10.1016/j.jss.2010.11.920",),
    tags=("natural", "black-box"),
    lies=(
        "The copies come in one call of the target, so a cache or a filter that stands in front of it, or that works "
        "between calls, is not seen; nor is a fold that only happens among thousands of rows."
    ),
)
