"""Doing it again: R2 regenerates a run and compares bytes, R3 shows old stimuli to a new model.

R0 (the record verifies) and R1 (the verdicts follow from the recorded outcomes) need no model: they are `proof`'s.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from seatrial import plugins
from seatrial.errors import Problem, ReplayMismatch
from seatrial.plan.plan import Trying
from seatrial.proof.observation import decode
from seatrial.records.batch import NO, YES, Attempts, Batch, Oddities, column_of
from seatrial.records.card import Card
from seatrial.records.event import Listener, silent
from seatrial.records.threat import Company, Malformed, Threat
from seatrial.targets.target import Target
from seatrial.trial.executors.executor import Executor
from seatrial.trial.present import present
from seatrial.trial.run import Job, RunResult, run
from seatrial.trial.stage import Cast, cast, ground, judged
from seatrial.trial.stimuli import Specimen

HINT = "compare the environments: other packages, hardware, threads or files of the model give other bytes"


def regenerate(
    job: Job,
    recorded: Sequence[Mapping[str, Any]],
    fetch: Callable[[str], bytes],
    executor: Executor,
    *,
    controls: Mapping[str, str] | None = None,
    hear: Listener = silent,
) -> RunResult:
    """Run a job again into a folder of its own and compare what is computed with the record (R2).

    Args:
        job: With an empty `folder`.
        recorded: The shards of the run-result: `clause`, `shard`, `status`, `computed`.
        fetch: Gives the recorded bytes of a digest.
        executor: Where shards are worked.
        controls: Those of the run-result, if they are compared: what was found then must be found now.
        hear: Is told what happens.

    Raises:
        ReplayMismatch: Naming every shard that differs, and of each the first case and column; and every control that
            is recorded as found and is not.
    """
    again = run(job, executor, hear=hear)
    found = {(one.clause, one.shard): one for one in again.results}
    problems = [
        Problem(f"control {name}", "is recorded as found, and is not found now", HINT)
        for name, said in (controls or {}).items()
        if said == "found" and again.controls.get(name) != "found"
    ]
    for entry in recorded:
        if entry["status"] != "done":
            continue
        where, one = f"{entry['clause']}, shard {entry['shard']}", found.get((entry["clause"], entry["shard"]))
        if one is None or one.status != "done":
            what = "is not among the shards of this plan" if one is None else f"was done then, and now it {_now(one)}"
            problems.append(Problem(where, what))
        elif (one.blobs or {}).get("computed") != entry["computed"]:
            problems.append(Problem(where, difference(fetch(entry["computed"]), one.parts()["computed"]), HINT))
    if problems:
        raise ReplayMismatch(*problems)
    return again


def difference(before: bytes, after: bytes) -> str:
    """Return in words the first case and column in which two blobs of one shard differ."""
    one, other = decode(before), decode(after)
    if one.findings != other.findings:
        return f"signs of masking were {_signs(one.findings)} and are {_signs(other.findings)}"
    if list(one.columns) != list(other.columns):
        return f"columns were {', '.join(one.columns)} and are {', '.join(other.columns)}"
    for row in range(min(one.count, other.count)):
        for name in one.columns:
            was, is_ = one.columns[name][row], other.columns[name][row]
            if _key(was) != _key(is_):
                case = one.columns["case"][row].hex()
                return f"case {case}: {name} was {_shown(was)} and is {_shown(is_)}"
    return f"{one.count} rows then, {other.count} now"


def _signs(findings: Sequence[Mapping[str, Any]]) -> str:
    """Return the findings in words: what was measured of each that was there."""
    return ", ".join(f"{one['name']} {one['figure']:g}" for one in findings if one["found"]) or "none"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a new model did with an old stimulus."""

    case: str
    """Hex digest."""
    before: str
    """What the old model said to the stimulus."""
    held: str
    """`held`, `broken` or `unknown`."""


def show(specimens: Sequence[Specimen], target: Target[Any, Any], trying: Trying, *, key: bytes) -> tuple[Shown, ...]:
    """Present stored stimuli to a model and judge the answers (R3).

    A model that holds here is not robust: the stimuli were made against another one.

    Args:
        specimens: Those without a stimulus are left out.
        target: The new model.
        trying: Their scenario: its oracle judges.
        key: 32 bytes from which the presentation keys come.
    """
    kept = [one for one in specimens if one.stimulus is not None]
    if not kept:
        return ()
    labels = np.array([int(one.label) for one in kept]) if all(_whole(one.label) for one in kept) else None
    batch = Batch(tuple(one.case for one in kept), column_of([one.original for one in kept]), labels)
    cases = ground(target, batch)
    stimuli = _presented([one.stimulus for one in kept], trying.threat)
    if not isinstance(stimuli, Oddities):
        stimuli = ground(target, replace(batch, inputs=stimuli)).own.inputs
    oracle: Card[Any] = plugins.find("oracles", trying.oracle)
    clean = present(target, cases.own, Attempts(), key=key).tried[0] if oracle.clean else None
    answers = present(target, cases.own, Attempts(stimuli), draws=trying.presentations, key=key, clean=clean)
    stage = trying.stages[0]
    made = cast(stage.adversary, stage.tactics, trying.oracle, trying.settings)
    one_cast = Cast(trying.threat, seed=key, draws=trying.presentations, **made)
    verdicts = judged(one_cast, cases.own, Attempts(stimuli), answers)
    return tuple(Shown(one.case.hex(), one.after, _word(held)) for one, held in zip(kept, verdicts.held, strict=True))


def _presented(stimuli: Sequence[Any], threat: Threat) -> Any:
    """Return stimuli as a column; under a threat of whole calls, each is one."""
    if isinstance(threat, Malformed | Company):
        return Oddities(column_of([one]) if type(one) is dict else one for one in stimuli)
    return column_of(stimuli)


def _word(held: Any) -> str:
    if (held == NO).any():
        return "broken"
    return "held" if (held == YES).all() else "unknown"


def _whole(label: str) -> bool:
    return label.lstrip("-").isdigit()


def _now(one: Any) -> str:
    return f"failed: {one.reason}" if one.status == "failed" else "is not"


def _key(value: Any) -> Any:
    """Return a value that compares by its bytes: NaN is equal to itself, and -0.0 is not 0.0."""
    return struct.pack("<d", value) if isinstance(value, float) else value


def _shown(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else repr(value)
