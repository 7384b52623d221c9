"""A linear classifier that stands too close to a corner of the cube around its cases, and names the class alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from seatrial.controls.control import Control, Plant
from seatrial.controls.evasion.linear import LinearControl
from seatrial.controls.plants import Labels
from seatrial.records.card import Card
from seatrial.records.threat import Ball

QUERIES = 600
"""Queries per case: enough to turn the signs of 64 numbers one after the other, several times."""


@dataclass(frozen=True)
class Corner:
    """The plane of `evasion.linear`, whose nearest point lies in a corner of the cube, behind a target of labels only.

    The flaw's cases have a tenth of the margin that an Linf attack can take, the twin's twice as much.
    """

    def flaw(self) -> Plant:
        """Return cases that every Linf attack by labels must break."""
        return _told(LinearControl().flaw())

    def twin(self) -> Plant:
        """Return cases that no attack inside the ball can break."""
        return _told(LinearControl().twin())

    def population(self, draw: int) -> Plant:
        """Return cases of which half of all such cases can fall."""
        return _told(LinearControl().population(draw))


def _told(plant: Plant) -> Plant:
    assert isinstance(plant.threat, Ball)
    return replace(plant, target=Labels(plant.target), threat=replace(plant.threat, queries=QUERIES))


CARD: Card[Control] = Card(Corner, "A plane too close to a corner, by labels alone")
