"""A counterfactual pair: the same row with other values in its protected columns (Kusner et al., 2017).

Flipping the column and nothing else is the simplest counterfactual, demographic *consistency* of the model: it shows
direct use of the column, not the use of proxies for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.errors import PlanError, Problem, meant
from seatrial.records.batch import Array, Attempts, Batch, Frame, count, plain
from seatrial.records.card import Card
from seatrial.records.threat import Swap
from seatrial.targets.target import Face, Target

Column = npt.NDArray[Any]
Code: TypeAlias = tuple[float | str, ...]
"""One value per protected column."""
_WHERE = "fairness.counterfactual"


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Tries the other values of the protected columns, and hands back the ones that change the answer most.

    One column of two values costs no query; else each combination costs one, and the row as it is costs one more.
    """

    values: tuple[float | str, ...] = (0.0, 1.0)
    """What a protected column may hold, in the units of the input; of a `Frame`, texts for columns of texts (if there
    are none, those that the model says it knows), numbers for the others."""
    one_hot: bool = False
    """Whether the columns together are one attribute, one of them at the last of `values`, the others at the first."""
    most: int = 64
    """Combinations at most."""

    def attack(
        self, target: Target[Any, Any], batch: Batch[Array | Frame], bench: Bench[Swap]
    ) -> Attempts[Array | Frame]:
        """Return each row with other values in its protected columns.

        The target is asked about every combination only where there are several; a combination that is the row
        itself counts for nothing.

        Raises:
            PlanError: If there are too many combinations, no columns, or columns that the rows lack.
        """
        rows, home = plain(batch.inputs), target.face.home
        columns = _columns(rows, bench.threat.columns)
        own = [_column(rows, column) for column in columns]
        codes = self._codes(
            [self._values(column, name, target.face) for column, name in zip(own, columns, strict=True)]
        )
        if len(codes) == 2:
            first = _same(own, codes[0])
            flipped = [np.where(first, other, one) for one, other in zip(*codes, strict=True)]
            return Attempts(stimuli=home(_swapped(rows, columns, flipped)))
        clean = _numbers(target.respond(batch.inputs))
        best, moved = own, np.full(count(rows), -1.0)
        for code in codes:
            tried = [_filled(column, value) for column, value in zip(own, code, strict=True)]
            change = _change(clean, _numbers(target.respond(home(_swapped(rows, columns, tried)))))
            change[_same(own, code)] = -1.0
            better = change > moved
            best = [np.where(better, new, old) for new, old in zip(tried, best, strict=True)]
            moved[better] = change[better]
        return Attempts(stimuli=home(_swapped(rows, columns, best)))

    def _values(self, column: Column, name: int | str, face: Face) -> tuple[float | str, ...]:
        """Return what one protected column may hold."""
        if column.dtype.kind != "U":
            numbers = tuple(value for value in self.values if not isinstance(value, str))
            return numbers or _refused(f"column {name} holds numbers, and values {list(self.values)} are texts")
        texts = tuple(value for value in self.values if isinstance(value, str))
        known = next((field.values for field in face.columns if field.name == name), ())
        if len(texts or known) < 2:
            _refused(f"column {name} holds texts, and nobody says which", "name them: values: [f, m]")
        return texts or known

    def _codes(self, values: Sequence[tuple[float | str, ...]]) -> list[Code]:
        """Return every combination of values."""
        if self.one_hot:
            ends = [(each[0], each[-1]) for each in values]
            return [tuple(high if at == on else low for at, (low, high) in enumerate(ends)) for on in range(len(ends))]
        many = int(np.prod([float(len(each)) for each in values]))
        if many > self.most:
            what = f"{len(values)} columns have {many} combinations, more than {self.most}"
            _refused(what, "name fewer columns or values, or raise `most`")
        return list(product(*values))


def _refused(what: str, hint: str = "give texts for texts, numbers for numbers") -> Any:
    raise PlanError(Problem(_WHERE, what, hint))


def _columns(rows: Any, named: tuple[int | str, ...]) -> list[Any]:
    """Return the protected columns of rows: positions of an array, names of a `Frame`."""
    names = list(rows) if isinstance(rows, Frame) else []
    width = len(names) if isinstance(rows, Frame) else rows.shape[1]
    hint = "name them in the threat: {kind: swap, columns: [3]}"
    if absent := [one for one in named if isinstance(one, str) and one not in names]:
        _refused(f"protected column {absent[0]!r} in rows without it", meant(absent[0], names) if names else hint)
    places = [names.index(one) if isinstance(one, str) else one for one in named]
    if not places or max(places) >= width or min(places) < 0:
        _refused(f"protected columns {list(named)} in rows of {width} columns", hint)
    return [names[place] for place in places] if names else places


def _column(rows: Any, column: Any) -> Column:
    found: Column = rows[column] if isinstance(rows, Frame) else rows[:, column]
    return found


def _filled(column: Column, value: float | str) -> Column:
    """Return a column of one value, in the dtype of the rows where it is one of numbers."""
    return np.full(len(column), value, dtype=None if isinstance(value, str) else column.dtype)


def _same(own: Sequence[Column], code: Code) -> npt.NDArray[np.bool_]:
    """Say of which rows the columns hold these values already."""
    same: npt.NDArray[np.bool_] = np.all(
        [column == _filled(column, value) for column, value in zip(own, code, strict=True)], axis=0
    )
    return same


def _swapped(rows: Any, columns: Sequence[Any], new: Sequence[Column]) -> Any:
    """Return rows with these columns replaced."""
    if isinstance(rows, Frame):
        return Frame({**rows, **dict(zip(columns, new, strict=True))})
    made = rows.copy()
    for column, values in zip(columns, new, strict=True):
        made[:, column] = values
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
    controls=("fairness.counterfactual", "fairness.words"),
    cites=("arXiv:1703.06856",),
    tags=("nist:AI-100-1/3.7", "black-box"),
    rank=1,
    lies="It sees direct use of the named columns; columns that stand for them (a postcode for an origin) pass.",
)
