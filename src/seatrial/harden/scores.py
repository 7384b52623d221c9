"""How far confidence is from being right: ECE, Brier score, negative log likelihood, and the reliability diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import log_softmax

from seatrial.records.bin import Bin

GIVES = ("logits", "probabilities")
"""Answers that say how sure a model is."""
BINS = 15
"""Bins of equal width in which the literature counts (Guo et al., arXiv:1706.04599)."""

_LEAST = 1e-12
"""Smallest probability whose logarithm is taken."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reliability:
    """What a model's confidence is worth on some cases."""

    cases: int
    accuracy: float
    """Share of the cases whose most likely class is the true one."""
    confidence: float
    """Mean probability of the most likely class; above the accuracy, the model is over-confident."""
    ece: float
    """Expected calibration error: mean distance of confidence and accuracy over the bins, by counts, in [0, 1]."""
    ece_even: float
    """The same with bins that hold equally many cases: it does not depend on where confidence crowds."""
    brier: float
    """Mean squared distance of the probabilities and the true class, summed over classes, in [0, 2] (Brier 1950)."""
    nll: float
    """Mean negative logarithm of the probability of the true class, in nats."""
    bins: tuple[Bin, ...]
    """The reliability diagram, in bins of equal width."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values, rounded to six decimals."""
        said = {name: value for name, value in asdict(self).items() if name not in ("bins", "cases")}
        bins = [{name: _rounded(value) for name, value in asdict(one).items()} for one in self.bins]
        return {"cases": self.cases, **{name: _rounded(value) for name, value in said.items()}, "bins": bins}


def reliability(probabilities: npt.NDArray[Any], labels: npt.NDArray[Any], *, bins: int = BINS) -> Reliability:
    """Return what a model's confidence is worth.

    Args:
        probabilities: `(n, classes)`, rows that sum to 1.
        labels: `(n,)` true classes.
        bins: Intervals of the diagram.

    Raises:
        ValueError: If there is no case, or the shapes do not fit.
    """
    given, truth = np.asarray(probabilities, dtype=np.float64), np.asarray(labels)
    if given.ndim != 2 or not len(given) or truth.shape != (len(given),):
        raise ValueError(f"probabilities {given.shape} and labels {truth.shape} are not those of some cases")
    confidence, right = given.max(axis=1), given.argmax(axis=1) == truth
    edges = np.linspace(0.0, 1.0, bins + 1)
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    even = np.array_split(np.argsort(confidence, kind="stable"), min(bins, len(given)))
    hot = np.zeros_like(given)
    hot[np.arange(len(given)), truth] = 1.0
    return Reliability(
        cases=len(given),
        accuracy=float(right.mean()),
        confidence=float(confidence.mean()),
        ece=_error([np.flatnonzero(place == one) for one in range(bins)], confidence, right),
        ece_even=_error(even, confidence, right),
        brier=float(((given - hot) ** 2).sum(axis=1).mean()),
        nll=float(-np.log(np.maximum(given[np.arange(len(given)), truth], _LEAST)).mean()),
        bins=tuple(_bin(edges[one : one + 2], confidence[place == one], right[place == one]) for one in range(bins)),
    )


def reliable(parts: Mapping[str, npt.NDArray[Any]], labels: npt.NDArray[Any], gives: str) -> dict[str, Reliability]:
    """Return what a model's confidence is worth on the same cases as they are and attacked; nothing if it says none.

    Args:
        parts: `clean`, `attacked` -> its answers, `(n, classes)`.
        labels: `(n,)` true classes.
        gives: What the answers are: `logits` or `probabilities`; of any other kind there is nothing to say.

    Returns:
        Part -> worth; a part with an answer that is no number is left out.
    """
    if gives not in GIVES or not len(labels):
        return {}
    given = {part: probabilities_of(answers, gives) for part, answers in parts.items()}
    return {part: reliability(one, labels) for part, one in given.items() if np.isfinite(one).all()}


def confidence(before: Mapping[str, Reliability], after: Mapping[str, Reliability]) -> dict[str, Any]:
    """Return what the confidence of two models is worth, as plain JSON values: part -> `before`, `after`.

    Args:
        before: Of the parent: `clean`, `attacked` -> worth.
        after: Of the child.
    """
    both = {"before": before, "after": after}
    parts = dict.fromkeys((*before, *after))
    return {part: {when: sure[part].to_json() for when, sure in both.items() if part in sure} for part in parts}


def probabilities_of(answers: npt.NDArray[Any], gives: str) -> Floats:
    """Return the probabilities that answers stand for.

    Args:
        answers: `(n, classes)` logits or probabilities.
        gives: `logits` or `probabilities`.
    """
    given = np.asarray(answers, dtype=np.float64)
    return np.asarray(np.exp(log_softmax(given, axis=1)) if gives == "logits" else given)


def logits_of(answers: npt.NDArray[Any], gives: str) -> Floats:
    """Return logits that answers stand for; of probabilities their logarithms, which differ by a constant a row."""
    given = np.asarray(answers, dtype=np.float64)
    return given if gives == "logits" else np.log(np.maximum(given, np.finfo(np.float64).tiny))


def _error(groups: Sequence[npt.NDArray[Any]], confidence: Floats, right: npt.NDArray[np.bool_]) -> float:
    filled = [group for group in groups if len(group)]
    gaps = (abs(confidence[group].mean() - right[group].mean()) * len(group) for group in filled)
    return float(sum(gaps) / len(confidence))


def _bin(edges: Floats, confidence: Floats, right: npt.NDArray[np.bool_]) -> Bin:
    means = (float(confidence.mean()), float(right.mean())) if len(confidence) else (0.0, 0.0)
    return Bin(float(edges[0]), float(edges[1]), len(confidence), *means)


def _rounded(value: float) -> float:
    return round(value, 6)
