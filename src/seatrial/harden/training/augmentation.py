"""Rounds of attack and refitting, for models that are fitted whole: trees, forests, boosting, linear models, texts.

Each round attacks the newest model on its training rows, puts what the attack made among the rows under the true
labels, and fits again, so that the next attack meets a model that has seen the last one (adversarial augmentation;
Kurakin et al., arXiv:1611.01236, for trees Kantchelian et al., arXiv:1509.07892).  No gradient is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from seatrial.cases.cases import Cases
from seatrial.harden.fitted.court import Looked
from seatrial.harden.fitted.refit import begun
from seatrial.harden.remedy import Means, Mended, Remedy
from seatrial.records.card import Card
from seatrial.records.threat import Threat
from seatrial.targets.target import Trainable


@dataclass(frozen=True, slots=True)
class Augmentation:
    """The recipe.

    Attributes:
        rounds: Times that the model is attacked and fitted again.
        memory: Rounds whose attacks stay among the rows; older ones make room.
        validation: Share of the training rows that is kept for choosing, and never fitted on.
        loss: Clean accuracy that may be given up, as a share: a rounder model than that is not chosen.
        columns: What an attacker can make of the columns of a row (`fixed`, `raised`, `lowered`: lists of positions;
            `ranges`, `grid`: by position), where that is less than the threat allows.
    """

    rounds: int = 6
    memory: int = 6
    validation: float = 0.2
    loss: float = 0.03
    columns: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Refit the target's estimator and return its file; see `Remedy`.  Steps are rounds."""
        run = begun(target, cases, threat, means, validation=self.validation, columns=self.columns)
        seen: list[Looked] = []
        for model in run.rounds(target, self.rounds, memory=self.memory):  # type: ignore[arg-type] # `begun` looked
            run.look(model, seen, self.rounds)
        rounds = [{"round": one.number, "clean": one.clean, "robust": one.robust} for one in seen]
        return run.ended(seen, self.loss, {"recipe": asdict(self), "rounds": rounds})[0]


CARD: Card[Remedy] = Card(
    make=Augmentation,
    title="Adversarial augmentation, for models that are fitted whole",
    cites=("arXiv:1611.01236", "arXiv:1509.07892"),
    tags=("atlas:AML.M0003",),
)
