"""What breaks the rules about texts and tables, in words: parts of the referee."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.records.batch import Frame, Oddities, Texts, count, rows
from seatrial.records.digest import column_digests
from seatrial.records.threat import Company, Edits, Missing, Swap
from seatrial.trial.distance import edits


def edited(threat: Edits, before: Any, after: Any) -> str:
    """Return what is wrong with edited texts; empty if nothing is.

    Args:
        threat: The rules.
        before: The texts of the cases.
        after: As many stimuli.
    """
    if not isinstance(after, Texts) or not all(isinstance(text, str) for text in after):
        return f"stimuli under this threat are Texts, not {type(after).__name__}"
    for at, (old, new) in enumerate(zip(before, after, strict=True)):
        most = threat.most(old)
        if abs(len(new) - len(old)) > most:
            return f"case {at}: {len(new)} characters, of {len(old)} and at most {most} edits"
        if (found := edits(old, new)) > most:
            return f"case {at}: {found} edits, and {len(old)} characters may have {most}"
    return ""


def emptied(threat: Missing, before: Any, after: Any) -> str:
    """Return what is wrong with table rows of which fields were emptied; empty if nothing is."""
    old, new = _fields(before), _fields(after)
    if not old or [(name, part.dtype.kind) for name, part in old] != [(name, part.dtype.kind) for name, part in new]:
        return "stimuli under this threat are a Frame, or floats (n, columns), with the columns of the cases"
    gone = np.zeros(count(before), dtype=np.intp)
    for (name, was), (_, now) in zip(old, new, strict=True):
        none, none_before = (part == "" if part.dtype.kind == "U" else np.isnan(part) for part in (now, was))
        changed = (was != now) & ~(none & none_before)
        if (wrong := changed & ~none).any():
            return f"case {int(wrong.argmax())}: column {name} was changed, not emptied"
        gone += changed
    if (gone > threat.fields).any():
        return f"case {int(gone.argmax())}: {int(gone.max())} fields were emptied, the threat allows {threat.fields}"
    return ""


def swapped(threat: Swap, before: Any, after: Any) -> str:
    """Return what is wrong with rows of a `Frame` of which columns were swapped; empty if nothing is.

    A column is named, or counted from 0 in the order of the model's columns.
    """
    if not isinstance(after, Frame) or list(after) != list(before):
        return "stimuli under this threat are a Frame with the columns of the cases, in their order"
    names = list(before)
    free = {names[one] if isinstance(one, int) and one < len(names) else one for one in threat.columns}
    for name in names:
        was, now = before[name], after[name]
        if now.shape != was.shape or now.dtype.kind != was.dtype.kind:
            return f"column {name} holds {now.dtype} {now.shape}, in the cases {was.dtype} {was.shape}"
        none = np.isnan(was) & np.isnan(now) if now.dtype.kind == "f" else np.zeros(len(now), dtype=np.bool_)
        changed = (was != now) & ~none
        if name not in free and changed.any():
            return f"case {int(changed.argmax())}: column {name} was changed, and only {sorted(map(str, free))} may be"
        if now.dtype.kind == "f" and not np.isfinite(now[changed]).all():
            return f"column {name} was set to a number that is not finite"
    return ""


def accompanied(threat: Company, before: Any, after: Any) -> str:
    """Return what is wrong with calls in which the case has company; empty if nothing is."""
    if not isinstance(after, Oddities):
        return "stimuli under this threat are Oddities: one call of the target per case"
    own = column_digests(before)
    for at, call in enumerate(after):
        if type(call) is not type(before) or not 1 <= count(call) <= threat.rows:
            return f"case {at}: its call is no column of 1 to {threat.rows} rows like those of the cases"
        if column_digests(rows(call, [0])) != own[at : at + 1]:
            return f"case {at}: the first row of its call is not the case"
    return ""


def _fields(column: Any) -> list[tuple[Any, npt.NDArray[Any]]]:
    """Return name and values of every column of a table, a `Frame` or an array `(n, columns)` of floats; else none."""
    if isinstance(column, Frame):
        return list(column.items())
    floats = isinstance(column, np.ndarray) and column.ndim == 2 and column.dtype.kind == "f"
    return list(enumerate(column.T)) if floats else []
