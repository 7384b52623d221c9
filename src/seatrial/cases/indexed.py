"""Cases that stay in their file: an index of places, digests, labels and groups, made in one pass.

A row costs about 60 bytes of memory, whatever is in it.  Rows are read again from their places when they are taken.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.faults import Faults
from seatrial.cases.labels import Groups, Labels
from seatrial.cases.rows.lines import Chunk
from seatrial.cases.rows.reader import Reader, Stamp
from seatrial.errors import CasesError, Problem, meant
from seatrial.records.batch import Batch, joined
from seatrial.records.digest import column_digests

Made = Callable[[Chunk, Faults], Any]
"""From rows to the column of inputs."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is read of a file."""

    path: Path
    reader: Reader
    columns: tuple[str, ...]
    """Those that inputs are made of."""
    make: Made
    label: str = ""
    classes: tuple[str | int | bool, ...] = ()
    groups: str = ""

    @property
    def wanted(self) -> tuple[str, ...]:
        """All columns that are read."""
        named = (*self.columns, *(name for name in (self.label, self.groups) if name))
        return tuple(dict.fromkeys(named))


class Indexed:
    """A source of cases over a file of rows."""

    def __init__(self, plan: Plan) -> None:
        """Read the file once.

        Raises:
            CasesError: With all that is wrong with its rows.
        """
        self._plan = plan
        self._stamp = Stamp.of(plan.path)
        self._places = array("q")
        self._ids = bytearray()
        self._labels: array[int] = array("i")
        self._groups: array[int] = array("I")
        self._names: npt.NDArray[np.str_] = np.array([], dtype=np.str_)
        self._scan()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._places)

    def take(self, first: int, last: int, /) -> Batch[Any]:
        """Return the cases from `first` up to, not including, `last`.

        Raises:
            CasesError: If the file has changed since it was indexed.
        """
        last = min(last, len(self))
        if last <= first:
            return self._empty()
        whole = np.arange(first, last)
        return Batch(
            tuple(bytes(self._ids[at * 32 : at * 32 + 32]) for at in whole.tolist()),
            self._inputs(first, last),
            np.array(self._labels[first:last], dtype=np.int64) if self._plan.label else None,
            self._names[np.array(self._groups[first:last], dtype=np.intp)] if self._plan.groups else None,
        )

    def _inputs(self, first: int, last: int) -> Any:
        plan = self._plan
        if Stamp.of(plan.path) != self._stamp:
            raise self._changed()
        faults = Faults(plan.path, plan.reader.unit)
        end = self._places[last] if last < len(self) else -1
        chunks = plan.reader.chunks(plan.columns, faults, first=self._places[first], last=end)
        parts = [Batch(("",) * len(chunk), plan.make(chunk, faults)) for chunk in chunks]  # type: ignore[arg-type]
        if faults or sum(map(len, parts)) != last - first:
            raise self._changed()
        return joined(parts).inputs

    def _changed(self) -> CasesError:
        return CasesError(Problem(str(self._plan.path), "has changed since it was read", "begin again"))

    def _empty(self) -> Batch[Any]:
        one = self.take(0, 1)
        return one.take([])

    def _scan(self) -> None:
        plan = self._plan
        faults = Faults(plan.path, plan.reader.unit)
        labels = Labels(plan.label, plan.classes, plan.reader.typed) if plan.label else None
        groups = Groups(plan.groups)
        stopped: tuple[Problem, ...] = ()
        try:
            for chunk in plan.reader.chunks(plan.wanted, faults):
                self._add(chunk, faults, labels, groups)
        except CasesError as error:
            stopped = error.problems
        problems = [*faults.problems(), *stopped]
        problems += labels.problems(plan.path, plan.reader.unit) if labels is not None and not stopped else []
        if not problems and not len(self):
            problems = [Problem(str(plan.path), "has no rows", "it holds names of columns only")]
        if problems:
            raise CasesError(*problems)
        self._names = groups.table()

    def _add(self, chunk: Chunk, faults: Faults, labels: Labels | None, groups: Groups) -> None:
        plan = self._plan
        inputs = plan.make(chunk, faults)
        if labels is not None:
            column = labels.read(chunk.columns[plan.label], chunk.lines, faults)
            self._labels.extend(column.tolist())
        if plan.groups:
            self._groups.extend(groups.read(chunk.columns[plan.groups], typed=plan.reader.typed).tolist())
        if not faults:
            self._ids += b"".join(column_digests(inputs))
            self._places.extend(chunk.places)


def absent(path: Path, wanted: Mapping[str, str], names: Sequence[str]) -> list[Problem]:
    """Return a problem for each column that a file has not.

    Args:
        path: The file.
        wanted: Name of a column -> the setting that names it.
        names: Those that the file has.
    """
    return [
        Problem(f"cases.{setting}", f"{path} has no column {name!r}", meant(name, names))
        for name, setting in wanted.items()
        if name not in names
    ]
