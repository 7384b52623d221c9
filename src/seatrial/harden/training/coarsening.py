"""Coarse numbers: a model sees only in which of a few bins a number lies, so that most small changes change nothing.

A row none of whose numbers lies within the radius of an edge cannot be moved at all, by any attack (feature squeezing;
Xu et al., arXiv:1704.01155).  The others are defended as in `training.augmentation`, by rounds of attack and refitting
behind the best of some bins.  Which bins these are is chosen by cross-validation over the rows that are learned from,
for the few that are kept aside are too few to tell them apart; those choose among the rounds.  Stairs stop
searches that need a slope; so those who judge jump over whole bins, and those who look again see labels alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from seatrial.cases.cases import Cases
from seatrial.cases.lessons import made_from
from seatrial.errors import HardenError, Problem, TargetError
from seatrial.harden.fitted.court import Looked
from seatrial.harden.fitted.folds import crossed
from seatrial.harden.fitted.refit import Refitting, begun
from seatrial.harden.remedy import Means, Mended, Remedy
from seatrial.records.card import Card
from seatrial.records.threat import Threat
from seatrial.targets.changes import Coarse, Rebuildable
from seatrial.targets.target import Trainable


@dataclass(frozen=True, slots=True)
class Coarsening:
    """The recipe.

    Attributes:
        bins: Numbers of bins per column that are tried.
        strategies: Where their edges lie: `uniform` (bins of one width), `kmeans` (half way between centres).
        rounds: Times that the model behind the best of these bins is attacked and fitted again.
        validation: Share of the training rows that is kept for choosing, and never fitted on.
        loss: Clean accuracy that may be given up, as a share: more than elsewhere, for bins are blunt.
        columns: What an attacker can make of the columns of a row (`fixed`, `raised`, `lowered`: lists of positions;
            `ranges`, `grid`: by position), where that is less than the threat allows.
    """

    bins: tuple[int, ...] = (2, 3)
    strategies: tuple[str, ...] = ("uniform", "kmeans")
    rounds: int = 3
    validation: float = 0.2
    loss: float = 0.05
    columns: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Refit the target's estimator behind bins and return its file; see `Remedy`.

        Raises:
            HardenError: If the estimator cannot be refitted behind bins, or what it is told makes no sense.
        """
        _sensible(self)
        run = begun(target, cases, threat, means, validation=self.validation, columns=self.columns)
        if not isinstance(target, Rebuildable):
            raise HardenError(Problem("target", "it cannot be put behind bins", "training.augmentation"))
        seen, tried = list[Looked](), list[dict[str, Any]]()
        self._looked(run, run.fitted(target), (None, 0), (seen, tried))
        change, good, compared = self._best(run, target, made_from(cases))
        for number, fitted in enumerate(run.rounds(_behind(target, change), self.rounds, memory=self.rounds)):
            self._looked(run, fitted, (change, number), (seen, tried))
        # What many rows found good enough is not thrown away for what few of them show of it.
        loss = max(self.loss, seen[0].clean - seen[1].clean) if good and len(seen) > 1 else self.loss
        return run.ended(seen, loss, {"recipe": asdict(self), "tried": tried, "crossed": compared})[0]

    def _best(
        self, run: Refitting, target: Rebuildable[Any, Any], origins: Mapping[bytes, bytes]
    ) -> tuple[Coarse, bool, list[dict[str, Any]]]:
        """Return the bins behind which most stands, whether clean accuracy allows it, and what each shows."""
        changes = [Coarse(bins, where) for where in self.strategies for bins in self.bins]
        run.allowance.afford(len(changes) * len(run.used) / len(run.court.rows))
        floor = crossed(run, target, origins, attacked=False).clean - self.loss
        found = [crossed(run, _behind(target, change), origins) for change in changes]
        run.allowance.marked()
        best = max(range(len(found)), key=lambda at: (found[at].clean >= floor, found[at].robust, found[at].clean))
        told = [{**asdict(change), **one.to_json()} for change, one in zip(changes, found, strict=True)]
        return changes[best], found[best].clean >= floor, told

    def _looked(
        self,
        run: Refitting,
        target: Any,
        made: tuple[Coarse | None, int],
        into: tuple[list[Looked], list[dict[str, Any]]],
    ) -> None:
        """Have a model judged, and note behind which bins it is and after which round."""
        (change, number), (seen, tried) = made, into
        said = "as it is" if change is None else f"{change.bins} bins, {change.strategy}"
        one = run.look(target, seen, 1 + self.rounds, said)
        where = {} if change is None else {**asdict(change), "round": number}
        tried.append({"number": one.number, **where, "clean": one.clean, "robust": one.robust})


def _behind(target: Rebuildable[Any, Any], change: Coarse | None) -> Rebuildable[Any, Any]:
    """Return a target behind bins, not fitted; as it is without any."""
    try:
        return target if change is None else target.rebuilt(change)
    except TargetError as error:
        raise HardenError(*error.problems) from error


def _sensible(recipe: Coarsening) -> None:
    """Refuse settings that make no sense, all at once."""
    problems = []
    if not recipe.bins or min(recipe.bins) < 2:
        problems.append(Problem("otherwise.bins", "one bin tells nothing of a number", "like [2, 3]"))
    if not recipe.strategies or set(recipe.strategies) - {"uniform", "kmeans", "quantile"}:
        problems.append(Problem("otherwise.strategies", "no such edges", "some of uniform, kmeans, quantile"))
    if problems:
        raise HardenError(*problems)


CARD: Card[Remedy] = Card(
    make=Coarsening,
    title="Coarse numbers in front of a model that is fitted whole",
    cites=("arXiv:1704.01155", "arXiv:1611.01236"),
    tags=("atlas:AML.M0003",),
    lies=(
        "Robustness comes from numbers that are far from an edge: other data, with numbers near it, is as weak as "
        "before, and the model learns nothing from differences within a bin."
    ),
)
