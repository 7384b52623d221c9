"""A patch that works wherever it is stuck: universal, and in expectation over places, sizes and light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.joint import Crowd, climbed, crossed
from seatrial.adversaries.limits import span
from seatrial.adversaries.norms import boxed
from seatrial.adversaries.paste import Paste, Place, rectangles
from seatrial.adversaries.slopes import scaled, signed
from seatrial.adversaries.through import images
from seatrial.records.batch import Array, Attempts, Batch, copied
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Patch
from seatrial.targets.target import SLOPED, Differentiable


@dataclass(frozen=True)
class Sticker:
    """Make one picture that breaks many cases when it is stuck on them anywhere, a little smaller, in duller light.

    The adversarial patch (Brown et al., arXiv:1712.09665): its contents climb the loss in expectation over
    transformations (Athalye et al., arXiv:1707.07397); every step sticks it onto every case in a new place, size and
    light.  The cases are halved by lot, and each half is tried with the patch that was found on the other, in places
    that no step has seen; so what is reported is what a printed sticker would do.  Without `universal` every case has
    a patch of its own.  Cost of a case: `steps` forward passes and gradients.
    """

    steps: int = 100
    """Gradient steps, each over all cases of a half."""
    step: float = 0.1
    """Length of a step, as a share of the input range; it falls to a tenth on the way."""
    decay: float = 0.9
    """Share of the old direction that is kept."""
    wander: float = 1.0
    """Shift: how much of the image the patch may lie anywhere in; 0 is always the middle."""
    least: float = 0.8
    """Scale: smallest side of the patch, as a share of what the threat allows."""
    light: float = 0.8
    """Brightness: least share of the contents' height above the low end of the range that the light leaves."""
    universal: bool = True
    """Whether one patch is for all cases of a half."""
    loss: str = "margin"
    """`cross_entropy` or `margin`."""

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Patch]) -> Attempts[Array]:
        """Return every image with the patch, in a place, a size and a light of its own.

        Raises:
            CasesError: If the cases are no images, or have no labels.
            TrialError: If the rectangle has no pixel, or is larger than the image.
        """
        x: Any = batch.inputs
        images(x, "a patch")
        side = rectangles((int(x.shape[-2]), int(x.shape[-1])), bench.threat.share)[0]
        found = copied(x)
        for mine, theirs in crossed(batch, bench.random, "evasion.sticker", split=self.split):
            canvas = self._found(
                Crowd(target, batch, bench, mine), (x[mine], bench.random.at(mine)), bench.threat, side
            )
            making = self._stuck(x[theirs], bench.random.at(theirs), bench.threat, side, "shown")
            found[theirs] = making.made(_alike(canvas, len(theirs)))[0]
        return Attempts(stimuli=found)

    @property
    def split(self) -> bool:
        """Whether a patch is tried on other cases than it was found on."""
        return self.universal

    def _found(self, crowd: Crowd, cases: tuple[Any, Random], threat: Patch, side: tuple[int, int]) -> Any:
        """Return the contents after the last step: one row for all cases, or one per case."""
        x, random = cases
        xp, device = array_api_compat.array_namespace(x), array_api_compat.device(x)
        rows = 1 if self.universal else len(x)
        middle = (threat.low + threat.high) / 2
        canvas = xp.full((rows, x.shape[1], *side), middle, dtype=x.dtype, device=device)
        direction, ends = xp.zeros_like(canvas), span(threat.low, threat.high, canvas)

        def look(contents: Any, step: int) -> Any:
            return crowd.glance(self._stuck(x, random, threat, side, str(step)), contents, self.loss)

        def move(contents: Any, slopes: Any, step: int) -> Any:
            nonlocal direction
            slope = xp.sum(slopes, axis=0, keepdims=True) if self.universal else slopes
            direction = direction * self.decay + scaled(slope)
            length = self.step * (1 - 0.9 * step / max(1, self.steps)) * (threat.high - threat.low)
            return boxed(xp, contents + signed(direction) * length, *ends)

        return climbed(crowd, canvas, look, move, steps=self.steps, last=True)

    def _stuck(self, x: Any, random: Random, threat: Patch, side: tuple[int, int], when: str) -> Paste:
        """Return a patch stuck on every case, as a draw says."""
        drawn = random.uniform(f"evasion.sticker/{when}", (4,), np.zeros(1))
        share = self.least + (1 - self.least) * drawn[:, 0]
        tall, wide = (np.maximum(1, np.rint(share * one)).astype(np.int64) for one in side)
        top, left = (
            np.rint((0.5 + self.wander * (drawn[:, at] - 0.5)) * (int(size) - part)).astype(np.int64)
            for at, (size, part) in enumerate(zip(x.shape[-2:], (tall, wide), strict=True), start=1)
        )
        light = self.light + (1 - self.light) * drawn[:, 3]
        return Paste(x, Place(top, left, tall, wide), threat.low, threat.high, scaled=True, canvas=side, light=light)


def _alike(canvas: Any, cases: int) -> Any:
    """Return contents for every case."""
    xp = array_api_compat.array_namespace(canvas)
    return xp.broadcast_to(canvas, (cases, *canvas.shape[1:])) if canvas.shape[0] == 1 else canvas


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Sticker,
    "A patch that works wherever it is stuck",
    oracle="same_label",
    controls=("evasion.dimmed",),
    reads=SLOPED,
    cites=("arXiv:1712.09665", "arXiv:1707.07397"),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box"),
    rank=3,
    scope="whole",
    most=5000,
    allocates=True,
    lies=(
        "It is tried in one random place of every case: a patch that is put where it works best does more. Found on "
        "few cases it says little about one that was found on thousands."
    ),
)
