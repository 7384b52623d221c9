"""The case among others from one corner of the input range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.records.batch import Array, Attempts, Batch, Frame, Oddities, Texts, count, plain, rows
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Company as Together
from seatrial.targets.target import Face, Target

LOW, HIGH = "low", "high"
SPREAD = 0.1
"""How far from the corner a neighbour lies at most, as a share of the way to the case."""
OTHER_ANSWER = 1e9
"""What another class counts for, beside changes of scores."""


@dataclass(frozen=True, slots=True)
class Company:
    """Ask about each case in a call whose other rows all come from one corner of the data, and keep the worse corner.

    The neighbours are made of the case: for numbers moved to within a tenth of the lower or the upper end of the input
    range (in tables, where columns have ranges of their own: towards zero, and beyond ten times the value), for texts
    very short or several times as long.  The answer for the case must stay what it is alone: a model that uses the
    statistics of the batch (normalisation that was never switched off, Ioffe and Szegedy, arXiv:1502.03167; ranks or
    quantiles taken among the rows of a call), or carries something from row to row, answers for its company.  Cost:
    three calls per case, of one row and twice of as many rows as the threat allows.
    """

    def attack(
        self, target: Target[Any, Any], batch: Batch[Array | Frame | Texts], bench: Bench[Together]
    ) -> Attempts[Any]:
        """Return an `Oddities` of one call per case, the case itself in the first row."""
        calls = []
        for at in range(len(batch)):
            alone = bench.at(target, [at]).respond(rows(batch.inputs, [at]))
            crowd = bench.at(target, [at] * bench.threat.rows)
            same = rows(batch.inputs, [at] * bench.threat.rows)
            tried = [_crowded(same, corner, target.face, bench.random.at([at])) for corner in (LOW, HIGH)]
            calls.append(max(tried, key=lambda call, one=alone, ask=crowd: _moved(one, ask.respond(call))))  # type: ignore[misc]
        return Attempts(stimuli=Oddities(calls))


def _crowded(same: Any, corner: str, face: Face, random: Random) -> Any:
    """Return a call in which all rows but the first lie in a corner.

    Args:
        same: The case, as often as the call has rows.
        corner: `low` or `high`.
        face: Its range is that of arrays.
        random: The streams of the case.
    """
    luck = random.uniform(f"faults.company/{corner}", (count(same),), np.zeros(1))[0]
    luck[0] = np.nan
    if isinstance(same, Texts):
        return Texts(_longer(text, corner, share) for text, share in zip(same, luck, strict=True))
    if isinstance(same, Frame):
        return Frame({name: _scaled(part, corner, luck) for name, part in same.items()})
    ends = (0.0 if face.low is None else face.low, 1.0 if face.high is None else face.high)
    return _cornered(same, ends[corner == HIGH], luck)


def _longer(text: str, corner: str, share: float) -> str:
    if np.isnan(share):
        return text
    return text[: 1 + int(SPREAD * share * len(text))] if corner == LOW else f"{text} " * (2 + int(3 * share))


def _scaled(part: Any, corner: str, luck: Any) -> Any:
    if part.dtype.kind != "f":
        return part
    far = SPREAD * luck * part if corner == LOW else (10 + 10 * luck) * (np.abs(part) + 1)
    return np.where(np.isnan(luck), part, far)


def _cornered(same: Any, end: float, luck: Any) -> Any:
    """Return the rows, all but the first close to one end; whole numbers lie at the end itself."""
    rest = np.isnan(luck)
    near = np.asarray(plain(same), dtype=np.float64)
    shape = (-1, *[1] * (near.ndim - 1))
    moved = end + SPREAD * np.nan_to_num(luck).reshape(shape) * (near - end)
    xp, device = array_api_compat.array_namespace(same), array_api_compat.device(same)
    made = xp.astype(xp.asarray(moved, device=device), same.dtype)
    return xp.where(xp.asarray(rest.reshape(shape), device=device), same, made)


def _moved(alone: Any, beside: Any) -> float:
    """Return how far the answer for the first row is from that for the case alone; another class is very far."""
    if isinstance(alone, tuple):
        return float(not beside or beside[0] != alone[0])
    one, other = (np.asarray(plain(said), dtype=np.float64) for said in (alone, beside))
    if other.shape[1:] != one.shape[1:] or not len(other):
        return float("inf")
    change = float(np.nan_to_num(np.abs(other[0] - one[0]).max(), nan=OTHER_ANSWER))
    return change + OTHER_ANSWER * bool(one.ndim > 1 and other[0].argmax() != one[0].argmax())


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Company,
    title="A case in skewed company",
    oracle="one_answer",
    controls=("faults.company",),
    cites=("arXiv:1502.03167",),
    tags=("natural", "black-box"),
    lies=(
        "The company is made, not taken from the data, and comes in one call: a state that leaks from call to call, "
        "or a drift over days, is not seen. A model that seatrial pads to blocks is asked in those blocks."
    ),
)
