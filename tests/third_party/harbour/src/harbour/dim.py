"""A remedy that makes every weight smaller."""

from dataclasses import dataclass

from seatrial.errors import HardenError
from seatrial.harden.remedy import Mended, Remedy
from seatrial.records.card import Card
from seatrial.records.event import Progress


@dataclass(frozen=True)
class Dim:
    """Multiplies every parameter by a factor."""

    factor: float = 0.5

    def apply(self, target, cases, threat, means):
        """Return the dimmed weights."""
        if not 0 < self.factor <= 1:
            raise HardenError(f"a factor of {self.factor} does not dim")
        module = target.module()
        for parameter in module.parameters():
            parameter.data.mul_(self.factor)
        means.hear(Progress("dimming", 1, 1))
        return Mended(target.saved(module), {"recipe": "dim", "factor": self.factor, "cases": len(cases)})


CARD: Card[Remedy] = Card(Dim, "Smaller weights")
