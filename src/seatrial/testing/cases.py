"""The contract of a source of cases, to be run over any: `check_cases(lambda: make(settings, folder))`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from seatrial.cases.cases import Cases
from seatrial.cases.pools import fetch, truth
from seatrial.records.batch import Batch, count
from seatrial.records.digest import column_digests

_PARTS = "inputs", "labels", "groups", "sealed"


def check_cases(make: Callable[[], Cases]) -> None:
    """Check that a source keeps the contract.

    Args:
        make: Makes the source, every time anew, from what is stored; it has three cases or more.

    Raises:
        AssertionError: Naming every rule that is broken: cases that are not named by the digest of their content;
            slices that differ from the same rows of the whole; a slice beyond the end; columns of another length; an
            order, labels or groups that change from one making to the next; columns that are not the receiver's own.
    """
    cases = make()
    assert len(cases) >= 3, "check_cases needs at least three cases"
    whole = cases.take(0, len(cases))
    broken = [*_form(cases, whole)] or [*_slices(cases, whole), *_order(make, whole), *_own(cases)]
    assert not broken, "the source breaks its contract:\n" + "\n".join(f"* {said}" for said in broken)


def _form(cases: Cases, whole: Batch[Any]) -> Iterator[str]:
    if len(whole) != len(cases):
        yield f"it has {len(cases)} cases, and all of them are {len(whole)}"
    for name in _PARTS:
        column = getattr(whole, name)
        if column is not None and count(column) != len(whole):
            yield f"{len(whole)} cases have {count(column)} {name}"
    if column_digests(whole.inputs) != whole.ids:
        yield "cases are not named by their content: ids must be records.digest.column_digests(inputs)"
    if whole.labels is not None and (
        np.asarray(whole.labels).dtype.kind not in "iu" or np.asarray(whole.labels).ndim != 1
    ):
        yield "labels are not one integer a case"


def _slices(cases: Cases, whole: Batch[Any]) -> Iterator[str]:
    size = len(cases)
    for first, last in ((0, 1), (1, size - 1), (size - 2, size), (size - 1, size + 9), (size // 2, size // 2)):
        piece, same = cases.take(first, last), whole.take(np.arange(first, min(last, size)))
        if piece.ids != same.ids:
            yield f"take({first}, {last}) gives other cases than the whole"
        for name in _PARTS:
            if not _equal(getattr(piece, name), getattr(same, name)):
                yield f"take({first}, {last}) gives other {name} than the whole"


def _order(make: Callable[[], Cases], whole: Batch[Any]) -> Iterator[str]:
    again = make()
    if again.take(0, len(again)).ids != whole.ids:
        yield "made again it has other cases, or another order"
    elif truth(again) != truth(make()):
        yield "made again it says something else of its cases: labels or groups"
    if len(set(whole.ids)) == len(whole) and fetch(again, whole.ids[::-1]).ids != whole.ids[::-1]:
        yield "its cases cannot be fetched by name"


def _own(cases: Cases) -> Iterator[str]:
    taken = cases.take(0, 3)
    for column in (taken.inputs, taken.labels):
        for part in column.values() if isinstance(column, Mapping) else (column,):
            if isinstance(part, np.ndarray) and part.dtype.kind in "fiu" and part.flags.writeable:
                part[...] = 77
    if column_digests(cases.take(0, 3).inputs) != taken.ids:
        yield "who overwrites what was taken changes the source"


def _equal(one: Any, other: Any) -> bool:
    """Say whether two columns hold the same; the width of texts does not count."""
    if one is None or other is None:
        return one is other
    if isinstance(one, Mapping):
        return list(one) == list(other) and type(one) is type(other) and all(_equal(one[k], other[k]) for k in one)
    if isinstance(one, tuple):
        return type(one) is type(other) and bool(one == other)
    left, right = np.asarray(one), np.asarray(other)
    same = left.dtype == right.dtype or left.dtype.kind == right.dtype.kind == "U"
    return (same and left.shape == right.shape and left.tolist() == right.tolist()) or _bytes_equal(left, right)


def _bytes_equal(left: Any, right: Any) -> bool:
    return bool(left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes())
