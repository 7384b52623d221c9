"""Candidate and baseline, each attacked on its own, on the same cases: one shard that shows both sides."""

from __future__ import annotations

from dataclasses import replace

from seatrial.proof import observation
from seatrial.trial.shard import Sight


def beside(sight: Sight, base: Sight) -> Sight:
    """Return what a shard showed of the candidate, with the baseline's outcomes beside it, case by case.

    Args:
        sight: Of the candidate.
        base: Of the baseline, on the same cases with the same seeds.  If it failed, so has the shard: half of a
            difference is none.
    """
    if sight.status != "done":
        return sight
    if base.status != "done":
        return Sight("failed", f"the baseline: {base.reason}")
    notes = [*filter(None, (sight.reason, f"the baseline: {base.reason}" if base.reason else ""))]
    return replace(
        sight,
        reason="; ".join(notes)[:1000],
        computed=observation.paired(sight.computed, base.computed),
        measured=observation.paired(sight.measured, base.measured),
    )
