"""What may become of the columns of a row, where an attacker cannot have all that a threat allows.

Some columns never change (age, country of birth), some only rise (number of visits), some are whole numbers, some have
a range of their own.  An attack asks the model through `Bounded`, which shows it rows as the columns allow them: so it
searches within the constraints, and does not only have its finds clipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import narrowed
from seatrial.errors import HardenError, Problem, meant
from seatrial.records.batch import Array
from seatrial.targets.target import Face, Target

KNOWN = ("fixed", "raised", "lowered", "ranges", "grid")
_ROUNDING = 1e-6
"""Share of a step by which a change may fall short of it and still be one."""
WHERE = "otherwise.columns"


@dataclass(frozen=True)
class Constraints:
    """What may become of the columns of a row, by position from 0."""

    fixed: tuple[int, ...] = ()
    """They never change."""
    raised: tuple[int, ...] = ()
    """They can only become larger."""
    lowered: tuple[int, ...] = ()
    """They can only become smaller."""
    ranges: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    """Position -> smallest and largest value; what lies outside already may only come nearer."""
    grid: Mapping[int, float] = field(default_factory=dict)
    """Position -> step: the column changes by multiples of it; 1 keeps whole numbers whole."""

    def inside(self, before: npt.NDArray[Any], wished: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return rows that are as near to those wished for as the columns allow.

        Args:
            before: Untouched rows `(n, columns)`.
            wished: Rows of the same shape.
        """
        change = np.asarray(wished, dtype=np.float64) - before
        for at, (low, high) in self.ranges.items():
            ends = np.minimum(before[:, at], low), np.maximum(before[:, at], high)
            change[:, at] = np.clip(wished[:, at], *ends) - before[:, at]
        for at, step in self.grid.items():
            change[:, at] = step * np.trunc(change[:, at] / step + _ROUNDING * np.sign(change[:, at]))
        change[:, list(self.fixed)] = 0
        change[:, list(self.raised)] = np.maximum(change[:, list(self.raised)], 0)
        change[:, list(self.lowered)] = np.minimum(change[:, list(self.lowered)], 0)
        moved: npt.NDArray[Any] = np.where(change == 0, before, before + change).astype(before.dtype)
        return moved


@dataclass(frozen=True)
class Bounded:
    """A target that is shown rows only as their columns can be."""

    target: Target[Any, Any]
    columns: Constraints
    before: npt.NDArray[Any]
    """Untouched rows, as many as it is asked about."""

    @property
    def face(self) -> Face:
        """That of the target."""
        return self.target.face

    def at(self, rows: Any) -> Bounded:
        """Return the same for these of its rows."""
        return Bounded(narrowed(self.target, rows), self.columns, self.before[rows])

    def respond(self, inputs: Any, /) -> Any:
        """Return what the target answers to the rows as they can be."""
        return self.target.respond(self.columns.inside(self.before, np.asarray(inputs)))


def stated(told: Mapping[str, Any], face: Face) -> Constraints | None:
    """Return the constraints that a recipe states; None if it states none.

    Args:
        told: `fixed`, `raised`, `lowered`: lists of positions; `ranges`: position -> [low, high]; `grid`: position ->
            step.  A position may come as text, as JSON has it.
        face: Of the target: constraints are for rows of numbers.

    Raises:
        HardenError: With all that is wrong.
    """
    if not told:
        return None
    if problems := list(_wrong(told, face)):
        raise HardenError(*problems)
    lists = {name: tuple(map(int, told.get(name, ()))) for name in KNOWN[:3]}
    ranges = {int(at): (float(ends[0]), float(ends[1])) for at, ends in told.get("ranges", {}).items()}
    return Constraints(**lists, ranges=ranges, grid={int(at): float(by) for at, by in told.get("grid", {}).items()})


def _wrong(told: Mapping[str, Any], face: Face) -> Iterator[Problem]:
    if face.takes is not Array or face.shape is None or len(face.shape) != 1:
        yield Problem(WHERE, "are for rows of numbers", "leave them out")
        return
    for name, value in told.items():
        if name not in KNOWN:
            yield Problem(f"{WHERE}.{name}", "there is no such constraint", meant(name, KNOWN))
        elif isinstance(value, Mapping) is not (name in KNOWN[3:]) or isinstance(value, str):
            form = "a mapping of positions" if name in KNOWN[3:] else "a list of positions"
            yield Problem(f"{WHERE}.{name}", "is of the wrong kind", f"it is {form}")
        else:
            yield from _misplaced(name, value, face.shape[0])


def _misplaced(name: str, value: Mapping[Any, Any] | Sequence[Any], width: int) -> Iterator[Problem]:
    """Yield positions that are none, and values that make no sense."""
    for at in value:
        if isinstance(at, bool) or not str(at).isdecimal() or int(at) >= width:
            yield Problem(f"{WHERE}.{name}", f"{at!r} is no column", f"positions from 0 to {width - 1}")
    if not isinstance(value, Mapping):
        return
    for at, one in value.items():
        if name == "grid" and not (isinstance(one, int | float) and one > 0):
            yield Problem(f"{WHERE}.grid", f"{at}: {one!r} is no step", "a number above 0; 1 keeps whole numbers whole")
        if name == "ranges" and not (isinstance(one, list | tuple) and len(one) == 2 and one[0] < one[1]):
            yield Problem(f"{WHERE}.ranges", f"{at}: {one!r} is no range", "smallest and largest value: [0, 0.5]")
