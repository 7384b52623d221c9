"""What was seen of data before there is a charter: records of a survey (`seatrial.cases.survey`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FEW = 50
"""Most different values of a column that are listed."""


@dataclass(frozen=True, slots=True)
class Column:
    """What was seen of one column."""

    name: str
    kind: str
    """`number` or `text`: what a charter's `columns` would say of it.  A column without any value is `text`."""
    missing: int
    """Rows without a value."""
    distinct: int
    """Different values, counted up to `FEW` + 1."""
    values: tuple[str | int | bool, ...] = ()
    """All of them, sorted, as a charter's `classes` would write them; empty if there are more than `FEW`, or if some
    numbers are no whole ones."""
    examples: tuple[str, ...] = ()
    """The first few different values, as they are written."""
    low: float | None = None
    """Smallest number; None for texts."""
    high: float | None = None
    longest: int = 0
    """Characters of the longest text."""
    odd: tuple[str, ...] = ()
    """Of a column of texts that holds mostly numbers: the first few that are none, with their places (`line 7: 'x'`).
    A charter that calls the column `number` is refused until they are mended."""
    other: str = ""
    """What some values are that are neither numbers nor texts (`datetime`, `list`): the column must be left out."""


@dataclass(frozen=True, slots=True)
class TableSurvey:
    """What was seen of a file of rows."""

    path: Path
    suffix: str
    """`.csv`, `.tsv`, `.jsonl` or `.parquet`."""
    rows: int
    """How many were looked at."""
    whole: bool
    """Whether these are all."""
    size: int
    """Bytes of the file."""
    columns: tuple[Column, ...]
    separator: str = ""
    """Between the fields of a .csv; what a charter's `separator` would say, empty if it need not."""
    notes: tuple[str, ...] = ()
    """What a person should know: rows that are malformed, or equal."""


@dataclass(frozen=True, slots=True)
class FolderSurvey:
    """What was seen of a folder of images, one folder a class."""

    path: Path
    classes: tuple[tuple[str, int], ...]
    """Name of each class folder, in alphabetical order, and how many images it has."""
    sizes: tuple[tuple[tuple[int, int], int], ...]
    """(height, width), after the camera's turn, and how many images have it, most frequent first."""
    modes: tuple[tuple[str, int], ...]
    """Pillow's mode (`L`, `RGB`, ...) and how many images have it, most frequent first."""
    looked: int
    """How many images were opened."""
    whole: bool
    """Whether these are all."""
    broken: tuple[str, ...] = ()
    """Images that cannot be opened, below `path`."""
    notes: tuple[str, ...] = ()
    """What a person should know: files that are no images, images outside of a class."""


@dataclass(frozen=True, slots=True)
class ArrayLook:
    """What was seen of one array."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    low: float | None = None
    """Smallest number, of all; None for texts, objects and arrays that are too large to look at."""
    high: float | None = None
    values: tuple[str | int | bool, ...] = ()
    """All different ones of a one-dimensional array of whole numbers or texts, if there are at most `FEW`."""
    finite: bool = True


@dataclass(frozen=True, slots=True)
class ArraysSurvey:
    """What was seen of an .npz archive."""

    path: Path
    arrays: tuple[ArrayLook, ...]
    notes: tuple[str, ...] = ()


Survey = TableSurvey | FolderSurvey | ArraysSurvey
