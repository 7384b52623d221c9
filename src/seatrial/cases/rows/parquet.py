"""Apache Parquet: .parquet, read one row group at a time (pyarrow, extra `data`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from seatrial.cases.faults import Faults
from seatrial.cases.rows.lines import ROWS, Chunk
from seatrial.errors import CasesError, Problem
from seatrial.plugins import lacking


@dataclass(frozen=True, slots=True)
class Parquet:
    """A file of columns in row groups; a place is the number of a row."""

    path: Path
    typed: bool = True
    unit: str = "row"

    def names(self) -> tuple[str, ...]:
        """Return the names of all columns.

        Raises:
            CasesError: If the file is no Parquet, or a name is there twice.
            MissingExtra: If pyarrow is not installed.
        """
        names = tuple(_opened(self.path).schema_arrow.names)
        if twice := sorted({name for name in names if names.count(name) > 1}):
            what = f"names more than one column {', '.join(map(repr, twice))}"
            raise CasesError(Problem(str(self.path), what, "give each its own name"))
        return names

    def chunks(self, wanted: Sequence[str], faults: Faults, *, first: int = -1, last: int = -1) -> Iterator[Chunk]:  # noqa: ARG002 - a file of typed columns has no malformed rows
        """Yield the values of rows as Python values, None where there is none.

        Raises:
            CasesError: If a part of the file is damaged.
        """
        opened = _opened(self.path)
        start, stop = max(first, 0), opened.metadata.num_rows if last < 0 else last
        begin = 0
        for number in range(opened.metadata.num_row_groups):
            end = begin + opened.metadata.row_group(number).num_rows
            if begin < stop and end > start:
                group = _group(self.path, _stamp(self.path), number, tuple(wanted))
                for at in range(max(start, begin), min(stop, end), ROWS):
                    size = min(ROWS, stop - at, end - at)
                    part = group.slice(at - begin, size)
                    columns = {name: part.column(name).to_pylist() for name in wanted}
                    yield Chunk(list(range(at, at + size)), list(range(at + 1, at + size + 1)), columns)
            begin = end


def _stamp(path: Path) -> tuple[int, int]:
    seen = path.stat()
    return seen.st_size, seen.st_mtime_ns


def _opened(path: Path) -> Any:
    try:
        from pyarrow import ArrowException  # noqa: PLC0415 - an extra, needed by this kind of file only
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        raise lacking("pyarrow", str(path)) from error
    try:
        return ParquetFile(path)
    except (ArrowException, OSError) as error:
        raise CasesError(Problem(str(path), f"is no Parquet file that can be read: {error}")) from error


@lru_cache(maxsize=1)
def _group(path: Path, stamp: tuple[int, int], number: int, wanted: tuple[str, ...]) -> Any:  # noqa: ARG001 - the stamp is part of the key
    """Return a row group as an Arrow table; the last one read is kept, because windows are smaller."""
    from pyarrow import ArrowException  # noqa: PLC0415 - an extra, needed by this kind of file only

    try:
        return _opened(path).read_row_group(number, columns=list(wanted))
    except (ArrowException, OSError) as error:
        raise CasesError(Problem(str(path), f"row group {number} cannot be read: {error}")) from error
