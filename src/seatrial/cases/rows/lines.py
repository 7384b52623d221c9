"""Lines of a text file with their places: one at a time, as UTF-8, never more than one in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from seatrial.errors import CasesError, Problem

LONGEST = 1 << 24
"""Bytes of the longest line."""
ROWS = 2048
"""Rows of a chunk at most."""
WEIGHT = 1 << 22
"""Characters of a chunk at which it ends."""
_MARK = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class Chunk:
    """Some rows: their places, their lines, and the wanted columns."""

    places: list[int] = field(default_factory=list)
    """Where each row begins: bytes from the start of the file, or rows from the first."""
    lines: list[int] = field(default_factory=list)
    """Line of each row, from 1 (0 where reading began in the middle)."""
    columns: dict[str, Any] = field(default_factory=dict)
    """Name -> list of values."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.places)


class Lines:
    """An iterator over the lines of an open file that knows where the line it gave last begins and ends."""

    def __init__(self, file: BinaryIO, path: Path, *, first: int, last: int) -> None:
        """Take an open file.

        Args:
            file: In binary.
            path: For messages.
            first: Where to begin; at 0 a byte order mark is passed over.
            last: Where to stop; -1 is the end.
        """
        self._file, self._path, self._last = file, path, last
        if first <= 0:
            first = self._begin()
        file.seek(first)
        self.place = first
        """Where the next line begins."""
        self.line = 0
        """How many lines were given."""

    def _begin(self) -> int:
        head = self._file.read(4)
        if head.startswith(_WIDE):
            raise CasesError(Problem(str(self._path), "is UTF-16 text", "save it as UTF-8"))
        return len(_MARK) if head.startswith(_MARK) else 0

    def __iter__(self) -> Iterator[str]:
        """Return itself."""
        return self

    def __next__(self) -> str:
        """Return the next line with its end.

        Raises:
            CasesError: If it is no UTF-8, or too long to be a line.
        """
        if self._last >= 0 and self.place >= self._last:
            raise StopIteration
        raw = self._file.readline(LONGEST + 1)
        if not raw:
            raise StopIteration
        self.line += 1
        if len(raw) > LONGEST:
            what = f"is longer than {LONGEST >> 20} MiB"
            hint = "is it a text file? each row is a line that ends in LF or CR LF"
            raise CasesError(Problem(f"{self._path}:{self.line}", what, hint))
        self.place += len(raw)
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            what = f"is not UTF-8 text: byte 0x{raw[error.start]:02x} at column {error.start + 1}"
            hint = "save it as UTF-8, for example with: iconv -f latin1 -t utf-8 OLD > NEW"
            raise CasesError(Problem(f"{self._path}:{self.line}", what, hint)) from None


def unreadable(path: Path, error: OSError) -> CasesError:
    """Return the error of a file that cannot be read."""
    return CasesError(Problem(str(path), f"cannot be read: {(error.strerror or str(error)).lower()}"))
