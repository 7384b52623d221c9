"""Gradients taken on other views of an image, so that they do not hang on one place or one scale.

Input diversity (a random resize and padding per step: Xie et al., arXiv:1803.06978) and translation invariance (the
gradient blurred: Dong et al., arXiv:1904.02884).  A view is linear, so its gradient comes back exactly; which view a
case gets depends on its own stream only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.slopes import finite
from seatrial.adversaries.taps import Axis, Resampling, interpolated
from seatrial.errors import PlanError, Problem
from seatrial.records.random import Random


@dataclass(frozen=True, slots=True)
class Diversity:
    """How a gradient is taken."""

    chance: float = 0.5
    """Probability that a case is seen resized and padded; 0 is never."""
    least: float = 0.9
    """Smallest side of the resized image, as a share; the rest is padded with 0."""
    blur: int = 0
    """Width of the Gaussian kernel that blurs the gradient, in pixels, odd; 0 or 1 is none."""

    def __post_init__(self) -> None:
        """Refuse what no view can be made of.

        Raises:
            PlanError: If a share is not between 0 and 1, or the width even or negative.
        """
        wrong = [
            Problem(name, f"is {value}, and must be {rule}")
            for name, value, rule, fits in (
                ("chance", self.chance, "from 0 to 1", 0 <= self.chance <= 1),
                ("least", self.least, "above 0 and at most 1", 0 < self.least <= 1),
                ("blur", self.blur, "0 or an odd number of pixels", self.blur == 0 or self.blur % 2 == 1 <= self.blur),
            )
            if not fits
        ]
        if wrong:
            raise PlanError(*wrong)

    def gradient(
        self, target: Any, point: Any, slope: Callable[[Any], Any], random: Random, purpose: str
    ) -> tuple[Any, Any]:
        """Return the gradient at the points through one view each, and what the target said of the views.

        Args:
            target: Differentiable, narrowed to these cases; asked once.
            point: `(n, ..., height, width)`.
            slope: From responses to the gradient with respect to them: `lambda r: aim.slope("cross_entropy", r)`.
            random: The streams of these cases.
            purpose: Names the draw; another step is another purpose.
        """
        view = viewed(point, random, purpose, chance=self.chance, least=self.least)
        if view is None:
            responses, back = target.linearise(point)
            return smoothed(back(slope(responses)), self.blur), responses
        responses, back = target.linearise(view(point))
        return smoothed(view.back(finite(back(slope(responses)))), self.blur), responses


def viewed(x: Any, random: Random, purpose: str, *, chance: float = 0.5, least: float = 0.9) -> Resampling | None:
    """Return a random view per case: the image made smaller and put somewhere into a black one of its own size.

    Args:
        x: Images `(n, ..., height, width)`: only their number and sides matter.
        random: The streams of these cases.
        purpose: Names the draw.
        chance: Probability that a case is seen otherwise than as it is; 0 gives None.
        least: Smallest side of the resized image, as a share.
    """
    if chance <= 0:
        return None
    drawn = random.uniform(purpose, (4,), np.zeros(1))
    share = np.where(drawn[:, 0] < chance, least + (1 - least) * drawn[:, 1], 1.0)
    height, width = x.shape[-2:]
    return Resampling(_shrunk(share, drawn[:, 2], height), _shrunk(share, drawn[:, 3], width))


def _shrunk(share: Any, where: Any, size: int) -> Axis:
    """Return the map of one side: resized to a whole number of pixels, put at a share of the room that is left."""
    side = np.maximum(1, np.rint(share * size))
    start = np.floor(where * (size - side + 1))
    at = np.arange(size)[None, :] - start[:, None]
    place = (at + 0.5) * (size / side)[:, None] - 0.5
    return interpolated(place, size, (at >= 0) & (at < side[:, None]))


def smoothed(gradient: Any, width: int, *, spread: float = 3.0) -> Any:
    """Return the gradient blurred by a Gaussian kernel along rows and columns; beyond the border is 0.

    Args:
        gradient: `(n, ..., height, width)`.
        width: Of the kernel, odd; 0 or 1 blurs nothing.
        spread: Standard deviations from the middle of the kernel to its end, as in the paper.
    """
    if width < 2:
        return gradient
    reach = width // 2
    weight = np.exp(-0.5 * (np.arange(-reach, reach + 1) * (spread / reach)) ** 2)
    weight /= weight.sum()
    made = finite(gradient)
    for dim in (-2, -1):
        made = _blurred(made, weight, dim)
    return made


def _blurred(x: Any, weight: Any, dim: int) -> Any:
    """Return the sum of shifted copies of `x` along one of the last two axes."""
    xp, reach, size = array_api_compat.array_namespace(x), len(weight) // 2, x.shape[dim]
    edge = xp.zeros_like(x[..., :1, :] if dim == -2 else x[..., :1])
    padded = xp.concat([edge] * reach + [x] + [edge] * reach, axis=dim)
    total: Any = 0.0
    for at, share in enumerate(weight):
        part = padded[..., at : at + size, :] if dim == -2 else padded[..., at : at + size]
        total = part * float(share) + total
    return total
