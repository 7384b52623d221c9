"""Rows of a table in a file: `{kind: table, path: loans.csv, label: approved, classes: ["no", "yes"], columns: ...}`.

`.csv`, `.tsv`, `.jsonl` or `.parquet` by its ending; UTF-8.  The file is read once for an index and stays where it
is, so its size costs time, not memory.  `columns` are those that the model gets: `{age: number, job: text}`, or a
list if all hold numbers; left out, all that have a name, but label and groups, as numbers.  An empty field is a
missing value (in a .csv also what pandas takes for one: `NA`, `null`, ...).  `form: array` gives float32 rows of
numbers without names.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.cases import Cases
from seatrial.cases.cells import READ
from seatrial.cases.faults import Faults
from seatrial.cases.indexed import Indexed, Plan, absent
from seatrial.cases.listed import unknown_settings
from seatrial.cases.rows.lines import Chunk
from seatrial.cases.rows.reader import Reader, reader
from seatrial.charter.columns import pairs
from seatrial.errors import CasesError, Problem
from seatrial.records.batch import Frame
from seatrial.records.card import Card

SETTINGS = {"path", "label", "classes", "columns", "groups", "form", "separator"}


def make(settings: Mapping[str, Any], folder: Path) -> Indexed:
    """Return the rows of a file: `Frame` columns, or float32 `(n, columns)`.

    Args:
        settings: `path`; `label`, `classes`, `columns`, `groups`, `form` (`table` or `array`), `separator`.
        folder: Where a relative path starts.

    Raises:
        CasesError: With all that is wrong, by line and column: a missing or empty file, no UTF-8, ragged rows, names
            there twice, columns that are not there, cells that are no numbers, labels missing or not in `classes`.
        MissingExtra: If the file is a .parquet and pyarrow is not installed.
    """
    unknown_settings(settings, SETTINGS)
    if not settings.get("path"):
        raise CasesError(Problem("cases.path", "is missing", "the .csv, .tsv, .jsonl or .parquet file"))
    path = folder / str(settings["path"])
    rows = reader(path, separator=str(settings.get("separator") or ""))
    kinds = _kinds(settings, path, rows.names())
    array = settings.get("form", "table") == "array"
    return Indexed(
        Plan(
            path=path,
            reader=rows,
            columns=tuple(kinds),
            make=_Rows(kinds, array=array, reader=rows),
            label=str(settings.get("label") or ""),
            classes=tuple(settings.get("classes") or ()),
            groups=str(settings.get("groups") or ""),
        )
    )


class _Rows:
    """Makes the inputs of some rows."""

    def __init__(self, kinds: Mapping[str, str], *, array: bool, reader: Reader) -> None:
        self._kinds, self._array, self._typed = kinds, array, reader.typed

    def __call__(self, chunk: Chunk, faults: Faults) -> Any:
        made = {
            name: READ[kind](chunk.columns[name], (chunk.lines, name, faults), typed=self._typed)
            for name, kind in self._kinds.items()
        }
        return _array(made, chunk, faults) if self._array else Frame(made)


def _array(columns: Mapping[str, npt.NDArray[Any]], chunk: Chunk, faults: Faults) -> npt.NDArray[np.float32]:
    """Return float32 rows; a missing value, or one that float32 cannot hold, is a mistake."""
    for name, column in columns.items():
        for at in np.flatnonzero(np.isnan(column)):
            hint = "a model of plain arrays takes none: fill it in, leave the row out, or use form: table"
            faults.add(chunk.lines[at], name, "missing", "has no value", hint)
        for at in np.flatnonzero(np.abs(column) > np.finfo(np.float32).max):
            faults.add(
                chunk.lines[at], name, "large", f"holds {column[at]:g}, too large for float32", "scale the column"
            )
    with np.errstate(over="ignore"):
        return np.stack(list(columns.values()), axis=1).astype(np.float32)


def _kinds(settings: Mapping[str, Any], path: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Return the model's columns and what each holds."""
    given, own = settings.get("columns"), {settings.get("label"), settings.get("groups")}
    wanted = {str(settings[key]): key for key in ("label", "groups") if settings.get(key)}
    listed = given if given is not None else [name for name in names if name and name not in own]
    kinds = dict(pairs(listed, "number"))
    problems = absent(path, dict.fromkeys(kinds, "columns") | wanted, names)
    if not kinds:
        problems.append(Problem(str(path), "has no column besides label and groups", "what does the model get?"))
    if wrong := [f"{name}: {kind}" for name, kind in kinds.items() if kind not in READ]:
        problems.append(Problem("cases.columns", f"{', '.join(wrong)} is no kind", "write number or text"))
    if settings.get("label") in kinds:
        what = f"has the label {settings['label']!r} among the model's columns"
        problems.append(Problem("cases.columns", what, "the answer would be given away: leave it out"))
    if settings.get("form", "table") not in ("table", "array"):
        problems.append(Problem("cases.form", f"{settings['form']!r} is no form", "write table or array"))
    texts = [name for name, kind in kinds.items() if kind == "text"]
    if settings.get("form") == "array" and texts:
        what = f"form: array takes numbers only, and {', '.join(texts)} holds texts"
        problems.append(Problem("cases.columns", what, "use form: table, or leave these columns out"))
    if problems:
        raise CasesError(*problems)
    return kinds


CARD: Card[Cases] = Card(make, "rows of a table in a .csv, .tsv, .jsonl or .parquet file")
