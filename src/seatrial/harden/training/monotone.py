"""Monotone constraints: the score of a class may only rise, or only fall, with some columns.

Who can only raise a number (sightings, age of an account, declared income) gains nothing by it where the score of the
class that he flees never falls with it: that is exact, for every input, and no search can find a way around (Incer et
al., doi:10.1145/3180445.3180449).  Constraints are declared, or proposed where class and column rise together so
clearly that chance does not explain it; then the record says how clearly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.cases import Cases
from seatrial.errors import HardenError, Problem, TargetError
from seatrial.harden.fitted.court import Looked
from seatrial.harden.fitted.refit import Refitting, begun
from seatrial.harden.remedy import Means, Mended, Remedy
from seatrial.records.batch import Batch, Frame, plain
from seatrial.records.card import Card
from seatrial.records.threat import Threat
from seatrial.targets.changes import Monotone as Ways
from seatrial.targets.changes import Rebuildable
from seatrial.targets.target import Trainable

Column = int | str


@dataclass(frozen=True, slots=True)
class Monotone:
    """The recipe.

    Attributes:
        ways: Column (position from 0, or name) -> 1 if the score of class 1 may never fall as it rises, -1 if it may
            never rise.
        propose: Whether columns that are not declared are constrained as the rows suggest.
        surely: Standard errors by which rank correlation of column and class must differ from 0 to be proposed.
        rounds: Times that the constrained model is attacked and fitted again.
        validation: Share of the training rows that is kept for choosing, and never fitted on.
        loss: Clean accuracy that may be given up, as a share.
        columns: What an attacker can make of the columns of a row (`fixed`, `raised`, `lowered`: lists of positions;
            `ranges`, `grid`: by position), where that is less than the threat allows.
    """

    ways: Mapping[Column, int] = field(default_factory=dict)
    propose: bool = True
    surely: float = 4.0
    rounds: int = 3
    validation: float = 0.2
    loss: float = 0.03
    columns: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Refit the target's estimator under constraints and return its file; see `Remedy`.

        Raises:
            HardenError: If the estimator knows no constraints, has other than two classes, or none can be set.
        """
        run = begun(target, cases, threat, means, validation=self.validation, columns=self.columns)
        if not isinstance(target, Rebuildable):
            raise HardenError(Problem("target", "it knows no monotone constraints", "training.augmentation"))
        columns = target.columns()
        declared = {_meant(column, columns): way for column, way in self.ways.items()}
        found = _signs(run, columns) if self.propose else {}
        proposed = {one: sign for one, sign in found.items() if abs(sign) >= self.surely and one not in declared}
        ways = declared | {one: 1 if sign > 0 else -1 for one, sign in proposed.items()}
        if not ways:
            hint = "declare them: otherwise: [{harden: training.monotone, settings: {ways: {0: 1}}}]"
            raise HardenError(Problem("otherwise.ways", "no constraint is declared and the rows propose none", hint))
        seen = self._seen(run, target, ways)
        told = {
            "ways": {str(one): way for one, way in ways.items()},
            "proposed": {str(one): round(sign, 2) for one, sign in proposed.items()},
        }
        rounds = [{"number": one.number, "clean": one.clean, "robust": one.robust} for one in seen]
        recipe = {**asdict(self), "ways": {str(one): way for one, way in self.ways.items()}}
        return run.ended(seen, self.loss, {"recipe": recipe, **told, "rounds": rounds})[0]

    def _seen(self, run: Refitting, target: Rebuildable[Any, Any], ways: Mapping[Column, int]) -> list[Looked]:
        """Return what is seen of the parent, fitted anew, and of the constrained model in every round."""
        try:
            model = target.rebuilt(Ways(ways))
        except TargetError as error:
            raise HardenError(*error.problems) from error
        seen = list[Looked]()
        run.look(run.fitted(target), seen, self.rounds + 1, "as it is")
        for fitted in run.rounds(model, self.rounds, memory=self.rounds):
            run.look(fitted, seen, self.rounds + 1, f"{len(ways)} constraints")
        return seen


def _meant(column: Column, columns: tuple[Column, ...]) -> Column:
    """Return the column that a charter names: a position may come as text."""
    if column in columns or not isinstance(column, str) or not column.isdecimal():
        return column
    return int(column)


def _signs(run: Refitting, columns: tuple[Column, ...]) -> dict[Column, float]:
    """Return by how many standard errors the rank correlation of each column and the class differs from 0."""
    classes = np.asarray(plain(run.used.labels))
    if len(set(classes.tolist())) != 2:
        return {}
    rows = _numbers(run.used, columns)
    return {one: _rises(values, classes) for one, values in rows.items()}


def _numbers(batch: Batch[Any], columns: tuple[Column, ...]) -> dict[Column, npt.NDArray[Any]]:
    """Return the columns of numbers without gaps."""
    rows: Any = batch.inputs
    there = {one: np.asarray(rows[str(one)] if isinstance(rows, Frame) else rows[:, one]) for one in columns}
    return {one: values for one, values in there.items() if values.dtype.kind in "fiu" and np.isfinite(values).all()}


def _rises(values: npt.NDArray[Any], classes: npt.NDArray[Any]) -> float:
    """Return Spearman's rank correlation times the root of the rows less one; 0 for a column of one value."""
    one, other = (_ranks(each) - (len(values) + 1) / 2 for each in (values, classes))
    spread = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / spread * float(np.sqrt(len(values) - 1)) if spread else 0.0


def _ranks(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the rank of each value, the mean of them where values are equal."""
    _, back, many = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(many) - (many - 1) / 2)[back], dtype=np.float64)


CARD: Card[Remedy] = Card(
    make=Monotone,
    title="Monotone constraints, for trees and boosting",
    cites=("doi:10.1145/3180445.3180449",),
    tags=("atlas:AML.M0003",),
    lies=(
        "It stops who can only move a number one way. A constraint that the rows propose is a fact about these rows; "
        "in the world the column may stand for another."
    ),
)
