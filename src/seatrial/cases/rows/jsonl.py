"""One JSON object a line: .jsonl.  A field that a row lacks, or that is null, is a missing value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from seatrial.cases.faults import Faults
from seatrial.cases.rows.lines import ROWS, WEIGHT, Chunk, Lines, unreadable
from seatrial.errors import CasesError, Problem

_HEAD = 100
"""Rows whose fields name the columns."""


@dataclass(frozen=True, slots=True)
class Jsonl:
    """A file of JSON objects, one a line."""

    path: Path
    typed: bool = True
    unit: str = "line"

    def names(self) -> tuple[str, ...]:
        """Return the fields of the first rows, in the order of their first use.

        Raises:
            CasesError: If there are none.
        """
        found: dict[str, None] = {}
        for _, _, row in islice(self._rows(Faults(self.path), -1, -1), _HEAD):
            found |= dict.fromkeys(row)
        if not found:
            what = "is empty" if not self.path.stat().st_size else "its first lines hold no row"
            raise CasesError(Problem(str(self.path), what, 'write one object a line: {"age": 31, "job": "baker"}'))
        return tuple(found)

    def chunks(self, wanted: Sequence[str], faults: Faults, *, first: int = -1, last: int = -1) -> Iterator[Chunk]:
        """Yield the values of rows, None where there is none; blank lines are no rows.

        Raises:
            CasesError: If the file is no UTF-8 text.
        """
        chunk, begun = _empty(wanted), max(first, 0)
        for place, line, row in self._rows(faults, first, last):
            if len(chunk) >= ROWS or place - begun > WEIGHT:
                yield chunk
                chunk, begun = _empty(wanted), place
            chunk.places.append(place)
            chunk.lines.append(line)
            for name in wanted:
                chunk.columns[name].append(row.get(name))
        if len(chunk):
            yield chunk

    def _rows(self, faults: Faults, first: int, last: int) -> Iterator[tuple[int, int, dict[str, Any]]]:
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise unreadable(self.path, error) from error
        with file:
            lines = Lines(file, self.path, first=first, last=last)
            place = lines.place
            for text in lines:
                if text.strip():
                    row = _row(text, lines.line, faults)
                    if row is not None:
                        yield place, lines.line, row
                place = lines.place


def _empty(wanted: Sequence[str]) -> Chunk:
    return Chunk(columns={name: [] for name in wanted})


def _row(text: str, line: int, faults: Faults) -> dict[str, Any] | None:
    try:
        row = json.loads(text, object_pairs_hook=_once)
    except _TwiceError as error:
        faults.add(line, "", "twice", f"has the field {error} twice", "keep one")
        return None
    except (ValueError, RecursionError) as error:
        hint = (
            "write one object a line; a file that is one list is no .jsonl" if line == 1 else "write one object a line"
        )
        faults.add(line, "", "json", f"is no JSON: {error}", hint)
        return None
    if not isinstance(row, dict):
        faults.add(line, "", "object", f"is a {type(row).__name__}, not an object", '{"age": 31, "job": "baker"}')
        return None
    return row


class _TwiceError(Exception):
    """A field that an object has twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(repr(next(name for name in names if names.count(name) > 1)))
    return made
