"""A counterfactual pair: the same row with other values in its protected columns (Kusner et al., 2017).

Flipping the column and nothing else is the simplest counterfactual, demographic *consistency* of the model: it shows
direct use of the column, not the use of proxies for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.errors import PlanError, Problem
from seatrial.records.batch import Array, Attempts, Batch, plain
from seatrial.records.card import Card
from seatrial.records.threat import Swap
from seatrial.targets.target import Target

Rows = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Tries the other values of the protected columns, and hands back the ones that change the answer most.

    One column of two values costs no query; else each combination costs one, and the row as it is costs one more.
    """

    values: tuple[float, ...] = (0.0, 1.0)
    """What a protected column may hold, in the units of the input."""
    one_hot: bool = False
    """Whether the columns together are one attribute, one of them at the last of `values`, the others at the first."""
    most: int = 64
    """Combinations at most."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Swap]) -> Attempts[Array]:
        """Return each row with other values in its protected columns.

        The target is asked about every combination only where there are several; a combination that is the row
        itself counts for nothing.

        Raises:
            PlanError: If there are too many combinations, no columns, or columns that the rows lack.
        """
        rows, home = plain(batch.inputs), target.face.home
        columns, codes = list(bench.threat.columns), self._codes(bench.threat.columns, rows.shape)
        if len(codes) == 2:
            first = (rows[:, columns] == codes[0]).all(axis=1)
            return Attempts(stimuli=home(_swapped(rows, columns, np.where(first[:, None], codes[1], codes[0]))))
        clean = _numbers(target.respond(batch.inputs))
        best, moved = rows.copy(), np.full(len(rows), -1.0)
        for code in codes:
            tried = _swapped(rows, columns, code)
            change = _change(clean, _numbers(target.respond(home(tried))))
            change[(tried == rows).all(axis=1)] = -1.0
            better = change > moved
            best[better], moved[better] = tried[better], change[better]
        return Attempts(stimuli=home(best))

    def _codes(self, columns: tuple[int, ...], shape: tuple[int, ...]) -> Rows:
        """Return every combination of values `(k, columns)`."""
        where = "fairness.counterfactual"
        if not columns or max(columns) >= shape[1] or min(columns) < 0:
            what = f"protected columns {list(columns)} in rows of {shape[1]} columns"
            raise PlanError(Problem(where, what, "name them in the threat: {kind: swap, columns: [3]}"))
        if self.one_hot:
            low, high = self.values[0], self.values[-1]
            return np.where(np.eye(len(columns), dtype=bool), high, low)
        if len(self.values) ** len(columns) > self.most:
            what = f"{len(self.values)} values in {len(columns)} columns are more than {self.most} combinations"
            raise PlanError(Problem(where, what, "name fewer columns, or raise `most`"))
        return np.array(list(product(self.values, repeat=len(columns))))


def _swapped(rows: Rows, columns: list[int], code: Rows) -> Rows:
    made = rows.copy()
    made[:, columns] = code
    return made


def _numbers(answers: Any) -> npt.NDArray[np.float64]:
    said = np.asarray(plain(answers), dtype=np.float64)
    return said.reshape(len(said), -1)


def _change(clean: npt.NDArray[np.float64], tried: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return `(n,)`: how far the answer moved, and beyond every such number where another class leads."""
    moved: npt.NDArray[np.float64] = np.abs(tried - clean).max(axis=1)
    if clean.shape[1] > 1:
        moved[tried.argmax(axis=1) != clean.argmax(axis=1)] += 1e9
    return np.nan_to_num(moved, nan=1e9)


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Counterfactual,
    title="Counterfactual pairs",
    oracle="same_answer",
    controls=("fairness.counterfactual",),
    cites=("arXiv:1703.06856",),
    tags=("nist:AI-100-1/3.7", "black-box"),
    rank=1,
    lies="It sees direct use of the named columns; columns that stand for them (a postcode for an origin) pass.",
)
