"""Fields between separators: .csv and .tsv, by RFC 4180 (quoted fields may hold separators, quotes and line ends)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seatrial.cases.faults import Faults
from seatrial.cases.rows.lines import LONGEST, ROWS, WEIGHT, Chunk, Lines, unreadable
from seatrial.errors import CasesError, Problem

OTHERS = (";", "\t", "|", ",")
"""What else separates fields in practice."""
_REASONS = {
    "unexpected end of data": ("a quote that begins here is not closed", "close it, or double a quote inside a field"),
    "new-line character seen": ("holds a CR that ends no line", "save it with line ends LF or CR LF"),
    "expected after": ("goes on after a closing quote", "double a quote inside a quoted field"),
    "field larger": (f"holds a field of more than {LONGEST >> 20} MiB", "is a quote not closed?"),
}
"""Part of what the csv module says -> what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Delimited:
    """A file of fields between separators; the first row are the names."""

    path: Path
    separator: str
    typed: bool = False
    unit: str = "line"

    def names(self) -> tuple[str, ...]:
        """Return the names in the first row.

        Raises:
            CasesError: If the file is empty, or a name is there twice.
        """
        with self._lines(-1, -1) as lines:
            return self._header(lines)

    def chunks(self, wanted: Sequence[str], faults: Faults, *, first: int = -1, last: int = -1) -> Iterator[Chunk]:
        """Yield the fields of rows, as they are written; blank lines are no rows.

        Raises:
            CasesError: If the file is no UTF-8 text.
        """
        names = self.names()
        at = [names.index(name) for name in wanted]
        with self._lines(first, last) as lines:
            if first < 0:
                self._header(lines)
            while True:
                chunk, rows = Chunk(), list[list[str]]()
                with _long_fields():
                    more = self._fill(lines, len(names), chunk, (rows, faults))
                columns = zip(*rows, strict=True) if rows else ((),) * len(names)
                each = dict(enumerate(columns))
                chunk.columns = {name: list(each[position]) for name, position in zip(wanted, at, strict=True)}
                if rows:
                    yield chunk
                if not more:
                    return

    def _fill(self, lines: Lines, width: int, chunk: Chunk, into: tuple[list[list[str]], Faults]) -> bool:
        """Read rows until a chunk is full; return whether there may be more."""
        rows, faults = into
        parsed = csv.reader(lines, delimiter=self.separator, strict=True)
        begun = lines.place
        while len(rows) < ROWS and lines.place - begun < WEIGHT:
            place, line = lines.place, lines.line + 1
            try:
                row = next(parsed, None)
            except csv.Error as error:
                what, hint = _reason(error)
                faults.add(line, "", what, what, hint)
                continue
            if row is None:
                return False
            if len(row) == width:
                rows.append(row)
                chunk.places.append(place)
                chunk.lines.append(line)
            elif row:
                what = f"has {len(row)} fields, the first row names {width}"
                faults.add(line, "", "ragged", what, f"put a field that holds {self.separator!r} into quotes")
        return True

    @contextmanager
    def _lines(self, first: int, last: int) -> Iterator[Lines]:
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise unreadable(self.path, error) from error
        with file:
            yield Lines(file, self.path, first=first, last=last)

    def _header(self, lines: Lines) -> tuple[str, ...]:
        try:
            names = next((row for row in csv.reader(lines, delimiter=self.separator, strict=True) if row), None)
        except csv.Error as error:
            raise CasesError(Problem(f"{self.path}:1", *_reason(error))) from error
        if names is None:
            raise CasesError(Problem(str(self.path), "is empty", "the first row names the columns"))
        if twice := sorted({name for name in names if name and names.count(name) > 1}):
            what = f"names more than one column {', '.join(map(repr, twice))}"
            raise CasesError(Problem(f"{self.path}:1", what, "give each its own name"))
        if len(names) == 1 and (other := [mark for mark in OTHERS if mark in names[0] and mark != self.separator]):
            what = f"names one column only, {names[0]!r}"
            raise CasesError(Problem(f"{self.path}:1", what, f"name what separates fields: separator: {other[0]!r}"))
        return tuple(names)


def _reason(error: csv.Error) -> tuple[str, str]:
    """Return what is wrong with a row that cannot be read, and what to do."""
    return next((said for part, said in _REASONS.items() if part in str(error)), (str(error), ""))


@contextmanager
def _long_fields() -> Iterator[None]:
    """Let fields be long while this lasts: the limit is one of the whole process."""
    before = csv.field_size_limit(LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)
