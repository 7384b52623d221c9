"""Estimators built otherwise: without columns, behind bins, or monotone; of parts that scikit-learn has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import KBinsDiscretizer

from seatrial.errors import Problem, TargetError
from seatrial.targets.changes import Change, Coarse, Monotone, Without

KEEPING = {"KBinsDiscretizer", "MaxAbsScaler", "MinMaxScaler", "RobustScaler", "SimpleImputer", "StandardScaler"}
"""Steps that hand every column on at its place, larger where it was larger."""
_SEEN = "seen"
"""Name of the part of a pipeline that hands on the columns that are seen."""


def rebuilt(estimator: Any, change: Change, columns: Sequence[int | str]) -> Any:
    """Return an estimator of the same parameters, changed, not fitted.

    Args:
        estimator: Fitted.
        change: What is to be otherwise.
        columns: What its rows hold.

    Raises:
        TargetError: If it cannot be changed like that.
    """
    if isinstance(change, Without):
        return _without(estimator, change.columns, columns)
    if isinstance(change, Coarse):
        return _behind(estimator, change)
    return _monotone(estimator, change, columns)


def _refused(what: str, hint: str) -> TargetError:
    return TargetError(Problem("target", what, hint))


def _without(estimator: Any, gone: Sequence[int | str], columns: Sequence[int | str]) -> Any:
    """Return it behind a part that hands on the other columns; a part that hands on columns already hands on fewer."""
    if absent := [one for one in gone if one not in columns]:
        raise _refused(f"has no column {absent[0]!r}", f"it has {', '.join(map(str, columns[:12]))}")
    fresh = clone(estimator)
    chooser = getattr(fresh, "steps", [("", fresh)])[0][1]
    if isinstance(chooser, ColumnTransformer):
        chooser.set_params(transformers=list(_narrowed(estimator, gone, columns)), remainder="drop")
        return fresh
    left = [one for one in columns if one not in gone]
    if not left:
        raise _refused("would see no column any more", "keep one")
    seen = ColumnTransformer([(_SEEN, "passthrough", left)])
    return Pipeline([("columns", seen), *(fresh.steps if isinstance(fresh, Pipeline) else [("model", fresh)])])


def _narrowed(
    estimator: Any, gone: Sequence[int | str], columns: Sequence[int | str]
) -> Iterator[tuple[str, Any, Any]]:
    """Yield the parts of a fitted chooser of columns without some of them; a part that is left with none goes."""
    chooser = getattr(estimator, "steps", [("", estimator)])[0][1]
    said = {name: part for name, part, _ in chooser.transformers} | {"remainder": chooser.remainder}
    for name, _, chosen in chooser.transformers_:
        here = [one for one in _named(chosen, columns) if one not in gone]
        if here and (part := said[name]) != "drop":
            yield "rest" if name == "remainder" else name, part if isinstance(part, str) else clone(part), here


def _named(chosen: Any, columns: Sequence[int | str]) -> list[int | str]:
    """Return the columns that are chosen by name, position, slice or mask."""
    if isinstance(chosen, str):
        return [chosen]
    if isinstance(chosen, slice) and any(isinstance(end, str) for end in (chosen.start, chosen.stop)):
        raise _refused("chooses its columns by a slice of names", "list them")
    found = list(np.asarray(columns, dtype=object)[chosen]) if isinstance(chosen, slice) else list(np.asarray(chosen))
    plain = [one.item() if isinstance(one, np.generic) else one for one in found]
    if plain and isinstance(plain[0], bool):
        return [one for one, taken in zip(columns, plain, strict=True) if taken]
    return [one if isinstance(one, str) else columns[one] if isinstance(one, int) else one for one in plain]


def _behind(estimator: Any, change: Coarse) -> Any:
    """Return it behind bins: of a pipeline's parts that choose columns, these come first."""
    bins = KBinsDiscretizer(change.bins, encode="ordinal", strategy=change.strategy, subsample=None)
    fresh = clone(estimator)
    steps = list(fresh.steps) if isinstance(fresh, Pipeline) else [("model", fresh)]
    first = 1 if isinstance(steps[0][1], ColumnTransformer) else 0
    if first and not _passes(steps[0][1]):
        raise _refused("chooses and changes columns in its first step", "bins go in front of plain numbers only")
    steps = [one for one in steps if not isinstance(one[1], KBinsDiscretizer)]
    return Pipeline([*steps[:first], ("bins", bins), *steps[first:]])


def _passes(chooser: ColumnTransformer) -> bool:
    """Return whether a chooser of columns only chooses."""
    return chooser.remainder == "drop" and all(part == "passthrough" for _, part, _ in chooser.transformers)


def _monotone(estimator: Any, change: Monotone, columns: Sequence[int | str]) -> Any:
    """Return it with its constraints; they are for the columns as its last step gets them."""
    fresh = clone(estimator)
    steps = list(fresh.steps) if isinstance(fresh, Pipeline) else [("model", fresh)]
    model, there = steps[-1][1], list(columns)
    for name, step in steps[:-1]:
        if isinstance(step, ColumnTransformer) and _passes(step):
            there = [one for _, _, chosen in step.transformers for one in _named(chosen, columns)]
        elif type(step).__name__ not in KEEPING or getattr(step, "add_indicator", False):
            hint = f"in front of it: {', '.join(sorted(KEEPING))}, and a choice of columns"
            raise _refused(f"has a step {name} ({type(step).__name__}) behind which columns are others", hint)
    if "monotonic_cst" not in model.get_params(deep=False):
        hint = "HistGradientBoosting, DecisionTree, RandomForest and ExtraTrees know them"
        raise _refused(f"is a {type(model).__name__}, which knows no monotone constraints", hint)
    _checked(change.ways, columns, getattr(estimator, "classes_", ()))
    model.set_params(monotonic_cst=[change.ways.get(one, 0) for one in there])
    return fresh


def _checked(ways: Mapping[int | str, int], columns: Sequence[int | str], classes: Any) -> None:
    """Refuse constraints that are none.

    Raises:
        TargetError: With the first reason.
    """
    if len(classes) != 2:
        raise _refused(f"has {len(classes)} classes, and a constraint is for two", "another remedy")
    if absent := [one for one in ways if one not in columns]:
        raise _refused(f"has no column {absent[0]!r}", f"it has {', '.join(map(str, columns[:12]))}")
    if wrong := [one for one, way in ways.items() if way not in (-1, 1)]:
        raise _refused(f"column {wrong[0]} rises by {ways[wrong[0]]!r}", "1 for rising, -1 for falling")
