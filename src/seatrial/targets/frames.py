"""Table rows as a scikit-learn model takes them, and the columns that a fitted model says it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from seatrial.plugins import lacking
from seatrial.targets.target import Field

_INNER = ("best_estimator_", "estimator_", "_preprocessor")
"""Attributes in which estimators keep a fitted one that gets the same columns."""


def dataframe(frame: Mapping[str, Any], names: Sequence[str]) -> Any:
    """Return rows as a pandas DataFrame with these columns, in this order.

    Numbers stay float64; texts are Python objects, NaN where one is missing: what `pandas.read_csv` gives, but for
    the dtype of its texts, which changed with pandas 3.

    Args:
        frame: Name -> `(n,)` array.
        names: Those that the model takes.

    Raises:
        KeyError: If a column is not there.
        MissingExtra: If pandas is not installed.
    """
    try:
        import pandas as pd  # noqa: PLC0415 - an extra, needed for tables only
    except ModuleNotFoundError as error:
        raise lacking("pandas", "targets.sklearn: a table") from error

    def series(values: Any) -> Any:
        column = np.asarray(values)
        if column.dtype.kind != "U":
            return pd.Series(column)
        made = column.astype(object)
        made[column == ""] = np.nan
        return pd.Series(made, dtype=object)

    return pd.DataFrame({name: series(frame[name]) for name in names}, columns=list(names))


def fitted_fields(estimator: Any) -> tuple[Field, ...]:
    """Return the columns that a model was fitted on, with what each holds; empty if it does not know their names.

    A column is one of texts if an encoder, imputer or vectoriser that gets it was fitted on texts.
    """
    names = tuple(map(str, getattr(estimator, "feature_names_in_", ())))
    known: dict[str, tuple[str, ...]] = {}
    for name, values in _texts(estimator, names):
        known[name] = max(known.get(name, ()), values, key=len)
    return tuple(Field(name, "text", known[name]) if name in known else Field(name) for name in names)


def _texts(estimator: Any, names: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (name, values) of the columns of texts among those that an estimator gets."""
    yield from _own(estimator, names)
    for _, step in getattr(estimator, "steps", ()):
        yield from _texts(step, names)
        if not _keeps(step, names):
            return
    for part in getattr(estimator, "transformers_", ()):
        chosen = _chosen(part[2], names)
        yield from _texts(part[1], chosen)
    for part in getattr(estimator, "transformer_list", ()):
        yield from _texts(part[1], names)
    for inner in _INNER:
        if (found := getattr(estimator, inner, None)) is not None:
            yield from _texts(found, names)


def _own(estimator: Any, names: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    categories = getattr(estimator, "categories_", ())
    if len(categories) == len(names):
        for name, values in zip(names, categories, strict=True):
            if texts := tuple(value for value in list(values) if isinstance(value, str)):
                yield name, texts
    statistics = np.asarray(getattr(estimator, "statistics_", ()))
    if statistics.dtype.kind == "O" and len(statistics) == len(names):
        for name, value in zip(names, statistics.tolist(), strict=True):
            if isinstance(value, str):
                yield name, (value,)
    if hasattr(estimator, "build_analyzer") and len(names) == 1:
        yield names[0], ()


def _keeps(step: Any, names: Sequence[str]) -> bool:
    """Say whether a step hands on as many columns as it gets."""
    given = getattr(step, "n_features_in_", len(names))
    handed = getattr(step, "statistics_", None)
    return handed is not None and len(handed) == given == len(names)


def _chosen(columns: Any, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns that are chosen by name, position, slice or mask."""
    listed = np.atleast_1d(np.asarray(_span(columns, names) if isinstance(columns, slice) else columns))
    return tuple(map(str, listed if listed.dtype.kind in "UO" else np.asarray(names)[listed]))


def _span(columns: slice, names: Sequence[str]) -> Any:
    """Return the positions in a slice; one between names holds its last one too."""
    first = names.index(columns.start) if isinstance(columns.start, str) else columns.start
    last = names.index(columns.stop) + 1 if isinstance(columns.stop, str) else columns.stop
    return np.arange(len(names))[first:last]
