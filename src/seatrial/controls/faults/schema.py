"""A table scorer that takes whatever it is handed, and one that checks the schema first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.listed import Listed
from seatrial.controls.control import Control, Plant
from seatrial.controls.plants import CASES, one_class
from seatrial.records.batch import Frame
from seatrial.records.card import Card
from seatrial.records.threat import Malformed
from seatrial.targets.target import Face

JOBS = ("cook", "smith", "pilot", "nurse")
MOST = {"age": 120.0, "income": 1e7}
FACE = Face(takes=Frame, gives="probabilities", classes=2)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Careless:
    """Keeps what it knows, and passes on anything else as not a number."""

    face: Face = FACE

    def respond(self, inputs: Any, /) -> Floats:
        """Return probabilities `(n, 2)`; NaN where the rows are out of schema, and one row for an empty batch."""
        return (
            np.full((max(len(inputs["age"]) if "age" in inputs else 1, 1), 2), np.nan)
            if flaws(inputs)
            else _chances(inputs)
        )


@dataclass(frozen=True)
class Careful:
    """The same scorer behind a check."""

    face: Face = FACE

    def respond(self, inputs: Any, /) -> Floats:
        """Return probabilities `(n, 2)`.

        Raises:
            ValueError: If the rows are out of schema, saying how.
        """
        if found := flaws(inputs):
            raise ValueError(found)
        return _chances(inputs)


@dataclass(frozen=True, slots=True)
class SchemaControl:
    """Sixteen rows of age, income and job."""

    def flaw(self) -> Plant:
        """Return the scorer that takes anything; every kind of row out of schema makes it fall."""
        return Plant(Careless(), _cases(), Malformed(), share=1.0)

    def twin(self) -> Plant:
        """Return the scorer that checks; nothing makes it fall."""
        return Plant(Careful(), _cases(), Malformed(), share=0.0)


def flaws(rows: Any) -> str:
    """Return how rows are out of schema, the first thing only; empty if they are not."""
    if list(rows) != [*MOST, "job"]:
        return f"columns must be {', '.join(MOST)} and job, not {', '.join(map(str, rows))}"
    if not len(rows["job"]):
        return "there must be a row"
    for name, most in MOST.items():
        if rows[name].dtype.kind != "f" or not ((rows[name] > 0) & (rows[name] <= most)).all():
            return f"{name} must be a number above 0, up to {most:g}"
    known = rows["job"].dtype.kind == "U" and np.isin(rows["job"], JOBS).all()
    return "" if known else f"job must be one of {', '.join(JOBS)}"


def _chances(rows: Frame) -> Floats:
    share = np.clip(rows["income"] / MOST["income"] + np.isin(rows["job"], JOBS[:2]) * 0.1, 0, 1)
    return np.stack([1 - share, share], axis=1)


def _cases() -> Listed:
    at = np.arange(CASES)
    columns = {"age": 20.0 + at, "income": 3e6 + 1e5 * at, "job": np.array(JOBS)[at % len(JOBS)]}
    return one_class(Frame(columns), 0)


CARD: Card[Control] = Card(SchemaControl, title="A table scorer that takes whatever it is handed")
