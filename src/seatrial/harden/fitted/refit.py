"""What remedies share whose model is fitted whole: rows, rounds of attack and refitting, a choice and its record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import numpy as np

from seatrial.cases.cases import Cases
from seatrial.cases.lessons import made_from
from seatrial.errors import HardenError, Problem, blamed
from seatrial.harden.batches.split import contents, missing, parted
from seatrial.harden.budget.pace import Purse
from seatrial.harden.conditions import environment
from seatrial.harden.constraints import Constraints, stated
from seatrial.harden.fitted.allowance import Allowance
from seatrial.harden.fitted.court import Again, Court, Looked
from seatrial.harden.foes import TRAINERS, Foe, fitting, stimuli
from seatrial.harden.paired import pairs
from seatrial.harden.remedy import Means, Mended
from seatrial.harden.scores import confidence
from seatrial.records.batch import Batch, joined, plain
from seatrial.records.event import Progress
from seatrial.records.threat import Threat, threat_to
from seatrial.targets.target import Refittable

FEWEST = 40
"""Training rows that it takes."""
SHARE = 0.4
"""What attacking the rows that are learned from costs, in looks, where these are as many as those that are judged."""
PACKAGES = ("scikit-learn", "scipy", "skops")
"""Whose versions decide what is fitted, besides numpy's."""
REFITTED = {
    "who": "refitted parent",
    "what": "the estimator fitted anew on the same rows with nothing changed; the model as it came may have learned "
    "from the rows kept for choosing",
}
"""What a child is compared with."""


@dataclass(frozen=True)
class Refitting:
    """One run: the rows, the rules, the chance, and the court."""

    used: Batch[Any]
    """Rows that models are fitted on."""
    kept: Batch[Any]
    """Rows kept for choosing."""
    threat: Threat
    means: Means
    court: Court
    allowance: Allowance
    """How many models the budget pays for."""
    columns: Constraints | None = None
    """What may become of the columns of a row; None is all that the threat allows."""

    def fitted(self, target: Refittable[Any, Any], *, number: int = 0, more: Sequence[Batch[Any]] = ()) -> Any:
        """Return a target fitted anew on the rows and on more rows.

        Args:
            target: Whose estimator is fitted.
            number: Of the round; another one, other chance.
            more: What attacks made of the rows.

        Raises:
            HardenError: If the estimator cannot be fitted on them.
        """
        rows = joined([self.used, *more])
        with blamed("cases", "the estimator cannot be fitted on its training rows:", to=HardenError):
            return target.fitted(rows.inputs, rows.labels, seed=int.from_bytes(self.key(number)[:4], "big") >> 1)

    def rounds(self, target: Refittable[Any, Any], count: int, *, memory: int) -> Iterator[Refittable[Any, Any]]:
        """Yield the model fitted anew, and after each round the one fitted on what the attacks so far have made.

        The attacks that fit take turns, so that what is learned from one is no answer to the next.

        Args:
            target: Whose estimator is fitted.
            count: Of rounds.
            memory: Rounds whose attacks stay among the rows.

        Raises:
            HardenError: If no attack plays, or the estimator cannot be fitted.
        """
        foes, found = fitting(TRAINERS, target, self.threat), list[Batch[Any]]()
        count = self.allowance.counted(count) if count else 0
        for number in range(count + 1):
            attack = SHARE * len(self.used) / len(self.court.rows) if number == 1 else 0.0
            if (number or self.allowance.judged) and not self.allowance.another(count - number + 1, attack=attack):
                return
            target = self.fitted(target, number=number, more=found[-memory:])
            yield target
            if number < count:
                foe = foes[number % len(foes)]
                made = self.attacked(foe, target, self.used, self.key(number))
                found.append(replace(self.used, inputs=made))

    def attacked(self, foe: Foe, target: Refittable[Any, Any], rows: Batch[Any], key: bytes) -> Any:
        """Return what an adversary makes of some rows, within their constraints."""
        return stimuli(foe, target, rows, self.threat, key, columns=self.columns)

    def key(self, number: int) -> bytes:
        """Return the 32 bytes that the chance of a round follows from."""
        return sha256(b"seatrial/augmentation/v1\x00" + self.means.seed + number.to_bytes(4, "big")).digest()

    def look(self, target: Refittable[Any, Any], seen: list[Looked], most: int, said: str = "") -> Looked:
        """Have a model judged, add what was seen, and tell.

        Args:
            target: The model.
            seen: What was seen of those before it; gets one more.
            most: Models that there will be.
            said: What is peculiar to this one, in words.
        """
        begun = self.allowance.purse.spent
        seen.append(self.court.look(target, len(seen)))
        self.allowance.looked(self.allowance.purse.spent - begun)
        told = f"{said + ': ' if said else ''}clean {seen[-1].clean:.1%}, robust {seen[-1].robust:.1%}"
        self.means.hear(Progress("harden", min(len(seen) - 1, most), most, told))
        return seen[-1]

    def ended(self, seen: Sequence[Looked], loss: float, more: Mapping[str, Any]) -> tuple[Mended, int]:
        """Return what is handed over, and the number of the model that was chosen.

        Args:
            seen: Every candidate; the first is the parent, fitted anew with nothing changed.
            loss: Clean accuracy that may be given up.
            more: What the remedy adds to the record.

        Raises:
            HardenError: If every candidate masks.
        """
        chosen, asked = self.court.chosen(seen, seen[0].clean - loss)
        parent = next((one for one in asked if one.seen.number == 0), None) or self.court.again(seen[0], seen)
        figures = {"clean": chosen.seen.clean, "robust": chosen.robust, "chosen": chosen.seen.number}
        sides = {"learned_from": contents(self.used), "chosen_on": contents(self.kept)}
        record = {
            "cases": len(self.used),
            "validation_cases": len(self.kept),
            **figures,
            **more,
            **self.court.names,
            "looked_again": [one.to_json() for one in asked],
            **sides,
            "before": _beside(parent, chosen),
            "calibration": confidence(parent.seen.sure, chosen.seen.sure),
            **self.allowance.told(),
            "threat": threat_to(self.threat),
            "seed": self.means.seed.hex(),
            "environment": environment(*PACKAGES),
        }
        target = chosen.seen.target
        made = Mended(target.saved(target.module()), record, tuple(self.kept.ids))
        return made, chosen.seen.number


