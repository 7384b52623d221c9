"""Gradients on other models than the target: each in the library and on the device where it lives."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.aims import aim
from seatrial.adversaries.cosines import waves
from seatrial.adversaries.diversity import Diversity
from seatrial.adversaries.slopes import scaled
from seatrial.errors import Problem, TrialError
from seatrial.records.batch import plain
from seatrial.records.random import Random
from seatrial.targets.target import Differentiable

STRAIGHT = Diversity(chance=0.0)
"""The image as it is."""


class Ensemble:
    """Models that stand in for the target, asked together."""

    def __init__(self, bench: Bench[Any], helpers: Mapping[str, Any], labels: Any, views: Diversity) -> None:
        """Take the models.

        Args:
            bench: Charges their passes to the cases.
            helpers: By name, each with gradients.
            labels: What is true of each case of the shard.
            views: How a gradient is taken on images; on anything else it is taken as it is.

        Raises:
            TrialError: If there is none, or one has no gradient.
        """
        if not helpers:
            what = "works on other models than the target, and the charter names none"
            raise TrialError(Problem("surrogates", what, "write surrogates: {name: {kind: torch, ...}}"))
        if blind := [name for name, one in helpers.items() if not isinstance(one, Differentiable)]:
            what = "has no gradient, so nothing can be climbed on it"
            raise TrialError(*(Problem(f"surrogates.{name}", what, "name a model of kind torch") for name in blind))
        self._bench, self._views = bench, views
        self._helpers = {name: helpers[name] for name in sorted(helpers)}
        self._aims = {name: aim(one.face, one.face.home(plain(labels))) for name, one in self._helpers.items()}

    def uphill(self, rows: npt.NDArray[np.intp], point: Any, loss: str, random: Random, purpose: str) -> Any:
        """Return the sum of the models' gradients, each divided by its mean size, in numpy.

        Args:
            rows: Positions in the shard.
            point: One per row, in any library.
            loss: A key of `losses.LOSSES`.
            random: The streams of these cases.
            purpose: Names the draw of the views.
        """
        views = self._views if waves(tuple(point.shape[1:])) else STRAIGHT
        total: Any = 0.0
        for name, helper in self._helpers.items():
            wanted, there = self._aims[name].at(rows), helper.face.home(plain(point))
            narrowed = self._bench.at(helper, rows)
            found, _ = views.gradient(narrowed, there, partial(wanted.slope, loss), random, f"{purpose}/{name}")
            total = total + plain(scaled(found))
        return total
