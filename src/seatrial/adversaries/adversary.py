"""What an adversary is, and what the harness lends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from seatrial.records.batch import Attempts, Batch
from seatrial.records.random import Random

K_co = TypeVar("K_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)
K_contra = TypeVar("K_contra", contravariant=True)
X = TypeVar("X")
T = TypeVar("T")


@dataclass(frozen=True)
class Bench(Generic[K_co]):
    """What the harness lends the attacker for one shard."""

    threat: K_co
    """The rules; the referee holds the attempt to them."""
    random: Random
    """The only source of randomness: one stream per case and purpose."""
    left: int = 0
    """Queries that the threat still allows per case; 0 is no limit."""
    helpers: Mapping[str, Any] = field(default_factory=dict)
    """Other models that the attacker has at home, by name (`surrogates` of a charter): metered on an account of their
    own, so that asking them is no query of the target.  Each has a home of its own (`Face.home`)."""

    def at(self, target: T, rows: Any) -> T:
        """Return the same target asked for these rows of the batch, so that each is charged for what it costs."""
        return narrowed(target, rows)


def narrowed(target: T, rows: Any) -> T:
    """Return a target asked for these of its rows; one that does not know for whom it is asked is returned as it is."""
    at = getattr(target, "at", None)
    return target if at is None else at(rows)


class Adversary(Protocol[T_contra, X, K_contra]):
    """A frozen dataclass whose fields are its tactics.

    The signature is the requirement: annotate `target` with what you need of it, `batch` with
    the modality and `bench` with the threat that you can play by; the plan reads all three.
    """

    def attack(self, target: T_contra, batch: Batch[X], bench: Bench[K_contra]) -> Attempts[X]:
        """Return one attempt per case.  Do not judge it; the oracle will."""
        ...
