"""Cells of a table as numbers and texts, read as `pandas.read_csv` reads them, but strictly.

What pandas takes for a missing value in a .csv (`MISSING`) is one here: NaN in a column of numbers, an empty text in
a column of texts.  A word that is no number is never one by luck: no `inf`, no `1_000`, no `1,5`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.faults import Faults

MISSING = frozenset(
    {"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>"}
) | {"N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"}
"""Texts in a .csv that stand for no value: those of pandas 2."""
TRUTH = {"true": 1.0, "True": 1.0, "TRUE": 1.0, "false": 0.0, "False": 0.0, "FALSE": 0.0}
LONGEST = 4096
"""Characters of the longest text in a table; `kind: texts` has no such limit."""

Place = tuple[Sequence[int], str, Faults]
"""Line of each value, name of the column, and where mistakes go."""


def numbers(values: Sequence[Any], place: Place, *, typed: bool) -> npt.NDArray[np.float64]:
    """Return a column of numbers `(n,)`, NaN where one is missing or wrong.

    Args:
        values: As a reader gives them.
        place: Where mistakes go.
        typed: Whether they come as numbers and truth values; if not, as they were written.
    """
    if not typed and (fast := _fast(values)) is not None:
        return fast
    made = np.full(len(values), np.nan)
    for at, value in enumerate(values):
        found = number(value, typed=typed)
        if isinstance(found, str):
            what, hint = _no_number(value, found, place[1])
            place[2].add(place[0][at], place[1], found, what, hint)
        else:
            made[at] = found
    return made


def texts(values: Sequence[Any], place: Place, *, typed: bool) -> npt.NDArray[np.str_]:
    """Return a column of texts `(n,)`, empty where one is missing or wrong."""
    made = [_text(value, at, place, typed=typed) for at, value in enumerate(values)]
    for at, text in enumerate(made):
        if len(text) > LONGEST:
            what = f"holds a text of {len(text)} characters, a table takes {LONGEST}"
            place[2].add(place[0][at], place[1], "long", what, "leave the column out; for a text model use kind: texts")
            made[at] = ""
    return np.array(made, dtype=np.str_)


def whole_texts(values: Sequence[Any], place: Place, *, typed: bool) -> tuple[str, ...]:
    """Return texts of any length; in a .csv each as it was written, whatever it says."""
    return tuple(_text(value, at, place, typed=typed, keep=True) for at, value in enumerate(values))


def missing(value: Any, *, typed: bool) -> bool:
    """Say whether a cell has no value."""
    if typed:
        return value is None or (isinstance(value, float) and math.isnan(value))
    return value in MISSING


def number(value: Any, *, typed: bool) -> float | str:
    """Return a cell as a number, NaN if it has no value; if it is none, a word for why: text, infinite, other."""
    return _typed_number(value) if typed else _written_number(value)


def _fast(values: Sequence[str]) -> npt.NDArray[np.float64] | None:
    """Return a column in which every cell is written as a plain number; None if that is not sure."""
    try:
        made = np.fromiter(map(float, values), dtype=np.float64, count=len(values))
    except ValueError:
        return None
    return made if np.isfinite(made).all() and "_" not in "".join(values) else None


def _written_number(text: str) -> float | str:
    word = text.strip()
    if word in MISSING:
        return math.nan
    if word in TRUTH:
        return TRUTH[word]
    try:
        found = float(word)
    except ValueError:
        return "text"
    return _finite(found) if "_" not in word else "text"


def _typed_number(value: Any) -> float | str:
    if value is None:
        return math.nan
    if isinstance(value, int | float | Decimal):
        try:
            found = float(value)
        except OverflowError:
            return "infinite"
        return math.nan if math.isnan(found) else _finite(found)
    return "text" if isinstance(value, str) else "other"


def _finite(found: float) -> float | str:
    return found if math.isfinite(found) else "infinite"


def _no_number(value: Any, sort: str, name: str) -> tuple[str, str]:
    """Return what is wrong with a cell that holds no number, and what to do."""
    if sort == "infinite":
        return f"holds {shown(value)}, no finite number", "leave the cell empty if the value is not known"
    if sort == "other":
        return f"holds {_named(value)}, no number", "write it as a number, or leave the column out"
    if "," in str(value):
        return f"holds {shown(value)}, no number", "write 1234.5: no separator of thousands, a point before decimals"
    hint = (
        f"if the column holds texts, say so: columns: {{{name}: text}}; if the value is missing, leave the cell empty"
    )
    return f"holds {shown(value)}, no number", hint


def _text(value: Any, at: int, place: Place, *, typed: bool, keep: bool = False) -> str:
    if missing(value, typed=typed) and not (keep and not typed):
        return ""
    if not isinstance(value, str):
        hint = "write it in quotes if it is a name, or declare the column as number"
        place[2].add(place[0][at], place[1], "text", f"holds {_named(value)}, no text", hint)
        return ""
    if "\0" in value or not _whole(value):
        what = "holds a text with a NUL or half a character"
        place[2].add(place[0][at], place[1], "letters", what, "remove it: no file of texts has it")
        return ""
    return value


def _whole(text: str) -> bool:
    """Say whether a text can be written as UTF-8: a lone surrogate cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(value: Any) -> str:
    """Return a value for a message: quoted, on one line, not long."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _named(value: Any) -> str:
    kind = {bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return f"{kind.get(type(value), type(value).__name__)} ({shown(value)})"


READ: dict[str, Callable[..., npt.NDArray[Any]]] = {"number": numbers, "text": texts}
"""Kind of a column -> what reads it."""
