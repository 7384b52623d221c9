"""A rectangle pasted into images, each case's where and as large as it says, with its pull-back to the contents.

A canvas holds what is pasted; a scale shrinks it, a light makes it darker.  The pixels that change never leave the
rectangle that the threat allows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.limits import span
from seatrial.adversaries.norms import boxed
from seatrial.adversaries.taps import Axis, Resampling, interpolated
from seatrial.errors import Problem, TrialError

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is pasted: the corner of each case's rectangle and its sides, in pixels, each `(n,)`."""

    top: Whole
    left: Whole
    tall: Whole
    wide: Whole

    def at(self, rows: Any) -> Place:
        """Return the places of these cases."""
        return Place(self.top[rows], self.left[rows], self.tall[rows], self.wide[rows])


@dataclass(frozen=True, eq=False)
class Paste:
    """The contents of a rectangle are what is chosen: a canvas `(n, channels, rows, columns)` for each case."""

    x: Any
    """Images `(n, channels, height, width)`."""
    place: Place
    low: float
    high: float
    scaled: bool = False
    """Whether the whole canvas is shrunk into the rectangle; else its first rows and columns are shown as they are."""
    canvas: tuple[int, int] = (0, 0)
    """Rows and columns of the canvas."""
    light: Floats | None = None
    """What the contents are multiplied with, above the low end of the range `(n,)`; None is 1."""

    def at(self, rows: Any) -> Paste:
        """Return the pasting into these cases."""
        light = None if self.light is None else self.light[rows]
        return Paste(self.x[rows], self.place.at(rows), self.low, self.high, self.scaled, self.canvas, light)

    def made(self, canvas: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the images with their rectangles, and the pull-back to the canvas."""
        xp = array_api_compat.array_namespace(canvas)
        view, mask = self._view(xp)
        light = 1.0 if self.light is None else self._like(xp, self.light)
        shown = boxed(xp, (view(canvas) - self.low) * light + self.low, *span(self.low, self.high, canvas))
        none = xp.zeros_like(shown)

        def back(gradient: Any) -> Any:
            return view.back(xp.where(mask, gradient, none) * light)

        return xp.where(mask, shown, self.x), back

    def _view(self, xp: Any) -> tuple[Resampling, Any]:
        """Return the map from the canvas to the image, and where it is shown `(n, 1, height, width)`."""
        height, width = self.x.shape[-2:]
        down = self._axis(self.place.top, self.place.tall, height, self.canvas[0])
        right = self._axis(self.place.left, self.place.wide, width, self.canvas[1])
        device = array_api_compat.device(self.x)
        rows, columns = xp.asarray(down.covered, device=device), xp.asarray(right.covered, device=device)
        return Resampling(down, right), rows[:, None, :, None] & columns[:, None, None, :]

    def _axis(self, start: Whole, side: Whole, size: int, canvas: int) -> Axis:
        at = np.arange(size)[None, :] - start[:, None]
        inside = (at >= 0) & (at < side[:, None])
        place = (at + 0.5) * (canvas / side)[:, None] - 0.5 if self.scaled else at.astype(np.float64)
        return interpolated(place, canvas, inside)

    def _like(self, xp: Any, numbers: Floats) -> Any:
        made = xp.asarray(numbers.reshape(-1, 1, 1, 1), device=array_api_compat.device(self.x))
        return xp.astype(made, self.x.dtype)


def rectangles(size: tuple[int, int], share: float, aspects: tuple[float, ...] = (1.0,)) -> list[tuple[int, int]]:
    """Return height and width of the largest rectangles of these proportions within a share of the image.

    Args:
        size: Height and width of the image.
        share: Largest area, as a share of the image's.
        aspects: Height over width, in proportion to the image's.

    Raises:
        TrialError: If the share is not above 0 and at most 1, or holds no pixel.
    """
    height, width = size
    area = share * height * width + 1e-9
    if not 0 < share <= 1 or area < 1:
        what = f"is {share:g} of {height} x {width} pixels: the rectangle must have a pixel, and fit into the image"
        raise TrialError(Problem("threat.share", what, f"from {1 / max(1, height * width):.2g} to 1"))
    found = []
    for aspect in aspects:
        tall = min(height, max(1, int(height * sqrt(share * aspect) + 1e-9)), int(area))
        wide = min(width, int(area / tall))
        found.append((min(height, int(area / wide)), wide))
    return list(dict.fromkeys(found))
