"""Whether cases are such as a target was made for: kind, shape, range, columns, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from seatrial.cases.cases import Cases
from seatrial.cases.pools import read_through
from seatrial.errors import CasesError, Problem, meant
from seatrial.records.batch import Array, Batch, Frame, Talks, Texts
from seatrial.targets.block import TAKES
from seatrial.targets.target import Face


def check(cases: Cases, face: Face) -> None:
    """Refuse cases that the target was not made for: an attempt on them would show nothing, and be spent.

    Raises:
        CasesError: If inputs are of another kind than the target takes, arrays have another shape than the face says
            or lie outside its range, tables have other columns, or a label has no class.
    """

    def look(batch: Batch[Any], first: int) -> None:
        strange = [*_strange_kind(batch.inputs, face)] or [*_strange_inputs(batch.inputs, face, first)]
        if found := [*strange, *_strange_labels(batch.labels, face, first)]:
            raise CasesError(*found)

    read_through(cases, look)


_GIVEN: dict[type[Any], tuple[type[Any], str]] = {
    Array: (np.ndarray, "arrays"),
    Frame: (Frame, "rows of a table"),
    Texts: (Texts, "texts"),
    Talks: (Talks, "conversations"),
}
"""What a target takes -> what its cases must be, and what to call them."""


def _strange_kind(inputs: Any, face: Face) -> Iterator[Problem]:
    """Yield that the inputs are of another kind than the target takes, or a table of other columns."""
    wanted, name = _GIVEN.get(face.takes, (object, ""))
    if not isinstance(inputs, wanted):
        kind = next((kind for kind, (made, _) in _GIVEN.items() if isinstance(inputs, made)), None)
        given = _GIVEN[kind][1] if kind else type(inputs).__name__
        takes = next((word for word, one in TAKES.items() if one is kind), "")
        hint = f"target.input: {{takes: {takes}}}, or cases of another kind" if takes else "choose another source"
        hint += "; form: array makes rows of numbers" if face.takes is Array and kind is Frame else ""
        yield Problem("cases", f"are {given}, and the target takes {name}", hint)
    if not isinstance(inputs, Frame) or not face.columns:
        return
    kinds = {field.name: field.kind for field in face.columns}
    for absent in [one for one in kinds if one not in inputs]:
        yield Problem("cases.columns", f"lack {absent!r}, which the model takes", meant(absent, inputs))
    for extra in [one for one in inputs if one not in kinds]:
        yield Problem("cases.columns", f"hold {extra!r}, which the model does not take", "leave it out")
    for column, values in inputs.items():
        held = "text" if values.dtype.kind == "U" else "number"
        if kinds.get(column, held) != held:
            what = f"call {column!r} a {held}, and target.input.columns a {kinds[column]}"
            yield Problem("cases.columns", what, f"say the same in both: {{{column}: {kinds[column]}}}")


def _strange_inputs(inputs: Any, face: Face, first: int) -> Iterator[Problem]:
    if not isinstance(inputs, np.ndarray) or inputs.dtype.kind not in "fiub":
        return
    if face.shape is not None and inputs.shape[1:] != tuple(face.shape):
        what = f"one case has shape {list(inputs.shape[1:])}, target.input.shape says {list(face.shape)}"
        yield Problem("cases", what, "mend the one that is wrong")
        return
    flat = inputs.reshape(len(inputs), -1)
    low = -np.inf if face.low is None else face.low
    high = np.inf if face.high is None else face.high
    if len(bad := np.flatnonzero((flat < low).any(axis=1) | (flat > high).any(axis=1))):
        row = flat[bad[0]]
        what = f"case {first + bad[0]} runs from {row.min():g} to {row.max():g}, outside target.input.range"
        yield Problem("cases", what, f"the range is {low:g} to {high:g}; scale the cases as the model takes them")


def _strange_labels(labels: Any, face: Face, first: int) -> Iterator[Problem]:
    column = np.asarray(labels)
    if labels is not None and (face.many or face.gives == "value"):
        yield from _other_truth(column, face)
        return
    if face.scores and column.ndim == 2:
        what = "have a row of labels for each case, and the model names one class"
        yield Problem("cases", what, "write many: true in the target block if several may be true at once")
        return
    if not face.scores or face.classes is None or column.ndim != 1 or column.dtype.kind not in "iu":
        return
    if len(bad := np.flatnonzero(column >= face.classes)):
        what = f"the model has classes 0 to {face.classes - 1}, case {first + bad[0]} has the label {column[bad[0]]}"
        yield Problem("cases", what, "number the classes as the model does; cases are counted from 0")


def _other_truth(column: Any, face: Face) -> Iterator[Problem]:
    """Yield what is wrong with what is said of cases for a model of many labels, or of one that gives a number."""
    if face.many and (column.ndim != 2 or column.dtype.kind not in "iub" or column.shape[1] != face.classes):
        what = f"say {column.dtype} {column.shape[1:] or ''} of each case, and the model has {face.classes} outputs"
        yield Problem("cases", what.replace("  ", " "), "a 0 or 1 for each output; of kind npz: truth: flags")
    if face.gives == "value" and column.dtype.kind not in "fiu":
        yield Problem("cases", f"say {column.dtype} of each case, and the model gives a number", "npz: truth: values")
