"""What somebody says of a model that is handed over in Python, and what its first answers say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem, TargetError
from seatrial.records.batch import Array, plain
from seatrial.targets.outputs import doubled, picked, single
from seatrial.targets.target import SCORES, Face

RAISED = "raised when it was asked about the first cases:"
FIT = "does x have the shape and the range that the model takes? channels come first"
SUM = 1e-3
"""How far a row of probabilities may be from 1."""


@dataclass(frozen=True)
class Wants:
    """What is said of a model; what is left out is seen from its answers."""

    low: float = 0.0
    high: float = 1.0
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    output: Any = ""
    gives: str = ""
    """Empty: seen from the answers."""
    many: bool | None = None
    watched: tuple[int, ...] = ()
    tolerance: float = 0.0
    device: str = ""
    """Empty: where the model is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Some cases, and what is true of them: what a model is looked at with."""

    inputs: npt.NDArray[Any]
    labels: npt.NDArray[Any]


def faced(answers: Any, asked: Asked, wants: Wants) -> Face:
    """Return the face of a model with these answers.

    Args:
        answers: What it said to the cases, the part that counts; one row per case.
        asked: The cases.
        wants: What is said of it.

    Raises:
        TargetError: If the answers fit nothing, or not what is said of them, or not the labels.
    """
    given = np.asarray(plain(answers))
    if problem := _formless(given, len(asked.inputs)):
        raise TargetError(problem)
    many = _several(given, asked.labels) if wants.many is None else wants.many
    gives = wants.gives or seen(given, asked.labels, many=many)
    many = many and gives in SCORES
    face = Face(
        Array, gives, tuple(asked.inputs.shape[1:]), wants.low, wants.high, many=many, tolerance=wants.tolerance
    )
    face = replace(face, watched=wants.watched if many else ())
    if face.scores:
        columns = 2 if single(replace(face, classes=2), given.shape) else given.shape[1] if given.ndim == 2 else 0
        face = replace(face, classes=columns)
    if problems := [*_unlike(given, face, asked.labels)]:
        raise TargetError(*problems)
    return face


def seen(given: npt.NDArray[Any], labels: npt.NDArray[Any], *, many: bool) -> str:
    """Return what answers are, by the look of them and of the labels: `logits`, `probabilities`, `labels`, `value`."""
    if labels.dtype.kind == "f" and not many:
        return "value"
    if given.ndim == 1 and given.dtype.kind in "iub":
        return "labels"
    finite = given[np.isfinite(given.reshape(len(given), -1)).all(axis=1)].astype(np.float64)
    inside = bool(len(finite)) and bool(finite.min() >= 0 and finite.max() <= 1 + SUM)
    alone = many or given.ndim == 1 or given.shape[1] == 1
    whole = alone or bool((np.abs(finite.sum(axis=1) - 1) <= SUM).all())
    return "probabilities" if inside and whole else "logits"


def one_hot(labels: npt.NDArray[Any]) -> bool:
    """Return whether every row is one 1 among zeros."""
    rows = labels.ndim == 2 and labels.shape[1] > 1
    return rows and bool(np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all())


def plainly(given: Any, wants: Wants, face: Face) -> Any:
    """Return the part of a function's answer that counts, as numpy, one column for two classes as two."""
    found = np.asarray(plain(picked(given, wants.output)))
    return doubled(found, face.gives) if single(face, found.shape) else found


def _several(given: npt.NDArray[Any], labels: npt.NDArray[Any]) -> bool:
    """Return whether labels and answers look like several yes or no for each case."""
    rows = labels.ndim == given.ndim == 2 and labels.dtype.kind in "iu" and not one_hot(labels)
    return rows and (labels.shape[1] > 1 or given.shape[1] == 1)


def _formless(given: npt.NDArray[Any], size: int) -> Problem | None:
    if given.dtype.kind not in "fiub":
        return Problem("model", f"answers with {given.dtype}", "return numbers; output= picks one of several outputs")
    if given.ndim == 0 or given.ndim > 2 or len(given) != size or not given.size:
        what = f"answers {size} cases with shape {given.shape}"
        hint = "one row for each case: scores (n, classes), or (n,); output= takes a function of what it returns"
        return Problem("model", what, hint)
    return None


def _unlike(given: npt.NDArray[Any], face: Face, labels: npt.NDArray[Any]) -> Sequence[Problem]:
    """Return where answers and labels do not fit each other."""
    if face.many and labels.shape[1:] != given.shape[1:]:
        what = f"has {labels.shape[1:] or 'no'} labels for each case, and the model has {given.shape[1]} outputs"
        return [Problem("y", what, "one column of 0 and 1 for each output")]
    if bad := [at for at in face.watched if at >= given.shape[-1]]:
        return [Problem("watch", f"names output {bad[0]}, and there are 0 to {given.shape[-1] - 1}")]
    if face.gives == "value":
        problems = [] if face.tolerance > 0 else [Problem("tolerance", "is missing", _NEAR)]
        if given.reshape(len(given), -1).shape[1] != labels.reshape(len(labels), -1).shape[1]:
            problems.append(Problem("y", f"has shape (n, {labels.shape[1:]}), the model answers {given.shape}"))
        return problems
    if face.scores and given.ndim == 1 and not single(face, given.shape):
        return [Problem("model", f"answers with shape {given.shape}", "scores have one column for each class")]
    if face.gives == "labels" and given.ndim != 1:
        return [Problem("gives", f"labels have shape (n,), and the model answers {given.shape}", "leave gives out")]
    return []


_NEAR = "a number is right within a tolerance: attack(..., tolerance=0.5)"
