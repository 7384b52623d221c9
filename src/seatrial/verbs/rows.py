"""The recorded rows of one clause as columns: what reports, tables and drawings are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.proof import criterion, verdict
from seatrial.proof.observation import Table
from seatrial.records.finding import Finding, finding, united

BROKEN, UNKNOWN, HELD = 0, 1, 2
"""What became of a case."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The cases of one clause over all slices; every array has one value per case."""

    cases: tuple[bytes, ...]
    columns: Mapping[str, npt.NDArray[Any]]
    """`held`, `draws`, `unknown`, `score`, `stage`, `forwards`, `backwards`, `queries`, `seconds`; `label` and `group`
    where the source has them; `value:latency` and the like."""
    shard: npt.NDArray[np.intp]
    """Position in `shards` of the shard that a case was tried in."""
    shards: tuple[Mapping[str, Any], ...]
    """Entries of the run-results, those that are done."""
    findings: tuple[Finding, ...] = ()
    """What the adversaries said against their own silence, over all shards, each question once."""

    def __len__(self) -> int:
        """Return how many cases there are."""
        return len(self.cases)

    def outcomes(self, require: str) -> npt.NDArray[np.int8]:
        """Return `BROKEN`, `UNKNOWN` or `HELD` of each case; for a quantile, held is within its limit."""
        asked = criterion.parse(require)
        found = np.full(len(self), BROKEN, dtype=np.int8)
        if asked.quantile is not None:
            name = asked.arguments[0]
            values = self.columns.get(f"value:{name}", self.columns.get(name))
            values = np.full(len(self), np.nan) if values is None else np.asarray(values, dtype=np.float64)
            limit = float(asked.limit)
            found[values <= limit if asked.comparison == "<=" else values >= limit] = HELD
            found[np.isnan(values)] = UNKNOWN
            return found
        held, draws, unknown = (self.columns[name].astype(np.int64) for name in ("held", "draws", "unknown"))
        found[held + unknown == draws] = UNKNOWN
        found[held == draws] = HELD
        return found

    def total(self, name: str) -> float:
        """Return the sum of a column; 0 if it is not there."""
        return float(self.columns[name].sum()) if name in self.columns and len(self) else 0.0


def rows(clause: str, results: Sequence[Mapping[str, Any]], tables: Mapping[str, Table]) -> Rows:
    """Return what the shards of a clause recorded.

    Args:
        clause: Its name.
        results: Predicates of all run-results that count, in the order of the log.
        tables: Digest -> rows (`decision.judge.tables_of`).
    """
    parts = [shard for slice_ in verdict.outcomes(results) for shard in slice_.values()]
    shards = tuple(shard for shard in parts if shard["clause"] == clause and shard["status"] == "done")
    found = [_joined(tables[shard["computed"]], tables[shard["measured"]]) for shard in shards]
    names = [name for name in found[0] if all(name in one for one in found)] if found else []
    columns = {name: np.concatenate([np.asarray(one[name]) for one in found]) for name in names if name != "case"}
    sizes = [len(one["case"]) for one in found]
    cases = tuple(case for one in found for case in one["case"])
    said = united(finding(one) for shard in shards for one in tables[shard["computed"]].findings)
    return Rows(cases, columns, np.repeat(np.arange(len(shards)), sizes), shards, said)


def _joined(computed: Table, measured: Table) -> dict[str, Any]:
    """Return the columns of both blobs of a shard, in the order of the first."""
    columns: dict[str, Any] = dict(computed.columns)
    rest: dict[str, Any] = dict(measured.columns)
    order = rest.pop("case")
    if order != columns["case"]:
        at = {case: row for row, case in enumerate(order)}
        place = [at[case] for case in columns["case"]]
        rest = {name: [values[row] for row in place] for name, values in rest.items()}
    return {**columns, **rest}
