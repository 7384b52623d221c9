"""Watching one clause of a plan that stops early: settled or not, shard by shard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.proof.observation import Table, decode
from seatrial.proof.stopping import settled
from seatrial.proof.verdict import outcomes
from seatrial.trial.work import Result


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier slices of the same trial showed: a stop looks at all of them."""

    results: tuple[Mapping[str, Any], ...] = ()
    """Predicates of their run-results, in the order of the log."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    """Digest -> rows."""


class Watch:
    """What one clause has shown so far."""

    def __init__(self, plan: Mapping[str, Any], clause: str, attempt: int, earlier: Earlier) -> None:
        """Begin with what earlier slices showed.

        Args:
            plan: As JSON.
            clause: Its name.
            attempt: Number of the attempt.
            earlier: Of the run-plans that are continued.
        """
        self._plan, self._clause, self._attempt = plan, clause, attempt
        self._before = outcomes(earlier.results)
        self._shards: dict[tuple[str, int], dict[str, Any]] = {}
        self._tables = dict(earlier.tables)
        self.settled = ""
        """`held` or `breached` as soon as no more shards are needed; the last word is the verdict's."""

    def see(self, result: Result) -> None:
        """Take in the next shard, in order.

        Raises:
            StoreError: If its file is gone or damaged.
        """
        self._shards[result.clause, result.shard] = result.to_json()
        parts = result.parts()
        named = result.blobs or {}
        self._tables |= {named[part]: decode(parts[part]) for part in ("computed", "measured") if part in parts}
        self.settled = settled(self._plan, self._clause, (*self._before, self._shards), self._tables, self._attempt)
