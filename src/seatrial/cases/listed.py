"""Cases that are in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.errors import CasesError, Problem
from seatrial.records.batch import Batch
from seatrial.records.digest import column_digests


class Listed:
    """A source of cases over columns in memory."""

    def __init__(self, batch: Batch[Any]) -> None:
        """Take the cases; `ids` must be the digests of the inputs, as `listed` makes them."""
        self._batch = batch

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._batch)

    def take(self, first: int, last: int, /) -> Batch[Any]:
        """Return the cases from `first` up to, not including, `last`."""
        return self._batch.take(np.arange(first, min(last, len(self._batch))))


def listed(inputs: Any, labels: Any = None, *, groups: Any = None, sealed: Any = None) -> Listed:
    """Return a source over these columns, each case named by the digest of its input."""
    return Listed(Batch(column_digests(inputs), inputs, labels, groups, sealed))


def label_problems(labels: npt.NDArray[Any], count: int, classes: int | None, where: str) -> list[Problem]:
    """Return what is wrong with a column of labels, with the first offenders.

    Args:
        labels: As they were read.
        count: How many inputs there are.
        classes: How many classes there are; None if unknown.
        where: What to call them in messages.
    """
    if labels.ndim != 1 or len(labels) != count:
        columns = labels.ndim == 2 and len(labels) == count
        hint = "one label per input" + (": of one column per class, y.argmax(axis=1)" if columns else "")
        return [Problem(where, f"has shape {labels.shape} for {count} inputs", hint)]
    if labels.dtype.kind in "US":
        hint = "number the classes from 0, as the model does: np.unique(y, return_inverse=True)[1] numbers them by name"
        return [Problem(where, "holds texts, not integers", hint)]
    if labels.dtype.kind not in "iub":
        whole = labels.dtype.kind == "f" and bool(np.all(np.isfinite(labels)) and np.all(labels == np.floor(labels)))
        hint = "save them as integers: y.astype(int)" if whole else "number the classes from 0"
        return [Problem(where, f"holds {labels.dtype}, not integers", hint)]
    top = classes if classes is not None else np.inf
    if len(bad := np.flatnonzero((labels < 0) | (labels >= top))):
        allowed = f"0 to {classes - 1}" if classes is not None else "0 or more"
        first = ", ".join(f"{labels[at]} at {at}" for at in bad[:3])
        return [Problem(where, f"{len(bad)} labels are out of range, the first: {first}", f"labels are {allowed}")]
    return []


def truth_problems(truth: npt.NDArray[Any], count: int, kind: str, where: str) -> list[Problem]:
    """Return what is wrong with labels that are no classes.

    Args:
        truth: As they were read.
        count: How many inputs there are.
        kind: `flags`, a 0 or 1 for each output, -1 where nobody knows; or `values`, the true numbers.
        where: What to call them in messages.
    """
    flags = kind == "flags"
    if len(truth) != count or truth.ndim > 2 or (flags and truth.ndim != 2):
        form = "a row of 0 and 1 per input" if flags else "one number per input, or a row of them"
        return [Problem(where, f"has shape {truth.shape} for {count} inputs", form)]
    if truth.dtype.kind not in ("iub" if flags else "fiu"):
        return [Problem(where, f"holds {truth.dtype}", "save 0 and 1 as integers" if flags else "save numbers")]
    good = np.isin(truth, (-1, 0, 1)) if flags else np.isfinite(truth)
    if len(bad := np.flatnonzero(~good.reshape(count, -1).all(axis=1))):
        what = "other numbers than 0, 1 and -1" if flags else "NaN or infinity"
        return [Problem(where, f"{len(bad)} rows hold {what}, the first at {bad[0]}", "repair or leave them out")]
    return []


def unknown_settings(settings: Any, known: set[str]) -> None:
    """Refuse settings that a source does not have.

    Raises:
        CasesError: Naming each.
    """
    if unknown := sorted(set(settings) - known - {"kind"}):
        hint = f"there are {', '.join(sorted(known))}"
        raise CasesError(*(Problem(f"cases.{key}", "is unknown here", hint) for key in unknown))
