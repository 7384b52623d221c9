"""Columns of a table as a charter names them, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

K = TypeVar("K")


def pairs(columns: Iterable[Any] | Mapping[str, Any], default: K) -> list[tuple[str, Any | K]]:
    """Return each column with what it holds.

    Args:
        columns: `{age: number, job: text}`; names; or, as it is recorded, `[{age: number}, {job: text}]`: canonical
            JSON sorts the keys of a mapping, and the order of the columns is the model's.
        default: What a column holds of which only the name is given.
    """
    if isinstance(columns, Mapping):
        return list(columns.items())
    return [pair for one in columns for pair in (one.items() if isinstance(one, Mapping) else [(str(one), default)])]


def ordered(columns: Any) -> Any:
    """Return columns in the form that keeps their order: a mapping becomes a list of mappings with one key."""
    return [{name: kind} for name, kind in columns.items()] if isinstance(columns, Mapping) else columns
