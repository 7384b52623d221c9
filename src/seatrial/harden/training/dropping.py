"""Feature dropping: a model no longer sees the columns through which an attack wins most.

Rows that an attack broke are put right column by column: a column whose return alone mends many of them is to blame.
The worst of these are left out one at a time, the model is fitted anew, and the one stays out that costs least clean
accuracy for what it wins; and so on, until nothing is won.  Rows keep their shape: the model is a pipeline that hands
the other columns on.  Under a threat of swapped columns these are left out, and the answer cannot depend on them.
(Choice of features against an adversary: Zhang et al., doi:10.1109/TCYB.2015.2415032.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from seatrial.cases.cases import Cases
from seatrial.errors import HardenError, Problem, TargetError
from seatrial.harden.fitted.court import Looked
from seatrial.harden.fitted.refit import Refitting, begun
from seatrial.harden.foes import TRAINERS, fitting, right
from seatrial.harden.remedy import Means, Mended, Remedy
from seatrial.records.batch import Frame
from seatrial.records.card import Card
from seatrial.records.threat import Threat
from seatrial.targets.changes import Rebuildable, Without
from seatrial.targets.target import Trainable

Column = int | str
BLAMED = 200
"""Rows that are attacked to find out who is to blame."""
LEAST = 0.01
"""Robust accuracy that a column must win to stay out."""


@dataclass(frozen=True, slots=True)
class Dropping:
    """The recipe.

    Attributes:
        most: Columns that are left out, at most.
        tries: Of the columns most to blame, how many are tried at each step.
        rounds: Times that the model without them is attacked and fitted again.
        validation: Share of the training rows that is kept for choosing, and never fitted on.
        loss: Clean accuracy that may be given up, as a share.
        columns: What an attacker can make of the columns of a row (`fixed`, `raised`, `lowered`: lists of positions;
            `ranges`, `grid`: by position), where that is less than the threat allows.
    """

    most: int = 8
    tries: int = 3
    rounds: int = 3
    validation: float = 0.2
    loss: float = 0.03
    columns: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Refit the target's estimator without some columns and return its file; see `Remedy`.

        Raises:
            HardenError: If rows have no columns, or the estimator cannot do without.
        """
        run = begun(target, cases, threat, means, validation=self.validation, columns=self.columns)
        if not isinstance(target, Rebuildable) or len(target.columns()) < 2:
            raise HardenError(Problem("target", "its rows have no columns to leave out", "training.augmentation"))
        search = _Search(self, run, target)
        search.run()
        told = {"dropped": search.gone_of, "tried": search.tried, "recipe": asdict(self)}
        mended, number = run.ended(search.seen, self.loss, told)
        return replace(mended, record={**mended.record, "dropped": [*search.gone_of[number]]})


class _Search:
    """The search for columns to leave out, in progress."""

    def __init__(self, recipe: Dropping, run: Refitting, target: Rebuildable[Any, Any]) -> None:
        """Take what is searched."""
        self.recipe, self.fitting, self.target = recipe, run, target
        self.seen: list[Looked] = []
        self.gone_of: list[list[Column]] = []
        self.tried: list[dict[str, Any]] = []

    def run(self) -> None:
        """Leave out column after column, and in the end attack and refit what is left."""
        best = self._look(self.fitting.fitted(self.target), ())
        floor = best.clean - self.recipe.loss
        gone: tuple[Column, ...] = ()
        while len(gone) < min(self.recipe.most, len(self.target.columns()) - 1):
            if not self.fitting.allowance.another(self.recipe.rounds + 1, attack=self.recipe.tries):
                break
            step = [self._without((*gone, one)) for one in self._blamed(best, gone)[: self.recipe.tries]]
            able = [one for one in step if one.clean >= floor and one.robust >= best.robust + LEAST]
            if not able:
                break
            best = _best(able, best)
            gone = tuple(self.gone_of[best.number])
        model = self._changed(gone) if gone else self.target
        for number, fitted in enumerate(self.fitting.rounds(model, self.recipe.rounds, memory=self.recipe.rounds)):
            if number:
                self._look(fitted, gone)

    def _without(self, gone: Sequence[Column]) -> Looked:
        return self._look(self.fitting.fitted(self._changed(gone)), gone)

    def _changed(self, gone: Sequence[Column]) -> Rebuildable[Any, Any]:
        try:
            return self.target.rebuilt(Without(tuple(gone)))
        except TargetError as error:
            raise HardenError(*error.problems) from error

    def _look(self, target: Any, gone: Sequence[Column]) -> Looked:
        """Have a model judged, and note what it does not see."""
        most = 1 + self.recipe.most * self.recipe.tries + self.recipe.rounds
        said = f"without {', '.join(map(str, gone))}" if gone else "as it is"
        one = self.fitting.look(target, self.seen, most, said)
        self.gone_of.append(list(gone))
        told = {"without": list(gone), "clean": one.clean, "robust": one.robust}
        self.tried.append({"number": one.number, **told})
        return one

    def _blamed(self, model: Looked, gone: Sequence[Column]) -> list[Column]:
        """Return the columns whose return alone mends rows that an attack broke, most to blame first."""
        run = self.fitting
        rows = run.used.take(np.arange(min(BLAMED, len(run.used))))
        foe = fitting(TRAINERS, model.target, run.threat)[0]
        made = run.attacked(foe, model.target, rows, run.key(model.number))
        broken = right(model.target, rows.inputs, rows.labels) & ~right(model.target, made, rows.labels)
        blame = {}
        for one in self.target.columns():
            if one not in gone:
                mended = right(model.target, _returned(rows.inputs, made, one), rows.labels)
                blame[one] = int((mended & broken).sum())
        return sorted((one for one in blame if blame[one]), key=lambda one: -blame[one])


def _best(able: Sequence[Looked], now: Looked) -> Looked:
    """Return the model whose column is most worth leaving out; the earliest of equals."""
    return max(able, key=lambda one: (_worth(one, now), -one.number))


def _worth(one: Looked, now: Looked) -> float:
    """Return what leaving a column out wins per unit of clean accuracy that it costs; a case counts as the unit."""
    return (one.robust - now.robust) / max(now.clean - one.clean, 1 / len(now.held))


def _returned(before: Any, after: Any, column: Any) -> Any:
    """Return attacked rows with one column as it was."""
    if isinstance(after, Frame):
        return Frame({**after, column: before[column]})
    made = np.array(after)
    made[:, column] = np.asarray(before)[:, column]
    return made


CARD: Card[Remedy] = Card(
    make=Dropping,
    title="Feature dropping, for models of rows",
    cites=("doi:10.1109/TCYB.2015.2415032",),
    tags=("atlas:AML.M0003",),
    lies=(
        "The search is greedy, and the rows that it is judged on choose the columns, too: its figures are a little "
        "kind. A column that stands in for a dropped one keeps what the attack needs."
    ),
)
