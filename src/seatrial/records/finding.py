"""What a diagnosis says of a robust claim: whether the model hides its weakness from an attack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One question put to the numbers of an attack on one shard, and its answer."""

    name: str
    """Id of the question, on the shelf of diagnoses: `vanishing`, `unstable`."""
    found: bool
    """Whether the sign of masking was there."""
    figure: float
    """What was measured."""
    limit: float
    """Where it begins to count."""
    cases: int
    """Cases that it was measured on."""
    said: str
    """One sentence for the reader of a report."""
    answer: str = ""
    """What was switched on because of it, in one sentence; empty if nothing was."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


def finding(said: Mapping[str, Any]) -> Finding:
    """Return the finding that `to_json` gave."""
    return Finding(**{**said, "figure": float(said["figure"]), "limit": float(said["limit"])})


def united(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return one finding for each name, in the order in which they come: found if any is, the one farthest above.

    `cases` is the sum over those with that name.
    """
    best: dict[str, Finding] = {}
    cases: dict[str, int] = {}
    for one in findings:
        cases[one.name] = cases.get(one.name, 0) + one.cases
        if one.name not in best or (one.found, one.figure) > (best[one.name].found, best[one.name].figure):
            best[one.name] = one
    return tuple(replace(one, cases=cases[name]) for name, one in best.items())
