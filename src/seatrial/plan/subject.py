"""What a plan is made for: the model, the one that it is compared with, and the cases, as they were found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.targets.target import Target


@dataclass(frozen=True, slots=True)
class Rival:
    """The model that the candidate is compared with."""

    target: Target[Any, Any]
    """Loaded."""
    block: Mapping[str, Any]
    """As a charter's `target`."""
    model: str
    """Digest of its manifest."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is tried, and what there is to try it with."""

    target: Target[Any, Any]
    """Loaded; what it can do is read from it."""
    model: str
    """Digest of its manifest."""
    pool: bytes
    """Pool blob (`proof.rules.pool_blob`) of all cases."""
    members: tuple[bytes, ...] = ()
    """Training cases for membership probes; those of gate and rehearsal are left out."""
    truth: str = ""
    """Digest of labels and groups of all cases (`cases.pools.truth`)."""
    baseline: Rival | None = None
    """What differences are taken to, if the charter names a baseline."""
    grouped: bool = False
    """Whether the source names a group for its cases."""
    surrogates: Mapping[str, str] = field(default_factory=dict)
    """Name of each of the charter's surrogates -> digest of its manifest."""
    manifest: bytes = b""
    """The model's manifest (`proof.manifest`), to be kept with the plan."""
