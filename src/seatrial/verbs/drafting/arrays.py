"""Arrays, from a file or bundled, as a model may take them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from seatrial.cases.cases import source
from seatrial.cases.survey import ArrayLook, ArraysSurvey
from seatrial.errors import InputError, Problem
from seatrial.targets.model import Model
from seatrial.verbs.drafting.wanted import Asker, Offer, Question, Wanted

_INPUTS = ("x", "X", "inputs", "images", "data", "features")
_LABELS = ("y", "Y", "labels", "label", "target", "targets")
_SPREAD = 20.0
"""Columns whose spreads differ by more than this factor are not on one scale."""
_HEAD = 2000


def offers(seen: ArraysSurvey, path: str, model: Model, wanted: Wanted, ask: Asker) -> list[Offer]:
    """Return the way to hand the arrays of an archive to a model.

    Args:
        seen: What is in the file.
        path: The file, as the charter names it.
        model: What is known of it.
        wanted: What the user says.
        ask: Who is asked which array holds what, if that is not evident.

    Raises:
        InputError: If there are no inputs or no labels, or the model wants another number of columns.
    """
    labels = _labels(seen, path, wanted, ask)
    inputs = _inputs(seen, path, labels)
    named = {"inputs": inputs.name} if inputs.name != "x" else {}
    named |= {"labels": labels.name} if labels.name != "y" else {}
    cases = {"kind": "npz", "path": path, **named}
    values = labels.values
    if inputs.dtype.startswith(("<U", "U", "str")):
        return [Offer(cases, {"takes": "texts"}, values)]
    shape = inputs.shape[1:]
    _refuse_width(shape, model)
    whole = "float" not in inputs.dtype
    return [Offer(cases, {"shape": list(shape), **ranged(inputs.low, inputs.high, whole=whole)}, values)]


def bundled(name: str, model: Model) -> list[Offer]:
    """Return the way to hand a bundled set to a model.

    Raises:
        InputError: If the model wants another number of columns.
        MissingExtra: If the package that brings the set is not installed.
    """
    batch = (cases := source("bundled", {"name": name}, Path())).take(0, len(cases))
    inputs, values = np.asarray(batch.inputs), tuple(int(value) for value in np.unique(batch.labels))
    _refuse_width(inputs.shape[1:], model)
    spoken = ranged(float(inputs.min()), float(inputs.max()))
    return [Offer({"kind": "bundled", "name": name}, {"shape": list(inputs.shape[1:]), **spoken}, values)]


def ranged(low: float | None, high: float | None, *, whole: bool = False) -> dict[str, Any]:
    """Return the smallest usual range that holds all numbers; nothing if they are not known.

    Args:
        low: Smallest number that was seen.
        high: Largest.
        whole: Whether they are whole numbers, such as bytes of pictures.
    """
    if low is None or high is None or not math.isfinite(low) or not math.isfinite(high):
        return {}
    usual = [(0, 1), (-1, 1), *([(0, 255)] if whole or high > 100 else [])]
    for bottom, top in usual:
        if bottom <= low and high <= top and not (whole and high > 1 and top == 1):
            return {"range": [bottom, top]}
    lowest, highest = _outward(low, -1), _outward(high, 1)
    return {"range": [lowest, highest if highest > lowest else lowest + 1]}


def on_one_scale(inputs: Any) -> bool:
    """Say whether the columns of rows have spreads of one size, so that a change of each by the same amount is fair."""
    rows = np.asarray(inputs, dtype=np.float64)
    if rows.ndim != 2:
        return True
    spread = np.nanmax(rows, axis=0) - np.nanmin(rows, axis=0)
    spread = spread[spread > 0]
    return bool(len(spread) == 0 or spread.max() <= _SPREAD * spread.min())


def _outward(value: float, sign: int) -> float:
    """Return a number with two digits that lies beyond this one."""
    if value == 0:
        return 0
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    steps = math.floor(value / unit) if sign < 0 else math.ceil(value / unit)
    return float(f"{steps * unit:.6g}")


def _labels(seen: ArraysSurvey, path: str, wanted: Wanted, ask: Asker) -> ArrayLook:
    flat = {one.name: one for one in seen.arrays if len(one.shape) == 1 and one.values}
    if wanted.label:
        if wanted.label not in flat:
            hint = f"there are {', '.join(flat)}" if flat else "save one whole number per case"
            raise InputError(Problem("--label", f"{path} has no array of labels {wanted.label!r}", hint))
        return flat[wanted.label]
    if usual := [flat[name] for name in _LABELS if name in flat]:
        return usual[0]
    if not flat:
        what = f"{path} has no labels: no array with one whole number per case"
        raise InputError(Problem("--data", what, "save them beside the inputs: np.savez(path, x=x, y=y)"))
    why = "A case is judged against its label."
    return flat[ask(Question("--label", "Which array holds the labels?", why, sorted(flat)[0], tuple(sorted(flat))))]


def _inputs(seen: ArraysSurvey, path: str, labels: ArrayLook) -> ArrayLook:
    count = labels.shape[0]
    known = {one.name: one for one in seen.arrays if one.name != labels.name and one.shape[:1] == (count,)}
    usual = [known[name] for name in _INPUTS if name in known]
    wide = [one for one in known.values() if len(one.shape) > 1 or one.dtype.startswith(("<U", "U", "str"))]
    if not usual and len(wide) != 1:
        there = ", ".join(f"{one.name} {one.shape}" for one in seen.arrays)
        what = f"{path} has no inputs for the {count} labels of {labels.name}: there are {there}"
        raise InputError(Problem("--data", what, "save them as x, cases first: np.savez(path, x=x, y=y)"))
    found = (usual or wide)[0]
    if not found.finite:
        raise InputError(
            Problem("--data", f"{path}: {found.name} holds NaN or infinity", "repair these cases or leave them out")
        )
    return found


def _refuse_width(shape: tuple[int, ...], model: Model) -> None:
    if model.features is not None and (len(shape) != 1 or shape[0] != model.features):
        what = f"one case has shape {list(shape)}, and the model was fitted on rows of {model.features} numbers"
        raise InputError(Problem("--data", what, "bring the columns that it was fitted on"))
