"""What somebody hands over to be attacked: cases and what is true of them, checked, all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.errors import CasesError, Problem
from seatrial.records.batch import Batch, plain
from seatrial.records.digest import column_digests
from seatrial.targets.target import Face
from seatrial.targets.wants import one_hot

NAMED = 3
"""Positions that a message names."""


def material(x: Any, y: Any, bounds: tuple[float, float], *, numbers: bool = False, many: bool = False) -> Batch[Any]:
    """Return cases `(n, ...)` of float32 with their labels: int64 `(n,)` or `(n, outputs)`, or float32 numbers.

    Args:
        x: Floats, cases first, of numpy, torch or anything that becomes an array.
        y: Classes as whole numbers from 0; for many labels at once 0 and 1 `(n, outputs)`; for a value the true ones.
        bounds: Smallest and largest legal input.
        numbers: Whether the labels are numbers whatever they look like; otherwise fractions tell.
        many: Whether a row of labels is what it looks like, and no class that is written one-hot.

    Raises:
        CasesError: With everything that is wrong with both.
    """
    inputs, labels = _array(x), _array(y)
    problems = [
        *_inputs(inputs, bounds),
        *_labels(labels, len(inputs) if inputs is not None and inputs.ndim else None, numbers),
        *([_hot(labels)] if labels is not None and not many and not numbers and one_hot(labels) else []),
    ]
    if problems or inputs is None or labels is None:
        raise CasesError(*problems)
    column = np.ascontiguousarray(inputs, dtype=np.float32)
    kind = np.float32 if numbers or not _whole(labels) else np.int64
    return Batch(column_digests(column), column, labels.astype(kind))


def _array(column: Any) -> npt.NDArray[Any] | None:
    """Return a column as numpy, None if it cannot become one."""
    if isinstance(column, list | tuple):
        column = [plain(one) if hasattr(one, "detach") else one for one in column]
    try:
        found = np.asarray(plain(column))
    except (TypeError, ValueError, RuntimeError):
        return None
    return None if found.dtype.hasobject else found


def _inputs(x: npt.NDArray[Any] | None, bounds: tuple[float, float]) -> Iterator[Problem]:
    if x is None:
        yield Problem("x", "is no array", "one array of all cases, such as torch.cat(list) or numpy.stack(list)")
    elif x.dtype.kind in "iub":
        what = f"holds {x.dtype}, and a change between two whole numbers could not be tried"
        hint = "divide first: x / 255, with bounds=(0, 1); or x.astype('float32') with bounds=(0, 255) and eps=8"
        yield Problem("x", what, hint if x.dtype == np.uint8 else "hand over floats: x.astype('float32')")
    elif x.dtype.kind != "f":
        yield Problem("x", f"holds {x.dtype}", "hand over floats")
    elif x.ndim < 2 and x.size:
        yield Problem("x", f"has shape {x.shape}", "cases come first: (n, features) or (n, channels, height, width)")
    elif not x.size:
        yield Problem("x", f"has no cases: its shape is {x.shape}", "at least one")
    else:
        yield from _ranged(x, bounds)


def _ranged(x: npt.NDArray[Any], bounds: tuple[float, float]) -> Iterator[Problem]:
    flat = x.reshape(len(x), -1)
    finite = np.isfinite(flat).all(axis=1)
    if not finite.all():
        yield Problem("x", f"{_counted(~finite)} NaN or infinity", "repair them or leave them out")
    low, high = (np.float32(one) for one in bounds)
    outside = ((flat < low) | (flat > high)).any(axis=1) & finite
    if outside.any():
        least, most = flat[outside].min(), flat[outside].max()
        what = f"{_counted(outside)} numbers outside of bounds={bounds}: from {least:.4g} to {most:.4g}"
        hint = "say bounds=(lowest, highest); or hand over plain images and say what normalises them: mean=, std="
        yield Problem("x", what, hint)


def _counted(marked: npt.NDArray[np.bool_]) -> str:
    """Return how many cases, and the first of them, up to the verb."""
    at = np.flatnonzero(marked)
    first = ", ".join(map(str, at[:NAMED])) + (", ..." if len(at) > NAMED else "")
    return f"{len(at)} of {len(marked)} cases ({first}) hold" if len(at) > 1 else f"case {first} holds"


def _labels(y: npt.NDArray[Any] | None, size: int | None, numbers: bool) -> Iterator[Problem]:  # noqa: FBT001 - passed on
    if y is None or y.dtype.kind not in "fiubUS":
        yield Problem("y", "is no array of labels", "whole numbers from 0, one for each case")
        return
    if y.dtype.kind in "US":
        what = f"holds texts: {', '.join(map(repr, np.unique(y)[:NAMED].tolist()))} ..."
        yield Problem("y", what, "number them as the model does: numpy.unique(y, return_inverse=True)[1], if sorted")
        return
    if y.ndim == 0 or (size is not None and len(y) != size):
        what = f"has {len(y) if y.ndim else 'no'} rows for {size} cases" if size is not None else "is one number"
        yield Problem("y", what, "one label for each case, in the same order")
    if y.ndim > 2:
        yield Problem("y", f"has shape {y.shape}", "one label for each case: (n,), or (n, outputs) for many at once")
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        yield Problem("y", "holds NaN or infinity", "repair them or leave the cases out")
    if not numbers and _whole(y) and y.size and y.min() < 0:
        yield Problem("y", f"holds {y.min():g}", "classes are whole numbers from 0")


def strange(labels: npt.NDArray[Any], face: Face) -> Iterator[Problem]:
    """Yield what is wrong with labels for a model with this face."""
    if face.many:
        if not np.isin(labels, (0, 1)).all():
            yield Problem("y", "holds other numbers than 0 and 1", "many labels at once are yes or no each")
    elif face.scores or face.gives == "labels":
        if one_hot(labels):
            yield _hot(labels)
        elif labels.ndim == 2:
            hint = "one class for each case; or many=True, if several may be true at once"
            yield Problem("y", f"has shape {labels.shape}", hint)
        elif labels.dtype.kind == "f":
            yield Problem("y", "holds fractions, and the model names classes", "or gives='value', with a tolerance")
        elif face.classes and len(bad := np.flatnonzero(labels >= face.classes)):
            what = f"{len(bad)} labels are beyond the model's classes 0 to {face.classes - 1}, the first: "
            hint = "number the classes as the model does, from 0"
            hint += "; or tolerance=, if its one answer is a number and no chance" if face.classes == 2 else ""
            yield Problem("y", f"{what}{labels[bad[0]]} at {bad[0]}", hint)


def _hot(labels: npt.NDArray[Any]) -> Problem:
    hint = "hand over classes: y.argmax(axis=1); or many=True, if several labels may be true at once"
    return Problem("y", f"looks one-hot: shape {labels.shape}", hint)


def _whole(labels: npt.NDArray[Any]) -> bool:
    return labels.dtype.kind in "iub" or bool((labels == np.floor(labels)).all())
