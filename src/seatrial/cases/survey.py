"""A look at data before there is a charter: what is in a file of rows, a folder of images, or an archive of arrays.

Of a long file only the head is read; of a folder, every name and the head of every image, up to a limit; of an
archive, arrays up to a limit of bytes.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.columns import Tally
from seatrial.cases.faults import Faults
from seatrial.cases.rows.delimited import OTHERS
from seatrial.cases.rows.reader import SEPARATORS, reader
from seatrial.cases.seen import FEW, ArrayLook, ArraysSurvey, Column, FolderSurvey, Survey, TableSurvey
from seatrial.errors import CasesError, Problem
from seatrial.plugins import lacking

__all__ = ["FEW", "ROWS", "ArrayLook", "ArraysSurvey", "Column", "FolderSurvey", "Survey", "TableSurvey", "survey"]

ROWS = 5000
"""Rows, or images, that are looked at."""
LARGEST = 1 << 28
"""Bytes of the largest array whose numbers are looked at."""
_HEAD = 1 << 16


def survey(path: Path, *, limit: int = ROWS) -> Survey:
    """Return what is in a file of rows (.csv .tsv .jsonl .parquet), a folder of images, or an .npz archive.

    Args:
        path: The file or folder.
        limit: Rows, or images, that are looked at.

    Raises:
        CasesError: If it is not there, is nothing of that kind, is empty, or cannot be read at all.
        MissingExtra: If it needs a package that is not installed.
    """
    if path.is_dir():
        return _folder(path, limit)
    return _arrays(path) if path.suffix.lower() == ".npz" else _table(path, limit)


def _table(path: Path, limit: int) -> TableSurvey:
    suffix = path.suffix.lower()
    separator = _separator(path, SEPARATORS[suffix]) if suffix in SEPARATORS and path.is_file() else ""
    rows = reader(path, separator=separator)
    whole_row = rows.names()
    names, faults = tuple(name for name in whole_row if name), Faults(path, rows.unit)
    tallies = [Tally(name, rows.unit, typed=rows.typed) for name in names]
    seen, equal, whole = 0, 0, True
    known: set[int] = set()
    for chunk in rows.chunks(names, faults):
        size = min(len(chunk), limit - seen)
        for tally in tallies:
            tally.add(chunk.columns[tally.name][:size], chunk.lines[:size])
        marks = [hash(repr(row)) for row in zip(*(chunk.columns[name][:size] for name in names), strict=True)]
        equal += len(marks) - len(set(marks) - known)
        known.update(marks)
        seen += size
        if seen >= limit:
            whole = size == len(chunk) and _ends(rows.chunks(names[:1], Faults(path)), seen)
            break
    if not seen:
        raise CasesError(*(faults.problems() or [Problem(str(path), "has no rows", "it holds names of columns only")]))
    notes = [str(problem) for problem in faults.problems()]
    notes += ["a column without a name is passed over: is it the row's number?"] if "" in whole_row else []
    notes += [f"{equal} of {seen} rows are equal to an earlier one"] if equal else []
    said = separator if suffix in SEPARATORS and separator != SEPARATORS[suffix] else ""
    columns = tuple(tally.column() for tally in tallies)
    return TableSurvey(path, suffix, seen, whole, path.stat().st_size, columns, said, tuple(notes))


def _ends(chunks: Iterator[Any], rows: int) -> bool:
    """Say whether a file ends after so many rows, reading little more than them."""
    for chunk in chunks:
        rows -= len(chunk)
        if rows < 0:
            return False
    return True


def _separator(path: Path, usual: str) -> str:
    """Return what separates the names in the first row: the usual one, or what stands there instead."""
    with path.open("rb") as file:
        head = file.read(_HEAD).split(b"\n", 1)[0].decode("utf-8", "replace")
    counts = {mark: head.count(mark) for mark in OTHERS}
    return usual if counts[usual] or not any(counts.values()) else max(counts, key=lambda mark: counts[mark])


def _folder(path: Path, limit: int) -> FolderSurvey:
    try:
        from seatrial.cases.pictures import BrokenImageError, listing, look  # noqa: PLC0415 - needs an extra
    except ModuleNotFoundError as error:
        raise lacking("PIL", str(path)) from error
    found = listing(path)
    classes = tuple((name, len(images)) for name, images in found.classes.items())
    names = [name for images in found.classes.values() for name in images]
    if not names:
        raise CasesError(Problem(str(path), "holds no image", f"put some into its folders: {', '.join(found.classes)}"))
    sizes, modes = Counter[tuple[int, int]](), Counter[str]()
    broken: list[str] = []
    # Every n-th, so that all classes are looked at.
    chosen = names[:: -(-len(names) // limit)]
    for name in chosen:
        try:
            size, mode = look(path / name)
        except BrokenImageError:
            broken.append(name)
        else:
            sizes[size] += 1
            modes[mode] += 1
    notes = [f"{len(some)} files are {what}, the first {some[0]}" for what, some in _aside(found) if some]
    ranked = tuple(sizes.most_common()), tuple(modes.most_common())
    whole = len(chosen) == len(names)
    return FolderSurvey(path, classes, *ranked, len(chosen), whole, tuple(broken), tuple(notes))


def _aside(found: Any) -> list[tuple[str, list[str]]]:
    return [("no images", found.strange), ("images outside of a class folder", found.outside)]


def _arrays(path: Path) -> ArraysSurvey:
    if not path.is_file():
        raise CasesError(Problem(str(path), "there is no such file"))
    looks: list[ArrayLook] = []
    notes: list[str] = []
    try:
        with np.load(path, allow_pickle=False) as archive, zipfile.ZipFile(path) as members:
            for name in archive.files:
                with members.open(f"{name}.npy" if f"{name}.npy" in members.namelist() else name) as member:
                    shape, dtype = _head(member)
                if dtype.hasobject:
                    notes.append(f"{name} holds Python objects, which are never read")
                small = not dtype.hasobject and np.prod(shape, dtype=np.float64) * dtype.itemsize <= LARGEST
                looks.append(_look(name, archive[name]) if small else ArrayLook(name, str(dtype), shape))
    except (ValueError, OSError, EOFError, KeyError, AttributeError, zipfile.BadZipFile) as error:
        hint = "write it with np.savez(path, x=x, y=y)"
        raise CasesError(Problem(str(path), "is no npz file of plain arrays", hint)) from error
    if not looks:
        raise CasesError(Problem(str(path), "holds no array"))
    return ArraysSurvey(path, tuple(looks), tuple(notes))


def _head(member: Any) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return shape and dtype of an array in an archive without reading it."""
    version = np.lib.format.read_magic(member)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(member)
    return tuple(shape), dtype


def _look(name: str, array: npt.NDArray[Any]) -> ArrayLook:
    values: tuple[str | int | bool, ...] = ()
    if array.ndim == 1 and array.dtype.kind in "iubU" and array.size:
        different = np.unique(array)
        values = tuple(different.tolist()) if len(different) <= FEW else ()
    if array.dtype.kind not in "fiub" or not array.size:
        return ArrayLook(name, str(array.dtype), array.shape, values=values)
    finite = array.dtype.kind != "f" or bool(np.isfinite(array).all())
    low, high = (float(np.nanmin(array)), float(np.nanmax(array))) if finite else (None, None)
    return ArrayLook(name, str(array.dtype), array.shape, low, high, values, finite)
