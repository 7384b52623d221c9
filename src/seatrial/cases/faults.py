"""What is wrong with the rows of a file: one problem per column and kind of mistake, with its first places."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from seatrial.errors import Problem

PLACES = 3
"""Places that one problem names besides the first."""
MOST = 20
"""Problems that are told."""


@dataclass(slots=True)
class _Fault:
    line: int
    what: str
    hint: str
    more: int = 0
    lines: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Faults:
    """Mistakes in the rows of one file, gathered while it is read; memory does not grow with their number."""

    path: Path
    unit: str = "line"
    """What a place is called: `line`, or `row` where a file has no lines."""
    _found: dict[tuple[str, str], _Fault] = field(default_factory=dict)

    def add(self, line: int, column: str, sort: str, what: str, hint: str = "") -> None:
        """Take in one mistake.

        Args:
            line: Where, from 1.
            column: Its name; empty if the whole row is wrong.
            sort: Mistakes of one sort in one column are told together.
            what: In words, for the first of its sort.
            hint: What to do.
        """
        known = self._found.get((column, sort))
        if known is None:
            self._found[column, sort] = _Fault(line, what, hint)
            return
        known.more += 1
        if len(known.lines) < PLACES:
            known.lines.append(line)

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self._found)

    def problems(self) -> list[Problem]:
        """Return what is wrong, by line; the last one says how much is left out."""
        ranked = sorted(self._found.items(), key=lambda item: item[1].line)
        told = [self._problem(column, fault) for (column, _), fault in ranked[:MOST]]
        if len(ranked) > MOST:
            told.append(
                Problem(str(self.path), f"{len(ranked) - MOST} more mistakes are not listed", "mend these first")
            )
        return told

    def _problem(self, column: str, fault: _Fault) -> Problem:
        place = f"{self.path}:{fault.line}" if self.unit == "line" else f"{self.path}: {self.unit} {fault.line}"
        where = f"{place}: {column}" if column else place
        if not fault.more:
            return Problem(where, fault.what, fault.hint)
        rest = fault.more - len(fault.lines)
        also = ", ".join(map(str, fault.lines)) + (f" and {rest} more" if rest else "")
        return Problem(where, f"{fault.what}; also {self.unit} {also}", fault.hint)
