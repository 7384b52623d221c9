"""Labels as a file writes them, and groups: texts, whole numbers or truth values become positions in `classes`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.cells import missing, shown
from seatrial.cases.faults import Faults
from seatrial.errors import Problem

TOLD = 10
"""Values that a message names."""


@dataclass(slots=True)
class Labels:
    """A column of labels on its way to integers."""

    column: str
    classes: tuple[str | int | bool, ...]
    """Values in the model's order; empty: labels are whole numbers from 0."""
    typed: bool
    _known: dict[str, int] = field(init=False)
    _strange: dict[str, int] = field(default_factory=dict)
    """Values that are none of the classes -> the first line."""
    _count: int = 0
    _seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Number the classes."""
        self._known = {_word(value): at for at, value in enumerate(self.classes)}

    def read(self, values: Sequence[Any], lines: Sequence[int], faults: Faults) -> npt.NDArray[np.int64]:
        """Return the labels `(n,)`, -1 where one is missing or strange."""
        made = np.empty(len(values), dtype=np.int64)
        for at, value in enumerate(values):
            made[at] = self._position(value, lines[at], faults)
        self._count += len(values)
        self._seen.update(np.unique(made[made >= 0]).tolist()[: TOLD + 1])
        return made

    def problems(self, path: Path, unit: str) -> list[Problem]:
        """Return what is wrong with the labels as a whole."""
        where = f"{path}: {self.column}"
        if self._strange and not self.classes:
            values = sorted(self._strange)[:TOLD]
            more = ", ..." if len(self._strange) > TOLD else ""
            what = f"the labels are {', '.join(map(repr, values))}{more}, not whole numbers from 0"
            order = ", ".join(values) + more
            return [Problem(where, what, f"name them in the order of the model's classes: classes: [{order}]")]
        if self._strange:
            first = next(iter(self._strange))
            what = f"{_several(self._strange)} not among classes, the first in {unit} {self._strange[first]}"
            return [Problem(where, what, self._near(first))]
        if self._count > 1 and len(self._seen) == 1:
            only = next(iter(self._seen))
            value = self.classes[only] if self.classes else only
            what = f"all {self._count} labels are {shown(value)}"
            return [Problem(where, what, "a trial needs cases of two classes or more; is it the right column?")]
        return []

    def _position(self, value: Any, line: int, faults: Faults) -> int:
        word = _word(value)
        at = self._known.get(word)
        if at is not None:
            return at
        if missing(value, typed=self.typed):
            faults.add(line, self.column, "missing", "has no label", "add it, or leave the row out")
            return -1
        return self._loose(word, line)

    def _loose(self, word: str, line: int) -> int:
        """Return the position of a label that is not written as `classes` writes it: `True`, `1.0`."""
        kind = type(self.classes[0]) if self.classes else int
        if kind is bool and word.lower() in self._known:
            return self._known[word.lower()]
        if kind is int and (number := _whole(word)) is not None:
            if self.classes and str(number) in self._known:
                return self._known[str(number)]
            if not self.classes and 0 <= number < 1 << 31:
                return number
        if len(self._strange) <= 2 * TOLD:
            self._strange.setdefault(word, line)
        return -1

    def _near(self, strange: str) -> str:
        near = get_close_matches(strange.strip().lower(), [word.lower() for word in self._known], n=1)
        if near and strange.strip() in self._known:
            return f"there are spaces around {strange!r}"
        kinds = f"classes are {', '.join(map(str, self._known))}"
        return f"did you mean {near[0]}? {kinds}" if near else kinds


def _several(values: dict[str, int]) -> str:
    listed = ", ".join(map(repr, list(values)[:TOLD]))
    return f"{listed} is" if len(values) == 1 else f"{listed}{', ...' if len(values) > TOLD else ''} are"


def _word(value: Any) -> str:
    """Return a label as one text, whether it came as a text, a number or a truth value."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _whole(word: str) -> int | None:
    """Return the whole number that a text says, as `3` or `3.0`."""
    try:
        number = float(word)
    except ValueError:
        return None
    return int(number) if number.is_integer() and "_" not in word else None


@dataclass(slots=True)
class Groups:
    """A column of groups on its way to codes: each different value is kept once."""

    column: str
    names: dict[str, int] = field(default_factory=dict)

    def read(self, values: Sequence[Any], *, typed: bool) -> npt.NDArray[np.uint32]:
        """Return the code of each group; one that is missing is the empty text."""
        words = ["" if missing(value, typed=typed) else _word(value) for value in values]
        return np.array([self.names.setdefault(word, len(self.names)) for word in words], dtype=np.uint32)

    def table(self) -> npt.NDArray[np.str_]:
        """Return code -> name."""
        return np.array(list(self.names), dtype=np.str_)