def begun(
    target: Any,
    cases: Cases,
    threat: Threat,
    means: Means,
    *,
    validation: float,
    columns: Mapping[str, Any] | None = None,
) -> Refitting:
    """Return a run, or refuse what cannot be refitted, with all reasons.

    Args:
        target: What failed.
        cases: Training cases.
        threat: What it failed against.
        means: Seed, listener, unit, budget: rounds are the updates.
        validation: Share of the rows that is kept for choosing.
        columns: What may become of the columns of a row, as `constraints.stated` takes it.

    Raises:
        HardenError: If the model is not fitted whole, gives a value, or there are too few cases, no labels, a class
            that one side lacks, or no judge under this threat.
    """
    purse = Purse(means.seconds)
    _refuse(target, cases)
    bounds = stated(columns or {}, target.face)
    batch = cases.take(0, len(cases))
    kept = parted(batch, validation, unit=means.unit, origins=made_from(cases))
    if problems := missing(np.asarray(plain(batch.labels)), kept, None):
        raise HardenError(*problems)
    rows = batch.take(kept)
    court = Court(target, rows, threat, means.seed, columns=bounds)
    used = batch.take(~kept)
    allowance = Allowance(means, purse, used=used.ids)
    allowance.court(*court.foes)
    return Refitting(used, rows, threat, means, court, allowance, bounds)


def _refuse(target: Any, cases: Cases) -> None:
    problems = []
    if not isinstance(target, Refittable):
        what = "its model is not fitted as a whole"
        problems.append(Problem("target", what, "training.augmentation is for kind sklearn; training.pgd for torch"))
    elif target.face.gives == "value":
        problems.append(Problem("target", "it gives a value, and no class that can be held", "another remedy"))
    if len(cases) < FEWEST:
        hint = f"it takes at least {FEWEST}; lower the share of gate or rehearsal"
        problems.append(Problem("cases", f"there are {len(cases)} training cases", hint))
    elif cases.take(0, 1).labels is None:
        problems.append(Problem("cases", "they have no labels", "training needs them"))
    if problems:
        raise HardenError(*problems)


def _beside(parent: Again, child: Again) -> dict[str, Any]:
    """Return what the refitted parent shows on the rows kept for choosing, and in which of them the two differ."""
    both = {"clean": pairs(child.seen.right, parent.seen.right), "robust": pairs(child.held, parent.held)}
    figures = {"clean": parent.seen.clean, "robust": parent.robust, "cases": len(parent.held)}
    return {**REFITTED, **figures, "pairs": {name: one.to_json() for name, one in both.items()}}
