"""What a change of an estimator is worth on rows that it was not fitted on, before any row kept for choosing is asked.

Few rows are kept for choosing: with ninety of them a robust accuracy is known to ten points.  All the others serve,
too, if each is asked of a model that was fitted without it (cross-validation; Stone, 1974): three times as many, and
what chooses afterwards has not been looked at.  Cases that belong together, and what was made of a case, stay together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.errors import HardenError, Problem
from seatrial.harden.batches.split import names_of, number_of
from seatrial.harden.fitted.court import SAMPLE
from seatrial.harden.fitted.refit import Refitting
from seatrial.harden.foes import TRAINERS, fitting, right
from seatrial.records.batch import plain
from seatrial.targets.target import Refittable

FOLDS = 3


@dataclass(frozen=True, slots=True)
class Crossed:
    """What a model of a kind shows on rows that it was not fitted on."""

    rows: int
    """That were asked."""
    clean: float
    """Share that it gets right."""
    robust: float
    """Share of them that an attack does not move either; 0 if none was made."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"rows": self.rows, "clean": round(self.clean, 4), "robust": round(self.robust, 4)}


def crossed(
    run: Refitting, target: Refittable[Any, Any], origins: Mapping[bytes, bytes], *, attacked: bool = True
) -> Crossed:
    """Return what a target shows on rows it was fitted without: as many folds as it takes to ask `SAMPLE` rows.

    Args:
        run: Whose rows that are learned from are parted; those kept for choosing are not touched.
        target: Whose estimator is fitted, once for each fold.
        origins: Case -> the case that it was made from.
        attacked: Whether to attack, too, by the first search that plays.

    Raises:
        HardenError: If a part of the rows has not all classes, or the estimator cannot be fitted.
    """
    foe, answers, stood = fitting(TRAINERS, target, run.threat)[0], list[npt.NDArray[Any]](), list[npt.NDArray[Any]]()
    for number, out in enumerate(_parts(run, origins)):
        rows = run.used.take(np.flatnonzero(out))
        model = replace(run, used=run.used.take(np.flatnonzero(~out))).fitted(target)
        answers.append(right(model, rows.inputs, rows.labels))
        if attacked:
            made = run.attacked(foe, model, rows, run.key(number))
            stood.append(answers[-1] & right(model, made, rows.labels))
        if sum(map(len, answers)) >= SAMPLE:
            break
    return Crossed(sum(map(len, answers)), _share(answers), _share(stood))


def _share(parts: Sequence[npt.NDArray[Any]]) -> float:
    return float(np.concatenate(parts).mean()) if parts else 0.0


def _parts(run: Refitting, origins: Mapping[bytes, bytes]) -> Iterator[npt.NDArray[np.bool_]]:
    """Yield which rows are left out of each fold, by the digests of the rows or of their units alone."""
    names = names_of(run.used, run.means.unit, origins=origins)
    folds = np.array([number_of(name) % FOLDS for name in names])
    labels = np.asarray(plain(run.used.labels))
    for number in range(FOLDS):
        out = folds == number
        if not out.any() or set(labels[~out].tolist()) != set(labels.tolist()):
            what = f"a third of the training rows holds all of a class: {len(labels)} rows are too few for folds"
            raise HardenError(Problem("cases", what, "bring more cases of each class"))
        yield out
