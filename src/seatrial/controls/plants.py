"""Small numpy targets whose answers follow from algebra: what planted flaws are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.listed import Listed, listed
from seatrial.records.batch import Array, count, plain
from seatrial.records.random import Random
from seatrial.targets.target import Face, Target

Floats = npt.NDArray[Any]
CASES = 16
"""Cases of a plant: all that a control is tried on, unless its adversary must see a whole population."""


@dataclass(frozen=True, eq=False)
class Linear:
    """A linear classifier: `scores = x @ weights.T + bias`, computed row by row, so that neighbours change nothing.

    The distance to the nearest wrong class is known: the margin over another class, divided by the dual norm of
    the difference of their weights.
    """

    weights: Floats
    """`(classes, numbers of one case)`."""
    bias: Floats
    """`(classes,)`."""
    shape: tuple[int, ...]
    """Shape of one case."""
    gives: str = "logits"
    """`logits` or `probabilities`."""

    @property
    def face(self) -> Face:
        """Arrays in 0 to 1, numpy."""
        return Face(Array, self.gives, self.shape, 0.0, 1.0, len(self.bias), home=self._home)

    def respond(self, inputs: Array, /) -> Any:
        """Return scores `(n, classes)`."""
        return self.linearise(inputs)[0]

    def linearise(self, inputs: Array, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the scores and the pull-back."""
        flat = np.asarray(inputs).reshape(len(inputs), 1, -1)
        scores = (flat * self.weights).sum(axis=2) + self.bias
        if self.gives == "probabilities":
            raised = np.exp(scores - scores.max(axis=1, keepdims=True))
            scores = raised / raised.sum(axis=1, keepdims=True)

        def back(slope: Any) -> Any:
            if self.gives == "probabilities":
                slope = scores * (slope - (scores * slope).sum(axis=1, keepdims=True))
            return (slope[:, :, None] * self.weights).sum(axis=1).reshape(inputs.shape)

        return scores, back

    def _home(self, column: Any) -> Any:
        column = np.asarray(column)
        return column.astype(self.weights.dtype) if column.dtype.kind == "f" else column


@dataclass(frozen=True, eq=False)
class Rule:
    """A classifier of two classes by one number: class 1 where it is above zero."""

    score: Callable[[Floats], Floats]
    """From cases `(n, ...)` to numbers `(n,)`."""
    shape: tuple[int, ...]

    @property
    def face(self) -> Face:
        """Arrays in 0 to 1, numpy; logits of two classes."""
        return Face(Array, "logits", self.shape, low=0.0, high=1.0, classes=2)

    def respond(self, inputs: Array, /) -> Any:
        """Return logits `(n, 2)`."""
        number = self.score(np.asarray(inputs))
        return np.stack([-number, number], axis=1)


@dataclass(frozen=True, eq=False)
class Labels:
    """A target that gives labels only: the class with the largest score of another one, and the first of several."""

    inner: Target[Array, Any]

    @property
    def face(self) -> Face:
        """That of the inner target, with labels."""
        return replace(self.inner.face, gives="labels")

    def respond(self, inputs: Array, /) -> Any:
        """Return integer classes `(n,)`, in numpy."""
        return np.argmax(plain(self.inner.respond(inputs)), axis=1)


def one_class(inputs: Any, label: int) -> Listed:
    """Return cases of which every one is of this class."""
    return listed(inputs, np.full(count(inputs), label, dtype=np.int64))


def brightness(images: Floats) -> Floats:
    """Return the mean of each case."""
    mean: Floats = images.reshape(len(images), -1).mean(axis=1)
    return mean


def roughness(images: Floats) -> Floats:
    """Return the mean squared difference of neighbours in a row."""
    return brightness(np.diff(images, axis=-1) ** 2)


def plain_images(size: int) -> Floats:
    """Return images `(16, 1, size, size)`, float32, each of one grey between 0.25 and 0.35, all different."""
    grey = 0.25 + 0.1 * (np.arange(CASES) + 0.5) / CASES
    return np.broadcast_to(grey[:, None, None, None], (CASES, 1, size, size)).astype(np.float32)


def drawn_images(size: int, draw: int) -> Floats:
    """Return 16 images of one grey each, drawn between 0.25 and 0.75; half of all such images are above 0.5."""
    grey = 0.25 + 0.5 * streams(f"greys {draw}", CASES).uniform("grey", (), np.zeros(CASES))
    return np.broadcast_to(grey[:, None, None, None], (CASES, 1, size, size)).astype(np.float32)


def chessboard(size: int, height: float) -> Floats:
    """Return squares of one pixel `(size, size)`, by turns `height` below and above 0: roughness `(2 height)²`."""
    board: Floats = (np.add.outer(np.arange(size), np.arange(size)) % 2 * 2 - 1) * height
    return board


def streams(name: str, cases: int) -> Random:
    """Return the random streams of a control; its own, the same in every trial."""
    return Random(name.encode().ljust(32, b"\0"), tuple(at.to_bytes(32, "big") for at in range(cases)))
