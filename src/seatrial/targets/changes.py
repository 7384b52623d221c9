"""What a remedy may change of an estimator before it is fitted anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar, runtime_checkable

from seatrial.targets.target import Refittable

X_contra = TypeVar("X_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Without:
    """It no longer sees these columns; rows keep them."""

    columns: tuple[int | str, ...]
    """Positions from 0, or names of a table's columns."""


@dataclass(frozen=True, slots=True)
class Coarse:
    """It sees of every number only in which of some bins it lies."""

    bins: int = 2
    """Per column."""
    strategy: str = "uniform"
    """`uniform`: bins of one width; `kmeans`: their edges lie half way between centres of the column's values."""


@dataclass(frozen=True, slots=True)
class Monotone:
    """Its answer may only rise, or only fall, with some columns."""

    ways: Mapping[int | str, int]
    """Column -> 1 if the score of class 1 may never fall as it rises, -1 if it may never rise."""


Change: TypeAlias = Without | Coarse | Monotone


@runtime_checkable
class Rebuildable(Refittable[X_contra, R_co], Protocol[X_contra, R_co]):
    """A refittable target whose model can be built otherwise."""

    def rebuilt(self, change: Change, /) -> Rebuildable[X_contra, R_co]:
        """Return a target of the same face with a model that is changed and has to be fitted before it answers.

        Raises:
            TargetError: If its model cannot be changed like that, with the reason.
        """
        ...

    def columns(self) -> tuple[int | str, ...]:
        """Return what its rows hold, names of a table's columns or positions from 0; empty if they are no rows."""
        ...
