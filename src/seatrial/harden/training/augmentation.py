"""Rounds of attack and refitting, for models that are fitted whole: trees, forests, boosting, linear models, texts.

Each round attacks the newest model on its training rows, puts what the attack made among the rows under the true
labels, and fits again, so that the next attack meets a model that has seen the last one (adversarial augmentation;
Kurakin et al., arXiv:1611.01236, for trees Kantchelian et al., arXiv:1509.07892).  No gradient is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

import numpy as np

from seatrial.cases.cases import Cases
from seatrial.errors import HardenError, Problem, blamed
from seatrial.harden.foes import JUDGES, TRAINERS, Foe, fitting, right, stimuli
from seatrial.harden.paired import Stands, pairs
from seatrial.harden.remedy import Means, Mended, Remedy
from seatrial.harden.split import contents, missing, parted
from seatrial.records.batch import Batch, joined, plain
from seatrial.records.card import Card
from seatrial.records.event import Progress
from seatrial.records.threat import Threat
from seatrial.targets.target import Refittable, Trainable

_FEWEST = 40
REFITTED = {
    "who": "refitted parent",
    "what": "the estimator fitted anew on the same rows without an attack; the model as it came may have learned from "
    "the rows kept for choosing",
}
"""What a child is compared with."""


@dataclass(frozen=True, slots=True)
class Model:
    """One that was fitted, and what it is worth on the rows kept for choosing."""

    target: Refittable[Any, Any]
    round: int
    """0 is the model fitted anew, without an attack: the one that came may have seen the rows kept for choosing."""
    right: Stands
    """Which of the rows kept for choosing it gets right without an attack."""
    held: Stands
    """Which of them hold against every judge."""

    @property
    def clean(self) -> float:
        """Share that it gets right."""
        return round(float(self.right.mean()), 4)

    @property
    def robust(self) -> float:
        """Share that holds."""
        return round(float(self.held.mean()), 4)


@dataclass(frozen=True, slots=True)
class Augmentation:
    """The recipe.

    Attributes:
        rounds: Times that the model is attacked and fitted again.
        memory: Rounds whose attacks stay among the rows; older ones make room.
        validation: Share of the training rows that is kept for choosing, and never fitted on.
        loss: Clean accuracy that may be given up, as a share: a rounder model than that is not chosen.
    """

    rounds: int = 6
    memory: int = 6
    validation: float = 0.2
    loss: float = 0.03

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Refit the target's estimator and return its file; see `Remedy`.  Of the means, seed and listener are used."""
        _refuse(target, cases)
        assert isinstance(target, Refittable)
        trainer, judges = fitting(TRAINERS, target, threat)[0], fitting(JUDGES, target, threat)
        batch = cases.take(0, len(cases))
        kept, used = _parted(batch, self.validation, means.unit)
        models: list[Model] = []
        for model in self._models(target, used, (trainer, threat, means.seed)):
            models.append(Model(model, len(models), *_worth(model, kept, judges, (threat, means.seed))))
            told = f"clean {models[-1].clean:.1%}, robust {models[-1].robust:.1%}"
            means.hear(Progress("harden", len(models) - 1, self.rounds, told))
        chosen = self._chosen(models)
        return Mended(weights=target.saved(chosen.target.module()), record=self._record(models, chosen, kept, used))

    def _models(
        self, target: Refittable[Any, Any], used: Batch[Any], against: tuple[Foe, Threat, bytes]
    ) -> Iterator[Refittable[Any, Any]]:
        """Yield the model fitted anew, and after each round the one fitted on what the attacks so far have made."""
        foe, threat, seed = against
        found: list[Batch[Any]] = []
        for number in range(self.rounds + 1):
            key = sha256(b"seatrial/augmentation/v1\x00" + seed + number.to_bytes(4, "big")).digest()
            rows = joined([used, *found[-self.memory :]])
            with blamed("cases", "the estimator cannot be fitted on its training rows:", to=HardenError):
                target = target.fitted(rows.inputs, rows.labels, seed=int.from_bytes(key[:4], "big") >> 1)
            yield target
            if number < self.rounds:
                found.append(replace(used, inputs=stimuli(foe, target, used, threat, key)))

    def _chosen(self, models: list[Model]) -> Model:
        """Return the most robust one that gives up no more clean accuracy than it may; the earliest of equals."""
        floor = models[0].clean - self.loss
        return max((one for one in models if one.clean >= floor), key=lambda one: (one.robust, -one.round))

    def _record(self, models: list[Model], chosen: Model, kept: Batch[Any], used: Batch[Any]) -> dict[str, Any]:
        rounds = [{"round": one.round, "clean": one.clean, "robust": one.robust} for one in models]
        figures = {"clean": chosen.clean, "robust": chosen.robust, "chosen": chosen.round, "rounds": rounds}
        sides = {"learned_from": contents(used), "chosen_on": contents(kept)}
        before = _beside(models[0], chosen)
        return {
            "recipe": asdict(self),
            "cases": len(used),
            "validation_cases": len(kept),
            **figures,
            **sides,
            "before": before,
        }


def _beside(parent: Model, child: Model) -> dict[str, Any]:
    """Return what the refitted parent shows on the rows kept for choosing, and in which of them the two differ."""
    both = {"clean": pairs(child.right, parent.right), "robust": pairs(child.held, parent.held)}
    figures = {"clean": parent.clean, "robust": parent.robust, "cases": len(parent.held)}
    return {**REFITTED, **figures, "pairs": {name: one.to_json() for name, one in both.items()}}


def _refuse(target: Any, cases: Cases) -> None:
    """Refuse what cannot be refitted, with all reasons."""
    problems = []
    if not isinstance(target, Refittable):
        what = "its model is not fitted as a whole"
        problems.append(Problem("target", what, "training.augmentation is for kind sklearn; training.pgd for torch"))
    elif target.face.gives == "value":
        problems.append(Problem("target", "it gives a value, and no class that can be held", "another remedy"))
    if len(cases) < _FEWEST:
        hint = f"it takes at least {_FEWEST}; lower the share of gate or rehearsal"
        problems.append(Problem("cases", f"there are {len(cases)} training cases", hint))
    elif cases.take(0, 1).labels is None:
        problems.append(Problem("cases", "they have no labels", "training needs them"))
    if problems:
        raise HardenError(*problems)


def _parted(batch: Batch[Any], share: float, unit: str) -> tuple[Batch[Any], Batch[Any]]:
    """Return the rows kept for choosing and those that are fitted on, or refuse a class that one side lacks."""
    kept = parted(batch, share, unit=unit)
    if problems := missing(np.asarray(plain(batch.labels)), kept, None):
        raise HardenError(*problems)
    return batch.take(kept), batch.take(~kept)


def _worth(
    target: Refittable[Any, Any], kept: Batch[Any], judges: tuple[Foe, ...], against: tuple[Threat, bytes]
) -> tuple[Stands, Stands]:
    """Return which rows are right without an attack, and which hold against all judges."""
    clean = right(target, kept.inputs, kept.labels)
    stands = clean.copy()
    for judge in judges:
        stands &= right(target, stimuli(judge, target, kept, *against), kept.labels)
    return clean, stands


CARD: Card[Remedy] = Card(
    make=Augmentation,
    title="Adversarial augmentation, for models that are fitted whole",
    cites=("arXiv:1611.01236", "arXiv:1509.07892"),
    tags=("atlas:AML.M0003",),
)
