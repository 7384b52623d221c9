"""What corruptions share that are worked out on the host, in numpy, a few cases at a time."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, TypeAlias

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.corruption.scale import ranged
from seatrial.records.batch import Array, Attempts, Batch, plain
from seatrial.records.random import Random
from seatrial.records.threat import Corruption

Floats: TypeAlias = npt.NDArray[Any]
Change: TypeAlias = Callable[[Floats, Random], Any]
"""From inputs `(n, ...)`, 0 to 1, float32 or float64, and the streams of their cases to the changed ones; it may
overwrite what it gets."""

ROOM = 1 << 20
"""Bytes of inputs that are worked on at once: what fits near the processor."""
LUMA = (0.299, 0.587, 0.114)
"""Shares of red, green and blue in the brightness of a grey (ITU-R BT.601)."""


def retouched(batch: Batch[Array], bench: Bench[Corruption], change: Change, *, room: int = ROOM) -> Attempts[Array]:
    """Return every case changed, in the library, dtype and input range that it came in.

    Numbers outside the input range are cut off first.  What `change` makes of a case must not depend on the others.

    Args:
        batch: The cases.
        bench: Rules and streams.
        change: What is done to a few of them.
        room: Bytes of inputs that it gets at once.
    """
    x: Any = batch.inputs
    xp, made = array_api_compat.array_namespace(x), list[Any]()
    size = max(1, room // max(1, prod(x.shape[1:]) * 4))
    for first in range(0, max(1, len(x)), size):
        few = x[first : first + size]
        share = _shares(xp, few, bench.threat)
        done = change(share, bench.random.at(np.arange(first, first + len(few)))) if len(few) else share
        made.append(_placed(xp, np.asarray(done, dtype=share.dtype), few, bench.threat))
    return Attempts(stimuli=made[0] if len(made) == 1 else xp.concat(made, axis=0))


def _shares(xp: Any, few: Any, threat: Corruption) -> Floats:
    """Return inputs as shares of the input range, as `scale.unit` does: in numpy, float32 or float64, and new."""
    wide = few if few.dtype == xp.float64 else xp.astype(few, xp.float32)
    share = np.array(plain(wide))
    if threat.low:
        share -= threat.low
    if threat.high - threat.low != 1:
        share /= threat.high - threat.low
    return np.clip(share, 0, 1, out=share)


def _placed(xp: Any, share: Floats, few: Any, threat: Corruption) -> Any:
    """Return shares as inputs, as `scale.ranged` does, with fewer passes over them."""
    device = array_api_compat.device(few)
    if few.dtype in (xp.float32, xp.float64) and (threat.low, threat.high) == (0, 1):
        return xp.asarray(np.clip(share, 0, 1), device=device)
    if few.dtype == xp.uint8 and (threat.low, threat.high) == (0, 255):
        levels = np.rint(np.clip(share, 0, 1) * share.dtype.type(255))
        return xp.asarray(levels.astype(np.uint8), device=device)
    return ranged(xp.asarray(share, device=device), few, threat)


def grey(x: Floats) -> Floats:
    """Return the brightness of images, `(n, 1, height, width)`: of three channels by `LUMA`, else their mean."""
    if x.shape[1] == 3:
        return sum(x[:, at : at + 1] * x.dtype.type(LUMA[at]) for at in range(3))  # type: ignore[no-any-return]
    return np.asarray(x.mean(axis=1, keepdims=True))


def tinted(x: Floats, colour: tuple[float, float, float]) -> Floats:
    """Return a colour `(channels, 1, 1)` for these images: of three channels the colour, else its brightness."""
    made = colour if x.shape[1] == 3 else [sum(a * b for a, b in zip(colour, LUMA, strict=True))]
    return np.array(made, dtype=x.dtype)[:, None, None]
