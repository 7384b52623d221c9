"""How far a stimulus is from its case, and what that says of every radius at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from seatrial.errors import InputError, Problem
from seatrial.records.threat import NORMS

_ORDERS = {"linf": np.inf, "l2": 2, "l1": 1}


def distances(norm: str, before: npt.NDArray[np.generic], after: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Return the norm of each change `(n,)`, in float64; `l0` counts the numbers that differ.

    Args:
        norm: One of `records.threat.NORMS`.
        before: The cases `(n, ...)`.
        after: What they were changed to, of the same shape.

    Raises:
        InputError: If the norm is unknown, or the shapes differ.
    """
    if norm not in NORMS:
        raise InputError(Problem("norm", f"no norm {norm!r}", f"one of {', '.join(NORMS)}"))
    if before.shape != after.shape:
        raise InputError(Problem("stimuli", f"have shape {after.shape}, and the cases {before.shape}"))
    if norm == "l0":
        differs = np.asarray(before != after)
        return np.asarray(differs.sum(axis=tuple(range(1, differs.ndim))), dtype=np.float64)
    if not after.size:
        return np.zeros(len(after))
    change = (after.astype(np.float64) - before.astype(np.float64)).reshape(len(after), -1)
    return np.asarray(np.linalg.norm(change, ord=_ORDERS[norm], axis=1), dtype=np.float64)


def curve(distance: npt.NDArray[np.float64], broken: npt.NDArray[np.bool_], eps: Sequence[float]) -> tuple[float, ...]:
    """Return the share of the cases that still stand at each radius: an upper bound of robust accuracy at all of them.

    One run of an attack that looks for the nearest break gives the whole curve: a case stands at a radius if it never
    broke, or if the smallest change that broke it is larger.  A nearer break than the one found may exist.

    Args:
        distance: Norm of the smallest change that broke each case `(n,)`, 0 where it was wrong untouched; not read
            where it did not break.
        broken: Which cases broke or were wrong `(n,)`.
        eps: Radii, up to the one that the attack was allowed; beyond it nothing was tried.

    Raises:
        InputError: If there are no cases, or the distance of a broken case is no number.
    """
    fallen = np.asarray(broken, dtype=np.bool_)
    away = np.asarray(distance, dtype=np.float64)
    if not len(fallen) or away.shape != fallen.shape:
        raise InputError(Problem("distances", f"{away.shape} for {fallen.shape} outcomes", "one of each per case"))
    if np.isnan(away[fallen]).any():
        raise InputError(Problem("distances", "the distance of a broken case is not a number"))
    return tuple(float(1 - (fallen & (away <= size)).mean()) for size in eps)
