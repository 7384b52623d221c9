"""Losses, given as their gradient with respect to the logits, so that one file serves every array library.

A target that gives probabilities is attacked through their logarithm, which is a set of logits for the same
model: `logits` takes it (from 1e-12 up), `chained` takes the gradient back to what the target gave.
"""

from __future__ import annotations

from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem, TrialError
from seatrial.records.batch import plain
from seatrial.targets.target import SCORES

LEAST = 1e-12
"""Probabilities below are taken for this much."""
_quiet = np.errstate(invalid="ignore", over="ignore")


def logits(gives: str, responses: Any) -> Any:
    """Return scores `(n, classes)` whose softmax is what the target believes.

    Args:
        gives: `Face.gives`.
        responses: What the target gave.

    Raises:
        TrialError: If the target gives no scores, or not a column per class.
    """
    if gives not in SCORES:
        raise TrialError(Problem("target", f"gives {gives}, and this adversary needs logits or probabilities"))
    if len(responses.shape) != 2 or responses.shape[1] < 2:
        hint = "one column per class; a single sigmoid is two columns, p and 1 - p"
        raise TrialError(Problem("target", f"gives scores of shape {tuple(responses.shape)}", hint))
    if gives == "logits":
        return responses
    xp = array_api_compat.array_namespace(responses)
    return xp.log(_floored(xp, responses))


def chained(gives: str, responses: Any, gradient: Any) -> Any:
    """Return the gradient with respect to what the target gave, from the one with respect to `logits` of it."""
    if gives == "logits":
        return gradient
    return gradient / _floored(array_api_compat.array_namespace(responses), responses)


@_quiet
def margin(scores: Any, labels: Any) -> Any:
    """Return `(n,)`: score of the true class minus the largest other; below 0 it is broken, 0 or NaN is no break."""
    xp = array_api_compat.array_namespace(scores)
    true = _true(xp, scores, labels)
    mine = xp.sum(xp.where(true, scores, xp.zeros_like(scores)), axis=1)
    return mine - xp.max(_others(xp, scores, true), axis=1)


def lead(gives: str, responses: Any, labels: Any) -> npt.NDArray[np.float64]:
    """Return `(n,)` in numpy: how far each case is from falling, whatever the target gives; below 0 it has fallen.

    Scores give the margin, NaN becomes infinity (no break); labels give 1 or -1, so a search by them is blind until
    it has won.
    """
    if gives == "labels":
        return np.where(np.asarray(plain(responses)) == np.asarray(plain(labels)), 1.0, -1.0)
    made = np.asarray(plain(margin(logits(gives, responses), labels)), dtype=np.float64)
    return np.where(np.isnan(made), np.inf, made)


@_quiet
def cross_entropy(scores: Any, labels: Any) -> Any:
    """Return the gradient of the cross-entropy with respect to the logits: softmax minus one-hot; uphill breaks."""
    xp = array_api_compat.array_namespace(scores)
    raised = xp.exp(scores - xp.max(scores, axis=1, keepdims=True))
    return raised / xp.sum(raised, axis=1, keepdims=True) - xp.astype(_true(xp, scores, labels), scores.dtype)


def difference(scores: Any, labels: Any) -> Any:
    """Return the gradient of minus the margin: 1 at the best other class, -1 at the true one; uphill breaks."""
    xp = array_api_compat.array_namespace(scores)
    true = _true(xp, scores, labels)
    best = xp.argmax(_others(xp, scores, true), axis=1)
    return xp.astype(_true(xp, scores, best), scores.dtype) - xp.astype(true, scores.dtype)


LOSSES = {"cross_entropy": cross_entropy, "margin": difference}
"""Name in a scenario -> gradient with respect to the logits."""


def loss(name: str) -> Any:
    """Return the loss of that name.

    Raises:
        TrialError: If there is none.
    """
    if name not in LOSSES:
        raise TrialError(Problem("loss", f"no loss {name!r}", f"one of {', '.join(LOSSES)}"))
    return LOSSES[name]


def _true(xp: Any, scores: Any, labels: Any) -> Any:
    """Return where the true class stands, `(n, classes)` of bool."""
    classes = xp.arange(scores.shape[1], device=array_api_compat.device(scores))
    return labels[:, None] == classes[None, :]


def _others(xp: Any, scores: Any, true: Any) -> Any:
    return xp.where(true, xp.full_like(scores, -float("inf")), scores)


def _floored(xp: Any, probabilities: Any) -> Any:
    return xp.maximum(probabilities, xp.full_like(probabilities, LEAST))
