"""What reads a file of rows, and which one it is by the file's ending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from seatrial.cases.faults import Faults
from seatrial.cases.rows.delimited import Delimited
from seatrial.cases.rows.jsonl import Jsonl
from seatrial.cases.rows.lines import Chunk
from seatrial.cases.rows.parquet import Parquet
from seatrial.errors import CasesError, Problem

SEPARATORS = {".csv": ",", ".tsv": "\t"}
SUFFIXES = (*SEPARATORS, ".jsonl", ".parquet")


class Reader(Protocol):
    """Rows of one file; nothing of it stays in memory."""

    @property
    def typed(self) -> bool:
        """Whether values come as numbers, truth values and texts; if not, all are texts as they were written."""
        ...

    @property
    def unit(self) -> str:
        """What a place is called in messages: `line` or `row`."""
        ...

    def names(self) -> tuple[str, ...]:
        """Return the names of all columns, as far as the head of the file tells them.

        Raises:
            CasesError: If the file is empty, or its head cannot be read.
        """
        ...

    def chunks(self, wanted: Sequence[str], faults: Faults, *, first: int = -1, last: int = -1) -> Iterator[Chunk]:
        """Yield rows in order, some at a time.

        Args:
            wanted: Columns to read; each is among the names, but for rows that need not have all.
            faults: Takes in what is wrong with rows; these are left out.
            first: Place of the first row (`Chunk.places`); -1 is the beginning.
            last: Place where to stop; -1 is the end.
        """
        ...


@dataclass(frozen=True, slots=True)
class Stamp:
    """Size and time of a file, to notice that it was changed."""

    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """Return that of a file."""
        seen = path.stat()
        return cls(seen.st_size, seen.st_mtime_ns)


def reader(path: Path, *, separator: str = "") -> Reader:
    """Return what reads a file.

    Args:
        path: Its ending decides: .csv, .tsv, .jsonl or .parquet.
        separator: Between the fields of a .csv or .tsv; empty is the usual one.

    Raises:
        CasesError: If there is no such file, or none of these.
        MissingExtra: If it is a .parquet and pyarrow is not installed.
    """
    suffix = path.suffix.lower()
    if path.is_dir():
        raise CasesError(Problem(str(path), "is a folder", "name a file; a folder of images is `kind: folder`"))
    if suffix not in SUFFIXES:
        hint = "unpack it first" if suffix in (".gz", ".zip", ".bz2", ".xz", ".zst") else "save it as .csv"
        what = f"is a {suffix} file" if suffix else "has no ending that says what it is"
        raise CasesError(Problem(str(path), f"{what}, not one of {', '.join(SUFFIXES)}", hint))
    if not path.is_file():
        raise CasesError(Problem(str(path), "there is no such file", "paths start at the charter's folder"))
    if suffix == ".parquet":
        return Parquet(path)
    return Jsonl(path) if suffix == ".jsonl" else Delimited(path, separator or SEPARATORS[suffix])
