"""Losses, given as their gradient with respect to the logits, so that one file serves every array library.

A target that gives probabilities is attacked through their logarithm, which is a set of logits for the same
model: `logits` takes it (from 1e-12 up), `chained` takes the gradient back to what the target gave.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from seatrial.errors import Problem, TrialError
from seatrial.targets.target import SCORES

LEAST = 1e-12
"""Probabilities below are taken for this much."""
TINY = 1e-12
"""A spread of logits up to this is none."""
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


@_quiet
def cross_entropy(scores: Any, labels: Any) -> Any:
    """Return the gradient of the cross-entropy with respect to the logits: softmax minus one-hot; uphill breaks."""
    xp = array_api_compat.array_namespace(scores)
    return _shares(xp, scores) - xp.astype(_true(xp, scores, labels), scores.dtype)


def difference(scores: Any, labels: Any) -> Any:
    """Return the gradient of minus the margin: 1 at the best other class, -1 at the true one; uphill breaks."""
    return toward(scores, labels, rival(scores, labels))


def toward(scores: Any, labels: Any, classes: Any) -> Any:
    """Return the gradient of the lead of these classes over the true ones: 1 at them, -1 at the true ones."""
    xp = array_api_compat.array_namespace(scores)
    here = xp.astype(_true(xp, scores, classes), scores.dtype)
    return here - xp.astype(_true(xp, scores, labels), scores.dtype)


def rival(scores: Any, labels: Any) -> Any:
    """Return `(n,)`: the best class that is not the true one; of equal ones the first."""
    xp = array_api_compat.array_namespace(scores)
    return xp.argmax(_others(xp, scores, _true(xp, scores, labels)), axis=1)


@dataclass(frozen=True, slots=True)
class Loss:
    """What an attack climbs; `classes` are those that each case is pushed to, if the loss is `aimed`, else None."""

    slope: Callable[[Any, Any, Any], Any]
    """From scores `(n, classes)`, labels and classes `(n,)` to the gradient with respect to the scores."""
    height: Callable[[Any, Any, Any], Any]
    """From the same to its value `(n,)`; up to what no step of an attack changes."""
    aimed: bool = False
    """Whether it pushes each case to one class."""

    def __call__(self, scores: Any, labels: Any, classes: Any = None) -> Any:
        """Return the gradient with respect to the scores."""
        return self.slope(scores, labels, classes)


@_quiet
def _surprise(scores: Any, labels: Any, _: Any) -> Any:
    """Return the cross-entropy of each case."""
    xp = array_api_compat.array_namespace(scores)
    top = xp.max(scores, axis=1, keepdims=True)
    mine = xp.sum(xp.where(_true(xp, scores, labels), scores, xp.zeros_like(scores)), axis=1)
    return xp.log(xp.sum(xp.exp(scores - top), axis=1)) + top[:, 0] - mine


def _lead(scores: Any, labels: Any, classes: Any) -> Any:
    """Return by how much the pushed class, or the best other, leads the true one."""
    if classes is None:
        return -margin(scores, labels)
    return _picked(scores, classes) - _picked(scores, labels)


@_quiet
def _ratio(scores: Any, labels: Any, classes: Any) -> tuple[Any, Any]:
    """Return the difference of logits ratio (Croce and Hein, arXiv:2003.01690) and its gradient.

    The lead over a spread that does not change with the scale of the logits: first minus third score, in its
    targeted form minus the mean of third and fourth.  With fewer classes the last takes their place; with two, and
    where all scores of the spread are equal, there is no ratio, and it is the lead itself.
    """
    xp = array_api_compat.array_namespace(scores)
    order, most = xp.argsort(scores, axis=1, descending=True), scores.shape[1] - 1
    aims = rival(scores, labels) if classes is None else classes
    lead, slope = _lead(scores, labels, aims), toward(scores, labels, aims)
    if most < 2:
        return lead, slope
    low = (2, 2) if classes is None else (min(2, most), min(3, most))
    first, third, fourth = (order[:, at] for at in (0, *low))
    spread = _picked(scores, first) - (_picked(scores, third) + _picked(scores, fourth)) * 0.5
    flat = ~(spread > TINY)
    spread = xp.where(flat, xp.ones_like(spread), spread)
    kinds = (xp.astype(_true(xp, scores, at), scores.dtype) for at in (first, third, fourth))
    top, one, other = kinds
    bent = (top - (one + other) * 0.5) * (lead / spread)[:, None]
    bent = xp.where(flat[:, None], xp.zeros_like(bent), bent)
    return lead / spread, (slope - bent) / spread[:, None]


@_quiet
def _odds(scores: Any, labels: Any, classes: Any) -> tuple[Any, Any]:
    """Return the lead in probability (PMA: arXiv:2411.15210) and its gradient with respect to the logits."""
    xp = array_api_compat.array_namespace(scores)
    aims = rival(scores, labels) if classes is None else classes
    shares = _shares(xp, scores)
    slope, lead = toward(scores, labels, aims), _picked(shares, aims) - _picked(shares, labels)
    return lead, shares * (slope - lead[:, None])


_DIFFERENCE = Loss(lambda z, y, _: difference(z, y), lambda z, y, _: _lead(z, y, None))
_TOWARD = Loss(lambda z, y, at: toward(z, y, rival(z, y) if at is None else at), _lead, aimed=True)

LOSSES = {
    "cross_entropy": Loss(lambda z, y, _: cross_entropy(z, y), _surprise),
    "margin": _DIFFERENCE,
    "dlr": Loss(lambda z, y, _: _ratio(z, y, None)[1], lambda z, y, _: _ratio(z, y, None)[0]),
    "probability_margin": Loss(lambda z, y, _: _odds(z, y, None)[1], lambda z, y, _: _odds(z, y, None)[0]),
    "targeted_margin": _TOWARD,
    "targeted_dlr": Loss(lambda *a: _ratio(*a)[1], lambda *a: _ratio(*a)[0], aimed=True),
    "targeted_probability_margin": Loss(lambda *a: _odds(*a)[1], lambda *a: _odds(*a)[0], aimed=True),
}
"""Name in a scenario -> loss."""


def loss(name: str) -> Loss:
    """Return the loss of that name.

    Raises:
        TrialError: If there is none.
    """
    if name not in LOSSES:
        raise TrialError(Problem("loss", f"no loss {name!r}", f"one of {', '.join(LOSSES)}"))
    return LOSSES[name]


@_quiet
def gaps(scores: Any, labels: Any) -> Any:
    """Return `(n, classes)`: score of the true class minus each; infinite at the true one.  The least is the margin."""
    xp = array_api_compat.array_namespace(scores)
    true = _true(xp, scores, labels)
    mine = xp.sum(xp.where(true, scores, xp.zeros_like(scores)), axis=1, keepdims=True)
    return xp.where(true, xp.full_like(scores, float("inf")), mine - scores)


def _shares(xp: Any, scores: Any) -> Any:
    """Return the softmax."""
    raised = xp.exp(scores - xp.max(scores, axis=1, keepdims=True))
    return raised / xp.sum(raised, axis=1, keepdims=True)


def _picked(scores: Any, classes: Any) -> Any:
    """Return the score of one class per case `(n,)`."""
    xp = array_api_compat.array_namespace(scores)
    return xp.sum(xp.where(_true(xp, scores, classes), scores, xp.zeros_like(scores)), axis=1)


def _true(xp: Any, scores: Any, labels: Any) -> Any:
    """Return where the true class stands, `(n, classes)` of bool."""
    classes = xp.arange(scores.shape[1], device=array_api_compat.device(scores))
    return labels[:, None] == classes[None, :]


def _others(xp: Any, scores: Any, true: Any) -> Any:
    return xp.where(true, xp.full_like(scores, -float("inf")), scores)


def _floored(xp: Any, probabilities: Any) -> Any:
    return xp.maximum(probabilities, xp.full_like(probabilities, LEAST))
