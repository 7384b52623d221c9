"""Outcomes per class and per group of people, counted from the recorded rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from seatrial.plan.plan import Plan
from seatrial.proof.criterion import parse
from seatrial.verbs.rows import HELD, Rows

MOST = 50
"""Classes or groups that a report tells of one clause: those with the lowest share, if there are more."""


def class_names(plan: Plan) -> tuple[str, ...]:
    """Return what the charter calls the classes, in the model's order; empty if it names none."""
    settings = plan.cases.get("settings") or {}
    classes = settings.get("classes")
    return tuple(str(name) for name in classes) if isinstance(classes, list | tuple) else ()


def called(answer: str, names: tuple[str, ...]) -> str:
    """Return the name of a class that is given as a number; any other text as it is."""
    return names[int(answer)] if answer.isascii() and answer.isdigit() and int(answer) < len(names) else answer


def group_names(seen: Rows) -> list[str]:
    """Return the group of each case as a text; empty if none was recorded."""
    column = seen.columns["group"].tolist() if "group" in seen.columns else []
    return [bytes(one).rstrip(b"\0").decode("utf-8", "replace") for one in column]


def groups(seen: Rows, require: str, names: tuple[str, ...]) -> Mapping[str, tuple[int, int]]:
    """Return class or group -> (cases, held), of those that were recorded; classes first.

    A mean has no such counts.  A class keeps its number where the charter names none.
    """
    if parse(require).metric == "mean" or not len(seen) or "held" not in seen.columns:
        return {}
    held = seen.outcomes(require) == HELD
    found: dict[str, tuple[int, int]] = {}
    if "label" in seen.columns:
        counted = _counted(seen.columns["label"], held)
        found |= {called(str(label), names): counts for label, counts in counted.items()}
    if "group" in seen.columns:
        told = _counted(np.array(group_names(seen)), held)
        found |= {f"group {group}": counts for group, counts in told.items()}
    return found if len(found) <= 2 * MOST else _lowest(found)


def _counted(column: npt.NDArray[np.generic], held: npt.NDArray[np.bool_]) -> dict[object, tuple[int, int]]:
    values, place = np.unique(column, return_inverse=True)
    cases, good = np.bincount(place), np.bincount(place, weights=held)
    return {value: (int(count), int(kept)) for value, count, kept in zip(values.tolist(), cases, good, strict=True)}


def _lowest(found: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    ordered = sorted(found, key=lambda name: (found[name][1] / found[name][0], name))
    return {name: found[name] for name in ordered[:MOST]}
