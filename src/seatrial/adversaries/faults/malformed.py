"""Arrays that no client should send: not a number, wrong shape or dtype, empty, huge, out of range.

Each case gets one kind of malformation, chosen by the case's own random stream, made from its own input and wrapped
as a batch of one.  Rows share no shape, so the stimuli are `Oddities`: each row is presented on its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.kinds import picked
from seatrial.records.batch import Array, Attempts, Batch, Oddities, plain
from seatrial.records.card import Card
from seatrial.records.threat import Malformed as Anything
from seatrial.targets.target import Target

LARGEST = 1 << 18
"""Values in a huge input at most, unless one ordinary case is as large: 1 MiB of float32, 512 x 512 pixels."""
SIDE = 64
"""How many times longer each of the last two axes of a huge input is, if that stays under `LARGEST`."""

Row = npt.NDArray[Any]


@dataclass(frozen=True)
class _Range:
    """What is legal for a value."""

    low: float
    high: float


def _huge(row: Row, _: _Range) -> Row:
    axes = [-1, -2] if row.ndim > 2 else [-1]
    times = max(2, min(SIDE, int((LARGEST / max(row.size, 1)) ** (1 / len(axes)))))
    for axis in axes:
        row = np.repeat(row, times, axis=axis)
    return row


def _extreme(row: Row, _: _Range) -> Row:
    top = np.finfo(row.dtype).max if row.dtype.kind == "f" else np.iinfo(row.dtype).max
    signs = np.where(np.arange(row.size).reshape(row.shape) % 2 == 0, 1, -1)
    return (top * signs).astype(row.dtype)


def _one_bad(value: float) -> Callable[[Row, _Range], Row]:
    """Return a malformation with this value in the middle, the rest untouched."""

    def made(row: Row, _: _Range) -> Row:
        odd = _floating(row)
        odd.reshape(-1)[odd.size // 2] = value
        return odd

    return made


def _floating(row: Row) -> Row:
    return row.copy() if row.dtype.kind == "f" else row.astype(np.float32)


KINDS: Mapping[str, Callable[[Row, _Range], Row]] = {
    "nan": lambda row, _: np.full_like(_floating(row), np.nan),
    "one nan": _one_bad(np.nan),
    "inf": lambda row, _: np.full_like(_floating(row), np.inf),
    "minus inf": lambda row, _: np.full_like(_floating(row), -np.inf),
    "one inf": _one_bad(np.inf),
    "integers": lambda row, _: np.rint(row).astype(np.int64),
    "doubles": lambda row, _: row.astype(np.float64),
    "texts": lambda row, _: row.astype("U32"),
    "objects": lambda row, _: np.full(row.shape, {}, dtype=object),
    "missing axis": lambda row, _: row[0],
    "extra axis": lambda row, _: row[None],
    "transposed": lambda row, _: np.ascontiguousarray(row.T if row.ndim == 2 else np.moveaxis(row, -1, 1)),
    "one value short": lambda row, _: row[..., :-1],
    "above range": lambda row, r: np.full_like(row, 10 * (r.high - r.low) + r.high),
    "below range": lambda row, r: np.full_like(_floating(row), r.low - 10 * (r.high - r.low)),
    "empty batch": lambda row, _: row[:0],
    "huge": _huge,
    "1e38": lambda row, _: np.full_like(_floating(row), 1e38),
    "constant": lambda row, r: np.full_like(row, r.low),
    "extreme": _extreme,
}
"""Name -> how it is made of a batch of one case and the legal range."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """Makes one malformed array of each case: the case's own stream says which kind.

    It asks the target nothing; presenting costs one call of a single row per case, of which a huge one may be slow.
    """

    kinds: tuple[str, ...] = ()
    """Keys of `KINDS`; none is all."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Anything]) -> Attempts[Array]:
        """Return an `Oddities` of one malformed argument of `respond` per case.

        Numeric rows come in the target's library, in the dtype that the malformation gave them; texts and objects,
        which only numpy can hold, come in numpy.

        Raises:
            PlanError: If a kind is unknown.
        """
        kinds = picked(self.kinds, KINDS, "faults.malformed")
        legal = _Range(_or(target.face.low, 0.0), _or(target.face.high, 1.0))
        inputs, chosen = plain(batch.inputs), bench.random.keys("kind") % len(kinds)
        with np.errstate(all="ignore"):
            odd = [KINDS[kinds[kind]](inputs[at : at + 1], legal) for at, kind in enumerate(chosen)]
        return Attempts(stimuli=Oddities(_like(row, batch.inputs) for row in odd))  # type: ignore[arg-type]


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _like(row: Row, like: Any) -> Any:
    """Return a numeric row in the library and on the device of `like`, with its own dtype."""
    if isinstance(like, np.ndarray) or row.dtype.kind in "UO":
        return row
    xp, device = array_api_compat.array_namespace(like), array_api_compat.device(like)
    return xp.asarray(np.array(row), device=device)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Malformed,
    title="Arrays that no client should send",
    oracle="sane_answer",
    controls=("faults.malformed",),
    cites=("doi:10.1145/96267.96279", "arXiv:1807.10875"),
    tags=("atlas:AML.T0043", "nist:NISTAML.01", "cwe:CWE-20", "black-box"),
    lies=(
        "Each case gets one kind of malformation, so rare kinds are seen in few cases; an answer of ordinary "
        "form is not a right answer."
    ),
)
