"""Which class a classifier's answer names, strictly: what `same_label` and `same_answer` share."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem, TrialError
from seatrial.records.batch import NO, UNKNOWN, YES, Answers

Ints = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float64]


def compared(answer: Any, wanted: Any) -> tuple[Ints, Floats]:
    """Return whether each row names the wanted class, and by what margin.

    Args:
        answer: Scores `(n, classes)`, or labels `(n,)`.
        wanted: Integer classes `(n,)`; below 0 is no class at all, which makes the row unknown.

    Returns:
        `YES` if the wanted class is strictly above every other (or is the label), `NO` if another is strictly above
        it, `UNKNOWN` on a tie or NaN; and the wanted score minus the largest other (NaN for labels).

    Raises:
        TrialError: If the shape fits neither, there are fewer than two columns, or a wanted class has no column.
    """
    given = np.asarray(answer)
    aim = np.asarray(wanted)
    if given.shape[:1] != aim.shape or given.ndim > 2:
        raise TrialError(Problem("oracle", f"answers of shape {given.shape} for {len(aim)} cases", "one row per case"))
    return _labels(given, aim) if given.ndim == 1 else _scores(given.astype(np.float64), aim.astype(np.int64))


def best(answer: Any) -> npt.NDArray[Any]:
    """Return the class of each row, -1 on a tie or NaN; labels `(n,)` are returned as they are."""
    given = np.asarray(answer)
    if given.ndim == 1:
        return given
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
