"""What a recipe may say, and what it makes of a case, where the rules of a threat are about the making."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.bend import bent
from seatrial.adversaries.tint import COLUMNS, freedoms, tinted
from seatrial.adversaries.warp import COLUMNS as MOVES
from seatrial.adversaries.warp import warped
from seatrial.records.threat import Colour, Flow, Motion

Floats = npt.NDArray[Any]
SLACK = 1 + 1e-9
"""What the sums behind a field are rounded by."""


@singledispatch
def wanted(threat: Any, shape: tuple[int, ...]) -> tuple[tuple[int, ...], str]:
    """Return the shape of a recipe for stimuli of a shape, and what it holds, in words."""
    raise NotImplementedError(type(threat).__name__)


@singledispatch
def beyond(threat: Any, recipe: Floats, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Return which cases have a recipe that the threat does not allow; NaN is not allowed."""
    raise NotImplementedError(type(threat).__name__)


@singledispatch
def made(threat: Any, before: Floats, recipe: Floats) -> Floats:
    """Return what the recipes make of the cases."""
    raise NotImplementedError(type(threat).__name__)


@wanted.register
def _(threat: Motion, shape: tuple[int, ...]) -> tuple[tuple[int, ...], str]:  # noqa: ARG001 - all have one signature
    return (shape[0], len(MOVES)), ", ".join(MOVES)


@wanted.register
def _(threat: Flow, shape: tuple[int, ...]) -> tuple[tuple[int, ...], str]:  # noqa: ARG001 - as above
    return (shape[0], 2, *shape[-2:]), "displacements of every pixel, down and right"


@wanted.register
def _(threat: Colour, shape: tuple[int, ...]) -> tuple[tuple[int, ...], str]:  # noqa: ARG001 - as above
    return (shape[0], len(COLUMNS)), ", ".join(COLUMNS)


@beyond.register
def _(threat: Motion, recipe: Floats, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:  # noqa: ARG001 - as above
    return ~_within(recipe, np.array([threat.degrees, threat.shift, threat.shift, threat.zoom]))


@beyond.register
def _(threat: Flow, recipe: Floats, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:  # noqa: ARG001 - as above
    fits = _within(recipe, threat.pixels * SLACK)
    for axis in (2, 3):
        fits &= _within(np.diff(recipe, axis=axis), threat.smooth * SLACK)
    return ~fits


@beyond.register
def _(threat: Colour, recipe: Floats, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    return ~_within(recipe, freedoms(threat, shape[1]))


@made.register
def _(threat: Motion, before: Floats, recipe: Floats) -> Floats:  # noqa: ARG001 - as above
    image: Floats = warped(before, recipe)
    return image


@made.register
def _(threat: Flow, before: Floats, recipe: Floats) -> Floats:  # noqa: ARG001 - as above
    image: Floats = bent(before, recipe)[0]
    return image


@made.register
def _(threat: Colour, before: Floats, recipe: Floats) -> Floats:
    image: Floats = tinted(before, recipe, threat.low, threat.high)
    return image


def grouped(unit: str, marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Return how many groups of pixels hold a mark.

    Args:
        unit: `pixel`, `row`, `column` or `frame`.
        marked: `(n, height, width)`.
    """
    if unit == "frame":
        down, right = (np.minimum(at, at[::-1]) for at in (np.arange(size) for size in marked.shape[1:]))
        depth = np.minimum(down[:, None], right[None, :])
        hit = np.stack([marked[:, depth == at].any(axis=1) for at in range(int(depth.max(initial=0)) + 1)], axis=1)
    else:
        hit = marked.reshape(len(marked), -1) if unit == "pixel" else np.any(marked, axis=2 if unit == "row" else 1)
    return np.asarray(hit.sum(axis=1), dtype=np.intp)


def _within(numbers: Floats, most: Any) -> npt.NDArray[np.bool_]:
    """Return which cases have no number beyond these sizes; NaN is beyond."""
    fits = np.abs(numbers) <= most
    return np.asarray(fits.reshape(len(numbers), -1).all(axis=1))
