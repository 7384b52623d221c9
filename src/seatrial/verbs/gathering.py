"""From the shards of an attack to its result: what became of each case, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.records.batch import NO, UNKNOWN, YES, Batch
from seatrial.records.finding import united
from seatrial.records.threat import Ball, Threat
from seatrial.trial.fold import said
from seatrial.verbs.assault import Struck
from seatrial.verbs.attacked import COSTS, Attacked, Setting

ODD = {"untouched": "untouched cases", "attacked": "attempts"}
"""To what a model may give a tie or no number, in words."""

UNASKED = "nobody asked whether the model hides its gradient: evasion.standard does, where 1,000 queries are allowed"
"""Note beside cases that held against gradients alone."""


def gathered(
    setting: Setting, batch: Batch[Any], done: Sequence[Struck], *, notes: Sequence[str], x: Any, seconds: float
) -> Attacked:
    """Return the result of the shards that are done; the cases of the others are untried.

    Args:
        setting: What was tried.
        batch: All cases.
        done: What the first of them came to, in order.
        notes: What a reader should know.
        x: The cases as they were handed over: what was presented is returned in the same library.
        seconds: How long it took.
    """
    size, at = len(batch), 0
    told: dict[str, Any] = {name: np.zeros(size, dtype=np.int64) for name in COSTS}
    told |= {name: np.full(size, np.nan) for name in ("margin", "distance")}
    told |= {"shares": np.zeros(size), "clean": np.zeros(size, dtype=np.bool_)}
    told["outcome"] = np.full(size, "untried", dtype="<U7")
    by, words, shown, raised = [""] * size, [""] * size, batch.inputs.copy(), list[str]()
    odd = {"untouched": 0, "attacked": 0}
    for struck in done:
        one = struck.fought
        here = slice(at, at + len(one.cases.own))
        told["clean"][here] = struck.clean == YES
        for name in COSTS:
            told[name][here] = getattr(one.fold.ledger, name)
        told["margin"][here] = one.fold.score
        for row in range(len(one.cases.own)):
            seen = _seen(struck, row, setting.adversary)
            told["outcome"][at + row], by[at + row], words[at + row] = seen.outcome, seen.by, seen.said
            shown[at + row] = shown[at + row] if seen.stimulus is None else seen.stimulus
            told["shares"][at + row] = seen.share
            raised += [seen.said] if seen.raised else []
            if seen.odd:
                odd[seen.odd] += 1
        at += len(one.cases.own)
    findings = united(finding for shard in done for finding in shard.fought.findings)
    told["distance"][:at] = _distances(setting.threat, batch.inputs[:at], shown[:at])
    more = [f"the model raised for {len(raised)} cases, which are unknown: {raised[0]}"] if raised else []
    more += [f"unknown: {count} answers to {ODD[when]} are ties or no numbers" for when, count in odd.items() if count]
    if not findings and told["backwards"].any() and (told["outcome"] == "held").any():
        more.append(UNASKED)
    return Attacked(
        setting=setting,
        by=tuple(by),
        labels=batch.labels,
        said=tuple(words),
        adversarial=_like(x, shown),
        findings=findings,
        notes=tuple(dict.fromkeys([*notes, *more])),
        seconds=seconds,
        **told,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    outcome: str
    by: str
    said: str
    stimulus: Any
    share: float
    raised: bool = False
    odd: str = ""
    """To what the model gave a tie or no number: `untouched` or `attacked`; empty if to neither."""


def _seen(struck: Struck, row: int, adversary: str) -> _Seen:
    """Return what became of one case of a shard."""
    one, fold = struck.fought, struck.fought.fold
    attempts, answers, at = fold.shown[row] or (None, one.first, row)
    share, words = float((fold.worst[row] == 2).mean()), said(answers, at)
    raised = answers is not None and any(errors[at] for errors in answers.errors)
    if raised or struck.clean[row] == UNKNOWN:
        return _Seen("unknown", "", words, None, 0.0, raised=raised, odd="" if raised else "untouched")
    if struck.clean[row] == NO:
        return _Seen("wrong", "", words, None, 0.0)
    stimulus = None if attempts is None or attempts.stimuli is None else attempts.stimuli[at]
    if share > 0.5:
        return _Seen("held", "", words, stimulus, share)
    if (fold.worst[row] == 1).any() and not (fold.worst[row] == 0).any():
        return _Seen("unknown", "", words, stimulus, share, odd="" if attempts is None else "attacked")
    part = attempts.by[at] if attempts is not None and attempts.by else ""
    return _Seen("broken", part or adversary, words, stimulus, share)


def _distances(threat: Threat, before: Any, after: Any) -> npt.NDArray[np.float64]:
    """Return how far each attempt is from its case, in the norm of the threat; linf where it has none."""
    change = np.abs(after.astype(np.float64) - before.astype(np.float64))
    change = change.reshape(len(after), prod(after.shape[1:]))
    norm = threat.norm if isinstance(threat, Ball) else "linf"
    if norm == "l2":
        return np.asarray(np.sqrt(np.square(change).sum(axis=1)))
    if norm == "l1":
        return np.asarray(change.sum(axis=1))
    if norm == "l0":
        return np.asarray((change > 0).sum(axis=1), dtype=np.float64)
    return np.asarray(change.max(axis=1, initial=0.0))


def _like(x: Any, found: npt.NDArray[Any]) -> Any:
    """Return an array in the library, dtype and place of what was handed over; numpy if that was a list."""
    if not array_api_compat.is_array_api_obj(x):
        return found
    xp = array_api_compat.array_namespace(x)
    return xp.asarray(found, dtype=x.dtype, device=array_api_compat.device(x))
