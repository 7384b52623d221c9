"""The head of a long file of rows as a file of its own: a look at gigabytes that takes seconds."""

from __future__ import annotations

from pathlib import Path

from seatrial.cases.rows.reader import SEPARATORS
from seatrial.plugins import lacking
from seatrial.stores.whole import write_whole

LONG = 1 << 26
"""Bytes from which on a file is long."""
SHORT = 1 << 21
"""Bytes of its head, about."""
_ROWS = 5000


def head(path: Path, into: Path, *, long: int = LONG) -> Path:
    """Return a file with the first rows of a long one, in a folder; the file itself if it is not long.

    Args:
        path: The file.
        into: The folder for its head.
        long: Bytes from which on a file is long.

    Raises:
        MissingExtra: If it is a .parquet and pyarrow is not installed.
    """
    if path.is_dir() or path.stat().st_size < long:
        return path
    short = into / f"head{path.suffix.lower()}"
    if path.suffix.lower() == ".parquet":
        _parquet(path, short)
    else:
        quoted = path.suffix.lower() in SEPARATORS
        with path.open("rb") as file:
            write_whole(short, _whole_rows(file.read(SHORT), quoted=quoted))
    return short


def _whole_rows(data: bytes, *, quoted: bool) -> bytes:
    """Return data up to the end of its last whole row: a line end inside of quotes ends no row."""
    end = data.rfind(b"\n")
    while quoted and end > 0 and data.count(b'"', 0, end) % 2:
        end = data.rfind(b"\n", 0, end)
    return data[: end + 1]


def _parquet(path: Path, short: Path) -> None:
    try:
        from pyarrow import Table  # noqa: PLC0415 - an extra, needed by this kind of file only
        from pyarrow.parquet import ParquetFile, write_table  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        raise lacking("pyarrow", str(path)) from error
    batch = next(ParquetFile(path).iter_batches(batch_size=_ROWS))
    write_table(Table.from_batches([batch]), short)
