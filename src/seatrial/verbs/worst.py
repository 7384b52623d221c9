"""The worst cases of a clause, as far as their bytes are kept: broken by the weakest stage first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from seatrial.errors import StoreError
from seatrial.evidence.log import Log
from seatrial.plan.plan import Promise, Trying
from seatrial.proof import samples
from seatrial.proof.samples import Listed
from seatrial.records.threat import Threat, threat_to
from seatrial.reports.reporter import Example
from seatrial.trial.stimuli import Specimen, unpacked
from seatrial.verbs.groups import called
from seatrial.verbs.rows import Rows

EXAMPLES = 6
"""Worst cases shown per clause."""
SHARDS = 8
"""Shards whose kept cases are read for one clause, so that a large trial is told as fast as a small one."""


def examples(log: Log, promise: Promise, seen: Rows, names: tuple[str, ...], *, most: int = EXAMPLES) -> list[Example]:
    """Return the worst of the kept cases: broken by the earliest stage, and of those the clearest.

    Args:
        log: For the kept bytes.
        promise: The clause.
        seen: What was recorded of it.
        names: What the classes are called.
        most: How many.
    """
    broken = [(row, one) for row, one in looked(log, seen) if one.stage >= 0]
    score = seen.columns.get("score", np.zeros(len(seen)))
    broken.sort(key=lambda pair: (pair[1].stage, _far(score[pair[0]]), pair[1].case))
    return [example(one, promise, names) for _, one in broken[:most]]


def looked(log: Log, seen: Rows) -> Iterator[tuple[int, Specimen]]:
    """Yield the kept cases of the shards that hold the worst rows, each with its row."""
    if "stage" not in seen.columns or not len(seen):
        return
    stage, score = seen.columns["stage"], seen.columns.get("score", np.zeros(len(seen)))
    bad = np.flatnonzero((stage != -1) | (seen.columns["unknown"] > 0))
    rank = np.lexsort((np.nan_to_num(score[bad], nan=np.inf), np.where(stage[bad] < 0, 1 << 14, stage[bad])))
    chosen = list(dict.fromkeys(seen.shard[bad[rank]].tolist()))[:SHARDS]
    place = {case: row for row, case in enumerate(seen.cases) if seen.shard[row] in chosen} if chosen else {}
    for at in chosen:
        for one in kept(log, seen.shards[at]):
            if one.case in place:
                yield place[one.case], one


def kept(log: Log, shard: Mapping[str, Any]) -> tuple[Specimen, ...]:
    """Return the cases whose bytes a shard kept, but for those that were withheld from this copy of the log."""
    return tuple(one for listed in listed_in(log, shard) for one in sample(log, listed))


def listed_in(log: Log, shard: Mapping[str, Any]) -> tuple[Listed, ...]:
    """Return what a shard says that it kept."""
    return () if shard["stimuli"] is None else samples.read(log.store.get(shard["stimuli"]))


def sample(log: Log, listed: Listed) -> tuple[Specimen, ...]:
    """Return one kept case; nothing if it was withheld from this copy of the log."""
    try:
        return unpacked(samples.opened(log.store.get(listed.commitment)))
    except StoreError:
        return ()


def stages(promise: Promise) -> list[tuple[Trying, str]]:
    """Return the stages of a clause in order, each with its scenario and its adversary."""
    return [(trying, stage.adversary) for trying in promise.tries for stage in trying.stages]


ENDS = ("low", "high")
"""Fields of a threat that say what an input may be, and not how far it may be changed."""


def in_words(threat: Threat) -> str:
    """Return a threat as a reader says it: `linf ball, eps 0.2`."""
    fields = threat_to(threat)
    kind, norm = fields.pop("kind"), fields.pop("norm", "")
    told = {name: value for name, value in fields.items() if (value or name == "eps") and name not in ENDS}
    shown = [f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}" for name, value in told.items()]
    return ", ".join([f"{norm} {kind}".strip(), *shown])


def _far(score: float) -> float:
    return float("inf") if np.isnan(score) else float(score)


def example(one: Specimen, promise: Promise, names: tuple[str, ...]) -> Example:
    """Return a kept case as reports show it; of one that no stage broke, scenario and adversary are empty."""
    trying, adversary = stages(promise)[one.stage] if one.stage >= 0 else (None, "")
    changed = one.original if one.stimulus is None else one.stimulus
    return Example(
        case=one.case.hex(),
        scenario=trying.scenario if trying else "",
        adversary=adversary,
        label=called(one.label, names),
        before=called(one.before, names),
        after=called(one.after, names),
        original=one.original,
        perturbed=changed,
        distance=_distance(one.original, changed),
        command=f"seatrial show {one.case.hex()[:12]}",
        marks=one.marks,
    )


def _distance(before: Any, after: Any) -> str:
    """Return how large a change of numbers is; empty for anything else."""
    if not (isinstance(before, np.ndarray) and isinstance(after, np.ndarray) and before.shape == after.shape):
        return ""
    if before.dtype.kind not in "fiu" or after.dtype.kind not in "fiu":
        return ""
    moved = (after.astype(np.float64) - before.astype(np.float64)).ravel()
    if not np.isfinite(moved).all():
        return ""
    return f"Linf {np.abs(moved).max(initial=0.0):.3g}, L2 {np.sqrt((moved**2).sum()):.3g}"
