"""A target seen through a way of making its input: what it takes then is the recipe, with gradients.

So one engine climbs in balls, in fields of displacements and in the contents of a patch alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from seatrial.adversaries.adversary import Bench, narrowed
from seatrial.errors import CasesError, Problem
from seatrial.records.threat import Ball
from seatrial.targets.target import Face


class Making(Protocol):
    """How images are made of recipes, one for each case."""

    def at(self, rows: Any) -> Making:
        """Return the making of these cases (numpy positions or a slice; a case may be named twice)."""
        ...

    def made(self, recipe: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the images and their pull-back: from the gradient at the images to that at the recipe."""
        ...


@dataclass(frozen=True, eq=False)
class Through:
    """A differentiable target that takes recipes; it charges what the inner one charges."""

    inner: Any
    making: Making

    @property
    def face(self) -> Face:
        """That of the inner target."""
        face: Face = self.inner.face
        return face

    def at(self, rows: Any) -> Through:
        """Return the same, asked for these of its rows."""
        return Through(narrowed(self.inner, rows), self.making.at(rows))

    def respond(self, recipe: Any, /) -> Any:
        """Return what the inner target says of the images."""
        return self.inner.respond(self.making.made(recipe)[0])

    def linearise(self, recipe: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return what the inner target says, and the pull-back to the recipe."""
        image, home = self.making.made(recipe)
        responses, back = self.inner.linearise(image)
        return responses, lambda slope: home(back(slope))


def boxed_bench(bench: Bench[Any], low: float, high: float) -> Bench[Ball]:
    """Return the same bench for an engine that climbs in a box: a ball so wide that only the range counts."""
    return replace(bench, threat=Ball("linf", high - low, low, high))


def centred_bench(bench: Bench[Any], most: float) -> Bench[Ball]:
    """Return the same bench for an engine that climbs among recipes between -most and most."""
    return replace(bench, threat=Ball("linf", most, -most, most))


def images(x: Any, what: str) -> None:
    """Do nothing if these are images.

    Raises:
        CasesError: If one case has fewer than three dimensions, or a side of no pixels.
    """
    shape = tuple(x.shape[1:])
    if len(shape) < 3 or 0 in shape:
        hint = "one case is (channels, height, width)"
        raise CasesError(Problem("cases", f"{what} needs images, and one case has shape {shape}", hint))
