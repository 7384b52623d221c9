"""Texts in a file: `{kind: texts, path: reviews.csv, text: review, label: sentiment, classes: [neg, pos]}`.

`.csv`, `.tsv`, `.jsonl` or `.parquet` by its ending; UTF-8.  The file is read once for an index and stays where it
is.  A text is taken as it is written: `NA` is a text, and so is an empty field.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seatrial.cases.cases import Cases
from seatrial.cases.cells import whole_texts
from seatrial.cases.faults import Faults
from seatrial.cases.indexed import Indexed, Plan, absent
from seatrial.cases.listed import unknown_settings
from seatrial.cases.rows.lines import Chunk
from seatrial.cases.rows.reader import reader
from seatrial.errors import CasesError, Problem
from seatrial.records.batch import Texts
from seatrial.records.card import Card

SETTINGS = {"path", "text", "label", "classes", "groups", "separator"}


def make(settings: Mapping[str, Any], folder: Path) -> Indexed:
    """Return the texts of a file.

    Args:
        settings: `path` and `text`, the column; `label`, `classes`, `groups`, `separator`.
        folder: Where a relative path starts.

    Raises:
        CasesError: With all that is wrong, by line and column.
        MissingExtra: If the file is a .parquet and pyarrow is not installed.
    """
    unknown_settings(settings, SETTINGS)
    hints = {"path": "the .csv, .tsv, .jsonl or .parquet file", "text": "the column that holds the texts"}
    if lacking := [Problem(f"cases.{key}", "is missing", hint) for key, hint in hints.items() if not settings.get(key)]:
        raise CasesError(*lacking)
    path, text = folder / str(settings["path"]), str(settings["text"])
    rows = reader(path, separator=str(settings.get("separator") or ""))
    wanted = {str(settings[key]): key for key in ("groups", "label", "text") if settings.get(key)}
    problems = absent(path, wanted, rows.names())
    if text == settings.get("label"):
        problems.append(Problem("cases.text", "is the column of the label too", "name the column of the texts"))
    if problems:
        raise CasesError(*problems)

    def inputs(chunk: Chunk, faults: Faults) -> Texts:
        return Texts(whole_texts(chunk.columns[text], (chunk.lines, text, faults), typed=rows.typed))

    label, groups = str(settings.get("label") or ""), str(settings.get("groups") or "")
    return Indexed(Plan(path, rows, (text,), inputs, label, tuple(settings.get("classes") or ()), groups))


CARD: Card[Cases] = Card(make, "texts in a .csv, .tsv, .jsonl or .parquet file")
