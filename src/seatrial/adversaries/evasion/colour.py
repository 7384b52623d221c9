"""The worst light: brightness, contrast, hue and saturation of the whole image, searched together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.lockstep import hunted
from seatrial.adversaries.refine import Refine
from seatrial.adversaries.through import images
from seatrial.adversaries.tint import freedoms, tinted
from seatrial.errors import CasesError, Problem
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Colour
from seatrial.targets.target import AIMED, Target


@dataclass(frozen=True)
class Light:
    """Change brightness, contrast, hue and saturation together, and keep what the model stands worst.

    A person calls such an image the same: semantic adversarial examples (Hosseini and Poovendran, arXiv:1804.00499)
    move hue and saturation, composite ones (Hsiung et al., arXiv:2202.04235) several such changes at once.  The first
    pass asks the corners of what the threat allows and random points, the second climbs down from the best of them in
    ever smaller steps.  Grey images are changed in brightness and contrast only.  It needs no gradient; labels are
    enough for the first pass, which then takes all queries.  Cost of a case that stands: `queries` forward passes at
    most.
    """

    queries: int = 150
    """Queries per case at most, the untouched one among them."""
    draws: int = 64
    """Of these, those of the first pass."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Colour]) -> Attempts[Array]:
        """Return every image in the light in which it broke, or had the smallest margin, with its recipe.

        Raises:
            CasesError: If the cases are no images, have no labels, or are grey where only colours may change.
        """
        x: Any = batch.inputs
        images(x, "a change of colour")
        threat, channels = bench.threat, int(x.shape[1])
        most = freedoms(threat, channels)
        if not most.any() and (threat.hue or threat.saturation):
            what = f"have {channels} channels, and the threat allows hue and saturation only, of three channels"
            raise CasesError(Problem("cases", what, "allow brightness or contrast"))
        draws = self.queries if target.face.gives == "labels" else self.draws
        hunts = Refine(most, draws).hunts(bench.random, "evasion.colour")

        def made(at: Any, recipes: Any) -> Any:
            return tinted(x[at], np.stack(recipes), threat.low, threat.high)

        found = hunted(target, batch, bench, hunts, made, most=self.queries)
        recipe = np.stack([np.zeros(4) if one is None else one for one in found])
        return Attempts(stimuli=tinted(x, recipe, threat.low, threat.high), recipe=recipe)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Light,
    "The worst light and colour",
    oracle="same_label",
    controls=("evasion.tinted",),
    reads=AIMED,
    cites=("arXiv:1804.00499", "arXiv:2202.04235"),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    rank=3,
    lies=(
        "It changes the whole image alike and tries some hundred settings: a shadow over a part, or a setting between "
        "those that it tried, may be worse."
    ),
)
