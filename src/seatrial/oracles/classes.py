"""Whether an answer is the right one, strictly, for every head: what `same_label`, `within` and `same_answer` share."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem, TrialError
from seatrial.records.batch import NO, UNKNOWN, YES, Answers
from seatrial.records.head import Head

Ints = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]


CLASSES = Head()
"""Scores of classes, or labels."""


def compared(answer: Any, wanted: Any, head: Head = CLASSES) -> tuple[Ints, Floats]:
    """Return whether each row names the wanted class, and by what margin.

    Args:
        answer: Scores `(n, classes)`, or labels `(n,)`; many labels at once `(n, outputs)`; numbers.
        wanted: Integer classes `(n,)`; below 0 is no class at all, which makes the row unknown.  Of many labels 0 and 1
            `(n, outputs)`, -1 where nobody knows; of numbers the true ones.
        head: How the answers are read.

    Returns:
        `YES` if the wanted class is strictly above every other (or is the label), `NO` if another is strictly above
        it, `UNKNOWN` on a tie or NaN; and the wanted score minus the largest other (NaN for labels).  Of many labels
        every watched output must be on its side, and the margin is the smallest distance to the other side.  A number
        must be no further away than the tolerance, and the margin is what is left of it.

    Raises:
        TrialError: If the shape fits neither, there are fewer than two columns, a wanted class has no column, or a
            number has no tolerance.
    """
    given = np.asarray(answer)
    aim = np.asarray(wanted)
    if head.gives == "value":
        return _numbers(given, aim, head.tolerance)
    if head.many:
        return _flags(given, aim, head)
    if given.shape[:1] != aim.shape or given.ndim > 2:
        raise TrialError(Problem("oracle", f"answers of shape {given.shape} for {len(aim)} cases", "one row per case"))
    return _labels(given, aim) if given.ndim == 1 else _scores(given.astype(np.float64), aim.astype(np.int64))


def best(answer: Any, head: Head = CLASSES) -> npt.NDArray[Any]:
    """Return the class of each row, -1 on a tie or NaN; labels and numbers are returned as they are.

    Of many labels at once it is 0 or 1 for each output, -1 in the middle.
    """
    given = np.asarray(answer)
    if given.ndim == 1 or head.gives == "value":
        return given
    if head.many:
        return np.where(given > head.middle, 1, np.where(given < head.middle, 0, -1))
    top = np.argmax(np.where(np.isnan(given), -np.inf, given), axis=1)
    held, _ = _scores(given.astype(np.float64), top)
    return np.where(held == YES, top, -1)


def settled(held: Ints, answers: Answers[Any], *, refusal_holds: bool) -> Ints:
    """Return verdicts `(cases, draws)` with rows that raised not held and rows that were refused as told."""
    for draw, refused in enumerate(answers.refused):
        held[np.asarray(refused, dtype=bool), draw] = YES if refusal_holds else NO
    for draw, errors in enumerate(answers.errors):
        held[[bool(text) for text in errors], draw] = NO
    return held


def lowest(margins: Floats, answers: Answers[Any]) -> Floats:
    """Return the smallest margin of each case; NaN if any draw has none."""
    for draw, errors in enumerate(answers.errors):
        margins[[bool(text) for text in errors], draw] = np.nan
    smallest: Floats = margins.min(axis=1)
    return smallest


def _numbers(given: npt.NDArray[Any], aim: npt.NDArray[Any], tolerance: float) -> tuple[Ints, Floats]:
    """Compare numbers; NaN is unknown."""
    if not tolerance > 0:
        what = "a number is right within a tolerance, and none is declared"
        raise TrialError(Problem("oracle", what, "write tolerance: 0.5 in the target block"))
    one, other = (part.astype(np.float64).reshape(len(part), -1) for part in (given, aim))
    if one.shape != other.shape:
        raise TrialError(Problem("oracle", f"answers of shape {given.shape} for true values of shape {aim.shape}"))
    with np.errstate(invalid="ignore"):
        margin = (tolerance - np.abs(one - other)).min(axis=1, initial=np.inf)
    return _sided(margin, ties=False), margin


def _flags(given: npt.NDArray[Any], aim: npt.NDArray[Any], head: Head) -> tuple[Ints, Floats]:
    """Compare many labels at once."""
    if given.shape != aim.shape or given.ndim != 2:
        what = f"answers of shape {given.shape} for labels of shape {aim.shape}"
        raise TrialError(Problem("oracle", what, "labels of 0 and 1, one column for each output"))
    places = list(head.watched) or list(range(given.shape[1]))
    apart = (given[:, places].astype(np.float64) - head.middle) * (2.0 * aim[:, places] - 1)
    margin = np.where(aim[:, places] < 0, np.inf, apart).min(axis=1, initial=np.inf)
    return _sided(margin, ties=True), margin


def _sided(margin: Floats, *, ties: bool) -> Ints:
    """Return `YES` above 0, `NO` below, `UNKNOWN` for NaN; 0 is unknown where it is a tie, else still right."""
    held = np.where(margin > 0, YES, np.where(margin < 0, NO, UNKNOWN if ties else YES)).astype(np.int8)
    held[np.isnan(margin)] = UNKNOWN
    return held


def _labels(given: npt.NDArray[Any], aim: npt.NDArray[Any]) -> tuple[Ints, Floats]:
    """Compare labels; only NaN is unknown."""
    held = np.where(given == aim, YES, NO).astype(np.int8)
    if given.dtype.kind == "f":
        held[np.isnan(given)] = UNKNOWN
    return held, np.full(len(aim), np.nan)


def _scores(given: Floats, aim: npt.NDArray[np.int64]) -> tuple[Ints, Floats]:
    cases, classes = given.shape
    if classes < 2:
        hint = "a single sigmoid is two columns, p and 1 - p"
        raise TrialError(Problem("oracle", f"scores have {classes} columns, and a classifier has two or more", hint))
    if cases and aim.max() >= classes:
        raise TrialError(Problem("oracle", f"label {aim.max()}, and the model has classes 0 to {classes - 1}"))
    at = np.arange(cases)
    mine, others = given[at, aim], given.copy()
    others[at, aim] = -np.inf
    most = others.max(axis=1)
    held = np.where(mine > most, YES, np.where(most > mine, NO, UNKNOWN)).astype(np.int8)
    held[np.isnan(given).any(axis=1) | (aim < 0)] = UNKNOWN
    with np.errstate(invalid="ignore"):
        margin = mine - most
    margin[aim < 0] = np.nan
    return held, margin
