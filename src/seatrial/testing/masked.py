"""Fifteen broken defences in small, each with an honest twin, and how many of their cases hold in truth.

The classifier behind them is `defences.Plane`: four directions at right angles, so that the distance of a case to the
nearest other class is arithmetic.  Where a front end moves every number by a monotone function, so is the worst case;
where a defence adds a bounded term, cases stand so far from the border that the term cannot decide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from seatrial.controls.plants import streams
from seatrial.records.batch import Array, Batch
from seatrial.records.digest import column_digests
from seatrial.records.threat import Ball
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget
from seatrial.targets.torchchance import ChanceTarget
from seatrial.testing import defences as made
from seatrial.testing import drawn

Floats = npt.NDArray[Any]
BALL = Ball("linf", 0.1)
"""The threat of all victims."""
NEAR, FAR = (0.02, 0.075), (0.13, 0.2)
"""Distances to the nearest other class of the cases that fall and of those that hold."""


@dataclass(frozen=True)
class Victim:
    """A defence that hides its gradient, and the same model without the hiding."""

    name: str
    like: str
    """The published defence that it is a small version of."""
    masked: Any
    """The target that hides."""
    twin: Any
    """The honest one; it answers alike, or nearly."""
    batch: Batch[Array]
    held: npt.NDArray[np.bool_]
    """Which cases of the masked target no change within the ball can break."""
    twin_held: npt.NDArray[np.bool_]

    @property
    def truth(self) -> float:
        """Robust accuracy of the masked target."""
        return float(self.held.mean())


@dataclass(frozen=True)
class _Recipe:
    like: str
    masked: Callable[[], torch.nn.Module]
    twin: Callable[[], torch.nn.Module] = made.Plane
    front: Callable[[Floats], Floats] | None = None
    """What the front end makes of a number, if it is monotone and matters for the truth."""
    chance: bool = False
    gives: str = "logits"
    classes: int = made.CLASSES


def _decoys(count: int, slope: float) -> _Recipe:
    return _Recipe(
        "",
        lambda: made.Decoys(count, slope, sharpness=8.0),
        lambda: made.Decoys(count, 0.0, gap=20.0),
        classes=made.CLASSES + count,
    )


def _like(name: str, recipe: _Recipe) -> _Recipe:
    return _Recipe(name, recipe.masked, recipe.twin, recipe.front, recipe.chance, recipe.gives, recipe.classes)


def _drawn(x: Floats, width: float) -> Floats:
    mean = 0.5 + made.MIDDLE * np.sign(x - 0.5)
    return np.where(np.abs(x - mean) <= width, mean, x)


RECIPES: dict[str, _Recipe] = {
    "saturated": _Recipe("Jin and Rinard 2020", lambda: made.Head(made.Times(1e4)), lambda: made.Head(made.Times(1.0))),
    "winners": _Recipe(
        "k-winners-take-all, Xiao 2020", lambda: made.Jagged(16, 0.08, 40.0), lambda: made.Jagged(128, 0.08, 0.0005)
    ),
    "distances": _Recipe(
        "Mustafa 2019",
        lambda: made.Head(made.Distances(10.0)),
        lambda: made.Head(made.Distances(0.02)),
        gives="probabilities",
    ),
    "interpolation": _like("Adversarial interpolation", _decoys(1, 0.4)),
    "scatter": _like("Feature scatter", _decoys(2, 0.4)),
    "sensible": _like("Sensible adversarial training", _decoys(3, 0.25)),
    "bilateral": _Recipe(
        "Bilateral adversarial training", lambda: made.Head(made.Smoothed(400.0)), lambda: made.Head(made.Smoothed(0.5))
    ),
    "ode": _Recipe(
        "SODEF, Kang 2021", lambda: made.Head(made.Attractors(60.0)), lambda: made.Head(made.Attractors(1.0, 1))
    ),
    "sparse": _Recipe(
        "MeanSparse 2024",
        lambda: made.Front(made.DeadZone(0.1)),
        lambda: made.Front(made.DeadZone(0.0)),
        lambda x: _drawn(x, 0.1),
    ),
    "thermometer": _Recipe(
        "Thermometer encoding, Buckman 2018",
        lambda: made.Front(made.Thermometer(16), made.Counted()),
        front=lambda x: (x[..., None] > (np.arange(16) + 0.5) / 16).mean(axis=-1),
    ),
    "pruned": _Recipe(
        "Stochastic activation pruning, Dhillon 2018",
        lambda: drawn.Pruned(0.5, 3.0),
        lambda: drawn.Pruned(0.5, 3.0, chance=False),
        chance=True,
    ),
    "compressed": _Recipe("JPEG and quilting, Guo 2018", lambda: made.Front(made.Compression(0.02))),
    "resized": _Recipe(
        "Random resizing and padding, Xie 2018",
        lambda: drawn.Resized(0.6, 8.0),
        lambda: drawn.Resized(0.0, 3.0),
        chance=True,
    ),
    "purified": _Recipe("Purification by diffusion", lambda: made.Front(drawn.Purified(0.02, 0.02)), chance=True),
    "crossed": _Recipe(
        "Ensemble everything everywhere 2024",
        lambda: drawn.Crossed(0.4, 3.0),
        lambda: drawn.Crossed(0.02, 0.01, 0.0),
        chance=True,
    ),
}
"""Name -> how the small version is built."""


def victim(name: str, count: int = 48) -> Victim:
    """Return one of the fifteen, with so many cases.

    Args:
        name: A key of `RECIPES`.
        count: Cases; about half of them hold in truth.
    """
    recipe = RECIPES[name]
    batch, near = _cases(name, count)
    held = ~near if recipe.front is None else _worst(recipe.front, batch) > 0
    return Victim(
        name,
        recipe.like,
        target(recipe.masked(), recipe.gives, recipe.classes, chance=recipe.chance),
        target(recipe.twin(), recipe.gives, recipe.classes),
        batch,
        held,
        ~near,
    )


def target(module: torch.nn.Module, gives: str = "logits", classes: int = made.CLASSES, *, chance: bool = False) -> Any:
    """Return a module on images of 8 x 8 between 0 and 1 as a target; by chance, if it draws."""
    face = Face(Array, gives, (1, made.SIDE, made.SIDE), 0.0, 1.0, classes)
    whole = TorchTarget(module, face)
    return ChanceTarget(whole) if chance else whole


def _cases(name: str, count: int) -> tuple[Batch[Array], npt.NDArray[np.bool_]]:
    """Return cases at known distances from the nearest other class, and which of them can fall."""
    random, rows = streams(f"masked {name}", count), made.rows()
    labels = np.arange(count) % len(rows)
    near = np.arange(count) // len(rows) % 2 == 0
    drawn = random.uniform("distance", (), np.zeros(1))
    distance = np.where(near, NEAR[0] + drawn * (NEAR[1] - NEAR[0]), FAR[0] + drawn * (FAR[1] - FAR[0]))
    noise = random.uniform("noise", (made.NUMBERS,), np.zeros(1)) * 0.06 - 0.03
    across = noise - noise @ rows.T @ rows / made.NUMBERS
    flat = 0.5 + distance[:, None] * rows[labels] + across
    inputs = flat.reshape(count, 1, made.SIDE, made.SIDE).astype(np.float32)
    return Batch(column_digests(inputs), inputs, labels), near


def _worst(front: Callable[[Floats], Floats], batch: Batch[Array]) -> Floats:
    """Return the smallest margin that a change within the ball can reach, behind a monotone front end."""
    rows, flat = made.rows() * made.SCALE, np.asarray(batch.inputs).reshape(len(batch), -1)
    low, high = front(np.maximum(flat - BALL.eps, 0.0)), front(np.minimum(flat + BALL.eps, 1.0))
    bias = -0.5 * rows.sum(axis=1)
    least = np.full(len(batch), np.inf)
    for other in range(len(rows)):
        gap = rows[batch.labels] - rows[other]
        margin = np.minimum(gap * low, gap * high).sum(axis=1) + bias[batch.labels] - bias[other]
        least = np.where(batch.labels == other, least, np.minimum(least, margin))
    return least
