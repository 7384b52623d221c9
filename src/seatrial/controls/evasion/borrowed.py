"""A classifier that names the class alone, few times, and another one like it which an attacker has at home."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seatrial.controls.control import Control, Plant
from seatrial.controls.evasion.linear import LinearControl
from seatrial.controls.plants import Labels, Linear, streams
from seatrial.records.card import Card
from seatrial.records.threat import Ball

QUERIES = 20
APART = 0.5
"""Largest difference of a weight between the two models; the weights themselves are 1 and -1, halved."""


@dataclass(frozen=True)
class Borrowed:
    """The plane of `evasion.linear` behind a target of labels only; the attacker's own model is tilted against it.

    No weight of his has another sign, so what breaks his model breaks the flaw's cases, which have a tenth of the
    margin that an attack can take.  The twin's have twice that margin: no point inside the ball breaks one, whatever
    the attacker's model says.
    """

    def flaw(self) -> Plant:
        """Return cases that every attack on the other model must break here too."""
        return _told(LinearControl().flaw())

    def twin(self) -> Plant:
        """Return cases that no attack inside the ball can break."""
        return _told(LinearControl().twin())


def _told(plant: Plant) -> Plant:
    model = plant.target
    assert isinstance(model, Linear)
    assert isinstance(plant.threat, Ball)
    drawn = streams("controls/evasion.borrowed", 1).uniform("tilt", model.weights.shape, np.zeros(1))[0]
    tilted = (model.weights * (1 - APART * drawn)).astype(model.weights.dtype)
    own = Linear(tilted, -0.5 * tilted.sum(axis=1), model.shape)
    threat = replace(plant.threat, queries=QUERIES)
    return replace(plant, target=Labels(model), threat=threat, helpers={"tilted": own})


CARD: Card[Control] = Card(Borrowed, "A plane too close, and another model like it")
